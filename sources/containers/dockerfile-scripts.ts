import { posix } from "node:path";
import type { FileTree } from "../mail/tree.js";
import type { Concerns } from "../shell-items.js";
import { type Copy, placeOf, type Run } from "./dockerfile-steps.js";

/** The files of a tree that a Dockerfile has copied so far, by their names in the image. */
export class Copied {
  private readonly byName = new Map<string, Set<string>>();

  constructor(
    private readonly context: string,
    private readonly tree: FileTree,
  ) {}

  add(step: Copy): void {
    for (const path of this.tree.paths) {
      const place = isScript(path) ? placeOf(path, step, this.context) : undefined;
      if (place === undefined) continue;
      const name = posix.basename(place);
      this.byName.set(name, (this.byName.get(name) ?? new Set()).add(path));
    }
  }

  /** Whether a command names one of them that names the server's files or programs. */
  isCalledBy({ text }: Run, touches: Concerns): boolean {
    if (this.byName.size === 0) return false;
    // Who may run a file is another question.
    const running = text.replace(/\bch(?:mod|own|grp)\b[^;&|\n]*/g, "");
    const words = new Set(running.split(/[\s;&|"',[\]()]+/).map((word) => posix.basename(word)));
    return [...words].some((word) =>
      [...(this.byName.get(word) ?? [])].some((path) => touches(textOf(path, this.tree))),
    );
  }
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
