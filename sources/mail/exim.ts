import type { MailSource } from "./source.js";
import { directoriesWith } from "./tree.js";

const whole = ["exim4.conf", "exim.conf"];
const parts = ["update-exim4.conf.conf", "exim4.conf.template", "exim4.conf.localmacros"];

/** A directory with a whole configuration, or with what Debian's update-exim4.conf(8) builds one from. */
export const exim: MailSource = {
  rootsIn: (tree) => directoriesWith(tree, [...whole, ...parts]),
  // What may be included goes by many names; keys, passwords and address lists are never read.
  main: [...whole, ...parts],
  homes: ["/etc/exim4", "/etc/exim"],
  belongs: (path) =>
    path.startsWith("conf.d/") || parts.includes(path) || /\.(conf|inc|include|acl|macros|local)$/.test(path),
  namesTables: tablesOfLists,
  traces: {
    files: /\bexim4?\.conf\b|update-exim4\.conf\.conf|exim4\.conf\.(localmacros|template)|\/etc\/exim4?\//,
    commands: /\bupdate-exim4\.conf\b/,
  },
};

const lists =
  /^[ \t]*(?:(?:domain|host)list|\w*hosts|(?:\w+[ \t]+)?!?[ \t]*(?:condition|domains|hosts)|[A-Z]\w*|dc_(?:relay|other)_\w+)\b.*$/gm;

/**
 * The files that lists of hosts and domains, conditions and macros name; a macro may stand before the name. Keys, passwords
 * and databases are left alone.
 */
function tablesOfLists(text: string): string {
  const lines = text.replace(/\\\n[ \t]*/g, " ").match(lists) ?? [];
  const searched = lines.join("\n").replace(/\b(?:cdb|dbm\w*|dsearch|sqlite)\b[*;{\s]*[^\s:;{}]*/g, "");
  const paths = searched.match(/\/[^\s:;{}]+/g) ?? [];
  return paths.filter((path) => !/\.(?:key|pem|crt|db|cdb)$|passw|private/i.test(path)).join("\n");
}
