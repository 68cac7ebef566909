import { parse, TomlError } from "smol-toml";
import { InputError } from "../../model/errors.js";
import type { MailDefinition } from "../../model/mail.js";
import { onceFor } from "../../model/once.js";
import { isSince } from "../releases.js";

/** A setting as TOML has it; a list may hold conditions. */
export type Value = string | number | boolean | readonly unknown[];

/** What stands in the file where config.local-keys says nothing (documentation, "Local and database settings"). */
const localByDefault = ["store.*", "directory.*", "tracer.*", "server.*", "certificate.*"];

const read = new WeakMap<MailDefinition, Settings>();

/**
 * The settings of a definition, parsed once: its facts and its notices are told of the same.
 * @returns undefined where config.toml is not at hand.
 * @throws InputError with `file:line` for a file that is no TOML.
 */
export function settingsOf(definition: MailDefinition): Settings | undefined {
  const file = definition.files["config.toml"];
  const settings = read.get(definition) ?? (file && new Settings(file.text, file.at, definition.version));
  if (settings) read.set(definition, settings);
  return settings;
}

/** The settings of config.toml by their dotted names, as Stalwart flattens them. */
export class Settings {
  /** Flat, by the first part of their names: of a long file a few parts are asked for. */
  private readonly values: (first: string) => ReadonlyMap<string, Value>;
  private readonly lines: (first: string) => ReadonlyMap<string, number>;
  private readonly locals: readonly string[];
  /** The first parts of all names. */
  readonly tops: readonly string[];

  /**
   * @param version the declared release.
   * @throws InputError with `file:line` for a file that is no TOML.
   */
  constructor(
    text: string,
    readonly at: string,
    readonly version?: string,
  ) {
    const root = Object.entries(parsed(text, at));
    this.values = onceFor((first: string) =>
      flattened(Object.fromEntries(root.filter(([key]) => firstOf(key) === first))),
    );
    this.lines = onceFor((first: string) => linesOf(text, first));
    this.tops = [...new Set(root.map(([key]) => firstOf(key)))];
    const written = [this.get("config.local-keys") ?? []].flat().map(String);
    this.locals = written.length > 0 ? written : localByDefault;
  }

  /** The whole names of the settings in a table at the top. */
  within(first: string): readonly string[] {
    return [...this.values(first).keys()];
  }

  get(name: string): Value | undefined {
    return this.values(firstOf(name)).get(name);
  }

  /** `file:line` of a setting or of the table around it, else the file. */
  place(name: string): string {
    for (let rest = name; rest !== ""; rest = rest.replace(/\.?[^.]*$/, "")) {
      const line = this.lines(firstOf(name)).get(rest);
      if (line !== undefined) return `${this.at}:${line}`;
    }
    return this.at;
  }

  /** The names directly below a table. */
  below(table: string): string[] {
    const names = [...this.values(firstOf(table)).keys()].filter((key) => key.startsWith(`${table}.`));
    return [...new Set(names.map((key) => key.slice(table.length + 1).split(".")[0] ?? ""))];
  }

  /** Does the file decide it? Of any other the database may say something else. */
  isLocal(name: string): boolean {
    // Before 0.9.4 `session.*` was taken for names that end in `session.` (manager/config.rs).
    const stars = this.locals === localByDefault || isSince(this.version, "0.9.4") !== false;
    const fits = (pattern: string) =>
      pattern === name ||
      pattern === "*" ||
      (stars && pattern.endsWith("*") && `${name}.`.startsWith(pattern.slice(0, -1)));
    const excluded = this.locals.some((each) => each.startsWith("!") && fits(each.slice(1)));
    return !excluded && this.locals.some((each) => fits(each));
  }
}

function firstOf(name: string): string {
  return name.split(".", 1)[0] as string;
}

function flattened(table: object, prefix = "", values = new Map<string, Value>()): Map<string, Value> {
  for (const [key, value] of Object.entries(table)) {
    const name = prefix === "" ? key : `${prefix}.${key}`;
    const isTable = typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
    if (isTable) flattened(value, name, values);
    else values.set(name, value instanceof Date ? String(value) : (value as Value));
  }
  return values;
}

function parsed(text: string, at: string): object {
  // Stalwart's own parser of TOML takes it for a character that may not stand there.
  if (text.startsWith("\uFEFF"))
    throw new InputError(`${at}:1`, "the file begins with a byte order mark", "Save it as UTF-8 without one.");
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError) && !(error instanceof RangeError)) throw error;
    const place = error instanceof TomlError ? `${at}:${error.line}` : at;
    throw new InputError(place, "malformed TOML", "Correct the syntax of the file.");
  }
}

/** Where the tables and settings of a name's first part begin; of a name that stands more than once, the first place. */
function linesOf(text: string, first: string): Map<string, number> {
  const lines = new Map<string, number>();
  const plain = (written: string) => written.replaceAll(/["'\s]/g, "");
  let table = "";
  text.split("\n").forEach((line, i) => {
    const [, header] = /^\s*\[{1,2}([^\][]+)\]/.exec(line) ?? [];
    if (header !== undefined) table = plain(header);
    else if (table !== "" && firstOf(table) !== first) return;
    const [, key] = header === undefined ? (/^\s*([\w.\-"' ]+?)\s*=/.exec(line) ?? []) : [];
    if (header === undefined && key === undefined) return;
    const name = key === undefined ? table : table === "" ? plain(key) : `${table}.${plain(key)}`;
    if (!lines.has(name)) lines.set(name, i + 1);
  });
  return lines;
}
