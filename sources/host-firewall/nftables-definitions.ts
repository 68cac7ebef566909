import { InputError } from "../../model/errors.js";
import { isSign, type Token } from "./nftables-tokens.js";

const mostTokens = 2_000_000;

/** Names that stand for words: `define mail = { 25, 587 }`, then `$mail`. */
export class Definitions {
  private readonly defined = new Map<string, readonly Token[]>();
  private budget = mostTokens;

  /** False for a statement of another kind. @throws InputError for a define without a value. */
  define(statement: readonly Token[]): boolean {
    const [verb, name, equals, ...value] = statement;
    if (verb?.text === "undefine" && name) return this.defined.delete(name.text) || true;
    if ((verb?.text !== "define" && verb?.text !== "redefine") || !name) return false;
    if (!isSign(equals, "="))
      throw new InputError(verb.at, "a define without a value", "Expected `define NAME = VALUE`.");
    this.defined.set(name.text, this.expanded(value));
    return true;
  }

  /** @throws InputError for a name that is not defined, and for definitions that unfold too far. */
  expanded(tokens: readonly Token[]): Token[] {
    const found = tokens.flatMap((token): readonly Token[] => {
      if (token.quoted || !token.text.startsWith("$")) return [token];
      const value = this.defined.get(token.text.slice(1));
      if (!value) throw new InputError(token.at, `${token.text} is not defined`, "Define it before it is used.");
      return value.map(({ text, quoted }) => ({ text, quoted, at: token.at }));
    });
    this.budget -= found.length;
    if (this.budget < 0) {
      throw new InputError(tokens[0]?.at ?? "", "definitions that unfold to more than 2,000,000 words", "Use sets.");
    }
    return found;
  }
}
