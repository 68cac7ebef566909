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
  /** The clients whose address the key begins. */
  readonly prefix: Prefix | undefined;
  readonly tag: string;
  readonly key: string;
  readonly value: string;
  readonly at: string;
}

/** The text that makemap makes the access map of: key and value on a line, the first of two equal keys stays. */
export class AccessMap {
  private readonly entries: Entry[];

  constructor(
    text: string,
    private readonly at: string,
    private readonly skips: boolean,
  ) {
    const seen = new Set<string>();
    this.entries = text.split("\n").flatMap((line, i) => {
      const [spelt = ""] = /^\S+/.exec(line) ?? [];
      const value = line.slice(spelt.length).trim();
      const whole = spelt.toLowerCase();
      if (whole === "" || whole.startsWith("#") || value === "" || seen.has(whole)) return [];
      seen.add(whole);
      const [, tag = "", key = whole] = /^([a-z_]+):(.*)$/.exec(whole.startsWith("ipv6:") ? "" : whole) ?? [];
      return [{ prefix: prefixOf(key), tag, key, value, at: `${this.at}:${i + 1}` }];
    });
  }

  has(tag: string): boolean {
    return this.entries.some((each) => each.tag === tag);
  }

  /** @param untagged whether a key without a tag counts too, after one with it. */
  lookUp(tag: string, untagged: boolean): Lookup {
    const wanted = this.entries.filter((each) => each.tag === tag || (untagged && each.tag === ""));
    const single = wanted.flatMap((entry): Addressed[] => {
      const { prefix, tag: of, value, at } = entry;
      return prefix ? [{ ...prefix, tag: of, value, at }] : [];
    });
    const addressed = (single.length > many ? grouped(single) : single).map((each) => ({
      ...each,
      clients: AddressSet.ofAll(each.blocks),
    }));
    addressed.sort((a, b) => b.depth - a.depth || (a.tag === "" ? 1 : 0) - (b.tag === "" ? 1 : 0));
    const sets = AddressSet.firstComers([...addressed.map(({ clients }) => clients), AddressSet.everything]);
    const answers = sets.map((from, i): Answer => {
      const entry = addressed[i];
      const isSkip = this.skips && entry?.value.toUpperCase() === "SKIP";
      return { from, value: isSkip ? undefined : entry?.value, at: entry?.at ?? this.at };
    });
    const whole = untagged ? undefined : wanted.find(({ key }) => key === "");
    const named = wanted.filter(({ key, prefix }) => key !== "" && !prefix && !isNothing(key));
    return {
      answers: joined(
        answers.map((each) => (each.value === undefined && whole ? { ...whole, from: each.from } : each)),
      ),
      byName: named.map(({ value, at }) => ({ value, at })),
    };
  }
}

export const many = 100;

/** What the map answers to the clients of a key, or of several. */
interface Addressed extends Prefix {
  readonly tag: string;
  readonly value: string;
  readonly at: string;
}

/** Keys of one length do not overlap: those with one value are one set of clients, where they are too many to be named. */
function grouped(entries: readonly Addressed[]): Addressed[] {
  const groups = new Map<string, Addressed[]>();
  for (const entry of entries) {
    const key = `${entry.depth} ${entry.tag} ${entry.value}`;
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
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
