/** What came back on a ClientHello. */
export type HelloAnswer =
  | { readonly kind: "server-hello"; readonly version: number }
  | { readonly kind: "alert"; readonly description: number }
  | { readonly kind: "not-tls"; readonly firstBytes: string };

const alertRecord = 21;
const handshakeRecord = 22;
const serverHello = 2;
const warning = 1;
/** A record header, and the start of a ServerHello: type, length, version. */
const recordHeader = 5;
const helloStart = 6;
/** Enough for any ServerHello in any fragmentation, and an end for servers that send only warnings. */
const maxBytes = 16 * 1024;

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
    if (handshake.length >= helloStart) return { kind: "server-hello", version: handshake.readUInt16BE(4) };
  }
  return undefined;
}

function notTls(bytes: Buffer): HelloAnswer {
  return { kind: "not-tls", firstBytes: bytes.subarray(0, 200).toString("latin1") };
}
