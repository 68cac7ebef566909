import { InputError } from "../../model/errors.js";
import { scanned, type Token } from "./nftables-scan.js";

export type { Token } from "./nftables-scan.js";

/** Tokens one after the other: a list, or a part of a text of which each is made when it is asked for. */
export interface Tokens extends Iterable<Token> {
  readonly length: number;
  at(i: number): Token | undefined;
  slice(from: number, to?: number): Tokens;
}

/** A part of a text: 10 MB hold two million tokens, and rules are read one after the other. */
class Part implements Tokens {
  readonly length: number;

  constructor(
    private readonly whole: ReturnType<typeof scanned>,
    private readonly from: number,
    private readonly to: number,
  ) {
    this.length = to - from;
  }

  at(i: number): Token | undefined {
    return i < this.length ? this.whole.tokenAt(this.from + i) : undefined;
  }

  slice(from: number, to = this.length): Tokens {
    return new Part(this.whole, Math.min(this.from + from, this.to), Math.min(this.from + to, this.to));
  }

  signAt(i: number): string {
    return i < this.length ? this.whole.signAt(this.from + i) : "";
  }

  *[Symbol.iterator](): Generator<Token> {
    for (let i = this.from; i < this.to; i++) yield this.whole.tokenAt(i);
  }
}

/** @throws InputError with `file:line` for a brace that is not closed or closes nothing. */
export function tokensOf(text: string, path: string): Tokens {
  const whole = scanned(text, path);
  const open: number[] = [];
  for (let i = 0; i < whole.length; i++) {
    const sign = whole.signAt(i);
    if (sign === "{") open.push(i);
    if (sign === "}" && open.pop() === undefined)
      throw new InputError(whole.tokenAt(i).at, "a brace that closes nothing", "Check it with `nft -c -f`.");
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined)
    throw new InputError(whole.tokenAt(unclosed).at, "a brace that is not closed", "Check the file with `nft -c -f`.");
  return new Part(whole, 0, whole.length);
}

export function isSign(token: Token | undefined, text: string): boolean {
  return token !== undefined && !token.quoted && token.text === text;
}

/** The sign at a place, `$` where a name stands for other words; empty for words, strings and nothing. */
export function signAt(tokens: Tokens, i: number): string {
  if (tokens instanceof Part) return tokens.signAt(i);
  const { text = "", quoted = false } = tokens.at(i) ?? {};
  return quoted ? "" : text.length === 1 ? text : text.startsWith("$") ? "$" : "";
}

/** Parts between separators that stand in no braces; empty ones are left out. */
export function* splitAt(tokens: Tokens, separator: ";" | ","): Generator<Tokens> {
  let depth = 0;
  let from = 0;
  for (let i = 0; i < tokens.length; i++) {
    const sign = signAt(tokens, i);
    if (sign === "{") depth++;
    else if (sign === "}") depth--;
    if (depth !== 0 || sign !== separator) continue;
    if (i > from) yield tokens.slice(from, i);
    from = i + 1;
  }
  if (tokens.length > from) yield tokens.slice(from);
}
