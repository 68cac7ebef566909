import { X509Certificate } from "node:crypto";

const names: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.4": "md5WithRSAEncryption",
  "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
  "1.2.840.113549.1.1.10": "rsassaPss",
  "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
  "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
  "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
  "1.2.840.10045.4.1": "ecdsa-with-SHA1",
  "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
  "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
  "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
  "1.3.101.112": "ed25519",
  "1.3.101.113": "ed448",
};

/** Certificates that many servers show are read once; so many are kept. */
const mostKept = 256;
const kept = new Map<string, X509Certificate | undefined>();

/**
 * Undefined for what is no certificate, or none in DER: OpenSSL reads lengths that DER does not have, and what it does not tell
 * of a certificate is read here.
 */
export function readCertificate(der: Buffer): X509Certificate | undefined {
  const bytes = der.toString("latin1");
  const known = kept.get(bytes);
  if (known || kept.has(bytes)) return known;
  const certificate = parsed(der);
  if (kept.size === mostKept) kept.clear();
  kept.set(bytes, certificate);
  return certificate;
}

function parsed(der: Buffer): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der);
    signatureAlgorithm(certificate.raw);
    issuerName(certificate.raw);
    return certificate;
  } catch {
    return undefined;
  }
}

/**
 * The algorithm that a certificate is signed with: `Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm
 * SEQUENCE { OID … }, … }` (RFC 5280 section 4.1). Node 20 does not tell it. OpenSSL's name, or the OID in dots.
 * @throws RangeError where it is no DER.
 */
export function signatureAlgorithm(der: Buffer): string {
  const [, algorithm] = childrenOf(der, elementAt(der, 0));
  const [id] = algorithm ? childrenOf(der, algorithm) : [];
  const dotted = id ? objectId(der, id) : "";
  return names[dotted] ?? dotted;
}

const explicitVersion = 0xa0;

/**
 * The issuer of a certificate as it is written: `tbsCertificate SEQUENCE { [0] version, serialNumber, signature, issuer … }`, and no
 * version where it is 1 (RFC 5280 section 4.1). @throws RangeError where it is no DER.
 */
export function issuerName(der: Buffer): Buffer {
  const [body] = childrenOf(der, elementAt(der, 0));
  const fields = body ? childrenOf(der, body) : [];
  const issuer = fields[fields[0]?.tag === explicitVersion ? 3 : 2];
  return issuer ? der.subarray(issuer.at, issuer.end) : Buffer.alloc(0);
}

/** One element of DER: where it stands, where its content starts, and where both end. */
export interface Element {
  readonly tag: number;
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

/** @throws RangeError when it reaches beyond the buffer. */
export function elementAt(der: Buffer, at: number): Element {
  const first = der.readUInt8(at + 1);
  const size = first & 0x7f;
  const start = first < 0x80 ? at + 2 : at + 2 + size;
  const end = start + (first < 0x80 ? first : der.readUIntBE(at + 2, size));
  if (end > der.length) throw new RangeError("an element of DER that is longer than its buffer");
  return { tag: der.readUInt8(at), at, start, end };
}

/** The elements inside one that is made of others. @throws RangeError as above. */
export function childrenOf(der: Buffer, { start, end }: Element): Element[] {
  const children: Element[] = [];
  for (let at = start; at < end; at = (children.at(-1) as Element).end) children.push(elementAt(der, at));
  return children;
}

/** A small INTEGER or ENUMERATED. */
export function integerOf(der: Buffer, { start, end }: Element): number {
  return der.readUIntBE(start, end - start);
}

/** An OBJECT IDENTIFIER, in dots. */
export function objectId(der: Buffer, { start, end }: Element): string {
  return dots(der.subarray(start, end));
}

/** A GeneralizedTime as RFC 5280 section 4.1.2.5.2 has it. @throws RangeError when it is none. */
export function timeOf(der: Buffer, { start, end }: Element): Date {
  const text = der.subarray(start, end).toString("latin1");
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(text) ?? [];
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(time.getTime())) throw new RangeError("no time");
  return time;
}

function dots(oid: Buffer): string {
  const parts: number[] = [];
  let value = 0;
  for (const byte of oid) {
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      parts.push(value);
      value = 0;
    }
  }
  const [first = 0, ...rest] = parts;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join(".");
}
