import { isUnknown, type Maybe, mapKnown, unknown } from "../../model/maybe.js";
import { type Bag, over } from "./bag.js";
import type { Client } from "./client.js";
import { mailerUrl } from "./mailer-url.js";

/** The words for nothing in a .env file of Laravel. */
const nothing = ["", "null", "(null)", "empty", "(empty)"];

/**
 * Laravel's MAIL_ variables as the stock config/mail.php reads them. Its mailer is Symfony's: TLS from the first byte with
 * the scheme `smtps` or on port 465, else STARTTLS where it is offered; MAIL_ENCRYPTION=tls alone requires nothing.
 */
export function laravel(bag: Bag): Client[] {
  const isSmtp = bag.is(["MAIL_MAILER", "MAIL_DRIVER"], ["smtp", "failover", "roundrobin"], "smtp");
  if (isSmtp === false) return [];
  const url = bag.text("MAIL_URL");
  if (bag.has("MAIL_URL") && (isUnknown(url) || !nothing.includes(url))) return mailerUrl(bag, "MAIL_URL");
  if (!bag.has("MAIL_HOST")) return [];
  const port = bag.port("MAIL_PORT", 2525);
  const level = over([bag.is("MAIL_SCHEME", ["smtps"]), mapKnown(port, (number) => number === 465)], (smtps, is465) =>
    smtps || is465 ? "implicit" : "opportunistic",
  );
  const isNamed = mapKnown(bag.is("MAIL_USERNAME", nothing), (none) => !none);
  const says =
    "MAIL_SCHEME=smtps or port 465 is TLS from the first byte; MAIL_ENCRYPTION=tls on another port is not enforced";
  return [
    {
      host: bag.host("MAIL_HOST", "127.0.0.1"),
      port: bag.said(port, "the port", "MAIL_PORT"),
      tls: bag.said(ifSmtp(isSmtp, level), says, "MAIL_SCHEME", "MAIL_ENCRYPTION", "MAIL_PORT"),
      verifies: bag.said(true, "the mailer checks certificates unless config/mail.php sets verify_peer", "verify_peer"),
      auth: bag.auth("MAIL_USERNAME", "MAIL_PASSWORD", isUnknown(isNamed) ? true : isNamed),
    },
  ];
}

function ifSmtp<T>(isSmtp: Maybe<boolean>, value: Maybe<T>): Maybe<T> {
  return isUnknown(isSmtp) ? unknown(...isSmtp.unknown) : value;
}
