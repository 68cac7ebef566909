import { InputError } from "../../model/errors.js";

/** `key = value`, `key = <file`, `key = $name`. */
export interface Assignment {
  readonly kind: "value" | "file" | "variable";
  readonly key: string;
  readonly value: string;
  /** What the file of `key = <file` holds, where Dovecot's reading of it is known. */
  readonly text?: string;
}

/** One logical line of a Dovecot configuration file. */
export type Line =
  | Assignment
  | { readonly kind: "begin"; readonly key: string; readonly name: string }
  | { readonly kind: "end" }
  | { readonly kind: "include"; readonly path: string; readonly mayFail: boolean };

/** Lines joined, comments gone, with the number of the last physical line, as Dovecot's errors have it. */
export interface Numbered {
  readonly number: number;
  readonly line: Line;
}

/**
 * The logical lines of one file (wiki "ConfigFile"; src/config/config-parser.c, config_parse_line).
 * @param at what errors name before the line number.
 * @throws InputError with `file:line` for a line that Dovecot refuses.
 */
export function* linesOf(text: string, at: string): Generator<Numbered> {
  if (text.startsWith("\uFEFF"))
    throw new InputError(`${at}:1`, "the file begins with a byte order mark", "Save it as UTF-8 without one.");
  let pending = "";
  let number = 0;
  for (const raw of text.split(/\r?\n/)) {
    number++;
    const bare = withoutComment(raw.replace(/^[ \t]+/, ""));
    // An empty line or a comment ends a continued line, and what came before it is gone.
    if (bare === "") {
      pending = "";
      continue;
    }
    if (bare.endsWith("\\")) {
      const part = trimEnd(bare.slice(0, -1));
      if (part !== "") pending += `${part} `;
      if (pending.length > longest) throw new InputError(`${at}:${number}`, "the line is too long", "Shorten it.");
      continue;
    }
    const whole = pending + bare;
    pending = "";
    yield { number, line: parse(whole, `${at}:${number}`) };
  }
}

const longest = 1_000_000;

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === " " || text[end - 1] === "\t")) end--;
  return text.slice(0, end);
}

/** A `#` outside quotes ends the line; quotes that do not close keep it. */
function withoutComment(line: string): string {
  if (line.startsWith("#")) return "";
  if (!line.includes("#")) return trimEnd(line);
  for (let i = 0; i < line.length; i++) {
    const character = line[i];
    if (character === "#") return trimEnd(line.slice(0, i));
    if (character !== '"' && character !== "'") continue;
    for (i++; i < line.length && line[i] !== character; i++) if (line[i] === "\\") i++;
  }
  return trimEnd(line);
}

function parse(line: string, at: string): Line {
  // 2.4 takes names in quotation marks and groups; 2.3 then knows no such setting.
  const [, name, rest24 = ""] = /^"((?:[^"\\]|\\.)*)"[ \t]*(.*)$/.exec(line) ?? [];
  if (name !== undefined && rest24.startsWith("=")) return assignment(name, rest24.slice(1).replace(/^[ \t]+/, ""));
  const [, label, group] = /^group[ \t]+(@[^ \t]+)[ \t]+([^ \t]+)[ \t]+\{$/.exec(line) ?? [];
  if (label !== undefined && group !== undefined) return { kind: "begin", key: label, name: group };
  const keyLength = line.search(/[ \t=]/);
  const key = keyLength < 0 ? line : line.slice(0, keyLength);
  const rest = keyLength < 0 ? "" : line.slice(keyLength).replace(/^[ \t]+/, "");
  if (key === "!include" || key === "!include_try")
    return { kind: "include", path: unquoted(rest), mayFail: key === "!include_try" };
  if (rest.startsWith("=")) return assignment(key, rest.slice(1).replace(/^[ \t]+/, ""));
  if (key === "}" && rest === "") return { kind: "end" };
  return section(key, rest, at);
}

function assignment(key: string, value: string): Line {
  if (value.startsWith("<")) return { kind: "file", key, value: value.slice(1).replace(/^[ \t]+/, "") };
  if (!/^['"]/.test(value) && value.includes("$")) return { kind: "variable", key, value };
  return { kind: "value", key, value: unquoted(value) };
}

function unquoted(text: string): string {
  const quote = text[0];
  if (text.length < 2 || (quote !== '"' && quote !== "'") || !text.endsWith(quote)) return text;
  return text.slice(1, -1).replace(/\\(.)/g, "$1");
}

function section(key: string, rest: string, at: string): Line {
  const named = rest.startsWith('"') ? /^"([^"]*)"[ \t]*(.*)$/.exec(rest) : /^([^ \t{][^ \t]*)[ \t]*(.*)$/.exec(rest);
  const [, name = "", after = rest] = rest.startsWith("{") ? [] : (named ?? []);
  if (!after.startsWith("{"))
    throw new InputError(at, "this is neither `key = value` nor `section {`", "Dovecot expects a { at the line's end.");
  if (after !== "{")
    throw new InputError(at, "something follows the { of a section", "Put every setting and every } on its own line.");
  return { kind: "begin", key, name };
}
