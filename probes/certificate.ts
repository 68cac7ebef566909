import type { X509Certificate } from "node:crypto";
import { describeCertificate } from "../model/certificate.js";
import type { CertificateValue } from "../model/fact.js";
import { isIP } from "../model/ip-version.js";
import { onceForEach } from "../model/once.js";
import { judgeChain, type TrustStore } from "./chain.js";
import { readCertificate, signatureAlgorithm } from "./der.js";

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
  const read = chain.map(readCertificate);
  const certificates = read.filter((each) => each !== undefined);
  const leaf = read[0];
  if (!leaf) return undefined;
  const verdict = judgeChain(certificates, trust, now);
  const { sha256, ...said } = saidBy(leaf);
  return {
    value: { ...said, chain: verdict.chain, sha256 },
    because: verdict.because,
    matchesHost: matches(leaf, host),
    current: new Date(said.notBefore) <= now && now <= new Date(said.notAfter),
  };
}

const saidBy = onceForEach((leaf: X509Certificate) => {
  const { sha256, ...said } = describeCertificate(leaf);
  return { ...said, signature: signatureAlgorithm(leaf.raw), sha256 };
});

/** RFC 9525: subjectAltName alone, wildcards only as the whole left-most label. */
function matches(leaf: X509Certificate, host: string): boolean {
  if (isIP(host)) return leaf.checkIP(host) !== undefined;
  return leaf.checkHost(host, { subject: "never", partialWildcards: false }) !== undefined;
}
