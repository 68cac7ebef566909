import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import { defaultOf } from "./defaults.js";
import type { Filter } from "./filters.js";
import { settings24 } from "./setting-names-24.js";
import { type Syntax, stops } from "./syntax.js";

const longest = 100_000;

/**
 * `$name` at the beginning of a word stands for the value so far: of the block itself, and for the own name of the blocks
 * around it (src/config/config-parser.c, config_write_keyvariable).
 */
export function expand(key: string, value: string, filter: Filter): Maybe<string> {
  return expanded(key, value, "$", (name) => current(name, filter, name === key, "2.3"));
}

/** `$SET:name` of 2.4. @throws Stops for a name that it does not know, or of a list. */
export function expand24(key: string, value: string, filter: Filter, at: string): Maybe<string> {
  return expanded(key, value, "$SET:", (name) => {
    const kind = settings24.get(name);
    if (kind === undefined) throw stops(at, `${name} behind $SET: is no setting of Dovecot 2.4`);
    if (["list", "map", "block", "blocks"].includes(kind)) throw stops(at, `$SET:${name} is a ${kind}, not a text`);
    return current(name, filter, name === key, "2.4");
  });
}

function expanded(key: string, value: string, prefix: string, of: (name: string) => Maybe<string>): Maybe<string> {
  const words: string[] = [];
  for (const word of value.split(/[ \t]+/)) {
    if (word.startsWith("$ENV:")) return unknown(`the environment variable in ${key}`);
    if (!word.startsWith(prefix)) {
      words.push(word);
      continue;
    }
    const found = of(word.slice(prefix.length));
    if (isUnknown(found)) return found;
    words.push(found);
  }
  const whole = words.join(" ");
  return whole.length > longest ? unknown(`a shorter value of ${key}`) : whole;
}

function current(name: string, filter: Filter, own: boolean, syntax: Syntax): Maybe<string> {
  const set = filter.settings.get(name);
  if (set) return set.value;
  if (own && filter.parent) return current(name, filter.parent, own, syntax);
  return defaultOf(name, syntax) ?? unknown(`the value of ${name}`);
}
