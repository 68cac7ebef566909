import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import { defaultOf } from "./defaults.js";
import type { Filter } from "./filters.js";
import type { Syntax } from "./syntax.js";

const longest = 100_000;

/**
 * `$name` (2.4: `$SET:name`) at the beginning of a word stands for the value so far: of the block itself, and for the own
 * name of the blocks around it (src/config/config-parser.c, config_write_keyvariable).
 */
export function expand(key: string, value: string, filter: Filter, syntax: Syntax): Maybe<string> {
  const prefix = syntax === "2.4" ? "$SET:" : "$";
  const words: string[] = [];
  for (const word of value.split(/[ \t]+/)) {
    if (word.startsWith("$ENV:")) return unknown(`the environment variable in ${key}`);
    if (!word.startsWith(prefix)) {
      words.push(word);
      continue;
    }
    const name = word.slice(prefix.length);
    const found = current(name, filter, name === key, syntax);
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

const lists = ["protocols", "auth_mechanisms", "listen", "login_trusted_networks"];

/** 2.4: `protocols { submission = yes }` adds to a list, `no` takes away; undefined where the block is no list. */
export function listWith(path: string, word: string, value: Maybe<string>, filter: Filter): Maybe<string> | undefined {
  if (!lists.includes(path)) return undefined;
  const before = current(path, filter, true, "2.4");
  if (isUnknown(before)) return before;
  if (isUnknown(value)) return value;
  const others = before.split(/[ ,]+/).filter((each) => each !== "" && each !== word);
  return (value.toLowerCase() === "yes" ? [...others, word] : others).join(" ");
}
