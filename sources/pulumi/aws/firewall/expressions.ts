import { AddressSet } from "../../../../model/addresses.js";
import { isUnknown, type Maybe, unknown } from "../../../../model/maybe.js";
import { differenceOf, everybody, exactly, type PartialSet, undecidedSet, unionOf } from "../../../../model/partial.js";
import { PortSet } from "../../../../model/ports.js";

/** What the names in rules stand for; a name that is not there is not known. */
export interface Variables {
  readonly addresses: ReadonlyMap<string, PartialSet>;
  readonly ports: ReadonlyMap<string, Maybe<PortSet>>;
}

/** Deeper lists are nobody's; they end in unknown instead of in a full stack. */
const deepest = 20;

/**
 * The addresses of an expression in a rule's head: `any`, `10.0.0.0/8`, `$HOME_NET`, `!192.0.2.1`, `[10.0.0.0/8,!10.1.0.0/16]`
 * (Suricata user guide, "Rules format").
 * @param at what to name as missing where it cannot be read.
 */
export function addressesOf(text: string, variables: Variables, at: string, depth = 0): PartialSet {
  const word = text.trim();
  const within = (part: string) => addressesOf(part, variables, at, depth + 1);
  if (depth > deepest) return undecidedSet([at]);
  if (word.toLowerCase() === "any") return everybody;
  if (word.startsWith("!")) return differenceOf(everybody, within(word.slice(1)));
  if (isList(word)) {
    const { wanted, excluded } = partsOf(word);
    const all = wanted.length === 0 ? everybody : unionOf(...wanted.map(within));
    return excluded.length === 0 ? all : differenceOf(all, unionOf(...excluded.map(within)));
  }
  if (word.startsWith("$")) return variables.addresses.get(word.slice(1)) ?? undecidedSet([at]);
  try {
    return exactly(AddressSet.of(word));
  } catch {
    return undecidedSet([at]);
  }
}

/** The ports of an expression: `any`, `587`, `1024:`, `[25,587]`, `!25`, `$MAIL`. */
export function portsOf(text: string, variables: Variables, at: string, depth = 0): Maybe<PortSet> {
  const word = text.trim();
  const within = (part: string) => portsOf(part, variables, at, depth + 1);
  if (depth > deepest) return unknown(at);
  if (word.toLowerCase() === "any") return PortSet.all;
  if (word.startsWith("!")) return without(PortSet.all, within(word.slice(1)));
  if (isList(word)) {
    const { wanted, excluded } = partsOf(word);
    const all = wanted.length === 0 ? PortSet.all : joined(wanted.map(within));
    return excluded.length === 0 ? all : without(all, joined(excluded.map(within)));
  }
  if (word.startsWith("$")) return variables.ports.get(word.slice(1)) ?? unknown(at);
  const range = /^(\d*)(?::(\d*))?$/.exec(word);
  if (range === null || word === "" || word === ":") return unknown(at);
  const [, low = "", high = low] = range;
  try {
    return PortSet.range(Number(low || 0), high === "" ? 65535 : Number(high));
  } catch {
    return unknown(at);
  }
}

function isList(word: string): boolean {
  return word.startsWith("[") && word.endsWith("]");
}

function partsOf(list: string): { wanted: string[]; excluded: string[] } {
  const parts: string[] = [];
  let part = "";
  let depth = 0;
  for (const letter of `${list.slice(1, -1)},`) {
    if (letter === "[") depth++;
    if (letter === "]") depth--;
    if (letter !== "," || depth !== 0) part += letter;
    else {
      if (part.trim() !== "") parts.push(part.trim());
      part = "";
    }
  }
  const excluded = parts.filter((each) => each.startsWith("!"));
  return { wanted: parts.filter((each) => !excluded.includes(each)), excluded: excluded.map((each) => each.slice(1)) };
}

function joined(sets: readonly Maybe<PortSet>[]): Maybe<PortSet> {
  const missing = sets.filter(isUnknown);
  if (missing.length > 0) return unknown(...missing.flatMap((each) => each.unknown));
  return PortSet.union(...sets.filter((each): each is PortSet => !isUnknown(each)));
}

function without(all: Maybe<PortSet>, excluded: Maybe<PortSet>): Maybe<PortSet> {
  if (isUnknown(all)) return all;
  return isUnknown(excluded) ? excluded : all.subtract(excluded);
}
