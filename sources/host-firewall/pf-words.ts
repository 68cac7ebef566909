import { InputError } from "../../model/errors.js";
import type { Line } from "./pf-lines.js";

/** Reads the words of a line one after the other. */
export class Words {
  protected next = 1;

  constructor(protected readonly line: Line) {}

  /** One word, or those between braces. */
  protected list(): string[] {
    const { words } = this.line;
    const negated = words[this.next] === "!";
    if (negated) this.next++;
    if (words[this.next] === "(") {
      this.next++;
      const inside = words[this.next] ?? "";
      this.skipParenthesis();
      return [...(negated ? ["!"] : []), `(${inside})`];
    }
    if (words[this.next] !== "{") return [...(negated ? ["!"] : []), this.take() ?? ""];
    const close = words.indexOf("}", this.next);
    if (close < 0) throw new InputError(this.line.at, "a brace that is not closed", "Check the file with `pfctl -nf`.");
    const inside = words.slice(this.next + 1, close).filter((word) => word !== "," && word !== "{");
    this.next = close + 1;
    return inside;
  }

  protected skipParenthesis(): void {
    const close = this.line.words.indexOf(")", this.next);
    this.next = close < 0 ? this.line.words.length : close + 1;
  }

  protected take(): string | undefined {
    return this.line.words[this.next++];
  }
}
