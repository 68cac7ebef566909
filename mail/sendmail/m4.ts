import { InputError } from "../../model/errors.js";
import { type Maybe, unknown } from "../../model/maybe.js";

/** A macro with its arguments as they are written, one level of quotes taken off. */
export interface Call {
  readonly name: string;
  /** Undefined where no parenthesis follows the name. */
  readonly args: readonly string[] | undefined;
  readonly at: string;
}

/** What the reader of a file is told. */
export interface Listener {
  /** A name outside quotes. @returns the text that stands for it, undefined for a name that is no macro. */
  readonly call: (call: Call) => string | undefined;
  /** Text that m4 prints as it is. */
  readonly text: (text: string, at: string) => void;
}

const name = /[A-Za-z_]\w*/y;
const plain = /[^A-Za-z_`#\n]+/y;
const blanks = /\s*/y;

/**
 * Reads a text as m4 does with its usual quotes: names, calls and quoted strings. What a macro stands for is not read again.
 * @param comments whether `#` begins a comment: until cf.m4 is read.
 * @throws InputError with `file:line` for a quote or a parenthesis that does not end.
 */
export class Reader {
  private index = 0;
  private line = 1;

  constructor(
    private readonly source: string,
    private readonly file: string,
    public comments: boolean,
  ) {}

  read(listener: Listener): void {
    while (this.index < this.source.length) {
      const { at } = this;
      const word = this.take(name);
      if (word === "dnl") this.skipLine();
      else if (word !== undefined) {
        const args =
          this.source[this.index] === "(" && /^[A-Za-z_]\w*$/.test(word) ? this.peekArgs(word, listener) : undefined;
        if (args === false) listener.text(word, at);
        else {
          const result = listener.call({ name: word, args, at });
          listener.text(result ?? word, at);
        }
      } else if (this.source[this.index] === "`") listener.text(this.quoted(), at);
      else if (this.comments && this.source[this.index] === "#") this.skipLine();
      else listener.text(this.take(plain) ?? this.one(), at);
    }
  }

  private get at(): string {
    return `${this.file}:${this.line}`;
  }

  /** False where the name is no macro, and its parenthesis text. */
  private peekArgs(word: string, { call }: Listener): readonly string[] | false {
    if (call({ name: word, args: undefined, at: "" }) === undefined) return false;
    return this.args();
  }

  private args(): string[] {
    const { at } = this;
    this.one();
    const args: string[] = [];
    let current = "";
    let depth = 0;
    this.take(blanks);
    for (;;) {
      const sign = this.source[this.index];
      if (sign === undefined)
        throw new InputError(at, "a parenthesis does not end: m4 refuses the file", "Close it with ).");
      const word = this.take(name);
      if (word === "dnl") this.skipLine();
      else if (word !== undefined) current += word;
      else if (sign === "`") current += this.quoted();
      else if (sign === "(") {
        depth++;
        current += this.one();
      } else if (sign === ")") {
        this.one();
        if (depth === 0) return [...args, current];
        depth--;
        current += ")";
      } else if (sign === "," && depth === 0) {
        this.one();
        args.push(current);
        current = "";
        this.take(blanks);
      } else if (sign === "#" && this.comments) this.skipLine();
      else current += this.one();
    }
  }

  private quoted(): string {
    const { at } = this;
    let depth = 0;
    const start = this.index + 1;
    do {
      const sign = this.source[this.index];
      if (sign === undefined)
        throw new InputError(at, "a quoted string does not end: m4 refuses the file", "Close it with '.");
      if (sign === "`") depth++;
      if (sign === "'") depth--;
      if (sign === "\n") this.line++;
      this.index++;
    } while (depth > 0);
    return this.source.slice(start, this.index - 1);
  }

  private skipLine(): void {
    const end = this.source.indexOf("\n", this.index);
    this.index = end < 0 ? this.source.length : end + 1;
    this.line++;
  }

  private one(): string {
    const sign = this.source[this.index++] as string;
    if (sign === "\n") this.line++;
    return sign;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.index;
    const found = pattern.exec(this.source)?.[0];
    if (found === undefined || found === "") return undefined;
    this.index += found.length;
    for (let i = found.indexOf("\n"); i >= 0; i = found.indexOf("\n", i + 1)) this.line++;
    return found;
  }
}

const longest = 10_000;

/**
 * The text that a definition stands for: names that are defined are replaced, inside quotes only where those are taken off.
 * @returns unknown where a macro with arguments stands in it, or it grows without end.
 */
export function expanded(text: string, definitions: ReadonlyMap<string, string>, at: string): Maybe<string> {
  let result = text;
  for (let round = 0; round < 8; round++) {
    if (/[A-Za-z_]\w*\(/.test(result.replace(/`[^`']*'/g, ""))) return unknown(`what m4 makes of the value in ${at}`);
    const next = result.replace(/`([^`']*)'|[A-Za-z_]\w*/g, (found, inner: string | undefined) =>
      inner === undefined ? (definitions.get(found) ?? found) : inner,
    );
    if (next === result) return result;
    if (next.length > longest) break;
    result = next;
  }
  return unknown(`what m4 makes of the value in ${at}`);
}
