/** The text cannot be expanded: every Postfix program that reads the parameter stops. */
export class MacroError extends Error {}

const blank = /[ \t\r\n]/;

/** Index of the bracket that closes the one at `open`; only brackets of the same kind nest. @throws MacroError without one. */
export function closing(text: string, open: number, close: string): number {
  const opener = text[open];
  for (let i = open, depth = 0; i < text.length; i++) {
    if (text[i] === opener) depth++;
    else if (text[i] === close && --depth === 0) return i;
  }
  throw new MacroError();
}

/** Reads the inside of `${...}` from left to right, as mac_expand does. @throws MacroError where the syntax ends. */
export class ExpressionReader {
  private at = 0;

  constructor(private readonly text: string) {}

  get next(): string | undefined {
    return this.text[this.at];
  }

  take(): string | undefined {
    return this.text[this.at++];
  }

  blanks(): void {
    while (this.next !== undefined && blank.test(this.next)) this.at++;
  }

  matching(pattern: RegExp): string {
    const found = pattern.exec(this.text.slice(this.at, this.at + 64))?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  name(): string {
    const start = this.at;
    while (this.next !== undefined && /\w/.test(this.next)) this.at++;
    const name = this.text.slice(start, this.at);
    this.blanks();
    if (this.next !== undefined && this.next !== "?" && this.next !== ":") throw new MacroError();
    return name;
  }

  braced(): string {
    const end = closing(this.text, this.at, "}");
    const inside = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    this.blanks();
    return inside;
  }

  /** `{text}` with blanks around it, or, unbraced, all that is left. */
  operand(): string {
    const start = this.at;
    this.blanks();
    if (this.next === "{") return this.braced();
    this.at = this.text.length;
    return this.text.slice(start);
  }
}
