import { AddressSet } from "../../model/addresses.js";

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

/** The blocks of the addresses that begin alike, and how many of their bits are alike. */
type Prefix = { readonly blocks: readonly string[]; readonly depth: number };

interface Entry {
  readonly tag: string;
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

/** The text that makemap makes the access map of: key and value on a line, the first of two equal keys stays. */
export class AccessMap {
  /** By their tag; `""`: without one. */
  private readonly entries = new Map<string, Entry[]>();

  constructor(
    text: string,
    private readonly at: string,
    private readonly skips: boolean,
  ) {
    const seen = new Set<string>();
    for (const [i, written] of text.split("\n").entries()) {
      const [, spelt = "#", value = ""] = /^(\S+)\s+(\S.*)$/s.exec(written) ?? [];
      const whole = spelt.toLowerCase();
      if (whole.startsWith("#") || seen.has(whole)) continue;
      seen.add(whole);
      const [, tag = "", key = whole] = /^(?!ipv6:)([a-z_]+):(.*)$/.exec(whole) ?? [];
      const entry = { tag, key, value: value.trimEnd(), line: i + 1 };
      const same = this.entries.get(tag);
      if (same) same.push(entry);
      else this.entries.set(tag, [entry]);
    }
  }

  has(tag: string): boolean {
    return this.entries.has(tag);
  }

  /** @param untagged whether a key without a tag counts too, after one with it. */
  lookUp(tag: string, untagged: boolean): Lookup {
    const wanted = (untagged ? [tag, ""] : [tag])
      .flatMap((each) => this.entries.get(each) ?? [])
      .sort((a, b) => a.line - b.line);
    const single: Addressed[] = [];
    const named: Entry[] = [];
    for (const entry of wanted) {
      const prefix = prefixOf(entry.key);
      if (prefix) single.push({ ...prefix, entry });
      else if (entry.key !== "" && !isNothing(entry.key)) named.push(entry);
    }
    const addressed = (single.length > many ? grouped(single) : single).map((each) => ({
      ...each,
      clients: AddressSet.ofAll(each.blocks),
    }));
    addressed.sort((a, b) => b.depth - a.depth || (a.entry.tag === "" ? 1 : 0) - (b.entry.tag === "" ? 1 : 0));
    const sets = AddressSet.firstComers([...addressed.map(({ clients }) => clients), AddressSet.everything]);
    const answers = sets.map((from, i): Answer => {
      const entry = addressed[i]?.entry;
      const isSkip = this.skips && entry?.value.toUpperCase() === "SKIP";
      return { from, value: isSkip ? undefined : entry?.value, at: entry ? this.placeOf(entry) : this.at };
    });
    const whole = untagged ? undefined : wanted.find(({ key }) => key === "");
    return {
      answers: joined(
        answers.map((each) =>
          each.value === undefined && whole ? { from: each.from, value: whole.value, at: this.placeOf(whole) } : each,
        ),
      ),
      byName: named.map((entry) => ({ value: entry.value, at: this.placeOf(entry) })),
    };
  }

  private placeOf({ line }: Entry): string {
    return `${this.at}:${line}`;
  }
}

export const many = 100;

/** What the map answers to the clients of a key, or of several. */
interface Addressed extends Prefix {
  readonly entry: Entry;
}

/** Keys of one length do not overlap: those with one value are one set of clients, where they are too many to be named. */
function grouped(entries: readonly Addressed[]): Addressed[] {
  const groups = new Map<string, Addressed[]>();
  for (const each of entries) {
    const key = `${each.depth} ${each.entry.tag} ${each.entry.value}`;
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups.values()].map((group) => ({
    ...(group[0] as Addressed),
    blocks: group.flatMap(({ blocks }) => blocks),
  }));
}

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

/** The clients whose address begins with this key. */
export function clientsOfKey(key: string): AddressSet | undefined {
  const prefix = prefixOf(key);
  return prefix && AddressSet.ofAll(prefix.blocks);
}

/** Keys are cut at a dot or colon. */
function prefixOf(key: string): Prefix | undefined {
  if (key === "localhost") return { blocks: ["127.0.0.1", "::1"], depth: 129 };
  if (/^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){0,3}$/.test(key)) {
    const parts = key.split(".");
    if (parts.some((part) => Number(part) > 255)) return undefined;
    return { blocks: [`${key}${".0".repeat(4 - parts.length)}/${8 * parts.length}`], depth: 8 * parts.length };
  }
  const groups = /^ipv6:((?:0|[1-9a-f][\da-f]{0,3})(?::(?:0|[1-9a-f][\da-f]{0,3})){0,7})$/i.exec(key)?.[1]?.split(":");
  if (!groups) return undefined;
  const padded = [...groups, ...Array<string>(8 - groups.length).fill("0")].join(":");
  return { blocks: [`${padded}/${16 * groups.length}`], depth: 16 * groups.length };
}
