import ipaddr from "ipaddr.js";
import { equal, firstComers, type Interval, intersect, normalise, overlap, subtract } from "./intervals.js";

export type Family = "ipv4" | "ipv6";

const bits = { ipv4: 32, ipv6: 128 } as const;
const top = { ipv4: (1n << 32n) - 1n, ipv6: (1n << 128n) - 1n } as const;

/** An immutable set of IPv4 and IPv6 addresses. The families are separate: a set of one says nothing about the other. */
export class AddressSet {
  static readonly empty = new AddressSet([], []);
  static readonly everything = new AddressSet([[0n, top.ipv4]], [[0n, top.ipv6]]);

  private constructor(
    readonly ipv4: readonly Interval<bigint>[],
    readonly ipv6: readonly Interval<bigint>[],
  ) {}

  /**
   * Reads addresses and CIDR blocks of either family; host bits are cut off, as every cloud does (`1.2.3.4/0` is all).
   * @throws RangeError that quotes the text which is neither.
   */
  static of(...texts: string[]): AddressSet {
    const found = { ipv4: [] as Interval<bigint>[], ipv6: [] as Interval<bigint>[] };
    for (const text of texts) {
      const [family, low, high] = block(text);
      found[family].push([low, high]);
    }
    return new AddressSet(normalise(found.ipv4), normalise(found.ipv6));
  }

  /**
   * All addresses from the first to the last.
   * @throws RangeError when an end is no address, they are of two families, or the range is reversed.
   */
  static range(first: string, last: string): AddressSet {
    const [family, low] = block(first);
    const [other, , high] = block(last);
    if (family !== other) throw new RangeError(`the range ${first}-${last} is of two families`);
    if (low > high) throw new RangeError(`the range ${first}-${last} is reversed`);
    return family === "ipv4" ? new AddressSet([[low, high]], []) : new AddressSet([], [[low, high]]);
  }

  static union(...sets: AddressSet[]): AddressSet {
    return AddressSet.join(sets);
  }

  /** The union of a list that may be too long to be passed as arguments. */
  static join(sets: readonly AddressSet[]): AddressSet {
    return new AddressSet(normalise(sets.flatMap((set) => set.ipv4)), normalise(sets.flatMap((set) => set.ipv6)));
  }

  /** Of every set what no earlier one holds; near-linear, where subtracting one after the other is quadratic. */
  static firstComers(sets: readonly AddressSet[]): AddressSet[] {
    const ipv4 = firstComers(sets.map((set) => set.ipv4));
    const ipv6 = firstComers(sets.map((set) => set.ipv6));
    return sets.map((_, i) => new AddressSet(ipv4[i] ?? [], ipv6[i] ?? []));
  }

  union(other: AddressSet): AddressSet {
    return AddressSet.union(this, other);
  }

  intersect(other: AddressSet): AddressSet {
    return new AddressSet(intersect(this.ipv4, other.ipv4), intersect(this.ipv6, other.ipv6));
  }

  subtract(other: AddressSet): AddressSet {
    return new AddressSet(subtract(this.ipv4, other.ipv4), subtract(this.ipv6, other.ipv6));
  }

  complement(): AddressSet {
    return AddressSet.everything.subtract(this);
  }

  contains(other: AddressSet): boolean {
    return other.subtract(this).isEmpty;
  }

  overlaps(other: AddressSet): boolean {
    return overlap(this.ipv4, other.ipv4) || overlap(this.ipv6, other.ipv6);
  }

  equals(other: AddressSet): boolean {
    return equal(this.ipv4, other.ipv4) && equal(this.ipv6, other.ipv6);
  }

  get isEmpty(): boolean {
    return this.ipv4.length === 0 && this.ipv6.length === 0;
  }

  /** True when it covers every public unicast address of the family: coverage, not the spelling `0.0.0.0/0`. */
  coversInternet(family: Family): boolean {
    return subtract(internet[family], this[family]).length === 0;
  }

