import { unknown } from "../../model/maybe.js";
import type { Bag } from "./bag.js";
import type { Client } from "./client.js";

const undocumented = "Auth0 does not document whether it insists on TLS";

/** Auth0's own SMTP provider (its documentation, "Configure a Custom SMTP Server"): it logs in, the rest is not said. */
export function auth0(bag: Bag): Client[] {
  if (!bag.has("smtp_host")) return [];
  return [
    {
      host: bag.host("smtp_host", unknown("smtp_host")),
      port: bag.said(bag.port("smtp_port", unknown("smtp_port")), "the port", "smtp_port"),
      tls: bag.open([undocumented], "the server has to offer TLS 1.2", "smtp_port"),
      verifies: bag.open(
        ["Auth0 does not document whether it checks certificates"],
        "the server has to have a certificate of a public authority",
        "smtp_host",
      ),
      auth: bag.auth("smtp_user", "smtp_pass"),
    },
  ];
}
