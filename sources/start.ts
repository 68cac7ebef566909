import { open } from "node:fs/promises";

/** The first bytes of a file as text, by which it is recognised; empty for what cannot be read, such as a directory. */
export async function startOf(path: string, bytes = 65_536): Promise<string> {
  const file = await open(path).catch(() => undefined);
  try {
    // Most files are short: whole buffers for each of them would keep the garbage collector busy.
    const size = (await file?.stat().catch(() => undefined))?.size ?? 0;
    const length = size > 0 ? Math.min(size, bytes) : bytes;
    const read = await file?.read(Buffer.allocUnsafe(length), 0, length, 0).catch(() => undefined);
    return read?.buffer.toString("utf8", 0, read.bytesRead) ?? "";
  } finally {
    await file?.close();
  }
}
