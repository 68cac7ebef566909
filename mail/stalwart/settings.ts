import { parse, TomlError } from "smol-toml";
import { InputError } from "../../model/errors.js";
import type { MailDefinition } from "../../model/mail.js";
import { onceFor } from "../../model/once.js";
import { isSince } from "../releases.js";
import { topOf } from "./known-names.js";

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

/** Settings by their dotted names, wherever they are written. */
export interface SettingsSource {
  readonly at: string;
  /** The declared release. */
  readonly version?: string | undefined;
  get(name: string): Value | undefined;
  place(name: string): string;
  below(table: string): string[];
  within(first: string, isAsked: (name: string) => boolean): readonly string[];
  isLocal(name: string): boolean;
  /** What decides a setting that is not here. */
  elsewhere(name: string): string;
}

/** The settings of config.toml by their dotted names, as Stalwart flattens them. */
export class Settings implements SettingsSource {
  private readonly root: readonly [string, unknown][];
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
    this.root = Object.entries(parsed(text, at));
    this.values = onceFor((first: string) => {
      const values = new Map<string, Value>();
      eachSetting(this.top(first), "", (name, value) => values.set(name, value));
      return values;
    });
    let index: ReturnType<typeof linesIn> | undefined;
    this.lines = onceFor((first: string) => {
      index ??= linesIn(text);
      return index(first);
    });
    this.tops = [...new Set(this.root.map(([key]) => topOf(key)))];
    const written = [this.get("config.local-keys") ?? []].flat().map(String);
    this.locals = written.length > 0 ? written : localByDefault;
  }

  /** What stands in the file under a name's first part, as TOML has it. */
  private top(first: string): object {
    return Object.fromEntries(this.root.filter(([key]) => topOf(key) === first));
  }

  /** The whole names of the settings in a table at the top that are asked for; one that is written in two ways stands twice. */
  within(first: string, isAsked: (name: string) => boolean): readonly string[] {
    const found: string[] = [];
    eachSetting(this.top(first), "", (name) => isAsked(name) && found.push(name));
    return found;
  }

  get(name: string): Value | undefined {
    return this.values(topOf(name)).get(name);
  }

  /** `file:line` of a setting or of the table around it, else the file. */
  place(name: string): string {
    for (let rest = name; rest !== ""; rest = rest.replace(/\.?[^.]*$/, "")) {
      const line = this.lines(topOf(name)).get(rest);
      if (line !== undefined) return `${this.at}:${line}`;
    }
    return this.at;
  }

  /** The names directly below a table. */
  below(table: string): string[] {
    const names = [...this.values(topOf(table)).keys()].filter((key) => key.startsWith(`${table}.`));
    return [...new Set(names.map((key) => key.slice(table.length + 1).split(".")[0] ?? ""))];
  }

  elsewhere(name: string): string {
    return `${name} in Stalwart's database (config.local-keys leaves it there)`;
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

/** Tells of every setting below a table. */
function eachSetting(table: object, prefix: string, tell: (name: string, value: Value) => void): void {
  for (const [key, value] of Object.entries(table)) {
    const name = prefix + key;
    const isTable = typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
    if (isTable) eachSetting(value, `${name}.`, tell);
    else tell(name, value instanceof Date ? String(value) : (value as Value));
  }
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

/** The lines of a table, its own first; those before the first table have none. */
interface Part {
  readonly table: string;
  readonly from: number;
  readonly to: number;
}

const plain = (written: string) => written.replaceAll(/["'\s]/g, "");

/** Where the tables and settings of a name's first part begin; of a name that stands more than once, the first place. */
function linesIn(text: string): (first: string) => Map<string, number> {
  const lines = text.split("\n");
  const parts: Part[] = [];
  let [table, from] = ["", 0];
  for (const [i, line] of lines.entries()) {
    const header = line.includes("[") ? /^\s*\[{1,2}([^\][]+)\]/.exec(line)?.[1] : undefined;
    if (header === undefined) continue;
    parts.push({ table, from, to: i });
    [table, from] = [plain(header), i];
  }
  parts.push({ table, from, to: lines.length });
  return (first) => {
    const found = new Map<string, number>();
    const add = (name: string, line: number) => found.has(name) || found.set(name, line + 1);
    for (const [number, part] of parts.entries()) {
      if (part.table !== "" && topOf(part.table) !== first) continue;
      const isHeaded = number > 0;
      if (isHeaded) add(part.table, part.from);
      for (let i = part.from + (isHeaded ? 1 : 0); i < part.to; i++) {
        const key = /^\s*([\w.\-"' ]+?)\s*=/.exec(lines[i] as string)?.[1];
        if (key !== undefined) add(part.table === "" ? plain(key) : `${part.table}.${plain(key)}`, i);
      }
    }
    return found;
  };
}
