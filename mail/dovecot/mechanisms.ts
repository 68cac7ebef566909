import type { Evidence } from "../../model/evidence.js";
import { isUnknown, type Maybe, mapKnown } from "../../model/maybe.js";
import { mechanisms } from "./defaults.js";
import type { View } from "./view.js";

/** Databases that only say whether a password is right: challenge mechanisms cannot work on them. */
const withoutSecrets = ["pam", "bsdauth", "imap", "oauth2", "checkpassword"];

/** Mechanisms as they are listed inside TLS, sorted; anonymous logins are never listed for submission. */
export function listedMechanisms(view: View): {
  readonly all: Maybe<readonly string[]>;
  readonly plaintext: readonly string[];
  readonly evidence: readonly Evidence[];
} {
  // The auth process announces one list, whatever a protocol block says.
  const names = mapKnown(view.words("auth_mechanisms"), (words) => words.map((each) => each.toUpperCase()));
  const all = mapKnown(names, (each) =>
    [...new Set(each)].filter((name) => mechanisms.get(name) !== "anonymous").sort(),
  );
  const plaintext = [...mechanisms].flatMap(([name, kind]) => (kind === "plaintext" ? [name] : []));
  return { all, plaintext, evidence: [view.evidence("auth_mechanisms", "auth_mechanisms names them")] };
}

/** Why the auth process ends at its start, or what decides that; undefined where it runs. */
export function authBroken(
  view: View,
): { readonly evidence: Evidence } | { readonly unknown: readonly string[]; readonly evidence: Evidence } | undefined {
  const words = view.words("auth_mechanisms");
  const evidence = (says: string) => view.evidence("auth_mechanisms", says);
  if (isUnknown(words)) return { unknown: words.unknown, evidence: evidence("auth_mechanisms names them") };
  const names = words.map((each) => each.toUpperCase());
  if (names.length === 0) return { evidence: evidence("auth_mechanisms is empty: the auth process ends") };
  const strange = names.filter((each) => !mechanisms.has(each));
  const passdbs = view.configuration.sections.get("passdb") ?? [];
  const kinds = names.map((each) => mechanisms.get(each));
  if (strange.length > 0)
    return { unknown: ["a plugin for a mechanism of auth_mechanisms"], evidence: evidence("a mechanism is not known") };
  if (passdbs.length === 0 && kinds.some((each) => each === "plaintext" || each === "challenge"))
    return { evidence: evidence("no passdb is there to check passwords: the auth process ends") };
  const drivers = passdbs.map((name) => driverOf(view, name));
  if (kinds.includes("challenge") && drivers.every((each) => withoutSecrets.includes(each)))
    return {
      unknown: ["a passdb that gives challenge mechanisms the password"],
      evidence: evidence("a mechanism may not work with the passdbs: the auth process ends"),
    };
  return undefined;
}

function driverOf(view: View, name: string): string {
  const set = view.text(`passdb/${name}/driver`);
  return isUnknown(set) ? name : set;
}
