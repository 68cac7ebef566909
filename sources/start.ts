import { open } from "node:fs/promises";

/** The first bytes of a file as text, by which it is recognised; empty for what cannot be read, such as a directory. */
export async function startOf(path: string, bytes = 65_536): Promise<string> {
  const file = await open(path).catch(() => undefined);
  try {
    const read = await file?.read(Buffer.alloc(bytes), 0, bytes, 0).catch(() => undefined);
    return read?.buffer.toString("utf8", 0, read.bytesRead) ?? "";
  } finally {
    await file?.close();
  }
}
