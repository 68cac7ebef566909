import { AddressSet } from "../../model/addresses.js";
import { type Addressed, AddressKeys, prefixAt } from "./access-keys.js";
import { pairsOf, tagAt } from "./access-lines.js";

/** What the access map answers to some clients about one thing. */
export interface Answer {
  readonly from: AddressSet;
  /** The right side; undefined where nothing was found. */
  readonly value: string | undefined;
  readonly at: string;
}

/** The answers for addresses, and the entries that are looked up by the client's name. */
export interface Lookup {
  readonly answers: readonly Answer[];
  readonly byName: readonly { readonly value: string; readonly at: string }[];
}

/** One line of the map by its tag (`""`: none); the key without it. */
interface Entry {
  readonly tag: string;
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

/** The text that makemap makes the access map of: key and value on a line, the first of two equal keys stays. */
export class AccessMap {
  /** By their tag. */
  private readonly addresses = new Map<string, AddressKeys>();
  private readonly names = new Map<string, Entry[]>();

  constructor(
    text: string,
    private readonly at: string,
    private readonly skips: boolean,
  ) {
    const seen = new Set<string>();
    for (const { from, to, value, line } of pairsOf(text)) {
      const tag = tagAt(text, from, to);
      const start = tag === "" ? from : from + tag.length + 1;
      const prefix = prefixAt(text, start, to);
      if (prefix) {
        setDefault(this.addresses, tag, () => new AddressKeys(tag)).add(prefix, value, line);
        continue;
      }
      const whole = text.slice(from, to).toLowerCase();
      if (seen.has(whole)) continue;
      seen.add(whole);
      const key = whole.slice(start - from);
      setDefault(this.names, tag, (): Entry[] => []).push({ tag, key, value, line });
    }
  }

  has(tag: string): boolean {
    return this.addresses.has(tag) || this.names.has(tag);
  }

  /** @param untagged whether a key without a tag counts too, after one with it. */
  lookUp(tag: string, untagged: boolean): Lookup {
    const tags = untagged ? [tag, ""] : [tag];
    const names = tags.flatMap((each) => this.names.get(each) ?? []).sort((a, b) => a.line - b.line);
    const addressed = this.addressed(tags);
    const sets = AddressSet.firstComers([...addressed.map(({ clients }) => clients), AddressSet.everything]);
    const answers = sets.map((from, i): Answer => {
      const entry = addressed[i];
      const isSkip = this.skips && entry?.value.toUpperCase() === "SKIP";
      return { from, value: isSkip ? undefined : entry?.value, at: entry ? this.placeOf(entry) : this.at };
    });
    const whole = untagged ? undefined : names.find(({ key }) => key === "");
    const named = names.filter(({ key }) => key !== "" && !isNothing(key));
    return {
      answers: joined(
        answers.map((each) =>
          each.value === undefined && whole ? { from: each.from, value: whole.value, at: this.placeOf(whole) } : each,
        ),
      ),
      byName: named.map((entry) => ({ value: entry.value, at: this.placeOf(entry) })),
    };
  }

  /** Closest keys first, and those with a tag before the others. Where they are too many to be named, those alike are one. */
  private addressed(tags: readonly string[]): Addressed[] {
    const keys = tags.flatMap((each) => this.addresses.get(each) ?? []);
    const areMany = keys.reduce((sum, { count }) => sum + count, 0) > many;
    const found = keys.flatMap((each) => (areMany ? each.alike() : each.single()));
    return found
      .sort((a, b) => a.line - b.line)
      .sort((a, b) => b.depth - a.depth || (a.tag === "" ? 1 : 0) - (b.tag === "" ? 1 : 0));
  }

  private placeOf({ line }: Pick<Entry, "line">): string {
    return `${this.at}:${line}`;
  }
}

export const many = 100;

/** Few values stand on many lines: where these are too many to be named, the first stands for those that say the same. */
function joined(answers: readonly Answer[]): Answer[] {
  if (answers.length <= many) return answers.filter(({ from }) => !from.isEmpty);
  const groups = new Map<string, Answer[]>();
  for (const answer of answers) {
    if (answer.from.isEmpty) continue;
    const key = answer.value ?? "";
    const group = groups.get(key);
    if (group) group.push(answer);
    else groups.set(key, [answer]);
  }
  return [...groups.values()].map((group) => ({
    ...(group[0] as Answer),
    from: AddressSet.join(group.map(({ from }) => from)),
  }));
}

/** Addresses of senders and recipients, and what no client has for a name: blocks with a length, IPv6 with `::`. */
function isNothing(key: string): boolean {
  return key.includes("@") || key.includes("/") || /^ipv6:.*::/.test(key) || /^[\d.]+$/.test(key);
}

function setDefault<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
