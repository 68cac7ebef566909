/** What a ServerHello says in clear. */
export interface ServerHello {
  readonly version: number;
  readonly suite: number;
  /** 0 is none, 1 is DEFLATE (RFC 3749). */
  readonly compression: number;
  /** Types of its extensions. */
  readonly extensions: readonly number[];
}

/** What came back on a ClientHello. */
export type HelloAnswer =
  | ({ readonly kind: "server-hello" } & ServerHello)
  | { readonly kind: "alert"; readonly description: number }
  | { readonly kind: "not-tls"; readonly firstBytes: string };

/** The alert protocol_version, RFC 5246 section 7.2.2. */
export const noSuchVersion = 70;

const alertRecord = 21;
const handshakeRecord = 22;
const serverHello = 2;
const warning = 1;
/** The headers of a record and of a handshake message. */
const recordHeader = 5;
const messageHeader = 4;
/** Enough for any ServerHello in any fragmentation, and an end for servers that send only warnings. */
const maxBytes = 16 * 1024;
const supportedVersions = 43;

/** Reads the first answer of a TLS server, byte by byte if need be; nothing is decrypted and no handshake is finished. */
export class HelloReader {
  private bytes = Buffer.alloc(0);

  /** The answer, as soon as it is there. */
  push(chunk: Buffer): HelloAnswer | undefined {
    this.bytes = Buffer.concat([this.bytes, chunk.subarray(0, maxBytes - this.bytes.length)]);
    return readAnswer(this.bytes) ?? (this.bytes.length >= maxBytes ? notTls(this.bytes) : undefined);
  }
}

function readAnswer(bytes: Buffer): HelloAnswer | undefined {
  let handshake = Buffer.alloc(0);
  for (let at = 0; at < bytes.length; ) {
    const type = bytes[at];
    const major = bytes[at + 1];
    if (type !== alertRecord && type !== handshakeRecord) return notTls(bytes);
    if (major !== undefined && major !== 3) return notTls(bytes);
    if (bytes.length < at + recordHeader) return undefined;
    const payload = bytes.subarray(at + recordHeader, at + recordHeader + bytes.readUInt16BE(at + 3));
    at += recordHeader + bytes.readUInt16BE(at + 3);
    if (type === alertRecord) {
      const [level, description] = payload;
      if (level === undefined || description === undefined) return undefined;
      if (level !== warning) return { kind: "alert", description };
      continue;
    }
    handshake = Buffer.concat([handshake, payload]);
    if (handshake.length > 0 && handshake[0] !== serverHello) return notTls(bytes);
    if (handshake.length < messageHeader) continue;
    const end = messageHeader + handshake.readUIntBE(1, 3);
    if (handshake.length < end) continue;
    const hello = readServerHello(handshake.subarray(messageHeader, end));
    return hello ? { kind: "server-hello", ...hello } : notTls(bytes);
  }
  return undefined;
}

/** `version, random, session id, suite, compression, extensions`, RFC 5246 section 7.4.1.3. Undefined when it does not add up. */
function readServerHello(body: Buffer): ServerHello | undefined {
  const suiteAt = 35 + (body[34] ?? 0);
  const compression = body[suiteAt + 2];
  if (compression === undefined) return undefined;
  const extensions: number[] = [];
  let version = body.readUInt16BE(0);
  const start = suiteAt + 3;
  if (body.length > start) {
    if (body.length < start + 2 || body.length !== start + 2 + body.readUInt16BE(start)) return undefined;
    for (let at = start + 2; at < body.length; ) {
      if (body.length < at + 4) return undefined;
      const type = body.readUInt16BE(at);
      const end = at + 4 + body.readUInt16BE(at + 2);
      if (end > body.length) return undefined;
      extensions.push(type);
      // TLS 1.3 names itself here and calls itself 1.2 above (RFC 8446 section 4.2.1).
      if (type === supportedVersions && end === at + 6) version = body.readUInt16BE(at + 4);
      at = end;
    }
  }
  return { version, suite: body.readUInt16BE(suiteAt), compression, extensions };
}

function notTls(bytes: Buffer): HelloAnswer {
  return { kind: "not-tls", firstBytes: bytes.subarray(0, 200).toString("latin1") };
}