  /** The smallest list of CIDR blocks, ascending, IPv4 first. */
  toCidrs(family?: Family): string[] {
    const families: Family[] = family ? [family] : ["ipv4", "ipv6"];
    return families.flatMap((each) => this[each].flatMap((interval) => cidrs(each, interval)));
  }

  /** For people: `anyone`, `nobody`, or the blocks, at most four and then a count. */
  toString(): string {
    const names = (["ipv4", "ipv6"] as const).map((family) => (this.coversInternet(family) ? family : undefined));
    if (names[0] && names[1]) return "anyone";
    if (this.isEmpty) return "nobody";
    const parts = (["ipv4", "ipv6"] as const).flatMap((family) =>
      this.coversInternet(family) ? [`any ${family === "ipv4" ? "IPv4" : "IPv6"} address`] : this.toCidrs(family),
    );
    return parts.length > 4 ? `${parts.slice(0, 4).join(", ")} and ${parts.length - 4} more blocks` : parts.join(", ");
  }

  toJSON(): string[] {
    return this.toCidrs();
  }
}

/** ipaddr.js reads `::1.2.3.4` as an IPv4-mapped address; in hexadecimal it reads it as RFC 4291 section 2.2 has it. */
function withoutDots(address: string): string {
  return address.replace(/^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, head: string, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${head}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
}

function block(text: string): [Family, bigint, bigint] {
  const [address = "", prefix, ...rest] = text.trim().split("/");
  const digits = prefix === undefined || /^\d{1,3}$/.test(prefix);
  if (
    rest.length > 0 ||
    !digits ||
    !ipaddr.isValid(address) ||
    (!address.includes(":") && address.split(".").length !== 4)
  ) {
    throw new RangeError(`"${text}" is neither an IP address nor a CIDR block`);
  }
  const parsed = ipaddr.parse(withoutDots(address));
  const family = parsed.kind();
  const length = prefix === undefined ? bits[family] : Number(prefix);
  if (length > bits[family]) throw new RangeError(`"${text}" has a prefix longer than ${bits[family]} bits`);
  const value = parsed.toByteArray().reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const hosts = (1n << BigInt(bits[family] - length)) - 1n;
  const low = value & (top[family] ^ hosts);
  return [family, low, low | hosts];
}

function cidrs(family: Family, [low, high]: Interval<bigint>): string[] {
  const blocks: string[] = [];
  for (let start = low; start <= high; ) {
    let host = 0;
    while (
      host < bits[family] &&
      (start & ((1n << BigInt(host + 1)) - 1n)) === 0n &&
      start + (1n << BigInt(host + 1)) - 1n <= high
    ) {
      host++;
    }
    blocks.push(`${format(family, start)}/${bits[family] - host}`);
    start += 1n << BigInt(host);
  }
  return blocks;
}

function format(family: Family, value: bigint): string {
  const size = bits[family] / 8;
  const bytes = Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * (size - 1 - i))) & 0xffn));
  const address = ipaddr.fromByteArray(bytes);
  return address.kind() === "ipv6" ? (address as ipaddr.IPv6).toRFC5952String() : address.toString();
}

/** IANA special-purpose blocks that no host on the public internet sends from (RFC 6890 and its registries). */
const special = AddressSet.of(
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"],
  ...["192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"],
  ...["224.0.0.0/4", "240.0.0.0/4", "2001:2::/48", "2001:db8::/32", "2002::/16"],
);

/** Every public unicast address. */
export const internet = AddressSet.of("0.0.0.0/0", "2000::/3").subtract(special);

/** Addresses that only reach from inside: loopback, link-local, RFC 1918, RFC 6598 and unique local. */
export const privateNetworks = AddressSet.of(
  ...["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
  ...["::1/128", "fc00::/7", "fe80::/10"],
);

export const loopback = AddressSet.of("127.0.0.0/8", "::1/128");
