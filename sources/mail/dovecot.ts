import type { MailSource } from "./source.js";
import { directoriesWith } from "./tree.js";

/** A directory that holds `dovecot.conf`, with what it may include and the certificates it may name. */
export const dovecot: MailSource = {
  rootsIn: (tree) => directoriesWith(tree, ["dovecot.conf"]),
  main: ["dovecot.conf"],
  homes: ["/etc/dovecot", "/usr/local/etc/dovecot"],
  belongs: (path) => /\.(conf|ext|protocol|pem)$/.test(path),
  // What is included by name may be called anything.
  namesTables: (text) =>
    [...text.matchAll(/^[ \t]*!include(?:_try)?[ \t]+(\S+)/gm)].map(([, path]) => `/${path}`).join("\n"),
  traces: { files: /\bdovecot\.conf\b|\/etc\/dovecot\//, commands: /\bdoveconf\b/ },
};
