import type { MailSource } from "./source.js";
import { directoriesWith } from "./tree.js";

const names = ["main.cf", "master.cf"];

/** Tables in files of which the text can be read (postconf(1), -m). */
const tables = /\b(?:cidr|texthash|hash|btree|lmdb|cdb|dbm|sdbm|regexp|pcre):(?:\$\{\w+\})?[^\s,{}]+/g;
/** Lists of clients may name files without a type. */
const lists = /^\s*(?:-o\s*)?\w*networks\s*=.*(?:\n[ \t#].*)*/gm;
/** What stands in these is nobody's business. */
const secrets = /^\s*\w*password_maps\s*=.*(?:\n[ \t#].*)*/gm;

/** A directory that holds `main.cf` or `master.cf` (postconf(1), config_directory), with the lookup tables that they name. */
export const postfix: MailSource = {
  rootsIn: (tree) => directoriesWith(tree, names),
  main: names,
  homes: ["/etc/postfix"],
  belongs: (path) => names.includes(path),
  namesTables: (text) => {
    const open = text.replaceAll(secrets, "");
    return [...(open.match(tables) ?? []), ...(open.match(lists) ?? [])].join("\n");
  },
  traces: { files: /\b(main|master)\.cf\b/, commands: /\bpostconf\b/ },
};
