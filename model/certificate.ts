import type { X509Certificate } from "node:crypto";
import type { CertificateValue } from "./fact.js";

/** What a certificate says of itself, but for its signature's algorithm, which Node does not tell on every version. */
export function describeCertificate(leaf: X509Certificate): Omit<CertificateValue, "signature" | "chain"> {
  return {
    subject: nameOnOneLine(leaf.subject ?? ""),
    issuer: nameOnOneLine(leaf.issuer ?? ""),
    names: namesOf(leaf),
    notBefore: new Date(leaf.validFrom).toISOString(),
    notAfter: new Date(leaf.validTo).toISOString(),
    key: keyOf(leaf),
    sha256: leaf.fingerprint256.replaceAll(":", "").toLowerCase(),
  };
}

/** Node writes a distinguished name over several lines. */
export function nameOnOneLine(name: string): string {
  return name.split("\n").join(", ");
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
