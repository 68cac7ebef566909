import type { MailSource } from "./source.js";
import { directoriesWith, type FileTree } from "./tree.js";

/** Cyrus SASL's file for Postfix has the same name: `pwcheck_method: saslauthd`. */
const sasl = /^[ \t]*(pwcheck_method|mech_list|auxprop_plugin|saslauthd_path|log_level)[ \t]*:/m;

/** A directory that holds `smtpd.conf`, told from SASL's by its content. */
export const opensmtpd: MailSource = {
  rootsIn: (tree) => directoriesWith(tree, ["smtpd.conf"]).filter((root) => isOurs(tree, root)),
  main: ["smtpd.conf"],
  belongs: (path) => /\.conf$/.test(path),
  namesTables: tablesOfMatches,
  traces: { files: /\bsmtpd\.conf\b/, commands: /\bsmtpctl\b/ },
};

function isOurs(tree: FileTree, root: string): boolean {
  const text = readable(tree, root === "" ? "smtpd.conf" : `${root}/smtpd.conf`);
  return text === undefined || !sasl.test(text);
}

/** Telling never fails: a file that cannot be read is told so when it is read. */
function readable(tree: FileTree, path: string): string | undefined {
  try {
    return tree.text(path);
  } catch {
    return undefined;
  }
}

/** The declarations of tables in files that a match asks for clients and domains; those of logins are left alone. */
function tablesOfMatches(text: string): string {
  const asked = new Set<string>();
  for (const [, name] of text.matchAll(/\b(?:src|domain|tag)[ \t]+<[ \t]*"?([^\s">]+)"?[ \t]*>/g))
    asked.add(name ?? "");
  return [...text.matchAll(/\btable[ \t]+"?([^\s"]+)"?[ \t]+"?((?:file:)?\/[^\s"]+)/g)]
    .flatMap(([, name = "", path]) => (asked.has(name) ? [path] : []))
    .join("\n");
}
