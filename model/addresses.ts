import {
  type Block,
  bits,
  type Family,
  formatBlock,
  ipv4BlockCount,
  ipv4Blocks,
  ipv4Interval,
  ipv6Blocks,
  ipv6Interval,
  parseBlock,
} from "./cidr.js";
import {
  covers,
  equal,
  firstComers,
  firstNested,
  type Interval,
  intersect,
  normalise,
  overlap,
  subtract,
  uniteAll,
} from "./intervals.js";

export type { Family } from "./cidr.js";

const families = ["ipv4", "ipv6"] as const;
const top = { ipv4: 2 ** bits.ipv4 - 1, ipv6: (1n << BigInt(bits.ipv6)) - 1n } as const;

const none: readonly never[] = [];

/** An immutable set of IPv4 and IPv6 addresses. The families are separate: a set of one says nothing about the other. */
export class AddressSet {
  static readonly empty = new AddressSet([], []);
  static readonly everything = new AddressSet([[0, top.ipv4]], [[0n, top.ipv6]]);

  /** Programs name few sets many times, and reports show them as often. */
  #words: string | undefined;
  #cidrs: readonly string[] | undefined;
  /** Rules that name few sets many times are asked as often whom they leave out. */
  #others: AddressSet | undefined;

  private constructor(
    readonly ipv4: readonly Interval<number>[],
    readonly ipv6: readonly Interval<bigint>[],
  ) {}

  /**
   * Reads addresses and CIDR blocks of either family; host bits are cut off, as every cloud does (`1.2.3.4/0` is all).
   * @throws RangeError that quotes the text which is neither.
   */
  static of(...texts: string[]): AddressSet {
    return AddressSet.ofAll(texts);
  }

  /** The same of a list that may be too long to be passed as arguments. */
  static ofAll(texts: readonly string[]): AddressSet {
    const [only] = texts;
    if (only !== undefined && texts.length === 1) return AddressSet.ofBlock(parseBlock(only));
    return AddressSet.ofBlocks(texts.map(parseBlock));
  }

  private static ofBlock(block: Block): AddressSet {
    return block.family === "ipv4"
      ? new AddressSet([ipv4Interval(block)], none)
      : new AddressSet(none, [ipv6Interval(block)]);
  }

  static ofBlocks(blocks: readonly Block[]): AddressSet {
    const ipv4: Interval<number>[] = [];
    const ipv6: Interval<bigint>[] = [];
    for (const block of blocks) {
      if (block.family === "ipv4") ipv4.push(ipv4Interval(block));
      else ipv6.push(ipv6Interval(block));
    }
    return new AddressSet(normalise(ipv4), normalise(ipv6));
  }

  /** Blocks of IPv4 that have so many host bits each, by their first addresses. */
  static ofPrefixes(lows: readonly number[], hosts: number): AddressSet {
    const size = 2 ** hosts;
    const ipv4: Interval<number>[] = [];
    let [first, last] = [-1, -2];
    for (const low of Float64Array.from(lows).sort()) {
      if (low > last + 1) {
        if (first >= 0) ipv4.push([first, last]);
        first = low;
      }
      last = low + size - 1;
    }
    if (first >= 0) ipv4.push([first, last]);
    return new AddressSet(ipv4, []);
  }

  /**
   * All addresses from the first to the last.
   * @throws RangeError when an end is no address, they are of two families, or the range is reversed.
   */
  static range(first: string, last: string): AddressSet {
    const [from, to] = [AddressSet.of(first), AddressSet.of(last)];
    const [low4, low6, high4, high6] = [from.ipv4[0]?.[0], from.ipv6[0]?.[0], to.ipv4[0]?.[1], to.ipv6[0]?.[1]];
    if (low4 === undefined ? high6 === undefined : high4 === undefined)
      throw new RangeError(`the range ${first}-${last} is of two families`);
    const ipv4: Interval<number>[] = low4 === undefined || high4 === undefined ? [] : [[low4, high4]];
    const ipv6: Interval<bigint>[] = low6 === undefined || high6 === undefined ? [] : [[low6, high6]];
    if ([...ipv4, ...ipv6].some(([low, high]) => low > high))
      throw new RangeError(`the range ${first}-${last} is reversed`);
    return new AddressSet(ipv4, ipv6);
  }

