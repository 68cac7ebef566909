import { InputError } from "../../model/errors.js";
import { isUnknown, type Maybe, missingOf, unknown } from "../../model/maybe.js";

/** A variable's value, undefined where it is not set, and the place that decides it. */
export interface Setting {
  readonly value: Maybe<string | undefined>;
  readonly at: string;
}

interface Doubt {
  readonly missing: readonly string[];
  readonly at: string;
}

/** The variables of a POSIX shell that sources files of assignments. */
export class Shell {
  private settings = new Map<string, Setting>();
  /** What may have set any variable that is not in `settings`. */
  private anything: Doubt | undefined;
  /** What may have ended the shell, or did anything else than assign. */
  readonly doubts: string[] = [];

  constructor(
    private readonly home: string,
    given: Readonly<Record<string, string>>,
  ) {
    for (const [name, value] of Object.entries(given)) this.settings.set(name, { value, at: home });
  }

  get(name: string): Setting {
    const found = this.settings.get(name);
    if (found) return found;
    const { anything } = this;
    return anything ? { value: unknown(...anything.missing), at: anything.at } : { value: undefined, at: this.home };
  }

  set(name: string, setting: Setting): void {
    this.settings.set(name, setting);
  }

  /** From here on any variable may have any value. */
  forget(missing: readonly string[], at: string): void {
    this.settings = new Map();
    this.anything = { missing, at };
    this.doubts.push(...missing);
  }

  /** @throws InputError with `file:line` for quotes that do not end: sh refuses the file. */
  source(text: string, at: string): void {
    new Script(text, at, this).run();
  }
}

/** A word: `name` where it is an assignment, `text` where it is none. */
interface Word {
  readonly name: string | undefined;
  readonly value: Maybe<string>;
}

/** Something that is no plain assignment. */
class NotPlain extends Error {}

