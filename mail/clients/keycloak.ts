import { mapKnown, unknown } from "../../model/maybe.js";
import { type Bag, over } from "./bag.js";
import type { Client } from "./client.js";

/** `smtpServer` of a realm: Jakarta Mail with `ssl.enable` or `starttls.enable`, which requires nothing. */
export function keycloak(bag: Bag): Client[] {
  if (!bag.has("host")) return [];
  const level = over([bag.flag("ssl", false), bag.flag("starttls", false)], (ssl, starttls) =>
    ssl ? "implicit" : starttls ? "opportunistic" : "none",
  );
  return [
    {
      host: bag.host("host", unknown("smtpServer.host")),
      port: bag.said(
        bag.port(
          "port",
          mapKnown(bag.flag("ssl", false), (ssl) => (ssl ? 465 : 25)),
        ),
        "the port",
        "port",
        "ssl",
      ),
      tls: bag.said(
        level,
        "ssl is TLS from the first byte, starttls uses STARTTLS where it is offered",
        "ssl",
        "starttls",
      ),
      verifies: bag.open(
        ["Keycloak's truststore and its hostname verification policy"],
        "the server's truststore decides on the check",
        "ssl",
        "starttls",
      ),
      auth: bag.auth("user", "password", bag.flag("auth", false)),
    },
  ];
}
