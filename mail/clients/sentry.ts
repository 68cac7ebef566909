import { type Bag, over } from "./bag.js";
import type { Client } from "./client.js";

/** `mail.` of Sentry's config.yml, or SENTRY_EMAIL_ variables: Django's mailer underneath. */
export function sentry(bag: Bag): Client[] {
  const names = (key: string, variable: string) => [`mail.${key}`, `SENTRY_EMAIL_${variable}`];
  if (!bag.has(names("host", "HOST")) || bag.is("mail.backend", ["smtp"], "smtp") === false) return [];
  const [tls, ssl] = [names("use-tls", "USE_TLS"), names("use-ssl", "USE_SSL")];
  const level = over([bag.flag(tls, false), bag.flag(ssl, false)], (starts, wraps) =>
    wraps ? "implicit" : starts ? "required" : "none",
  );
  return [
    {
      host: bag.host(names("host", "HOST"), "127.0.0.1"),
      port: bag.said(bag.port(names("port", "PORT"), 25), "the port", names("port", "PORT")),
      tls: bag.said(level, "use-tls and use-ssl decide on TLS", tls, ssl),
      verifies: bag.open(
        ["the Django version in this Sentry"],
        "Django checks certificates from version 4.2 on",
        tls,
        ssl,
      ),
      auth: bag.auth(names("username", "USER"), names("password", "PASSWORD")),
    },
  ];
}
