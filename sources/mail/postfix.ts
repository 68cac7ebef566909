import type { MailSource } from "./source.js";
import { directoriesWith } from "./tree.js";

const names = ["main.cf", "master.cf"];

/** A directory that holds `main.cf` or `master.cf` (postconf(1), config_directory). */
export const postfix: MailSource = {
  rootsIn: (tree) => directoriesWith(tree, names),
  main: names,
  belongs: (path) => names.includes(path),
  traces: { files: /\b(main|master)\.cf\b/, commands: /\bpostconf\b/ },
};
