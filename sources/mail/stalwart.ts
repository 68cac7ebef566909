import type { MailSource } from "./source.js";
import { directoriesWith, directoryOf, type FileTree } from "./tree.js";

/** Plans of 0.16 for `stalwart-cli apply`, told by what they hold. */
const plans = /(?:\.ndjson|stalwart[^/]*\.json)$/i;

/**
 * A directory that holds `config.toml` with listeners, or one that is called Stalwart's: other programs have files of that
 * name; or a plan.
 */
export const stalwart: MailSource = {
  rootsIn: (tree) => {
    const found = directoriesWith(tree, ["config.toml"]).filter((root) => hasListeners(tree, root));
    const planned = tree.paths.filter((path) => plans.test(path) && holdsPlan(tree, path)).map(directoryOf);
    return [...new Set([...found, ...planned])].sort();
  },
  main: ["config.toml"],
  marks: plans,
  belongs: (path) => path === "config.toml" || (!path.includes("/") && plans.test(path)),
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

/** Telling never fails: a file that cannot be read is told by nothing. */
function holdsPlan(tree: FileTree, path: string): boolean {
  try {
    return /"object"\s*:\s*"(?:x:)?NetworkListener"/.test(tree.text(path) ?? "");
  } catch {
    return false;
  }
}
