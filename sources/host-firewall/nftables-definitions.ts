import { InputError } from "../../model/errors.js";
import { signAt, type Token, type Tokens } from "./nftables-tokens.js";

const mostTokens = 2_000_000;

/** Names that stand for words: `define mail = { 25, 587 }`, then `$mail`. */
export class Definitions {
  private readonly defined = new Map<string, Tokens>();
  private budget = mostTokens;

  /** False for a statement of another kind. @throws InputError for a define without a value. */
  define(statement: Tokens): boolean {
    const verb = statement.at(0);
    if (verb?.text !== "define" && verb?.text !== "redefine" && verb?.text !== "undefine") return false;
    const name = statement.at(1);
    if (!name) return false;
    if (verb.text === "undefine") return this.defined.delete(name.text) || true;
    if (signAt(statement, 2) !== "=")
      throw new InputError(verb.at, "a define without a value", "Expected `define NAME = VALUE`.");
    this.defined.set(name.text, this.expanded(statement.slice(3)));
    return true;
  }

  /** @throws InputError for a name that is not defined, and for definitions that unfold too far. */
  expanded(tokens: Tokens): Tokens {
    if (!hasName(tokens)) return tokens;
    const found: Token[] = [];
    for (const token of tokens) {
      if (token.quoted || !token.text.startsWith("$")) {
        found.push(token);
        continue;
      }
      const value = this.defined.get(token.text.slice(1));
      if (!value) throw new InputError(token.at, `${token.text} is not defined`, "Define it before it is used.");
      this.budget -= value.length;
      if (this.budget < 0) {
        throw new InputError(token.at, "definitions that unfold to more than 2,000,000 words", "Use sets.");
      }
      for (const { text, quoted } of value) found.push({ text, quoted, at: token.at });
    }
    return found;
  }
}

function hasName(tokens: Tokens): boolean {
  for (let i = 0; i < tokens.length; i++) if (signAt(tokens, i) === "$") return true;
  return false;
}
