import { AddressSet } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";

/** A line with its macros filled in, as words and signs. */
export interface Line {
  readonly at: string;
  readonly words: readonly string[];
}

/** Tables with fixed addresses; others are not in it. */
export type Tables = ReadonlyMap<string, AddressSet>;

const longest = 100_000;

/** @throws InputError with `file:line` for a macro that is not defined. */
export function linesOf(text: string, path: string): { lines: Line[]; tables: Tables } {
  const macros = new Map<string, string>();
  const tables = new Map<string, AddressSet>();
  const lines: Line[] = [];
  for (const { at, text: written } of joined(text, path)) {
    const [, name, value] = /^\s*([A-Za-z]\w*)\s*=\s*(.*)$/.exec(written) ?? [];
    if (name !== undefined && value !== undefined) {
      macros.set(name, filled(value, macros, at).replace(/"/g, " "));
      continue;
    }
    const words = wordsOf(filled(written, macros, at));
    if (words.length === 0) continue;
    if (words[0] === "table") addTable(words, tables, at);
    else lines.push({ at, words });
  }
  return { lines, tables };
}

/** Lines that end in a backslash or stand in open braces go on. */
function joined(text: string, path: string): { at: string; text: string }[] {
  const found: { at: string; text: string }[] = [];
  let open: { at: string; text: string } | undefined;
  for (const [i, raw] of text.split("\n").entries()) {
    const line = withoutComment(raw);
    const whole = {
      at: open?.at ?? `${path}:${i + 1}`,
      text: `${open ? `${open.text} ` : ""}${line.replace(/\\\s*$/, "")}`,
    };
    const goesOn = /\\\s*$/.test(line) || count(whole.text, "{") > count(whole.text, "}");
    if (whole.text.length > longest)
      throw new InputError(whole.at, "a line of more than 100,000 signs", "Use a table.");
    if (goesOn) open = whole;
    else {
      found.push(whole);
      open = undefined;
    }
  }
  if (open) throw new InputError(open.at, "a brace that is not closed", "Check the file with `pfctl -nf`.");
  return found;
}

function withoutComment(line: string): string {
  return /^(?:[^"#]|"[^"]*")*/.exec(line)?.[0] ?? "";
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

function filled(text: string, macros: ReadonlyMap<string, string>, at: string): string {
  const whole = text.replace(/\$([A-Za-z]\w*)/g, (_, name: string) => {
    const value = macros.get(name);
    if (value === undefined) throw new InputError(at, `macro ${name} is not defined`, "Define it before it is used.");
    return value;
  });
  if (whole.length > longest) throw new InputError(at, "macros that unfold to more than 100,000 signs", "Use a table.");
  return whole;
}

function wordsOf(text: string): string[] {
  return text.match(/"[^"]*"|<[A-Za-z_][\w-]*>|><|<>|[<>!]=|[{}(),!=<>]|[^\s{}(),!=<>"]+/g) ?? [];
}

/** A table of a file, or one that programs fill, is not known. */
function addTable(words: readonly string[], tables: Map<string, AddressSet>, at: string): void {
  const name = words[1]?.slice(1, -1) ?? "";
  const first = words.indexOf("{");
  const last = words.lastIndexOf("}");
  if (first < 0 || words.includes("file") || (words.includes("persist") && !words.includes("const"))) return;
  let found = AddressSet.empty;
  const inside = words.slice(first + 1, last).filter((word) => word !== ",");
  for (const [i, word] of inside.entries()) {
    if (word === "!") continue;
    if (!/^[\d.]+(?:\/\d+)?$|:/.test(word)) return;
    try {
      const set = AddressSet.of(word);
      found = inside[i - 1] === "!" ? found.subtract(set) : found.union(set);
    } catch (error) {
      throw new InputError(at, (error as RangeError).message, "Expected addresses or blocks.");
    }
  }
  tables.set(name, found);
}