const harmless = new Set([":", "true", "ulimit", "umask"]);
/** What a shell has from elsewhere, or sets by itself. */
const piece =
  /\\\n|\\[\s\S]|'[^']*'|\$\([^()'"`\\\n$]*\)|`[^`\\\n]*`|\$\{\w+\}|\$[A-Za-z_]\w*|\$\{[^{}'"`\\\n=]*\}|[^\s;&|()<>'"`\\$]+|\$(?![\w({?#*@!$-])/y;
const quoted =
  /\\\n|\\[\s\S]|\$\([^()'"`\\\n$]*\)|`[^`\\\n"]*`|\$\{\w+\}|\$[A-Za-z_]\w*|\$\{[^{}'"`\\\n=]*\}|[^"`\\$]+|\$(?![\w({?#*@!$-])/y;

const blanks = /(?:[ \t]|\\\n)+/y;
const comment = /#[^\n]*/y;
const endOfCommand = /\n|;(?!;)/y;
const nameOfAssignment = /[A-Za-z_]\w*=/y;
const quote = /"/y;
/** Most lines are this; the rest of the grammar would say the same of it, in ten times the time. */
const plainLine = /([A-Za-z_]\w*)=([\w./,@%+-]*)\n/y;

class Script {
  private index = 0;
  private line = 1;

  constructor(
    private readonly text: string,
    private readonly file: string,
    private readonly shell: Shell,
  ) {}

  private get at(): string {
    return `${this.file}:${this.line}`;
  }

  run(): void {
    try {
      while (this.index < this.text.length) if (!this.plain()) this.command();
    } catch (error) {
      if (!(error instanceof NotPlain)) throw error;
      this.shell.forget([`what the shell does in ${this.at}`], this.at);
    }
  }

  /** A line that is one assignment without quotes, expansions or blanks; false where it is none. */
  private plain(): boolean {
    plainLine.lastIndex = this.index;
    const [line, name, value] = plainLine.exec(this.text) ?? [];
    if (line === undefined) return false;
    this.shell.set(name as string, { value: value as string, at: this.at });
    this.index += line.length;
    this.line++;
    return true;
  }

  /** One command up to its line's end or `;`. */
  private command(): void {
    const words: Word[] = [];
    const { at } = this;
    let assignsOnly = true;
    for (;;) {
      this.take(blanks);
      this.take(comment);
      if (this.index >= this.text.length || this.take(endOfCommand) !== undefined) break;
      // Two semicolons end a branch of `case`, and no word.
      if (this.text[this.index] === ";") throw new NotPlain();
      const word = this.word();
      words.push(word);
      assignsOnly &&= word.name !== undefined;
      // What stands behind it on the line finds it set.
      if (assignsOnly) this.assign(word, at);
    }
    if (!assignsOnly) this.execute(words, at);
  }

  private execute(words: readonly Word[], at: string): void {
    const [first, ...rest] = words;
    if (!first) return;
    if (first.name === undefined && first.value === "export") {
      // Unlike an assignment's, its words may be split.
      for (const { name, value } of rest)
        if (name !== undefined)
          this.assign({ name, value: isUnknown(value) || /\s/.test(value) ? unknown(`${name} in ${at}`) : value }, at);
    } else if (first.name === undefined && first.value === "unset") {
      for (const { name, value } of rest) {
        if (name !== undefined || isUnknown(value) || !/^[A-Za-z_]\w*$/.test(value)) throw new NotPlain();
        this.shell.set(value, { value: undefined, at });
      }
    } else if (first.name !== undefined || isUnknown(first.value) || !harmless.has(first.value)) throw new NotPlain();
  }

  private assign({ name, value }: Word, at: string): void {
    const isOdd = !isUnknown(value) && /\r|^~|:~/.test(value);
    this.shell.set(name as string, { value: isOdd ? unknown(`${name} in ${at}`) : value, at });
  }

  private word(): Word {
    const { at } = this;
    const name = this.take(nameOfAssignment)?.slice(0, -1);
    const parts: Maybe<string>[] = [];
    for (;;) {
      if (this.take(quote) !== undefined) parts.push(...this.insideQuotes(at));
      else {
        const part = this.take(piece);
        if (part === undefined) break;
        parts.push(this.expanded(part, false));
      }
    }
    const next = this.text[this.index];
    if (next === "'") throw this.unended(at);
    if (next !== undefined && !/[\s;]/.test(next)) throw new NotPlain();
    // A blank that is none to sh, and so a part of a word.
    if (next !== undefined && !/[ \t\n;]/.test(next)) {
      this.index++;
      parts.push(unknown(`the blank in ${at}`));
    }
    return { name, value: joined(parts, at) };
  }

  private insideQuotes(at: string): Maybe<string>[] {
    const parts: Maybe<string>[] = [];
    while (this.take(quote) === undefined) {
      if (this.index >= this.text.length) throw this.unended(at);
      const part = this.take(quoted);
      if (part === undefined) throw new NotPlain();
      parts.push(this.expanded(part, true));
    }
    return parts;
  }

  private expanded(part: string, isQuoted: boolean): Maybe<string> {
    if (part === "\\\n") return "";
    if (part.startsWith("\\")) return !isQuoted || /["\\$`]/.test(part[1] as string) ? part.slice(1) : part;
    if (part.startsWith("'") && !isQuoted) return part.slice(1, -1);
    if (part.startsWith("`")) return unknown(`what a command in ${this.at} prints`);
    if (!part.startsWith("$") || part === "$") return part;
    const name = /^\$\{?([A-Za-z_]\w*)\}?$/.exec(part)?.[1];
    if (name === undefined) return unknown(`the expansion in ${this.at}`);
    const { value } = this.shell.get(name);
    return value === undefined ? unknown(`the variable ${name} in ${this.at}`) : value;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.index;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return undefined;
    this.index += found.length;
    for (let i = found.indexOf("\n"); i >= 0; i = found.indexOf("\n", i + 1)) this.line++;
    return found;
  }

  private unended(at: string): InputError {
    return new InputError(at, "a quoted string does not end: sh refuses the file", "Close it with the same quote.");
  }
}

/** A few dozen lines of `A=$A$A` would fill any memory. */
const longestValue = 1_000_000;

function joined(parts: readonly Maybe<string>[], at: string): Maybe<string> {
  const missing = parts.flatMap((part) => (isUnknown(part) ? missingOf(part) : []));
  const length = parts.reduce((sum, part) => sum + (isUnknown(part) ? 0 : part.length), 0);
  if (missing.length === 0 && length > longestValue)
    throw new InputError(at, "a value of more than a million characters", "Write out what is meant.");
  return missing.length > 0 ? unknown(...new Set(missing)) : parts.join("");
}
