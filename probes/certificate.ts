import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { CertificateValue } from "../model/fact.js";
import { judgeChain, oneLine, type TrustStore } from "./chain.js";
import { signatureAlgorithm } from "./der.js";

export interface JudgedCertificate {
  readonly value: CertificateValue;
  /** Why the chain is what it is, as a clause. */
  readonly because: string;
  readonly matchesHost: boolean;
  /** Within its dates. */
  readonly current: boolean;
}

/** Judges what the server sent, leaf first, as DER. Undefined when the leaf cannot be read. */
export function judgeCertificate(
  chain: readonly Buffer[],
  host: string,
  trust: TrustStore,
  now: Date,
): JudgedCertificate | undefined {
  const certificates = chain.map(read).filter((each) => each !== undefined);
  const leaf = chain[0] && read(chain[0]);
  if (!leaf) return undefined;
  const verdict = judgeChain(certificates, trust, now);
  const notBefore = new Date(leaf.validFrom);
  const notAfter = new Date(leaf.validTo);
  return {
    value: {
      subject: oneLine(leaf.subject ?? ""),
      issuer: oneLine(leaf.issuer ?? ""),
      names: namesOf(leaf),
      notBefore: notBefore.toISOString(),
      notAfter: notAfter.toISOString(),
      key: keyOf(leaf),
      signature: signatureAlgorithm(leaf.raw),
      chain: verdict.chain,
      sha256: leaf.fingerprint256.replaceAll(":", "").toLowerCase(),
    },
    because: verdict.because,
    matchesHost: matches(leaf, host),
    current: notBefore <= now && now <= notAfter,
  };
}

function read(der: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}

/** RFC 9525: subjectAltName alone, wildcards only as the whole left-most label. */
function matches(leaf: X509Certificate, host: string): boolean {
  if (isIP(host)) return leaf.checkIP(host) !== undefined;
  return leaf.checkHost(host, { subject: "never", partialWildcards: false }) !== undefined;
}

/** dNSName and iPAddress entries, in the certificate's order. */
function namesOf(leaf: X509Certificate): string[] {
  // Entries with characters that could be mistaken for the separator come as JSON strings.
  const entries = leaf.subjectAltName?.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return entries.flatMap((entry) => {
    const [, name] = /^\s*(?:DNS|IP Address):(.*)$/.exec(entry) ?? [];
    if (name === undefined) return [];
    return [name.startsWith('"') ? String(JSON.parse(name)) : name.toLowerCase()];
  });
}

const curveBits: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp384r1: 384,
  secp521r1: 521,
  secp256k1: 256,
  ed25519: 256,
  ed448: 456,
};

/** Type as OpenSSL names it; bits of the modulus, or of the curve's order, 0 when they cannot be told. */
function keyOf(leaf: X509Certificate): CertificateValue["key"] {
  try {
    const { asymmetricKeyType: type = "unknown", asymmetricKeyDetails: details } = leaf.publicKey;
    return { type, bits: details?.modulusLength ?? curveBits[details?.namedCurve ?? type] ?? 0 };
  } catch {
    return { type: "unknown", bits: 0 };
  }
}
