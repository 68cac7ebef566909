import type { Setting } from "../../model/client.js";
import { mapKnown, unknown } from "../../model/maybe.js";
import { Bag, over } from "./bag.js";
import type { Client } from "./client.js";

const on = ["on"];
/** The settings that are asked for; an account may take them from hundreds of thousands of others. */
const asked: ReadonlySet<string> = new Set([
  ...["host", "port", "tls", "tls_starttls", "tls_certcheck", "tls_fingerprint"],
  ...["auth", "user", "password", "passwordeval"],
]);

type Settings = ReadonlyMap<string, Setting>;

/**
 * msmtp(1): every account with the settings of `defaults` and of its parents before its own. The settings come as
 * `account NAME.setting`, what an account takes over as `account NAME.:`. A parent must stand before what takes it over.
 */
export function msmtp(bag: Bag): Client[] {
  const { definition } = bag;
  const accounts = new Map<string, Settings>();
  const sections = sectionsOf(definition.settings);
  const defaults = sections.get("defaults") ?? [];
  const names = [...definition.settings.keys()].flatMap((key) => /^account (.*)\.:$/.exec(key)?.[1] ?? []);
  const isAlias = [...definition.settings.keys()].filter((key) => key.startsWith("account default.")).length === 1;
  return names.flatMap((name) => {
    const parents = String(bag.text(`account ${name}.:`))
      .split(",")
      .map((each) => each.trim());
    const taken = parents.flatMap((parent) => (parent === "" ? [] : [...(accounts.get(parent) ?? [])]));
    const settings = new Map([...defaults, ...taken, ...(sections.get(`account ${name}`) ?? [])]);
    accounts.set(name, settings);
    // `account default : NAME` is another name of that account.
    if (!settings.has("host") || (name === "default" && isAlias)) return [];
    return [clientOf(new Bag({ ...definition, settings }), name)];
  });
}

/** The settings that are asked for, by the section that they stand in. */
function sectionsOf(settings: Settings): ReadonlyMap<string, Settings> {
  const sections = new Map<string, Map<string, Setting>>();
  for (const [key, setting] of settings) {
    const end = key.lastIndexOf(".");
    const [section, name] = [key.slice(0, end), key.slice(end + 1)];
    if (!asked.has(name)) continue;
    const known = sections.get(section);
    if (known) known.set(name, setting);
    else sections.set(section, new Map([[name, setting]]));
  }
  return sections;
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
    // It sends nothing without the login that it is told to make; some methods need no user.
    auth:
      login !== false && !account.has("user")
        ? account.open(["user"], "auth is on, and user is not set", "auth")
        : account.auth("user", password, login),
  };
}
