import type { MailDefinition } from "../../model/mail.js";
import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import { besideMainCf } from "../postfix/beside.js";
import { mainEntries, servicesOf } from "../postfix/changes.js";
import { Settings, Stops, Undecided } from "../postfix/settings.js";
import { tokens } from "../postfix/tokens.js";
import { defaultsOf, milestones, newest, parseVersion, type Version } from "../postfix/versions.js";
import type { Client, Said } from "./client.js";
import { policyLevel } from "./tls-policy.js";

/** A client of which it is told whether it checks certificates. */
type Checking = Client & { readonly verifies: Said<boolean> };

/** The services of /etc/services that relay hosts are written with. */
const services: Readonly<Record<string, number>> = {
  smtp: 25,
  submission: 587,
  smtps: 465,
  submissions: 465,
  urd: 465,
};

/**
 * Postfix as a client of its relayhost: what smtp(8) does there with main.cf and the options of the service `smtp` of
 * master.cf. Without a relayhost it delivers to mail exchangers, and is no client of submission.
 * @throws InputError with `file:line` for a file that Postfix refuses to read.
 */
export function postfixClients(definition: MailDefinition): Client[] {
  const versions = definition.version ? [parseVersion(definition.version, definition.id)] : milestones;
  const readings = versions.map((version) =>
    clientsAs(Math.min(version, newest), definition).map((client) =>
      version > newest ? asOf(version, client) : client,
    ),
  );
  const [first = [], ...others] = readings;
  // Releases that do not agree leave open what they do.
  return first.map((client, i) => others.reduce((sure, other) => agreed(sure, other[i] ?? client), client));
}

/** Of a release that came out later the defaults are not known. */
function asOf(version: Version, client: Checking): Checking {
  const told = <T>(said: Said<T>): Said<T> =>
    said.evidence.some(({ kind }) => kind === "default") ? { ...said, value: unknown(defaultsOf(version)) } : said;
  return {
    ...client,
    ...{ host: told(client.host), port: told(client.port), tls: told(client.tls) },
    ...{ verifies: told(client.verifies), auth: told(client.auth) },
  };
}

function agreed(one: Checking, other: Checking): Checking {
  const both = <T>(a: Said<T>, b: Said<T>): Said<T> =>
    JSON.stringify(a.value) === JSON.stringify(b.value)
      ? b
      : { value: unknown("the Postfix version"), evidence: [...a.evidence, ...b.evidence] };
  return {
    host: both(one.host, other.host),
    port: both(one.port, other.port),
    tls: both(one.tls, other.tls),
    verifies: both(one.verifies, other.verifies),
    auth: both(one.auth, other.auth),
  };
}

function clientsAs(version: number, definition: MailDefinition): Checking[] {
  const { changedBy, missing, id } = definition;
  const entries = mainEntries(definition);
  if (!entries) return [];
  const whole = new Settings(version, entries, undefined, missing, undefined, besideMainCf(definition));
  if (asked(() => whole.text("relayhost"), "") === "") return [];
  const services = servicesOf(definition);
  const service = services?.findLast((each) => each.name === "smtp" && each.type === "unix");
  const settings = service ? whole.with(service.overrides) : whole;
  const open = changedBy ?? (services || id === "" ? [] : missing.length > 0 ? missing : ["master.cf"]);
  const reader = new Reader(settings, open, changedBy === undefined);
  const relays = reader.ask("relayhost", "where mail goes", () => whole.text("relayhost"));
  const hosts: Maybe<string>[] = isUnknown(relays.value) ? [relays.value] : tokens(relays.value);
  return hosts.map((host) => {
    const { name, port } = isUnknown(host) ? { name: host, port: host } : destination(host);
    return {
      host: { ...relays, value: name },
      port: { ...relays, value: port },
      tls: reader.ask("smtp_tls_security_level", "smtp_tls_security_level decides on TLS", () =>
        levelOf(settings, host),
      ),
      verifies: reader.ask("smtp_tls_security_level", "the level decides on the check", () => checks(settings, host)),
      auth: reader.ask("smtp_sasl_auth_enable", "smtp_sasl_auth_enable decides on the login", () => authOf(settings)),
    };
  });
}

