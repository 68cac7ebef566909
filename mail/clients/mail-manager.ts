import { unknown } from "../../model/maybe.js";
import type { Bag } from "./bag.js";
import type { Client } from "./client.js";

/** A relay of Amazon SES Mail Manager: AWS is the client, and does not say how it uses TLS. */
export function mailManager(bag: Bag): Client[] {
  const tls = "how Mail Manager uses TLS to a relay";
  return [
    {
      host: bag.host("serverName", unknown("serverName")),
      port: bag.said(bag.port("serverPort", unknown("serverPort")), "the relay's port", "serverPort"),
      tls: bag.open([tls], "AWS documents no setting for TLS to a relay", "serverName"),
      verifies: bag.open([tls], "AWS documents no setting for TLS to a relay", "serverName"),
      auth: bag.said(
        bag.has("secretArn") ? { login: true, password: "secret store" } : { login: false, password: "none" },
        bag.has("secretArn") ? "it logs in with a secret of Secrets Manager" : "it does not log in",
        "secretArn",
      ),
    },
  ];
}
