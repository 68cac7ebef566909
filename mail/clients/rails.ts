import { type Maybe, mapKnown } from "../../model/maybe.js";
import { type Bag, over } from "./bag.js";
import type { Client } from "./client.js";

/** The constants of OpenSSL::SSL and the words for them that check nothing. */
const unchecked = ["none", "0", "openssl::ssl::verify_none", "verify_none"];

/** `smtp_settings` of Action Mailer (guide "Action Mailer Basics", the mail gem's SMTP delivery method). */
export function rails(bag: Bag): Client[] {
  const isSmtp = bag.is("delivery_method", ["smtp"], "smtp");
  if (isSmtp === false || !bag.has("address")) return [];
  return [rubyClient(bag, "")];
}

/** Ruby's settings under their usual names, all of which begin with `prefix`. */
export function rubyClient(bag: Bag, prefix: string, starttlsAuto = `${prefix}enable_starttls_auto`): Client {
  const name = (each: string) => `${prefix}${each}`;
  const always = bag.is(name("enable_starttls"), ["true", "always"]);
  const automatic = over(
    [bag.flag(starttlsAuto, true), bag.is(name("enable_starttls"), ["false"])],
    (auto, never) => auto && !never,
  );
  const wraps: Maybe<boolean> = over(
    [bag.flag(name("tls"), false), bag.flag(name("ssl"), false)],
    (tls, ssl) => tls || ssl,
  );
  const level = over([wraps, always, automatic], (tls, starts, auto) =>
    tls ? "implicit" : starts ? "required" : auto ? "opportunistic" : "none",
  );
  const names = ["tls", "ssl", "enable_starttls"].map(name);
  return {
    host: bag.host(name("address"), "localhost"),
    port: bag.said(bag.port(name("port"), 25), "the port", name("port")),
    tls: bag.said(level, "tls, ssl, enable_starttls and enable_starttls_auto decide on TLS", ...names, starttlsAuto),
    verifies: bag.said(
      mapKnown(bag.is(name("openssl_verify_mode"), unchecked), (is) => !is),
      "openssl_verify_mode decides on the check",
      name("openssl_verify_mode"),
    ),
    auth: bag.auth(name("user_name"), name("password")),
  };
}