  static union(...sets: AddressSet[]): AddressSet {
    return AddressSet.join(sets);
  }

  /** The union of a list that may be too long to be passed as arguments. */
  static join(sets: readonly AddressSet[]): AddressSet {
    const some = sets.filter((set) => !set.isEmpty);
    const [first = AddressSet.empty] = some;
    if (some.every((set) => set === first)) return first;
    const joined = new AddressSet(uniteAll(some.map((set) => set.ipv4)), uniteAll(some.map((set) => set.ipv6)));
    return joined.#isEverything ? AddressSet.everything : joined;
  }

  /** Of every set what no earlier one holds; near-linear, where subtracting one after the other is quadratic. */
  static firstComers(sets: readonly AddressSet[]): AddressSet[] {
    const ipv4 = firstComers(sets.map((set) => set.ipv4));
    const ipv6 = firstComers(sets.map((set) => set.ipv6));
    return sets.map((_, i) => new AddressSet(ipv4[i] ?? [], ipv6[i] ?? []));
  }

  /** Of every group, a number below `count`, what its blocks hold and no earlier block of another does. */
  static firstBlocks(
    blocks: readonly { readonly block: Block; readonly group: number }[],
    count: number,
  ): AddressSet[] {
    const [four, six]: [Interval<number>[], Interval<bigint>[]] = [[], []];
    const [groups4, groups6]: [number[], number[]] = [[], []];
    for (const { block, group } of blocks) {
      if (block.family === "ipv4") {
        four.push(ipv4Interval(block));
        groups4.push(group);
      } else {
        six.push(ipv6Interval(block));
        groups6.push(group);
      }
    }
    const [ipv4, ipv6] = [firstNested(four, groups4, count), firstNested(six, groups6, count)];
    return ipv4.map((each, i) => new AddressSet(each, ipv6[i] ?? []));
  }

  union(other: AddressSet): AddressSet {
    if (this.isEmpty) return other;
    return other.isEmpty ? this : AddressSet.union(this, other);
  }

  intersect(other: AddressSet): AddressSet {
    if (this === AddressSet.everything) return other;
    if (other === AddressSet.everything || other === this || this.isEmpty) return this;
    if (other.isEmpty) return other;
    return this.or(other, intersect(this.ipv4, other.ipv4), intersect(this.ipv6, other.ipv6));
  }

  subtract(other: AddressSet): AddressSet {
    if (other.isEmpty) return this;
    if (other === this) return AddressSet.empty;
    if (this !== AddressSet.everything) return this.without(other);
    other.#others ??= this.without(other);
    return other.#others;
  }

  private without(other: AddressSet): AddressSet {
    return this.or(this, subtract(this.ipv4, other.ipv4), subtract(this.ipv6, other.ipv6));
  }

  /** A set that is one of these is that one: what was worked out for it need not be worked out again. */
  private or(other: AddressSet, ipv4: readonly Interval<number>[], ipv6: readonly Interval<bigint>[]): AddressSet {
    for (const set of [this, other]) if (set.ipv4 === ipv4 && set.ipv6 === ipv6) return set;
    return new AddressSet(ipv4, ipv6);
  }

  complement(): AddressSet {
    return AddressSet.everything.subtract(this);
  }

  contains(other: AddressSet): boolean {
    if (this === AddressSet.everything || this === other) return true;
    return covers(this.ipv4, other.ipv4) && covers(this.ipv6, other.ipv6);
  }

  overlaps(other: AddressSet): boolean {
    if (this === AddressSet.everything || this === other) return !other.isEmpty;
    if (other === AddressSet.everything) return !this.isEmpty;
    return overlap(this.ipv4, other.ipv4) || overlap(this.ipv6, other.ipv6);
  }

