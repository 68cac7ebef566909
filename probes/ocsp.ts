import { createHash, verify, X509Certificate } from "node:crypto";
import type { FactValues } from "../model/fact.js";
import type { TrustStore } from "./chain.js";
import { childrenOf, type Element, elementAt, integerOf, objectId, timeOf } from "./der.js";

type Staple = FactValues["ocspStaple"]["staple"];

const tlsFeature = "1.3.6.1.5.5.7.1.24";
const statusRequest = 5;
const ocspSigning = "1.3.6.1.5.5.7.3.9";
/** Context-specific tags. */
const tag0 = 0xa0;

/** RFC 7633: the certificate is only to be believed together with an OCSP response; undefined where its DER cannot be read. */
export function asksForStaple(leaf: Buffer): boolean | undefined {
  try {
    return extensionsOf(leaf).some(([id, value]) => {
      if (id !== tlsFeature) return false;
      return childrenOf(value, elementAt(value, 0)).some((each) => integerOf(value, each) === statusRequest);
    });
  } catch {
    return undefined;
  }
}

/** Judges a stapled response (RFC 6960 section 4.2): whose it is, who signed it, what it says and for how long. */
export function judgeOcsp(
  response: Buffer,
  chain: readonly Buffer[],
  trust: TrustStore,
  now: Date,
): { readonly staple: Staple; readonly because: string } {
  try {
    return judge(response, chain, trust, now);
  } catch {
    // DER from a stranger: what does not add up ends in a RangeError here or in OpenSSL.
    return { staple: "unknown", because: "it cannot be read" };
  }
}

function judge(response: Buffer, chain: readonly Buffer[], trust: TrustStore, now: Date) {
  const unknown = (because: string) => ({ staple: "unknown", because }) as const;
  const [status, bytes] = childrenOf(response, elementAt(response, 0));
  if (!status || integerOf(response, status) !== 0 || !bytes) return unknown("the responder reports an error");
  const [, octets] = childrenOf(response, childrenOf(response, bytes)[0] as Element);
  const basic = content(response, octets as Element);
  const [data, algorithm, signature, certificates] = childrenOf(basic, elementAt(basic, 0)) as Element[];
  const leaf = new X509Certificate(chain[0] as Buffer);
  const issuer = issuerOf(leaf, chain, trust);
  if (!issuer) return unknown("its signature cannot be checked without the issuer's certificate");
  const signers = [issuer, ...(certificates ? delegates(basic, certificates, issuer) : [])];
  if (!signers.some((each) => signed(basic, data as Element, algorithm as Element, signature as Element, each)))
    return unknown("its signature does not verify");
  const single = singleOf(basic, data as Element, leaf, issuer);
  if (!single) return unknown("it is about another certificate");
  const [, certStatus, thisUpdate, next] = single as [Element, Element, Element, Element | undefined];
  if ((certStatus.tag & 0x1f) === 1) return { staple: "revoked", because: "the certificate is revoked" } as const;
  if ((certStatus.tag & 0x1f) !== 0) return unknown("the responder does not know the certificate");
  const from = timeOf(basic, thisUpdate);
  const nextAt = next?.tag === tag0 ? childrenOf(basic, next)[0] : undefined;
  const until = nextAt ? timeOf(basic, nextAt) : undefined;
  const dates = `${from.toISOString().slice(0, 10)} to ${until?.toISOString().slice(0, 10) ?? "no end"}`;
  const isCurrent = from <= now && (until === undefined || now <= until);
  return isCurrent
    ? ({ staple: "good", because: `valid ${dates}` } as const)
    : ({ staple: "stale", because: `valid only ${dates}` } as const);
}

function issuerOf(leaf: X509Certificate, chain: readonly Buffer[], trust: TrustStore): X509Certificate | undefined {
  const sent = chain.slice(1).map((der) => new X509Certificate(der));
  return sent.find((each) => leaf.checkIssued(each) && leaf.verify(each.publicKey)) ?? trust.issuerOf(leaf);
}

/** Certificates that the issuer has given to its responders (RFC 6960 section 4.2.2.2). */
function delegates(basic: Buffer, tagged: Element, issuer: X509Certificate): X509Certificate[] {
  return childrenOf(basic, childrenOf(basic, tagged)[0] as Element)
    .map((each) => new X509Certificate(basic.subarray(each.at, each.end)))
    .filter((each) => each.checkIssued(issuer) && each.verify(issuer.publicKey))
    .filter((each) => each.keyUsage?.includes(ocspSigning));
}

const hashes: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.5": "sha1",
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
};

function signed(basic: Buffer, data: Element, algorithm: Element, bits: Element, signer: X509Certificate): boolean {
  const hash = hashes[objectId(basic, childrenOf(basic, algorithm)[0] as Element)];
  // The first octet of a BIT STRING counts the bits that are not used.
  const signature = basic.subarray(bits.start + 1, bits.end);
  return hash !== undefined && verify(hash, basic.subarray(data.at, data.end), signer.publicKey, signature);
}

/** The part about this certificate: `SingleResponse ::= SEQUENCE { certID, certStatus, thisUpdate, [0] nextUpdate … }`. */
function singleOf(basic: Buffer, data: Element, leaf: X509Certificate, issuer: X509Certificate): Element[] | undefined {
  const list = childrenOf(basic, data).find(({ tag }) => tag === 0x30);
  const serial = BigInt(`0x${leaf.serialNumber}`);
  const nameHash = createHash("sha1").update(subjectOf(issuer.raw)).digest();
  return (list ? childrenOf(basic, list) : [])
    .map((each) => childrenOf(basic, each))
    .find(([id]) => {
      const [hash, name, , number] = id ? (childrenOf(basic, id) as Element[]) : [];
      if (!hash || !name || !number) return false;
      const isSha1 = objectId(basic, childrenOf(basic, hash)[0] as Element) === "1.3.14.3.2.26";
      const sameIssuer = !isSha1 || content(basic, name).equals(nameHash);
      return sameIssuer && BigInt(`0x${content(basic, number).toString("hex")}`) === serial;
    });
}

/** The subject of a certificate, as DER. */
function subjectOf(der: Buffer): Buffer {
  const fields = tbsOf(der).filter(({ tag }) => tag !== tag0);
  const subject = fields[4] as Element;
  return der.subarray(subject.at, subject.end);
}

function extensionsOf(der: Buffer): [string, Buffer][] {
  const tagged = tbsOf(der).find(({ tag }) => tag === 0xa3);
  const list = tagged && childrenOf(der, tagged)[0];
  return (list ? childrenOf(der, list) : []).map((each) => {
    const parts = childrenOf(der, each);
    return [objectId(der, parts[0] as Element), content(der, parts.at(-1) as Element)];
  });
}

function tbsOf(der: Buffer): Element[] {
  return childrenOf(der, childrenOf(der, elementAt(der, 0))[0] as Element);
}

function content(der: Buffer, { start, end }: Element): Buffer {
  return der.subarray(start, end);
}
