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

/** A line whose words are not told apart yet: 10 MB hold two million of them, and rules are read one after the other. */
interface Text {
  readonly at: string;
  readonly text: string;
}

/** @throws InputError with `file:line` for a macro that is not defined. */
export function linesOf(text: string, path: string): { lines: Iterable<Line>; tables: Tables } {
  const macros = new Map<string, string>();
  const tables = new Map<string, AddressSet>();
  const texts: Text[] = [];
  for (const written of joined(text, path)) {
    const { at } = written;
    const [, name, value] = /^\s*([A-Za-z]\w*)\s*=\s*(.*)$/.exec(written.text) ?? [];
    if (name !== undefined && value !== undefined) {
      macros.set(name, filled(value, macros, at).replace(/"/g, " "));
      continue;
    }
    const text = filled(written.text, macros, at);
    const words = text.includes("table") ? wordsOf(text) : [];
    if (words[0] === "table") addTable(words, tables, at);
    else texts.push({ at, text });
  }
  return { lines: linesIn(texts), tables };
}

function* linesIn(texts: readonly Text[]): Generator<Line> {
  for (const { at, text } of texts) {
    const words = wordsOf(text);
    if (words.length > 0) yield { at, words };
  }
}

/** Lines that end in a backslash or stand in open braces go on. */
function* joined(text: string, path: string): Generator<Text> {
  let open: Text | undefined;
  let line = 0;
  for (const raw of text.split("\n")) {
    line++;
    const written = withoutComment(raw);
    const isContinued = /\\\s*$/.test(written);
    const own = isContinued ? written.replace(/\\\s*$/, "") : written;
    const whole: Text = open ? { at: open.at, text: `${open.text} ${own}` } : { at: `${path}:${line}`, text: own };
    if (whole.text.length > longest)
      throw new InputError(whole.at, "a line of more than 100,000 signs", "Use a table.");
    open = isContinued || count(whole.text, "{") > count(whole.text, "}") ? whole : undefined;
    if (!open) yield whole;
  }
  if (open) throw new InputError(open.at, "a brace that is not closed", "Check the file with `pfctl -nf`.");
}

function withoutComment(line: string): string {
  return /["#]/.test(line) ? (/^(?:[^"#]|"[^"]*")*/.exec(line)?.[0] ?? "") : line;
}

function count(text: string, sign: string): number {
  return text.includes(sign) ? text.split(sign).length - 1 : 0;
}

function filled(text: string, macros: ReadonlyMap<string, string>, at: string): string {
  if (!text.includes("$")) return text;
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
