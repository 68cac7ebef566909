import { type Maybe, mapKnown, unknown } from "../../model/maybe.js";
import { type Bag, over } from "./bag.js";
import type { Client } from "./client.js";

/** The constants of OpenSSL::SSL and the words for them that check nothing. */
const unchecked = ["none", "0", "openssl::ssl::verify_none", "verify_none"];

const mailGem = "the mail gem's version";

/** `smtp_settings` of Action Mailer (guide "Action Mailer Basics", the mail gem's SMTP delivery method). */
export function rails(bag: Bag): Client[] {
  const isSmtp = bag.is("delivery_method", ["smtp"], "smtp");
  if (isSmtp === false || !bag.has("address")) return [];
  return [rubyClient(bag, "", bag.definition.version)];
}

/**
 * Ruby's settings under their usual names, all of which begin with `prefix`.
 * @param version the mail gem's (`2.8.1`).
 */
export function rubyClient(bag: Bag, prefix: string, version: string | undefined): Client {
  const starttlsAuto = `${prefix}enable_starttls_auto`;
  const name = (each: string) => `${prefix}${each}`;
  // Before 2.8 whatever enable_starttls is but false is as good as true, and Ruby may use STARTTLS although it is off.
  const isNewer = version === undefined ? unknown(mailGem) : isFrom28(version);
  const whenOffered = bag.is(name("enable_starttls"), ["auto"]);
  const isOn = mapKnown(bag.is(name("enable_starttls"), ["", "false", "nil"]), (off) => !off);
  const always = over([isOn, whenOffered, isNewer], (on, may, newer) => on && !(may && newer));
  // enable_starttls: false leaves enable_starttls_auto as it is, which is on.
  const automatic = over([bag.flag(starttlsAuto, true), whenOffered], (auto, may) => auto || may);
  const wraps: Maybe<boolean> = over(
    [bag.flag(name("tls"), false), bag.flag(name("ssl"), false)],
    (tls, ssl) => tls || ssl,
  );
  const off = isNewer === true ? false : unknown(version === undefined ? mailGem : "the Ruby version");
  const level = over([wraps, always, automatic, off], (tls, starts, auto, starttlsAnyway) =>
    tls ? "implicit" : starts ? "required" : auto || starttlsAnyway ? "opportunistic" : "none",
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
    // A user without a password stops it.
    auth:
      bag.has(name("user_name")) && bag.password(name("password")) === "none"
        ? bag.open([name("password")], "a user is set without a password", name("user_name"))
        : bag.auth(name("user_name"), name("password")),
  };
}

function isFrom28(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 2 || (major === 2 && minor >= 8);
}
