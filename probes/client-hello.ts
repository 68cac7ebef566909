import { randomBytes } from "node:crypto";
import type { TlsVersion } from "../model/fact.js";
import { isIP } from "../model/ip-version.js";
import { forwardSecretSuites, isRisky, type Suite, weakSuites } from "./suites.js";

/** What a ClientHello asks for. */
export interface Offer {
  /** For transcripts and plans. */
  readonly title: string;
  /** The highest version, as on the wire; TLS 1.3 is offered alone. */
  readonly version: number;
  readonly suites: readonly number[];
  /** Whether DEFLATE is offered. */
  readonly compression?: boolean;
}

/** TLS 1.3 on the wire, where it is named in an extension. */
export const tls13 = 0x0304;
export const tls12 = 0x0303;

/** Wire numbers of the versions that RFC 8996 and RFC 7568 forbid, newest first. */
export const oldVersions: readonly (readonly [number, TlsVersion])[] = [
  [0x0302, "TLSv1.1"],
  [0x0301, "TLSv1"],
  [0x0300, "SSLv3"],
];

/** Of the suites below those that need nothing of a server but its certificate: ECDHE and RSA key exchange. */
const plainOldSuites = [
  0xc014, 0xc00a, 0xc013, 0xc009, 0x0035, 0x0084, 0x002f, 0x0041, 0x0096, 0x0007, 0xc012, 0xc008, 0x000a, 0xc011,
  0xc007, 0x0005, 0x0004, 0x0009, 0x0008, 0x0006, 0x0003, 0xc010, 0xc006, 0x0002, 0x0001,
];

/**
 * Every suite that was ever common below TLS 1.2, so that a refusal is about the version and not about the suites:
 * ECDHE, RSA, DHE and anonymous key exchange with AES, Camellia, SEED, IDEA, 3DES, RC4, DES, export and NULL ciphers.
 */
const oldSuites = [
  ...plainOldSuites,
  // Last what takes DH parameters: a server that follows our order and lacks them fails only where it takes none of the others.
  ...[0xc019, 0xc018, 0xc017, 0xc016, 0xc015],
  ...[0x0039, 0x0038, 0x0033, 0x0032, 0x0088, 0x0087, 0x0045, 0x0044, 0x009a, 0x0099, 0x0016, 0x0013, 0x0015, 0x0012],
  ...[0x0014, 0x0011, 0x003a, 0x0034, 0x0089, 0x0046, 0x001b, 0x0018, 0x001a, 0x0017, 0x0019],
];

/** TLS_EMPTY_RENEGOTIATION_INFO_SCSV, RFC 5746. */
const renegotiationInfo = 0x00ff;

/** TLS 1.1 and, by the rule of version negotiation, everything older. RFC 4346 section 7.4.1.2. */
export const oldOffer: Offer = { title: "TLS 1.1 at most", version: 0x0302, suites: oldSuites };

/** The same without suites at which a server may fail that would speak an old version with another one. */
export const plainOldOffer: Offer = {
  title: "TLS 1.1 at most without DHE and anonymous suites",
  version: 0x0302,
  suites: plainOldSuites,
};

/** TLS 1.2 with suites of which none is good enough: a refusal shows at once that all are refused. */
export const weakOffer: Offer = { title: "weak cipher suites only", version: tls12, suites: numbersOf(weakSuites) };

/**
 * The same without suites that need more of a server than its certificate: one that has put them first and lacks it, as a Dovecot
 * without `ssl_dh`, hangs up on the whole offer without an alert, although it would take another of them.
 */
export const plainWeakOffer: Offer = {
  title: "weak cipher suites without DHE and anonymous ones",
  version: tls12,
  suites: numbersOf(weakSuites.filter((suite) => !isRisky(suite))),
};

/** TLS 1.2 as it should be, and compression, which a server must not take up. */
export const goodOffer: Offer = {
  title: "TLS 1.2 with forward secrecy",
  version: tls12,
  suites: numbersOf(forwardSecretSuites),
  compression: true,
};

/** Good ones that most servers have two of, whatever their key, in the order opposite to `goodOffer`'s. */
export const usualSuites: readonly number[] = [0xc030, 0xc02c, 0xc02f, 0xc02b];

