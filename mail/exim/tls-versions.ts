import type { FactValues, TlsVersion } from "../../model/fact.js";
import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import type { Config } from "./config.js";
import type { Situation } from "./situation.js";

const versions = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const satisfies readonly TlsVersion[];

/** Keywords that a GnuTLS priority string begins with, and the versions that they let in (GnuTLS 3.7, "Priority strings"). */
const keywords: Readonly<Record<string, readonly TlsVersion[]>> = {
  NORMAL: versions,
  PERFORMANCE: versions,
  SECURE128: versions,
  PFS: versions,
  LEGACY: versions,
};

/**
 * The versions that `tls_require_ciphers` (GnuTLS) or `openssl_options` permit; undefined where the priority string
 * leaves none, so that no handshake succeeds.
 */
export function tlsVersions(situation: Situation): Maybe<FactValues["tlsVersions"]> {
  const { options, holes } = situation.config;
  const openssl = options.get("openssl_options");
  if (openssl) {
    const text = situation.text(openssl, "openssl_options");
    if (isUnknown(text)) return text;
    const words = text.toLowerCase().split(/\s+/);
    return permitted(versions.filter((each) => !words.includes(`+no_${each.toLowerCase().replace(".", "_")}`)));
  }
  const setting = options.get("tls_require_ciphers");
  if (!setting) return holes.main.length > 0 ? unknown(...holes.main) : permitted(versions);
  const place = `tls_require_ciphers (${setting.at})`;
  const text = situation.text(setting, "tls_require_ciphers");
  if (isUnknown(text)) return text;
  const [keyword = "", ...rest] = text.trim().split(":");
  let accepted = keywords[keyword.toUpperCase()];
  if (!accepted) return unknown(`${place}: what the TLS library makes of it`);
  for (const word of rest) {
    const [, sign, name = ""] = /^([+!-])VERS-(.*)$/i.exec(word) ?? [];
    if (word.startsWith("%")) continue;
    if (sign === undefined) return unknown(`${place}: what the TLS library makes of it`);
    const named = versionsNamed(name.toUpperCase());
    if (!named) return unknown(`${place}: what the TLS library makes of it`);
    const before: readonly TlsVersion[] = accepted;
    accepted = versions.filter((each) =>
      sign === "+" ? before.includes(each) || named.includes(each) : before.includes(each) && !named.includes(each),
    );
  }
  return permitted(withoutGap(accepted));
}

/** GnuTLS gives up TLS 1.3 where a version before 1.2 is permitted and 1.2 is not. */
function withoutGap(accepted: readonly TlsVersion[]): readonly TlsVersion[] {
  const gap = !accepted.includes("TLSv1.2") && accepted.some((each) => each === "TLSv1" || each === "TLSv1.1");
  return gap ? accepted.filter((each) => each !== "TLSv1.3") : accepted;
}

/** Exim does not start with ciphers that its TLS library cannot read; which library that is, is not told by every list. */
export function doubtfulCiphers({ options }: Config): string[] {
  const setting = options.get("tls_require_ciphers");
  if (!setting || options.has("openssl_options") || setting.value.includes("$")) return [];
  const [keyword = ""] = setting.value.trim().split(":");
  return keywords[keyword.toUpperCase()] || /^(SUITEB|SECURE)\d+$|^NONE$/i.test(keyword)
    ? []
    : [`whether Exim's TLS library can read tls_require_ciphers (${setting.at})`];
}

function versionsNamed(name: string): readonly TlsVersion[] | undefined {
  if (name === "ALL" || name === "TLS-ALL") return versions;
  const one = /^TLS1\.([0-3])$/.exec(name)?.[1];
  if (one !== undefined) return versions.slice(Number(one), Number(one) + 1);
  return name === "SSL3.0" || name.startsWith("DTLS") ? [] : undefined;
}

function permitted(accepted: readonly TlsVersion[]): FactValues["tlsVersions"] {
  return { accepted, refused: ["SSLv3", ...versions.filter((each) => !accepted.includes(each))] };
}
