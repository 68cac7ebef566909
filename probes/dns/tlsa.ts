import { createHash, type X509Certificate } from "node:crypto";
import type { TlsaData } from "dns-packet";
import { issued, judgeChain, type TrustStore } from "../chain.js";
import { childrenOf, elementAt, readCertificate } from "../der.js";

/**
 * Does what the server sent fit the record (RFC 6698 section 2.1, RFC 7671 section 5)? Names and dates are judged
 * elsewhere. Undefined for a record that no client can use: an unknown number in it.
 * @param chain DER, the leaf first.
 */
export function fits(
  { usage, selector, matchingType, certificate: data }: TlsaData,
  chain: readonly Buffer[],
  trust: TrustStore,
  now: Date,
): boolean | undefined {
  const digest = digests[matchingType];
  if (usage > 3 || selector > 1 || digest === undefined) return undefined;
  const [first, ...others] = chain.map(readCertificate);
  if (!first) return false;
  const sent = [first, ...others.filter((each) => each !== undefined)];
  const [leaf = first, ...issuers] = pathOf(sent);
  const isNamed = (each: X509Certificate) => digest(selector === 0 ? each.raw : publicKeyOf(each.raw)).equals(data);
  // DANE-EE and DANE-TA stand without a public authority; PKIX-EE and PKIX-TA need both.
  if (usage === 3) return isNamed(leaf);
  if (usage === 2) return issuers.some(isNamed);
  if (judgeChain(sent, trust, now).chain !== "trusted") return false;
  if (usage === 1) return isNamed(leaf);
  const root = trust.issuerOf(issuers.at(-1) ?? leaf);
  return [...issuers, ...(root ? [root] : [])].some(isNamed);
}

const hashed = (algorithm: string) => (bytes: Buffer) => createHash(algorithm).update(bytes).digest();

const digests: Readonly<Record<number, ((bytes: Buffer) => Buffer) | undefined>> = {
  0: (bytes) => bytes,
  1: hashed("sha256"),
  2: hashed("sha512"),
};

/** The leaf and those that issued each other above it, of what was sent; each once. */
function pathOf(sent: readonly X509Certificate[]): X509Certificate[] {
  const path: X509Certificate[] = [];
  let next = sent[0];
  while (next && !path.includes(next)) {
    const current: X509Certificate = next;
    path.push(current);
    next = sent.find((each) => !path.includes(each) && issued(each, current));
  }
  return path;
}

/** SubjectPublicKeyInfo as it stands in the certificate: the first element after the subject (RFC 5280 section 4.1). */
function publicKeyOf(der: Buffer): Buffer {
  const [body] = childrenOf(der, elementAt(der, 0));
  const fields = body ? childrenOf(der, body) : [];
  // The version, tag [0], may be left out.
  const key = fields[fields[0]?.tag === 0xa0 ? 6 : 5];
  return key ? der.subarray(key.at, key.end) : Buffer.alloc(0);
}
