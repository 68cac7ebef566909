import { gunzipSync } from "node:zlib";
import { InputError } from "../model/errors.js";

export type Encoding = "base64" | "gzip";

/** Far more than EC2 user data (16 KiB) or a ConfigMap (1 MiB) can unpack to in earnest. */
const mostBytes = 10 * 1024 * 1024;

/**
 * Undoes one encoding, in bounded memory.
 * @throws InputError that names the place and never quotes the data.
 */
export function decoded(data: string | Uint8Array, encoding: Encoding, at: string): Uint8Array {
  if (encoding === "base64") {
    const text = textOf(data);
    if (!looksLikeBase64(text)) throw new InputError(at, "not base64", "Encode the content again with `base64`.");
    return Buffer.from(text, "base64");
  }
  try {
    return gunzipSync(typeof data === "string" ? Buffer.from(data, "latin1") : data, { maxOutputLength: mostBytes });
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    throw new InputError(
      at,
      tooLarge ? `gzip data that unpacks to more than ${mostBytes / 1024 / 1024} MiB` : "damaged gzip data",
      "Compress the content again with `gzip`.",
    );
  }
}

/** Plain, base64, gzip, or gzip in base64: EC2 and its providers accept them all for user data. */
export function unpacked(data: string | Uint8Array, at: string): Uint8Array {
  const bytes = typeof data === "string" && looksLikeBase64(data) ? decoded(data, "base64", at) : bytesOf(data);
  return isGzip(bytes) ? decoded(bytes, "gzip", at) : bytes;
}

export function textOf(data: string | Uint8Array): string {
  return typeof data === "string" ? data : Buffer.from(data).toString("utf8");
}

function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === "string" ? Buffer.from(data, "utf8") : data;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function looksLikeBase64(text: string): boolean {
  // Most other texts are told by their first words.
  if (/[^A-Za-z0-9+/=\s]/.test(text)) return false;
  const dense = text.replace(/\s+/g, "");
  return dense.length > 0 && dense.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(dense);
}
