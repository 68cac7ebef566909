import { posix } from "node:path";
import type { MailDefinition, MailFile } from "../../model/mail.js";

/** The configuration directory as Postfix sees it. */
export interface Beside {
  readonly directory: string;
  /** A file by its whole path; undefined for one that is not at hand. */
  file(path: string): MailFile | undefined;
}

/** Where packages put it: Linux, FreeBSD's ports, Homebrew. */
const usual = ["/etc/postfix", "/usr/local/etc/postfix", "/opt/homebrew/etc/postfix"];

/** Wherever the files lie now, on the server they are in the configuration directory. */
export function besideMainCf({ files }: MailDefinition): Beside {
  const place = posix.dirname(files["main.cf"]?.at ?? "");
  const directory = posix.isAbsolute(place) ? place : (usual[0] as string);
  const directories = [directory, ...usual];
  return {
    directory,
    file: (path) => {
      const below = directories.find((each) => path.startsWith(`${each}/`));
      const name = posix.normalize(below === undefined ? path : path.slice(below.length + 1));
      return Object.hasOwn(files, name) ? files[name] : undefined;
    },
  };
}
