import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { InputError } from "../../model/errors.js";
import { isFile } from "../disk.js";

/** Files by their path from one root, wherever they lie: a directory, a ConfigMap, what cloud-init writes. */
export interface FileTree {
  /** Sorted, with `/` between directories; also files that cannot be read. */
  readonly paths: readonly string[];
  has(path: string): boolean;
  /** The paths below a directory, from there. */
  below(directory: string): string[];
  /** What evidence names before the line number. */
  at(path: string): string;
  /**
   * A file's text; undefined where something else decides it.
   * @throws InputError for a file that is not there, cannot be read, is longer than 10 MB or is no text.
   */
  text(path: string): string | undefined;
}

const longest = 10_000_000;
/** How far a directory is looked into. */
export const limits = { files: 20_000, depth: 16, skipped: new Set([".git", "node_modules"]) as ReadonlySet<string> };

/**
 * A directory with everything below it, or one file alone; symbolic links to directories are not followed.
 * @param depth how many levels of directories below it are looked into.
 * @param misplaced names of files: a directory of such a name is a file that cannot be read.
 * @throws InputError for a path that does not exist, or a directory of more than 20,000 files.
 */
export function treeOnDisk(path: string, depth = limits.depth, misplaced: ReadonlySet<string> = new Set()): FileTree {
  const alone = isFile(path);
  const root = alone ? dirname(path) : path;
  const paths = alone ? [basename(path)] : filesBelow(path, depth, misplaced);
  const at = (each: string) => (alone && each === paths[0] ? path : join(root, each));
  return treeWith(paths, at, (each) => readText(at(each)));
}

/** Files that are at hand as text; undefined ones are written by something that is not read. */
export function treeOf(files: ReadonlyMap<string, string | undefined>, at: (path: string) => string): FileTree {
  return treeWith([...files.keys()].sort(), at, (path) => files.get(path));
}

function treeWith(paths: readonly string[], at: FileTree["at"], text: FileTree["text"]): FileTree {
  const known = new Set(paths);
  const below = (directory: string) => {
    const found: string[] = [];
    const prefix = `${directory}/`;
    for (let i = firstFrom(paths, prefix); paths[i]?.startsWith(prefix); i++)
      found.push((paths[i] as string).slice(prefix.length));
    return found;
  };
  return { paths, has: (path) => known.has(path), below, at, text };
}

/** The index of the first sorted path that does not come before `path`. */
function firstFrom(paths: readonly string[], path: string): number {
  let [from, to] = [0, paths.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((paths[middle] as string) < path) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The directories of a tree that hold a file of one of these names. */
export function directoriesWith(tree: FileTree, names: readonly string[]): string[] {
  const found = tree.paths.filter((path) => names.includes(posix.basename(path)));
  return [...new Set(found.map(directoryOf))].sort();
}

/** `""` for a file at the root. */
export function directoryOf(path: string): string {
  const directory = posix.dirname(path);
  return directory === "." ? "" : directory;
}

function filesBelow(root: string, deepest: number, misplaced: ReadonlySet<string>): string[] {
  const found: string[] = [];
  const walk = (directory: string, depth: number) => {
    for (const entry of entriesOf(join(root, directory))) {
      const path = directory === "" ? entry.name : `${directory}/${entry.name}`;
      if (entry.isDirectory() && !limits.skipped.has(entry.name) && depth < deepest) walk(path, depth + 1);
      const isMisplaced = entry.isDirectory() && misplaced.has(entry.name);
      if (entry.isFile() || isMisplaced || (entry.isSymbolicLink() && leadsToFile(join(root, path)))) found.push(path);
      if (found.length > limits.files)
        throw new InputError(
          root,
          `holds more than ${limits.files} files`,
          "Name the directories that hold configurations.",
        );
    }
  };
  walk("", 0);
  return found.sort();
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new InputError(
      directory,
      `the directory cannot be read (${code})`,
      "Check that it exists and its permissions.",
    );
  }
}

/** A link that leads nowhere does as well: what needs the file says that it cannot be read. Emacs locks files with such links. */
function leadsToFile(link: string): boolean {
  try {
    return statSync(link).isFile();
  } catch {
    return !basename(link).startsWith(".#");
  }
}

function readText(path: string): string {
  try {
    if (statSync(path).size > longest)
      throw new InputError(path, "the file is longer than 10 MB", "This is no mail server's configuration file.");
    const bytes = readFileSync(path);
    // Windows PowerShell writes UTF-16 where a command's output is sent to a file.
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString("utf16le");
    if (bytes.includes(0))
      throw new InputError(path, "the file is binary", "Configuration files of mail servers are plain text.");
    return bytes.toString("utf8");
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    if (code === "EISDIR")
      throw new InputError(path, "a directory stands in place of this file", "Put the file there, or rename it.");
    throw new InputError(
      path,
      `the file cannot be read (${code})`,
      "Check its permissions and, of a link, where it leads.",
    );
  }
}
