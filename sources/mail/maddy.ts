import type { MailSource } from "./source.js";
import { directoriesWith } from "./tree.js";

/** A directory that holds `maddy.conf`; what it imports lies beside or below it (maddy.conf(5)). */
export const maddy: MailSource = {
  rootsIn: (tree) => directoriesWith(tree, ["maddy.conf"]),
  main: ["maddy.conf"],
  homes: ["/etc/maddy"],
  belongs: (path) => path === "maddy.conf" || !/\.(?:pem|key|crt|db)$/.test(path),
  traces: { files: /\bmaddy\.conf\b/, commands: /\bmaddy\b/ },
};
