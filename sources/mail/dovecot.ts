import type { MailSource } from "./source.js";
import { directoriesWith } from "./tree.js";

/** A directory that holds `dovecot.conf`, with what it may include and the certificates it may name. */
export const dovecot: MailSource = {
  rootsIn: (tree) => directoriesWith(tree, ["dovecot.conf"]),
  main: ["dovecot.conf"],
  homes: ["/etc/dovecot", "/usr/local/etc/dovecot"],
  belongs: (path) => /\.(conf|ext|protocol|pem)$/.test(path),
  // What is included by name may be called anything, and so may a file that holds a value.
  namesTables: (text) =>
    [...text.matchAll(/^[ \t]*!include(?:_try)?[ \t]+(\S+)/gm), ...valueFiles(text)]
      .map(([, path]) => `/${path}`)
      .join("\n"),
  traces: { files: /\bdovecot\.conf\b|\/etc\/dovecot\//, commands: /\bdoveconf\b/ },
};

/** `key = <file` in the directories of Dovecot, but for certificates, keys and passwords. */
function valueFiles(text: string): RegExpMatchArray[] {
  const named =
    /^[ \t]*(?!ssl_|\S*(?:password|secret|_key))[\w/]+[ \t]*=[ \t]*<[ \t]*((?:(?:\/usr\/local)?\/etc\/dovecot\/)?[^\s/]\S*)/gm;
  return [...text.matchAll(named)].filter(([, path = ""]) => !/\.(pem|key|crt|cer)$/.test(path));
}
