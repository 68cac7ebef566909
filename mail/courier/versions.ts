import type { FactValues, TlsVersion } from "../../model/fact.js";
import { isUnknown, type Maybe, missingOf, unknown } from "../../model/maybe.js";
import type { Setting } from "./shell.js";

const every: readonly TlsVersion[] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
const names: Readonly<Record<string, readonly TlsVersion[]>> = {
  "VERS-TLS1.0": ["TLSv1"],
  "VERS-TLS1.1": ["TLSv1.1"],
  "VERS-TLS1.2": ["TLSv1.2"],
  "VERS-TLS1.3": ["TLSv1.3"],
  "VERS-ALL": every,
  "VERS-TLS-ALL": every,
};
/** Keywords to begin with that hold every version, and words that leave the versions alone. */
const levels = new Set(["NORMAL", "SECURE128", "PERFORMANCE"]);
const others = new Set(["%SERVER_PRECEDENCE", "%COMPAT", "-ARCFOUR-128", "-3DES-CBC"]);

/**
 * The TLS versions of couriertls as Debian builds it, with GnuTLS. Unknown where settings of the OpenSSL build stand: which
 * build it is, is not told.
 */
export function versionsOf(get: (name: string) => Setting): Maybe<FactValues["tlsVersions"]> {
  const values = ["TLS_PRIORITY", "TLS_PROTOCOL", "TLS_CIPHER_LIST", "TLS_VERIFYPEER"].map((name) => get(name).value);
  if (values.some(isUnknown)) return unknown(...missingOf(...values));
  const [priority, protocol, ciphers, verify] = values as (string | undefined)[];
  if (protocol || ciphers) return unknown("the TLS library that couriertls is built with");
  if (verify && !/^(NONE|PEER)$/.test(verify)) return unknown("the certificates of clients (TLS_VERIFYPEER)");
  const accepted = priority === undefined ? every : accepts(priority);
  if (!accepted || accepted.length === 0) return unknown("what GnuTLS makes of TLS_PRIORITY");
  const refused = (["SSLv3", ...every] as const).filter((version) => !accepted.includes(version));
  return { accepted, refused };
}

/** The part of GnuTLS' priority strings that is about versions; undefined where more is said. */
function accepts(priority: string): readonly TlsVersion[] | undefined {
  const [level = "", ...rest] = priority.split(":");
  if (!levels.has(level)) return undefined;
  let accepted: readonly TlsVersion[] = every;
  for (const word of rest) {
    if (others.has(word)) continue;
    const meant = names[word.slice(1)];
    if (!meant || !/^[-+!]/.test(word)) return undefined;
    accepted = every.filter((each) => (meant.includes(each) ? word.startsWith("+") : accepted.includes(each)));
  }
  return accepted;
}
