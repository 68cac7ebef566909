import type { MailSource } from "./source.js";
import { directoriesWith, type FileTree } from "./tree.js";

/** A directory that holds `config.toml` with listeners, or one that is called Stalwart's: other programs have files of that name. */
export const stalwart: MailSource = {
  rootsIn: (tree) => directoriesWith(tree, ["config.toml"]).filter((root) => hasListeners(tree, root)),
  main: ["config.toml"],
  belongs: (path) => path === "config.toml",
  traces: { files: /\bstalwart[\w-]*\/(?:etc\/)?config\.toml\b/, commands: /\bstalwart(?:-mail|-cli)?\b/ },
};

/** Telling never fails: a file that cannot be read is told so when it is read, where its path says whose it is. */
function hasListeners(tree: FileTree, root: string): boolean {
  const path = root === "" ? "config.toml" : `${root}/config.toml`;
  try {
    const text = tree.text(path);
    return text !== undefined && /^\s*\[?\s*server\s*\.\s*listener\b/m.test(text);
  } catch {
    return /stalwart/i.test(tree.at(path));
  }
}
