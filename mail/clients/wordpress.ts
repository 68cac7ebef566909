import { type Bag, over } from "./bag.js";
import type { Client } from "./client.js";

/** The WPMS_ constants of WP Mail SMTP, which sends with PHPMailer: `tls` requires STARTTLS, `ssl` is TLS from the first byte. */
export function wordpress(bag: Bag): Client[] {
  const isOn = bag.flag("WPMS_ON", false);
  if (isOn === false || bag.is("WPMS_MAILER", ["smtp"], "smtp") === false || !bag.has("WPMS_SMTP_HOST")) return [];
  const flags = [bag.is("WPMS_SSL", ["ssl"]), bag.is("WPMS_SSL", ["tls"]), bag.flag("WPMS_SMTP_AUTOTLS", true)];
  const level = over(flags, (ssl, tls, auto) =>
    ssl ? "implicit" : tls ? "required" : auto ? "opportunistic" : "none",
  );
  return [
    {
      host: bag.host("WPMS_SMTP_HOST", "localhost"),
      port: bag.said(bag.port("WPMS_SMTP_PORT", 25), "the port", "WPMS_SMTP_PORT"),
      tls: bag.said(level, "WPMS_SSL and WPMS_SMTP_AUTOTLS decide on TLS", "WPMS_SSL", "WPMS_SMTP_AUTOTLS"),
      verifies: bag.said(true, "PHP checks certificates unless SMTPOptions say otherwise", "SMTPOptions"),
      auth: bag.auth("WPMS_SMTP_USER", "WPMS_SMTP_PASS", bag.flag("WPMS_SMTP_AUTH", false)),
    },
  ];
}
