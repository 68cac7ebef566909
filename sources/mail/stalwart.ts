import type { MailSource } from "./source.js";
import { directoriesWith, type FileTree } from "./tree.js";

/** A directory that holds `config.toml` with listeners: other programs have files of that name. */
export const stalwart: MailSource = {
  rootsIn: (tree) => directoriesWith(tree, ["config.toml"]).filter((root) => hasListeners(tree, root)),
  belongs: (path) => path === "config.toml",
  traces: { files: /\bstalwart[\w-]*\/(?:etc\/)?config\.toml\b/, commands: /\bstalwart(?:-mail|-cli)?\b/ },
};

/** Telling never fails: a file that cannot be read is told so when it is read. */
function hasListeners(tree: FileTree, root: string): boolean {
  try {
    const text = tree.text(root === "" ? "config.toml" : `${root}/config.toml`);
    return text !== undefined && /^\s*\[?\s*server\s*\.\s*listener\b/m.test(text);
  } catch {
    return false;
  }
}
