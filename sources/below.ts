import { join } from "node:path";
import { entriesOf } from "./disk.js";
import { limits } from "./mail/tree.js";

/**
 * The parts of a directory tree that `recognise` knows, each as a whole: a directory it knows is not looked into. Sorted;
 * symbolic links to directories are not followed, at most 20,000 entries are looked at.
 */
export async function knownBelow<T>(
  root: string,
  recognise: (path: string) => Promise<T | undefined>,
): Promise<[path: string, known: T][]> {
  const found: [string, T][] = [];
  let seen = 0;
  const walk = async (directory: string, depth: number): Promise<void> => {
    for (const entry of entriesOf(directory).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(directory, entry.name);
      if (limits.skipped.has(entry.name) || ++seen > limits.files || !(entry.isDirectory() || entry.isFile())) continue;
      const known = await recognise(path);
      if (known !== undefined) found.push([path, known]);
      else if (entry.isDirectory() && depth < limits.depth) await walk(path, depth + 1);
    }
  };
  await walk(root, 0);
  return found;
}
