import { statSync } from "node:fs";
import type { MailFile } from "../../model/mail.js";
import { pathsIn } from "../../model/paths.js";
import { directoryOf, type FileTree } from "./tree.js";

/**
 * The files that a configuration names as tables, where they are at hand: below its directory by their path from there, others
 * of the same machine (`host1/etc/mail/relays` beside `host1/etc/exim4`) by their whole path (`/etc/mail/relays`).
 * @param named what in the configuration may name them; macros may stand before the last part of a path,
 *   and a `*` for all that is in a directory.
 * @throws InputError for one that cannot be read, or is no text.
 */
export function namedTables(named: string, root: string, tree: FileTree, isRead: (path: string) => boolean) {
  const ends = endsOfPaths(named);
  const isNamed = (path: string) => ends.has(path) || ends.has(`${directoryOf(path)}/*`);
  const tables: Record<string, MailFile> = {};
  if (ends.size === 0) return tables;
  const below = root === "" ? "" : `${root}/`;
  const machine = /^(?:.*\/)?(?=etc(?:\/|$))/.exec(root)?.[0];
  for (const path of tree.paths) {
    if (isRead(path)) continue;
    const key = path.startsWith(below) ? path.slice(below.length) : undefined;
    const whole = machine !== undefined && path.startsWith(machine) ? path.slice(machine.length) : undefined;
    const name = key !== undefined && isNamed(key) ? key : whole !== undefined && isNamed(whole) ? `/${whole}` : "";
    const text = name === "" ? undefined : tree.text(path);
    if (text !== undefined) tables[name] = { at: tree.at(path), text };
  }
  return tables;
}

/** Linux's PATH_MAX. */
const longestPath = 4096;

/** `/etc/mail/relays`: `etc/mail/relays`, `mail/relays` and `relays`. */
function endsOfPaths(text: string): ReadonlySet<string> {
  const ends = new Set<string>();
  for (const [path] of text.matchAll(/\/[\w.+@%/*-]+/g)) {
    if (path.length > longestPath) continue;
    for (let from = path.indexOf("/"); from >= 0; from = path.indexOf("/", from + 1)) ends.add(path.slice(from + 1));
  }
  return ends;
}

/** Whether this machine has the files that lines about TLS name by absolute paths; those that nobody may look for are left out. */
export function namedHere(texts: readonly string[]): Record<string, boolean> {
  const lines = texts.flatMap((text) => text.split("\n").filter((line) => /cert|chain|tls|ssl|pki/i.test(line)));
  const found: Record<string, boolean> = {};
  for (const path of new Set(lines.flatMap(pathsIn))) {
    const isThere = isFileHere(path);
    if (isThere !== undefined) found[path] = isThere;
  }
  return found;
}

function isFileHere(path: string): boolean | undefined {
  try {
    return statSync(path).isFile();
  } catch (error) {
    return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "") ? false : undefined;
  }
}
