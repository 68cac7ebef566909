import { optionNames } from "./option-names.js";
import { Refused, Undecided } from "./stops.js";

const definition = /^(_?[A-Z][A-Za-z0-9_]*)\s*(==?)\s*(.*)$/s;

/** A line may not grow without bound through macros within macros. */
const longest = 100_000;

/** The macros of one configuration, in the order in which Exim substitutes them (that of their definition). */
export class Macros {
  private readonly values = new Map<string, string>();

  /** Is the line a definition (`NAME = value`, `NAME == value`)? */
  static defines(text: string): boolean {
    return definition.test(text);
  }

  /** @throws Refused for a name defined twice, redefined before it is defined, or that holds an earlier name. */
  define(text: string, at: string): void {
    const [, name = "", sign, value = ""] = definition.exec(text) ?? [];
    const known = this.values.has(name);
    if (known && sign === "=") throw new Refused(`the macro ${name} is defined twice`, at);
    if (!known && sign === "==") throw new Refused(`the macro ${name} is redefined before it is defined`, at);
    if (!known)
      for (const earlier of this.values.keys())
        if (name.includes(earlier)) throw new Refused(`the macro ${name} holds the earlier name ${earlier}`, at);
    this.values.set(name, value);
  }

  /** The text with every macro replaced, and whether one was. The name that a definition begins with stays. */
  expand(text: string, startsLine: boolean): { readonly text: string; readonly found: boolean } {
    const name = startsLine ? (/^(\s*_?[A-Z][A-Za-z0-9_]*\s*=)/.exec(text)?.[1] ?? "") : "";
    let rest = text.slice(name.length);
    let found = false;
    for (const [macro, value] of this.values) {
      if (!rest.includes(macro)) continue;
      found = true;
      rest = rest.replaceAll(macro, () => value);
      if (rest.length > longest) throw new Undecided("macros that grow a line beyond 100,000 characters");
    }
    return { text: name + rest, found };
  }
}

/**
 * Is a name that no line defines one of those that Exim defines itself (`_HAVE_TLS`, `_OPT_MAIN_TLS_ALPN`)?
 * @throws Undecided where the build decides it.
 */
export function isBuiltIn(condition: string): boolean {
  const name = /\b_(?:HAVE|OPT|DRIVER|ACL|LOG|EXP|DKIM|CRYPTO)_[A-Z0-9_]+/.exec(condition)?.[0];
  if (name === undefined) return false;
  const option = /^_OPT_MAIN_(.*)$/.exec(name)?.[1];
  if (name === "_HAVE_TLS" || (option !== undefined && optionNames.has(option.toLowerCase()))) return true;
  throw new Undecided(`whether this Exim is built with ${name}`);
}
