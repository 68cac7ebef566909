import { InputError } from "../../model/errors.js";
import type { MailFile } from "../../model/mail.js";
import type { Table } from "./reader.js";

/**
 * A table that stands in a file (table(5)): the first entry makes it a list, with an entry a line, or pairs of a key and a
 * value with blanks or a colon between them. Without an entry it counts as pairs.
 * @throws InputError with `file:line` for a key without a value among pairs.
 */
export function readTableFile(name: string, { text, at }: MailFile): Table {
  const entries: string[] = [];
  let isMapping: boolean | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const entry = line.trim();
    // Later releases take these words, and addresses in brackets, for the beginning of a list; which ones is not known here.
    if (isMapping === undefined && /^(?:#\s*@list$|\[)/.test(entry))
      return { name: `${name}, which releases read differently`, entries: undefined, isMapping: false };
    if (entry === "" || entry.startsWith("#")) continue;
    isMapping ??= /[ \t:]/.test(entry);
    const [, key = "", value] = /^([^ \t:]*)[ \t:]*(.*)$/.exec(entry) ?? [];
    if (isMapping && value === "")
      throw new InputError(
        `${at}:${index + 1}`,
        "a key has no value, in a table that begins with one: smtpd does not start",
        "Write one entry a line, or a key and a value on each; a colon, also one of an IPv6 address, ends a key (table(5)).",
      );
    entries.push(isMapping ? key : entry);
  }
  return { name, entries, isMapping: isMapping !== false };
}
