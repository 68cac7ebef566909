import { createHash } from "node:crypto";
import { accessSync, closeSync, constants, lstatSync, openSync, readSync, statSync } from "node:fs";
import { InputError } from "../model/errors.js";
import { treeOnDisk } from "./mail/tree.js";

/** No reader takes a file of a directory that is longer. */
const longest = 64_000_000;

/**
 * SHA-256 of a file; of a directory, over the paths and digests of all files below it in order, as far as directories are
 * looked into. A file there that cannot be read or is longer than 64 MB counts by its path and size alone.
 * @throws InputError for a path that does not exist or cannot be read, or a directory of more than 20,000 files.
 */
export function digest(path: string): string {
  if (!isReadableDirectory(path)) return ofFile(path);
  const hash = createHash("sha256");
  const tree = treeOnDisk(path);
  for (const each of tree.paths) hash.update(`${each}\0${within(tree.at(each))}\n`);
  return hash.digest("hex");
}

/** False for a file. @throws InputError for a path that does not exist or cannot be read. */
export function isReadableDirectory(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isDirectory();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const mend = code === "ENOENT" ? "Check the path; it does not exist." : "Make it readable for this user.";
    throw new InputError(path, `cannot be read (${code})`, mend);
  }
}

function within(path: string): string {
  const size = sizeOf(path);
  if (size > longest) return `${size}`;
  try {
    return ofFile(path);
  } catch {
    return `${size}`;
  }
}

/** A link that leads nowhere has a size of its own. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return lstatSync(path).size;
  }
}

const buffer = Buffer.allocUnsafeSlow(1 << 16);

function ofFile(path: string): string {
  const hash = createHash("sha256");
  const file = openSync(path, "r");
  try {
    for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer))
      hash.update(buffer.subarray(0, length));
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}
