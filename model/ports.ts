import { covers, equal, type Interval, intersect, normalise, subtract } from "./intervals.js";

const highest = 65535;
const mostKnown = 10_000;

/** An immutable set of TCP or UDP ports, 0 to 65535. */
export class PortSet {
  static readonly empty = new PortSet([]);
  static readonly all = new PortSet([[0, highest]]);

  /** Rules repeat few ranges many times. */
  private static readonly known = new Map<number, PortSet>();

  #words: string | undefined;

  private constructor(readonly ranges: readonly Interval<number>[]) {}

  static of(...ports: number[]): PortSet {
    return PortSet.union(...ports.map((port) => PortSet.range(port, port)));
  }

  /** @throws RangeError when an end is no port or the range is reversed. */
  static range(low: number, high: number): PortSet {
    for (const port of [low, high]) {
      if (!Number.isInteger(port) || port < 0 || port > highest)
        throw new RangeError(`${port} is not a port (0 to ${highest})`);
    }
    if (low > high) throw new RangeError(`the range ${low}-${high} is reversed`);
    const key = low * (highest + 1) + high;
    const known = PortSet.known.get(key);
    if (known) return known;
    const range = new PortSet([[low, high]]);
    if (PortSet.known.size < mostKnown) PortSet.known.set(key, range);
    return range;
  }

  static union(...sets: PortSet[]): PortSet {
    const [only, ...more] = sets;
    if (only && more.length === 0) return only;
    return new PortSet(normalise(sets.flatMap((set) => set.ranges)));
  }

  union(other: PortSet): PortSet {
    return PortSet.union(this, other);
  }

  intersect(other: PortSet): PortSet {
    return new PortSet(intersect(this.ranges, other.ranges));
  }

  subtract(other: PortSet): PortSet {
    return new PortSet(subtract(this.ranges, other.ranges));
  }

  has(port: number): boolean {
    return this.ranges.some((range) => range[0] <= port && port <= range[1]);
  }

  contains(other: PortSet): boolean {
    return covers(this.ranges, other.ranges);
  }

  equals(other: PortSet): boolean {
    return this === other || equal(this.ranges, other.ranges);
  }

  get isEmpty(): boolean {
    return this.ranges.length === 0;
  }

  get size(): number {
    return this.ranges.reduce((sum, range) => sum + range[1] - range[0] + 1, 0);
  }

  /** As engineers write it: `587`, `25,465-587`, `none`. */
  toString(): string {
    this.#words ??= this.ranges.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`)).join(",") || "none";
    return this.#words;
  }
}
