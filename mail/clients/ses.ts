import { mapKnown } from "../../model/maybe.js";
import type { Bag } from "./bag.js";
import type { Client } from "./client.js";

/** How Amazon SES hands on what is sent with a configuration set: as a client of the recipients' servers (developer guide, "Security protocols"). */
export function ses(bag: Bag): Client[] {
  const required = bag.is("tlsPolicy", ["require"], "optional");
  return [
    {
      host: bag.open(["the recipients' servers"], "SES delivers to the recipients' servers", "tlsPolicy"),
      port: bag.said(25, "SES delivers to the recipients' servers", "tlsPolicy"),
      tls: bag.said(
        mapKnown(required, (is) => (is ? "required" : "opportunistic")),
        "tlsPolicy decides whether SES delivers without TLS",
        "tlsPolicy",
      ),
      auth: bag.said({ login: false, password: "none" }, "it does not log in", "tlsPolicy"),
    },
  ];
}