  equals(other: AddressSet): boolean {
    return this === other || (equal(this.ipv4, other.ipv4) && equal(this.ipv6, other.ipv6));
  }

  get #isEverything(): boolean {
    const [four, six] = [this.ipv4[0], this.ipv6[0]];
    return four?.[0] === 0 && four[1] === top.ipv4 && six?.[0] === 0n && six[1] === top.ipv6;
  }

  get isEmpty(): boolean {
    return this.ipv4.length === 0 && this.ipv6.length === 0;
  }

  /** True when it covers every public unicast address of the family: coverage, not the spelling `0.0.0.0/0`. */
  coversInternet(family: Family): boolean {
    return family === "ipv4" ? covers(this.ipv4, internet.ipv4) : covers(this.ipv6, internet.ipv6);
  }

  /** The smallest list of CIDR blocks, ascending, IPv4 first. */
  toCidrs(family?: Family): string[] {
    return (family ? [family] : families).flatMap((each) => this.blocks(each).map(formatBlock));
  }

  private blocks(family: Family, most = Number.POSITIVE_INFINITY): Block[] {
    // Every interval is one block at least.
    const blocks =
      family === "ipv4"
        ? this.ipv4.length === 1
          ? ipv4Blocks(this.ipv4[0] as Interval<number>)
          : this.ipv4.slice(0, most).flatMap(ipv4Blocks)
        : this.ipv6.slice(0, most).flatMap(ipv6Blocks);
    return blocks.length > most ? blocks.slice(0, most) : blocks;
  }

  private blockCount(family: Family): number {
    return family === "ipv4"
      ? this.ipv4.reduce((sum, interval) => sum + ipv4BlockCount(interval), 0)
      : this.blocks(family).length;
  }

  /** For people: `anyone`, `nobody`, or the blocks, at most four and then a count. */
  toString(): string {
    this.#words ??= this.inWords();
    return this.#words;
  }

  private inWords(): string {
    if (this.isEmpty) return "nobody";
    const all = families.filter((family) => this.coversInternet(family));
    if (all.length === 2) return "anyone";
    const most = 4;
    const parts: string[] = [];
    for (const family of families) {
      if (all.includes(family)) parts.push(`any ${family === "ipv4" ? "IPv4" : "IPv6"} address`);
      else for (const block of this.blocks(family, most)) parts.push(formatBlock(block));
    }
    const shown = parts.slice(0, most).join(", ");
    if (parts.length < most) return shown;
    const counts = families.map((family) => (all.includes(family) ? 1 : this.blockCount(family)));
    const more = counts.reduce((sum, count) => sum + count, -most);
    return more > 0 ? `${shown} and ${more} more blocks` : shown;
  }

  toJSON(): readonly string[] {
    this.#cidrs ??= this.toCidrs();
    return this.#cidrs;
  }
}

/**
 * IANA special-purpose blocks that no host on the public internet sends from (RFC 6890 and its registries), and the address
 * under which Azure's hosts serve the virtual machines on them (Azure documentation, "What is IP address 168.63.129.16").
 */
const special = AddressSet.of(
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"],
  ...["192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"],
  ...["168.63.129.16", "224.0.0.0/4", "240.0.0.0/4", "2001:2::/48", "2001:db8::/32", "2002::/16"],
);

/** Every public unicast address. */
export const internet = AddressSet.of("0.0.0.0/0", "2000::/3").subtract(special);

/** Public addresses, and those for documentation (RFC 5737, RFC 3849): examples are written with them. */
export const outside = AddressSet.union(
  internet,
  AddressSet.of("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"),
);

/** Addresses that only reach from inside: loopback, link-local, RFC 1918, RFC 6598 and unique local. */
export const privateNetworks = AddressSet.of(
  ...["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
  ...["::1/128", "fc00::/7", "fe80::/10"],
);

export const loopback = AddressSet.of("127.0.0.0/8", "::1/128");

/** Every other address, reserved ones among them: what an address that only reaches inside is not reached from. */
export const notPrivate = privateNetworks.complement();
