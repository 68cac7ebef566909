import { unknown } from "../../model/maybe.js";
import type { Bag } from "./bag.js";
import type { Client } from "./client.js";

/** An email provider of Auth0 named `smtp`; how it secures the connection is Auth0's own affair. */
export function auth0(bag: Bag): Client[] {
  if (bag.is("name", ["smtp"]) !== true) return [];
  const open = bag.open(["what Auth0 does with STARTTLS"], "Auth0 decides", "credentials.smtpPort");
  return [
    {
      host: bag.host("credentials.smtpHost", unknown("credentials.smtpHost")),
      port: bag.said(bag.port("credentials.smtpPort", 25), "the port", "credentials.smtpPort"),
      tls: open,
      verifies: open,
      auth: bag.auth("credentials.smtpUser", "credentials.smtpPass"),
    },
  ];
}