/**
 * The weak suites, and good ones behind them: a server that chooses one of these here and another in `goodOffer` follows our order,
 * and then takes no weak one, since they come first.
 */
export const mixedOffer: Offer = {
  title: "weak cipher suites, and good ones behind them",
  version: tls12,
  suites: [...weakOffer.suites, ...usualSuites],
};

/**
 * A ClientHello record of our own encoding, so that what is offered does not depend on what the local OpenSSL still
 * allows. RFC 5246 section 7.4.1.2, RFC 8446 section 4.1.2.
 */
export function clientHello(serverName: string, { version, suites, compression }: Offer): Buffer {
  const isTls12 = version >= tls12;
  const isTls13 = version >= tls13;
  const body = Buffer.concat([
    u16(Math.min(version, tls12)),
    randomBytes(32),
    u8(0),
    vector16(Buffer.concat([...suites, renegotiationInfo].map(u16))),
    vector8(compression ? Buffer.from([1, 0]) : u8(0)),
    vector16(
      Buffer.concat([
        ...nameExtension(serverName),
        isTls13 ? tls13GroupsExtension : isTls12 ? allGroupsExtension : groupsExtension,
        pointFormatsExtension,
        ...(isTls12 ? [signaturesExtension, masterSecretExtension] : []),
        ...(isTls13 ? [versionsExtension, keyShareExtension()] : []),
      ]),
    ),
  ]);
  const handshake = Buffer.concat([u8(1), u24(body.length), body]);
  // The record layer says TLS 1.0, which no server holds against us (RFC 5246 appendix E.1).
  return Buffer.concat([u8(22), u16(0x0301), vector16(handshake)]);
}

function numbersOf(suites: readonly Suite[]): number[] {
  return suites.map(([number]) => number);
}

/** server_name, RFC 6066 section 3: never an address. */
function nameExtension(name: string): Buffer[] {
  if (isIP(name)) return [];
  return [extension(0, vector16(Buffer.concat([u8(0), vector16(Buffer.from(name, "ascii"))])))];
}

/** secp256r1, secp384r1, secp521r1, secp224r1, secp192r1. */
const groupsExtension = extension(10, vector16(Buffer.concat([23, 24, 25, 21, 19].map(u16))));
/** x25519, x448 and the above. */
const allGroupsExtension = extension(10, vector16(Buffer.concat([29, 23, 24, 25, 30, 21, 19].map(u16))));
/** x25519, x448, the curves of NIST and Brainpool, and the groups of RFC 7919. */
const tls13GroupsExtension = extension(
  10,
  vector16(Buffer.concat([29, 23, 24, 25, 30, 31, 32, 33, 256, 257, 258, 259, 260].map(u16))),
);
/** supported_versions, RFC 8446 section 4.2.1. */
const versionsExtension = extension(43, vector8(u16(tls13)));
const pointFormatsExtension = extension(11, vector8(u8(0)));
/** Every scheme down to SHA-1 and DSA: without it, servers of today would refuse for want of a signature. */
const signaturesExtension = extension(
  13,
  vector16(
    Buffer.concat(
      [
        ...[0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b],
        ...[0x0401, 0x0501, 0x0601, 0x0303, 0x0301, 0x0203, 0x0201, 0x0402, 0x0302, 0x0202],
      ].map(u16),
    ),
  ),
);
/** extended_master_secret, RFC 7627. */
const masterSecretExtension = extension(23, Buffer.alloc(0));

/** key_share with one for x25519, of which any 32 bytes are a public key; no handshake is finished. RFC 8446 section 4.2.8. */
function keyShareExtension(): Buffer {
  return extension(51, vector16(Buffer.concat([u16(29), vector16(randomBytes(32))])));
}

function extension(type: number, data: Buffer): Buffer {
  return Buffer.concat([u16(type), vector16(data)]);
}

function vector8(data: Buffer): Buffer {
  return Buffer.concat([u8(data.length), data]);
}

function vector16(data: Buffer): Buffer {
  return Buffer.concat([u16(data.length), data]);
}

function u8(value: number): Buffer {
  return Buffer.from([value]);
}

function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function u24(value: number): Buffer {
  return Buffer.from([value >> 16, (value >> 8) & 0xff, value & 0xff]);
}
