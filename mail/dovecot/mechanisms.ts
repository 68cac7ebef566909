import type { Evidence } from "../../model/evidence.js";
import { isUnknown, type Maybe, mapKnown } from "../../model/maybe.js";
import { mechanisms } from "./defaults.js";
import { View } from "./view.js";

/** Databases that only say whether a password is right: challenge mechanisms cannot work on them. */
const withoutSecrets = ["pam", "bsdauth", "imap", "oauth2", "checkpassword"];

/** The SASL mechanisms of submission. */
export interface Mechanisms {
  /** As they are listed inside TLS, sorted; anonymous logins are never listed for submission. */
  readonly listed: Maybe<readonly string[]>;
  /** Those of the listed ones that a login may use. */
  readonly usable: Maybe<readonly string[]>;
  readonly evidence: readonly Evidence[];
}

/** The auth process announces the list of the top level; 2.3 asks the protocol block's when one is used. */
export function mechanismsOf(view: View): Mechanisms {
  const listed = namesIn(new View(view.configuration));
  const usable =
    view.configuration.syntax === "2.4"
      ? listed
      : mapKnown(namesIn(view), (own) =>
          mapKnown(listed, (announced) => announced.filter((each) => own.includes(each))),
        );
  return { listed, usable, evidence: [view.evidence("auth_mechanisms", "auth_mechanisms names them")] };
}

function namesIn(view: View): Maybe<readonly string[]> {
  return mapKnown(view.words("auth_mechanisms"), (words) =>
    [...new Set(words.map((each) => each.toUpperCase()))].filter((name) => mechanisms.get(name) !== "anonymous").sort(),
  );
}

/** Does it send the password itself? */
export function isPlaintext(mechanism: string): boolean {
  return mechanisms.get(mechanism) === "plaintext";
}

/** Why the auth process does not serve; `missing`: what decides whether it does. */
export interface AuthTrouble {
  readonly evidence: Evidence;
  readonly missing?: readonly string[];
}

/** Undefined where the auth process runs. */
export function authTrouble(view: View): AuthTrouble | undefined {
  const whole = troubleIn(new View(view.configuration));
  // In 2.4 it reads no protocol block.
  return whole || view.configuration.syntax === "2.4" ? whole : troubleIn(view);
}

function troubleIn(view: View): AuthTrouble | undefined {
  const words = view.words("auth_mechanisms");
  const evidence = (says: string) => view.evidence("auth_mechanisms", says);
  if (isUnknown(words)) return { missing: words.unknown, evidence: evidence("auth_mechanisms names them") };
  const names = words.map((each) => each.toUpperCase());
  if (names.length === 0) return { evidence: evidence("auth_mechanisms is empty: the auth process ends") };
  if (names.some((each) => each.includes("\n")))
    return { evidence: evidence("the line's end of its file belongs to a mechanism: the auth process ends") };
  if (names.some((each) => !mechanisms.has(each)))
    return { missing: ["a plugin for a mechanism of auth_mechanisms"], evidence: evidence("a mechanism is not known") };
  const passdbs = [...(view.configuration.sections.get("passdb") ?? [])];
  if (passdbs.length === 0 && names.some((each) => mechanisms.get(each) !== "anonymous"))
    return { evidence: evidence("no passdb is there for the mechanisms: the auth process ends") };
  const drivers = passdbs.map((name) => driverOf(view, name));
  const needsSecrets = names.some((each) => mechanisms.get(each) === "challenge");
  if (!needsSecrets || !drivers.every((each) => withoutSecrets.includes(each))) return undefined;
  const says = "a mechanism may not work with the passdbs: the auth process ends";
  return { missing: ["a passdb that gives challenge mechanisms the password"], evidence: evidence(says) };
}

function driverOf(view: View, name: string): string {
  const set = view.text(`passdb/${name}/${view.configuration.syntax === "2.3" ? "driver" : "passdb_driver"}`);
  return isUnknown(set) ? name : set;
}