/** Reads settings, all of which are open where a file that may override them is not at hand. */
class Reader {
  constructor(
    private readonly settings: Settings,
    private readonly open: readonly string[],
    /** relayhost is read by another program, whose options are not those of smtp. */
    private readonly isRelayhostTold: boolean,
  ) {}

  ask<T>(setting: string, says: string, read: () => Maybe<T>): Said<T> {
    const evidence = [this.settings.evidence(setting, says)];
    const value = asked(read, undefined);
    const isOpen = this.open.length > 0 && !(setting === "relayhost" && this.isRelayhostTold);
    return { evidence, value: isOpen ? unknown(...this.open) : value === undefined ? unknown(setting) : value };
  }
}

function asked<T, O>(read: () => Maybe<T>, stopped: O): Maybe<T> | O {
  try {
    return read();
  } catch (error) {
    if (error instanceof Undecided) return unknown(...error.missing);
    if (error instanceof Stops) return stopped;
    throw error;
  }
}

/** `[host]:port`, `host:service`; a name without brackets stands for its mail exchangers. */
function destination(written: string): { name: string; port: Maybe<number> } {
  const [, bracketed, plain, service = "smtp"] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::([\w-]+))?$/.exec(written) ?? [];
  const port = /^\d{1,5}$/.test(service) ? Number(service) : services[service];
  return { name: bracketed ?? plain ?? written, port: port ?? unknown(`the port of the service ${service}`) };
}

const levels = ["none", "may", "encrypt", "dane", "dane-only", "fingerprint", "verify", "secure"] as const;

/** @param destination as relayhost writes it. */
function written(settings: Settings, destination: Maybe<string>): (typeof levels)[number] {
  const maps = settings.text("smtp_tls_policy_maps");
  if (maps !== "" && isUnknown(destination)) throw new Undecided("smtp_tls_policy_maps");
  const policy = maps === "" ? undefined : policyLevel(settings, String(destination));
  const name = policy === undefined ? "smtp_tls_security_level" : "smtp_tls_policy_maps";
  const level = policy ?? settings.text(name).toLowerCase();
  if (level !== "") {
    const known = levels.find((each) => each === level);
    if (known) return known;
    throw settings.stops(name, `${name} names no level`);
  }
  const isOn = (name: string) => settings.text(name).toLowerCase() === "yes";
  if (isOn("smtp_enforce_tls"))
    return isOn("smtp_tls_enforce_peername") || !settings.isSet("smtp_tls_enforce_peername") ? "verify" : "encrypt";
  return isOn("smtp_use_tls") ? "may" : "none";
}

function levelOf(
  settings: Settings,
  destination: Maybe<string>,
): Maybe<"none" | "opportunistic" | "required" | "implicit"> {
  const level = written(settings, destination);
  if (settings.text("smtp_tls_wrappermode").toLowerCase() === "yes") {
    // It sends nothing then (postconf(5), smtp_tls_wrappermode).
    if (level === "none" || level === "may")
      throw settings.stops("smtp_tls_wrappermode", "smtp_tls_wrappermode needs the level encrypt or a stronger one");
    return "implicit";
  }
  if (level === "none") return "none";
  if (level === "may") return "opportunistic";
  return level === "dane" ? unknown("the TLSA records of the relay") : "required";
}

function checks(settings: Settings, destination: Maybe<string>): Maybe<boolean> {
  const level = written(settings, destination);
  if (level === "dane") return unknown("the TLSA records of the relay");
  return !["none", "may", "encrypt"].includes(level);
}

function authOf(settings: Settings): Maybe<{ login: boolean; password: "none" | "plain file" | "secret store" }> {
  const isOn = settings.text("smtp_sasl_auth_enable").toLowerCase() === "yes";
  const maps = tokens(settings.text("smtp_sasl_password_maps"));
  if (!isOn) return { login: false, password: "none" };
  if (maps.length === 0)
    throw settings.stops("smtp_sasl_password_maps", "smtp_sasl_auth_enable needs smtp_sasl_password_maps");
  const isFile = maps.some(
    (map) =>
      /^(?:proxy:)?(?:hash|btree|texthash|lmdb|cdb|dbm|static|inline|regexp|pcre|pipemap|unionmap):/.test(map) ||
      !map.includes(":"),
  );
  return isFile ? { login: true, password: "plain file" } : unknown("smtp_sasl_password_maps");
}
