import type { Setting } from "../../model/client.js";
import { mapKnown, unknown } from "../../model/maybe.js";
import { type Bag, over } from "./bag.js";
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
  const { settings: all } = bag.definition;
  const accounts = new Map<string, Settings>();
  const { sections, names } = sectionsOf(all);
  const defaults = sections.get("defaults");
  const isAlias = countOf(all, "account default.", 2) === 1;
  const found: Client[] = [];
  for (const name of names) {
    const parents = String(bag.text(`account ${name}.:`));
    const taken =
      parents === ""
        ? []
        : parents.split(",").map((each) => (each.trim() === "" ? undefined : accounts.get(each.trim())));
    const settings = together([defaults, ...taken, sections.get(`account ${name}`)]);
    accounts.set(name, settings);
    // `account default : NAME` is another name of that account.
    if (settings.has("host") && !(name === "default" && isAlias)) found.push(clientOf(bag.of(settings), name));
  }
  return found;
}

const nothing: Settings = new Map();

/** What stands in several lists, the later over the earlier. */
function together(lists: readonly (Settings | undefined)[]): Settings {
  const [first = nothing, ...others] = lists.filter((each) => each !== undefined && each.size > 0);
  return others.length === 0 ? first : new Map([first, ...others].flatMap((each) => [...(each ?? [])]));
}

/** How many settings begin so, up to `most`. */
function countOf(settings: Settings, start: string, most: number): number {
  let count = 0;
  for (const key of settings.keys()) if (key.startsWith(start) && ++count === most) break;
  return count;
}

const account = "account ";

/** The settings that are asked for, by the section that they stand in, and the names of the accounts. */
function sectionsOf(settings: Settings): {
  readonly sections: ReadonlyMap<string, Settings>;
  readonly names: readonly string[];
} {
  const sections = new Map<string, Map<string, Setting>>();
  const names: string[] = [];
  for (const [key, setting] of settings) {
    const end = key.lastIndexOf(".");
    const [section, name] = [key.slice(0, end), key.slice(end + 1)];
    if (name === ":" && section.startsWith(account)) names.push(section.slice(account.length));
    if (!asked.has(name)) continue;
    const known = sections.get(section);
    if (known) known.set(name, setting);
    else sections.set(section, new Map([[name, setting]]));
  }
  return { sections, names };
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
