import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError } from "../../model/errors.js";
import { onceFor } from "../../model/once.js";
import { entriesOf, isFile, type StartOf, startOf } from "../disk.js";

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

/**
 * A directory, or a file alone, that is asked for many files which are seldom there: what directories hold is listed once.
 * @param start what gives the first bytes of a file.
 */
export function listedOnce(root: string, start: StartOf): Files {
  // As `join` spells it.
  const top = dirname(join(root, "file"));
  const namesIn = onceFor((directory: string): ReadonlySet<string> => {
    return new Set(isThere(directory) ? entriesOf(directory).map(({ name }) => name) : []);
  });
  const isThere = (path: string): boolean =>
    path === root || path === top || namesIn(dirname(path)).has(basename(path));
  return {
    ...onDisk,
    isFile: async (path) => isThere(path) && isFile(path),
    filesIn: async (path) => (isThere(path) ? onDisk.filesIn(path) : []),
    startOf: async (path) => (isThere(path) ? start(path) : ""),
  };
}

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

function filesOf(directory: string): string[] {
  const files = entriesOf(directory).filter((entry) => entry.isFile());
  return files.map(({ name }) => join(directory, name)).sort();
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
