import { parseLevel } from "./compatibility.js";
import { closing, ExpressionReader, MacroError } from "./expression-reader.js";

/** The value behind a name; undefined where there is none. */
export type Lookup = (name: string) => string | undefined;

/** The expansion is longer than any real configuration's. */
export class TooLong extends Error {}

const deepest = 100;
const longest = 4_000_000;
const mostSteps = 200_000;

/**
 * Expands `$name`, `${name}`, `$(name)`, `${name?x}`, `${name:x}`, `${name?{x}:{y}}`, `${{a} op {b} ? {x} : {y}}` and
 * `$$` as Postfix's mac_expand does; with `levels` (from 3.6) also `<level` and its kin. A name without a value is "".
 * @throws MacroError on a syntax error or more than 100 nested references; TooLong when it grows beyond 4 MB.
 */
export function expand(text: string, lookup: Lookup, levels: boolean): string {
  return new Expansion(lookup, levels).run(text);
}

class Expansion {
  private parts: string[] = [];
  private length = 0;
  private depth = 0;
  private steps = 0;

  constructor(
    private readonly lookup: Lookup,
    private readonly levels: boolean,
  ) {}

  run(text: string): string {
    const outer = this.parts;
    this.parts = [];
    this.parse(text);
    const result = this.parts.join("");
    this.parts = outer;
    return result;
  }

  private literal(text: string): void {
    this.length += text.length;
    if (this.length > longest) throw new TooLong();
    this.parts.push(text);
  }

  private parse(text: string): void {
    for (let at = 0; at < text.length; ) {
      const dollar = text.indexOf("$", at);
      if (dollar < 0) {
        this.literal(text.slice(at));
        return;
      }
      if (dollar > at) this.literal(text.slice(at, dollar));
      const next = text[dollar + 1];
      if (next === "$") {
        this.literal("$");
        at = dollar + 2;
      } else if (next === "{" || next === "(") {
        const end = closing(text, dollar + 1, next === "{" ? "}" : ")");
        this.expression(text.slice(dollar + 2, end));
        at = end + 1;
      } else {
        const name = /^\w*/.exec(text.slice(dollar + 1, dollar + 257))?.[0] ?? "";
        this.expression(name);
        at = dollar + 1 + name.length;
      }
    }
  }

  private expression(body: string): void {
    if (body === "") throw new MacroError();
    if (++this.steps > mostSteps) throw new TooLong();
    if (this.depth++ > deepest) throw new MacroError();
    const reader = new ExpressionReader(body);
    reader.blanks();
    const relational = reader.next === "{";
    const value = relational ? this.relation(reader) : this.lookup(reader.name());
    if (!relational) reader.blanks();
    if (reader.next === undefined) {
      if (value) this.parse(value);
    } else {
      this.choose(reader, value);
    }
    this.depth--;
  }

  private choose(reader: ExpressionReader, value: string | undefined): void {
    let operator = reader.take();
    if (operator === "?") {
      const chosen = reader.operand();
      if (value) this.parse(chosen);
      if (reader.next === undefined) return;
      operator = reader.take();
    }
    if (operator !== ":") throw new MacroError();
    const otherwise = reader.operand();
    if (!value) this.parse(otherwise);
    if (reader.next !== undefined) throw new MacroError();
  }

  private relation(reader: ExpressionReader): string {
    const left = reader.braced();
    const operator = reader.matching(/^[<>!=?+\-*/~&|%]*/);
    const suffix = this.levels ? reader.matching(/^[A-Za-z0-9]*/) : "";
    reader.blanks();
    if (reader.next !== "{" || (suffix !== "" && suffix !== "level")) throw new MacroError();
    const right = reader.braced();
    return holds(operator, compare(this.run(left), this.run(right), suffix === "level")) ? "true" : "";
  }
}

/** Negative, zero or positive: by number where both are digits, else by character; levels by their parts. */
function compare(left: string, right: string, byLevel: boolean): number {
  if (byLevel) {
    const [a, b] = [parseLevel(left), parseLevel(right)];
    if (a === undefined || b === undefined) throw new MacroError();
    return a - b;
  }
  if (/^\d+$/.test(left) && /^\d+$/.test(right)) return Number(left) - Number(right);
  return left < right ? -1 : left > right ? 1 : 0;
}

function holds(operator: string, delta: number): boolean {
  switch (operator) {
    case "==":
      return delta === 0;
    case "!=":
      return delta !== 0;
    case "<":
      return delta < 0;
    case "<=":
      return delta <= 0;
    case ">=":
      return delta >= 0;
    case ">":
      return delta > 0;
    default:
      throw new MacroError();
  }
}
