import { posix } from "node:path";
import type { FileTree } from "../mail/tree.js";
import type { Concerns } from "../shell-items.js";
import { placeOf, type Run, type Step } from "./dockerfile-steps.js";

/** Whether a command names a file that was copied before and that names the server's files or programs. */
export function callsOne(
  { text }: Run,
  before: readonly Step[],
  context: string,
  tree: FileTree,
  touches: Concerns,
): boolean {
  // Who may run a file is another question.
  const running = text.replace(/\bch(?:mod|own|grp)\b[^;&|\n]*/g, "");
  const words = new Set(running.split(/[\s;&|"',[\]()]+/).map((word) => posix.basename(word)));
  const isCalled = (path: string) =>
    before.some((step) => {
      const place = "sources" in step ? placeOf(path, step, context) : undefined;
      return place !== undefined && words.has(posix.basename(place));
    });
  return tree.paths.some((path) => isCalled(path) && isScript(path) && touches(textOf(path, tree)));
}

/** Files of servers are no scripts, and call nothing. */
const isScript = (path: string) => !/\.(?:cf|conf|ini|ya?ml|toml|md)$/.test(path);

function textOf(path: string, tree: FileTree): string {
  try {
    return tree.text(path) ?? "";
  } catch {
    // What is no text is no script.
    return "";
  }
}
