import { AddressSet } from "../../../model/addresses.js";
import type { MailFile } from "../../../model/mail.js";
import { onceForEach } from "../../../model/once.js";
import { logicalLines } from "../logical-lines.js";
import { tokens, withinBraces } from "../tokens.js";
import type { Version } from "../versions.js";
import { cidrTable } from "./cidr.js";
import { inlineTable, keyedTable } from "./keyed.js";
import { patternTable } from "./patterns.js";
import type { Line, Table } from "./table.js";

type Reader = (lines: readonly Line[]) => Table;

const texthash: Reader = (lines) => keyedTable(lines, true);
const indexed: Reader = (lines) => keyedTable(lines, false);

/** One line a type; of an indexed one the text that postmap(1) makes it from is read. */
const readers: Readonly<Record<string, Reader>> = {
  ...{ cidr: cidrTable, regexp: patternTable, pcre: patternTable, texthash },
  ...{ hash: indexed, btree: indexed, lmdb: indexed, cdb: indexed, dbm: indexed, sdbm: indexed },
};

/** The types of tables that stand in files. */
export const fileTypes: readonly string[] = Object.keys(readers);

const fileReaders = new Map(
  Object.entries(readers).map(([type, read]) => [
    type,
    onceForEach(({ text, at }: MailFile) =>
      read(logicalLines(text).map((each) => ({ text: each.text, at: `${at}:${each.line}` }))),
    ),
  ]),
);

/** Types whose rules may stand in the name itself, `cidr:{ { rule }, { rule } }`. */
const withRules = new Set(["cidr", "regexp", "pcre"]);

/**
 * The table that `type:name` is; undefined where no file at hand tells.
 * @param at where the name stands
 * @param file the text of a file beside main.cf, by its path as Postfix names it
 */
export function openTable(
  word: string,
  at: string,
  version: Version,
  file: (path: string) => MailFile | undefined,
): Table | undefined {
  const [, type = "", name = ""] = /^(\w+):(.*)$/s.exec(word) ?? [];
  const inside = withinBraces(name);
  if (type === "static") return staticTable(inside ?? name, at);
  if (type === "inline") return inside === undefined ? undefined : inlineTable(inside, at);
  if (inside === undefined) {
    const found = file(name);
    return found && fileReaders.get(type)?.(found);
  }
  if (!withRules.has(type) || version < 307) return undefined;
  const rules = tokens(inside).map((rule) => withinBraces(rule));
  if (rules.includes(undefined)) return undefined;
  return readers[type]?.(rules.map((text = "") => ({ text, at })));
}

/** `static:` finds the same whatever it is asked. */
function staticTable(value: string, at: string): Table {
  return {
    skipped: [],
    under: () => [{ value, at }],
    answers: (meaning) => {
      const finds = [{ value: meaning(value), at }];
      const addresses = () => [{ from: AddressSet.everything, finds }];
      return { names: finds, addresses, networks: addresses, texts: finds, named: () => [] };
    },
  };
}
