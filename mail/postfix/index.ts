import type { Fact } from "../../model/fact.js";
import type { MailDefinition } from "../../model/mail.js";
import { isUnknown, unknown } from "../../model/maybe.js";
import type { Subjects } from "../../model/subjects.js";
import { Algebra, agreed, type Claim, claim, sideBySide } from "../claims.js";
import {
  declaredPorts,
  type PortClaims,
  portFacts,
  stoppedPorts,
  undecidedPorts,
  withUnserved,
} from "../port-facts.js";
import { besideMainCf } from "./beside.js";
import { mainEntries, servicesOf } from "./changes.js";
import { listenersOf, portsNamed } from "./listeners.js";
import type { Service } from "./master-cf.js";
import { listenerClaims } from "./service-facts.js";
import { Settings, Stops, Undecided } from "./settings.js";
import { defaultsOf, milestones, newest, parseVersion, patchOf, type Version } from "./versions.js";

/** What one release does with the files: claims by port. */
interface Reading {
  readonly claims: PortClaims;
  /** The master daemon starts. */
  readonly starts: boolean;
}

/**
 * The facts of every SMTP port that a Postfix configuration (main.cf, master.cf) serves, per client class. A port that
 * is declared for this configuration and not served is stated as not listening. Without a declared version, only what
 * all supported releases that start with these files agree on is decided.
 * @throws InputError with `file:line` for a file that Postfix refuses to read.
 */
export function postfixFacts(definition: MailDefinition, subjects: Subjects): Fact[] {
  const files = read(definition);
  const host = hostname(files.settings(newest));
  const { claims } = readings(definition, files, declaredPorts(definition, subjects));
  return portFacts(definition, subjects, claims, host);
}

interface Files {
  readonly services: readonly Service[] | undefined;
  /** Where master.cf is, or would be. */
  readonly at: string;
  readonly missing: readonly string[];
  settings(version: Version): Settings;
  /** Of the client sets that its releases tell apart, which are the same more often than not. */
  readonly algebra: Algebra;
}

function read(definition: MailDefinition): Files {
  const { id, files, missing, version: declared } = definition;
  const entries = mainEntries(definition);
  const absent = (name: string) => (missing.length > 0 ? missing : [name]);
  return {
    services: servicesOf(definition),
    at: files["master.cf"]?.at ?? id,
    missing: absent("master.cf"),
    settings: (version) =>
      new Settings(version, entries, undefined, absent("main.cf"), patchOf(declared), besideMainCf(definition)),
    algebra: new Algebra(),
  };
}

/** The name Postfix gives itself; undefined when the machine decides it. */
function hostname(settings: Settings): string | undefined {
  try {
    return settings.isSet("myhostname") ? settings.text("myhostname") : undefined;
  } catch (error) {
    if (error instanceof Undecided || error instanceof Stops) return undefined;
    throw error;
  }
}

function readings(definition: MailDefinition, files: Files, declared: readonly number[]): Reading {
  const wanted = definition.version === undefined ? undefined : parseVersion(definition.version, definition.id);
  const all = (wanted === undefined ? milestones : [wanted]).map((version) => {
    if (version <= newest) return readAs(version, files, declared);
    const { claims, starts } = readAs(newest, files, declared);
    return {
      starts,
      claims: new Map([...claims].map(([port, each]) => [port, each.map((one) => asOf(version, one))])),
    };
  });
  // A release that does not start with these files is not the one they were written for, unless none does.
  const starting = all.filter((each) => each.starts);
  const [first, ...others] = starting.length > 0 ? starting : all;
  return others.reduce((older, newer) => both(older, newer, files.algebra), first as Reading);
}

/** Of a release that came out later the defaults are not known. */
function asOf(version: Version, one: Claim): Claim {
  const rests = !isUnknown(one.value) && one.evidence.some(({ kind }) => kind === "default");
  return rests ? claim(one.name, one.from, unknown(defaultsOf(version)), one.evidence) : one;
}

function both(older: Reading, newer: Reading, algebra: Algebra): Reading {
  const ports = new Set([...older.claims.keys(), ...newer.claims.keys()]);
  const claims = [...ports].map(
    (port) =>
      [
        port,
        agreed(older.claims.get(port) ?? [], newer.claims.get(port) ?? [], "the Postfix version", algebra),
      ] as const,
  );
  return { starts: newer.starts, claims: new Map(claims) };
}

function readAs(version: Version, files: Files, declared: readonly number[]): Reading {
  const settings = files.settings(version);
  const { services, at } = files;
  if (!services) {
    const says = "master.cf, which names the ports, is not at hand";
    return { starts: true, claims: undecidedPorts(declared, files.missing, { kind: "code", at, says }) };
  }
  try {
    const listeners = listenersOf(services, settings);
    const rewrite = services.findLast((each) => each.name === "rewrite" && each.type === "unix");
    const surroundings = {
      settings,
      resolver: rewrite ? settings.with(rewrite.overrides) : settings,
      passed: services.findLast((each) => each.type === "pass" && each.command === "smtpd"),
      algebra: files.algebra,
    };
    const claims = new Map<number, readonly Claim[]>();
    for (const listener of listeners) {
      const before = claims.get(listener.port) ?? [];
      claims.set(listener.port, sideBySide(before, listenerClaims(listener, surroundings)));
    }
    const nowhere = { kind: "code", at, says: "no service of master.cf serves this port" } as const;
    return { starts: true, claims: withUnserved(claims, declared, nowhere) };
  } catch (error) {
    if (error instanceof Stops) return { starts: false, claims: notStarting(error, services, settings, declared) };
    if (error instanceof Undecided) return { starts: true, claims: undecided(error, declared, at) };
    throw error;
  }
}

/** The master daemon ends before it serves anyone. */
function notStarting(
  { evidence }: Stops,
  services: readonly Service[],
  settings: Settings,
  declared: readonly number[],
) {
  return stoppedPorts([...portsNamed(services, settings), ...declared], evidence);
}

function undecided({ missing }: Undecided, declared: readonly number[], at: string) {
  const says = "where the services listen depends on settings that are not at hand";
  return undecidedPorts(declared, missing, { kind: "code", at, says });
}
