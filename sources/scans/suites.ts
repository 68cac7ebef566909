import type { FactValues, TlsVersion } from "../../model/fact.js";
import { unknown } from "../../model/maybe.js";
import type { Claim } from "./scan.js";

const versions: readonly TlsVersion[] = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/** NULL, EXPORT, RC4, DES, 3DES, static RSA and anonymous (RFC 9325 section 4.1), by IANA's names. */
const weak = /^TLS_RSA_|_anon_|_NULL_|_EXPORT|_RC4_|_3?DES_|_DES40_/;

/** What a scanner saw of one version. */
export type VersionSeen =
  | { readonly accepted: false }
  /** The suites are undefined where it did not ask for each. */
  | { readonly accepted: true; readonly suites: readonly string[] | undefined };

/**
 * What follows for versions and suites. A version that is not in `seen` was not asked for; those in `failed` were, without
 * an answer.
 */
export function suiteClaims(
  seen: ReadonlyMap<TlsVersion, VersionSeen>,
  failed: ReadonlyMap<TlsVersion, string>,
): Claim[] {
  if (seen.size + failed.size === 0) return [];
  const why = [...failed].map(([version, reason]) => `${version}: ${reason}`);
  const named = (accepted: boolean) => versions.filter((version) => seen.get(version)?.accepted === accepted);
  const claims: Claim[] = [
    seen.size > 0
      ? {
          name: "tlsVersions",
          value: { accepted: named(true), refused: named(false) },
          says: `accepts ${named(true).join(", ") || "none"}; refuses ${named(false).join(", ") || "none"}`,
        }
      : { name: "tlsVersions", value: unknown(...why), says: why.join("; ") },
  ];
  const lists = [...seen].flatMap(([version, each]) => (each.accepted ? [{ version, suites: each.suites }] : []));
  const missing = [
    ...why,
    ...versions
      .filter((version) => !seen.has(version) && !failed.has(version))
      .map((version) => `${version}: not asked`),
  ];
  const taken = lists.flatMap(({ suites = [] }) => suites);
  const found = [...new Set(taken.filter((suite) => weak.test(suite)))];
  if (lists.length > 0 && lists.every(({ suites }) => suites === undefined)) return claims;
  const isWhole = missing.length === 0 && lists.every(({ suites }) => suites !== undefined);
  const open = unknown(...(missing.length > 0 ? missing : ["a list of every accepted cipher suite"]));
  const accepted = lists
    .map(({ version, suites = [] }) => ({ version, suites }))
    .sort((a, b) => versions.indexOf(a.version) - versions.indexOf(b.version));
  const says = isWhole ? `${taken.length} cipher suites accepted, of all that the scanner has` : missing.join("; ");
  const weakSuites: FactValues["weakSuites"] = { accepted: found };
  return [
    ...claims,
    {
      name: "weakSuites",
      value: isWhole || found.length > 0 ? weakSuites : open,
      says: found.length > 0 ? `accepts ${found.join(", ")}` : says,
    },
    { name: "cipherSuites", value: isWhole ? { accepted } : open, says },
  ];
}
