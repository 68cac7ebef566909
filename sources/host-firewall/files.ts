import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../model/errors.js";

const longest = 64_000_000;

export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** The files of a directory, sorted; a file is its own only one. Empty for what is not there. */
export async function filesIn(path: string): Promise<string[]> {
  if (await isFile(path)) return [path];
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(path, entry.name))
    .sort();
}

/** @throws InputError for a file that cannot be read, is longer than 64 MB or is no text. */
export async function readText(path: string): Promise<string> {
  const unreadable = ({ code }: NodeJS.ErrnoException) => {
    throw new InputError(path, `the file cannot be read (${code ?? "unknown error"})`, "Check its permissions.");
  };
  const { size } = await stat(path).catch(unreadable);
  if (size > longest)
    throw new InputError(path, "the file is longer than 64 MB", "These are no rules that a kernel would take.");
  const bytes = await readFile(path).catch(unreadable);
  // PowerShell before version 6 redirects into UTF-16 with a byte order mark.
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString("utf16le");
  if (bytes.includes(0)) throw new InputError(path, "the file is binary", "Rules are saved as plain text.");
  return bytes.toString("utf8").replace(/^\uFEFF/, "");
}

/** @throws InputError as `readText`. Undefined for a file that is not there. */
export async function readTextIfAny(path: string): Promise<string | undefined> {
  return (await isFile(path)) ? readText(path) : undefined;
}
