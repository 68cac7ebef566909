import { mapKnown, unknown } from "../../model/maybe.js";
import { type Bag, over } from "./bag.js";
import type { Client } from "./client.js";

const on = ["on"];

/**
 * msmtp(1): every account with the settings of `defaults` and of its parents before its own. The settings come as
 * `account NAME.setting`, what an account takes over as `account NAME.:`.
 */
export function msmtp(bag: Bag): Client[] {
  const names = [...bag.definition.settings.keys()].flatMap((key) => /^account (.*)\.:$/.exec(key)?.[1] ?? []);
  return names.flatMap((name) => {
    const account = accountOf(bag, name, new Set());
    // `account default : NAME` is another name of that account.
    const isAlias = name === "default" && bag.within(`account ${name}.`).definition.settings.size === 1;
    return account.has("host") && !isAlias ? [clientOf(account, name)] : [];
  });
}

/** What stands first counts least: defaults, parents in their order, the account itself. */
function accountOf(bag: Bag, name: string, seen: ReadonlySet<string>): Bag {
  const own = bag.within(`account ${name}.`);
  const parents = String(own.text(":"))
    .split(",")
    .map((each) => each.trim());
  const known = new Set([...seen, name]);
  return parents
    .filter((each) => each !== "" && !known.has(each))
    .reduce((found, parent) => found.under(accountOf(bag, parent, known)), bag.within("defaults."))
    .under(own);
}

function clientOf(account: Bag, name: string): Client {
  const tls = account.is("tls", on);
  const starttls = account.is("tls_starttls", on, "on");
  const level = over([tls, starttls], (isOn, starts) => (!isOn ? "none" : starts ? "required" : "implicit"));
  const smtps = over([tls, starttls], (isOn, starts) => isOn && !starts);
  const checks = over(
    [account.is("tls_certcheck", on, "on"), account.has("tls_fingerprint")],
    (certificate, fingerprint) => certificate || fingerprint,
  );
  const password = account.has("password") ? "password" : "passwordeval";
  const login = mapKnown(account.text("auth", "off"), (text) => text !== "off");
  return {
    name: `account ${name}`,
    host: account.host("host", unknown("host")),
    port: account.said(
      account.port(
        "port",
        mapKnown(smtps, (is) => (is ? 465 : 25)),
      ),
      "the port",
      "port",
      "tls",
    ),
    tls: account.said(level, "tls and tls_starttls decide on TLS", "tls", "tls_starttls"),
    verifies: account.said(checks, "tls_certcheck decides on the check", "tls_certcheck", "tls_fingerprint"),
    auth: account.auth("user", password, login),
  };
}
