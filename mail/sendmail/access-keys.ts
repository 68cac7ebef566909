import { AddressSet } from "../../model/addresses.js";
import { type Block, bits, parseBlock } from "../../model/cidr.js";

/** The addresses that begin as a key says: the first one of IPv4, as 32 bits with a sign, or blocks. */
type Beginning = number | readonly Block[];

/** A beginning, and how many of its bits are alike. */
interface Prefix {
  readonly beginning: Beginning;
  readonly depth: number;
}

/** What the map answers to the clients of a key, or of several that have length and value in common. */
export interface Addressed {
  readonly tag: string;
  readonly value: string;
  readonly depth: number;
  /** The first of theirs. */
  readonly line: number;
  readonly clients: AddressSet;
}

/** Keys of one length with one value, in the order of their lines: no two of them overlap. */
interface Alike {
  readonly value: string;
  readonly depth: number;
  readonly lines: number[];
  readonly beginnings: Beginning[];
}

/** Keys of one length. */
interface OfLength {
  readonly seen: Set<number | string>;
  readonly byValue: Map<string, Alike>;
}

/** The keys of one tag that are addresses. They are kept as small integers: there may be hundred thousands. */
export class AddressKeys {
  count = 0;
  private readonly byDepth = new Map<number, OfLength>();

  constructor(private readonly tag: string) {}

  /** The first of two equal keys stays. */
  add({ beginning, depth }: Prefix, value: string, line: number): void {
    const { seen, byValue } = this.ofLength(depth);
    const identity = typeof beginning === "number" ? beginning : beginning.map(({ low }) => `${low}`).join();
    if (seen.has(identity)) return;
    seen.add(identity);
    this.count++;
    const alike = byValue.get(value);
    if (alike) {
      alike.lines.push(line);
      alike.beginnings.push(beginning);
    } else byValue.set(value, { value, depth, lines: [line], beginnings: [beginning] });
  }

  /** Those of one length and value together. */
  alike(): Addressed[] {
    return this.groups().map(({ value, depth, lines, beginnings }) => this.of(value, depth, lines[0], beginnings));
  }

  single(): Addressed[] {
    return this.groups().flatMap(({ value, depth, lines, beginnings }) =>
      beginnings.map((each, i) => this.of(value, depth, lines[i], [each])),
    );
  }

  private ofLength(depth: number): OfLength {
    const known = this.byDepth.get(depth);
    if (known) return known;
    const made: OfLength = { seen: new Set(), byValue: new Map() };
    this.byDepth.set(depth, made);
    return made;
  }

  private groups(): Alike[] {
    return [...this.byDepth.values()].flatMap(({ byValue }) => [...byValue.values()]);
  }

  private of(value: string, depth: number, line = 0, beginnings: readonly Beginning[] = []): Addressed {
    return { tag: this.tag, value, depth, line, clients: clientsOf(beginnings, depth) };
  }
}

function clientsOf(beginnings: readonly Beginning[], depth: number): AddressSet {
  const lows = beginnings.flatMap((each) => (typeof each === "number" ? each >>> 0 : []));
  const others = beginnings.flatMap((each) => (typeof each === "number" ? [] : each));
  const four = AddressSet.ofPrefixes(lows, bits.ipv4 - depth);
  return others.length === 0 ? four : four.union(AddressSet.ofBlocks(others));
}

/** The clients whose address begins with this key. */
export function clientsOfKey(key: string): AddressSet | undefined {
  const prefix = prefixAt(key, 0, key.length);
  return prefix && clientsOf([prefix.beginning], prefix.depth);
}

const [dot, zero] = [46, 48];

/** What the key between two offsets of a text is for; keys are cut at a dot or colon. */
export function prefixAt(text: string, from: number, to: number): Prefix | undefined {
  const numbers = numbersAt(text, from, to);
  if (numbers) return numbers;
  const code = text.charCodeAt(from) | 32;
  // `ipv6:` or `localhost`
  if (code !== 105 && code !== 108) return undefined;
  const key = text.slice(from, to).toLowerCase();
  if (key === "localhost") return { beginning: [parseBlock("127.0.0.1"), parseBlock("::1")], depth: 129 };
  const groups = /^ipv6:((?:0|[1-9a-f][\da-f]{0,3})(?::(?:0|[1-9a-f][\da-f]{0,3})){0,7})$/.exec(key)?.[1]?.split(":");
  if (!groups) return undefined;
  const padded = [...groups, ...Array<string>(8 - groups.length).fill("0")].join(":");
  return { beginning: [parseBlock(`${padded}/${16 * groups.length}`)], depth: 16 * groups.length };
}

/** One to four decimal numbers below 256 with dots between. */
function numbersAt(text: string, from: number, to: number): Prefix | undefined {
  let [value, part, digits, depth] = [0, 0, 0, 0];
  for (let i = from; i <= to; i++) {
    const code = i === to ? dot : text.charCodeAt(i);
    if (code === dot) {
      if (digits === 0 || depth === bits.ipv4) return undefined;
      value = (value << 8) | part;
      depth += 8;
      [part, digits] = [0, 0];
      continue;
    }
    if (code < zero || code > zero + 9 || (digits > 0 && part === 0)) return undefined;
    part = part * 10 + code - zero;
    digits++;
    if (part > 255) return undefined;
  }
  return { beginning: depth === bits.ipv4 ? value : value << (bits.ipv4 - depth), depth };
}
