/**
 * What is asked of each of thousands of files and directories to tell what they are. Nothing here waits for others: handing
 * over costs more than the answer. What is not there, or cannot be read, is no error.
 */
import { closeSync, type Dirent, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";

/** Bytes at the beginning of a file by which most kinds are told. */
const usual = 65_536;

/** The first bytes of a file as text, by which it is recognised; empty for what cannot be read, such as a directory. */
export type StartOf = (path: string, bytes?: number) => string;

export const startOf: StartOf = (path, bytes = usual) => {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    // Most files are short: whole buffers for each of them would keep the garbage collector busy.
    const { size } = fstatSync(file);
    const buffer = Buffer.allocUnsafe(size > 0 ? Math.min(size, bytes) : bytes);
    return buffer.toString("utf8", 0, readSync(file, buffer, 0, buffer.length, 0));
  } catch {
    return "";
  } finally {
    if (file !== undefined) closeSync(file);
  }
};

/** For many kinds that one file may be of: it is read once. */
export function startOnce(): StartOf {
  const known = new Map<string, string>();
  return (path, bytes = usual) => {
    const start = known.get(path) ?? startOf(path);
    known.set(path, start);
    const isWhole = bytes === usual || Buffer.byteLength(start) < usual;
    return isWhole ? start : startOf(path, bytes);
  };
}

export function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}

export function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
