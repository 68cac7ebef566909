import { readdirSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { InputError } from "../../model/errors.js";
import { startOf } from "../start.js";

const longest = 64_000_000;

/** Where the files of a host are read: on a disk, or as something else writes them. */
export interface Files {
  isFile(path: string): Promise<boolean>;
  /** The files of a directory, sorted; a file is its own only one. Empty for what is not there. */
  filesIn(path: string): Promise<string[]>;
  /** The first 64 KiB, by which a file is recognised; empty for what cannot be read. */
  startOf(path: string): Promise<string>;
  /** @throws InputError for a file that cannot be read, is longer than 64 MB or is no text. */
  readText(path: string): Promise<string>;
  /** @throws InputError as `readText`. Undefined for a file that is not there. */
  readTextIfAny(path: string): Promise<string | undefined>;
  isExecutable(path: string): Promise<boolean>;
}

export const onDisk: Files = {
  isFile: async (path) => isFile(path),
  readText,
  startOf: async (path) => startOf(path),
  filesIn: async (path) => (isFile(path) ? [path] : filesOf(path)),
  async readTextIfAny(path) {
    return isFile(path) ? readText(path) : undefined;
  },
  async isExecutable(path) {
    const found = await stat(path).catch(() => undefined);
    return ((found?.mode ?? 0) & 0o111) !== 0;
  },
};

/** Files that are at hand as texts, by their path. */
export function inMemory(files: ReadonlyMap<string, string>): Files {
  const textOf = (path: string) => files.get(path);
  return {
    isFile: async (path) => files.has(path),
    filesIn: async (path) =>
      files.has(path) ? [path] : [...files.keys()].filter((each) => dirname(each) === path).sort(),
    startOf: async (path) => (textOf(path) ?? "").slice(0, 65_536),
    readText: async (path) => textOf(path) ?? "",
    readTextIfAny: async (path) => textOf(path),
    isExecutable: async () => false,
  };
}

/** What is looked for in each of thousands of directories, and is seldom there, is not waited for. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}

function filesOf(directory: string): string[] {
  try {
    const files = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile());
    return files.map(({ name }) => join(directory, name)).sort();
  } catch {
    return [];
  }
}

async function readText(path: string): Promise<string> {
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
