import { excludeCidr, expandCidr, mergeCidr, parseCidr } from "cidr-tools";
import fc from "fast-check";
import { AddressSet, internet, privateNetworks } from "../../model/addresses.js";
import {
  differenceOf,
  everybody,
  exactly,
  intersectionOf,
  type PartialSet,
  undecidedPart,
  undecidedSet,
  unionOf,
} from "../../model/partial.js";
import { PortSet } from "../../model/ports.js";

/** Small universes at both ends of both families, where off-by-one errors live. */
const corners = ["0.0.0.0/28", "255.255.255.240/28", "::/124", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0/124"];
const universe = AddressSet.of(...corners);
const everyAddress = corners.flatMap((corner) => [...expandCidr(corner)]);

const cornerCidrs = fc.array(
  fc
    .tuple(fc.constantFrom(...everyAddress), fc.integer({ min: 0, max: 4 }))
    .map(([address, host]) => `${address}/${(address.includes(":") ? 128 : 32) - host}`),
  { maxLength: 6 },
);

/** The oracle's membership: addresses listed one by one by another library. */
function members(cidrs: readonly string[]): Set<string> {
  return new Set(cidrs.flatMap((cidr) => [...expandCidr(cidr)]));
}

function inUniverse(set: AddressSet): Set<string> {
  return members(set.intersect(universe).toCidrs());
}

function where(keep: (address: string) => boolean): Set<string> {
  return new Set(everyAddress.filter(keep));
}

function size(cidrs: readonly string[], family: 4 | 6): bigint {
  return cidrs
    .map((cidr) => parseCidr(cidr))
    .filter((each) => each.version === family)
    .reduce((sum, { start, end }) => sum + end - start + 1n, 0n);
}

function spans(cidrs: readonly string[]): string[] {
  return cidrs.map((cidr) => parseCidr(cidr)).map(({ version, start, end }) => `${version}:${start}-${end}`);
}

describe("address sets agree with addresses counted one by one", () => {
  it("under union, intersection, difference and complement", () => {
    fc.assert(
      fc.property(cornerCidrs, cornerCidrs, (left, right) => {
        const [a, b] = [AddressSet.of(...left), AddressSet.of(...right)];
        const [inA, inB] = [members(left), members(right)];
        expect(inUniverse(a.union(b))).toEqual(where((each) => inA.has(each) || inB.has(each)));
        expect(inUniverse(a.intersect(b))).toEqual(where((each) => inA.has(each) && inB.has(each)));
        expect(inUniverse(a.subtract(b))).toEqual(where((each) => inA.has(each) && !inB.has(each)));
        expect(inUniverse(a.complement())).toEqual(where((each) => !inA.has(each)));
        expect(a.contains(b)).toBe([...inB].every((each) => inA.has(each)));
        expect(a.overlaps(b)).toBe([...inB].some((each) => inA.has(each)));
        expect(a.isEmpty).toBe(inA.size === 0);
      }),
    );
  });

  it("a set and its complement fill both families exactly", () => {
    fc.assert(
      fc.property(cornerCidrs, (cidrs) => {
        const set = AddressSet.of(...cidrs);
        const both = [...set.toCidrs(), ...set.complement().toCidrs()];
        expect(size(both, 4)).toBe(1n << 32n);
        expect(size(both, 6)).toBe(1n << 128n);
      }),
    );
  });
});

const anyCidr = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([address, prefix]) => `${address}/${prefix}`),
  fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })).map(([address, prefix]) => `${address}/${prefix}`),
);

describe("address sets agree with cidr-tools on random blocks", () => {
  it("merged blocks are the same, and as few", () => {
    fc.assert(
      fc.property(fc.array(anyCidr, { minLength: 1, maxLength: 12 }), (cidrs) => {
        const ours = AddressSet.of(...cidrs).toCidrs();
        expect(spans(ours).sort()).toEqual(spans(mergeCidr(cidrs)).sort());
      }),
    );
  });

  it("what is left after cutting blocks out is the same", () => {
    fc.assert(
      fc.property(fc.array(anyCidr, { maxLength: 6 }), fc.array(anyCidr, { maxLength: 6 }), (base, cut) => {
        const ours = AddressSet.of(...base).subtract(AddressSet.of(...cut));
        expect(spans(ours.toCidrs()).sort()).toEqual(spans(excludeCidr(base, cut)).sort());
      }),
    );
  });
});

describe("the internet is covered by coverage, not by spelling", () => {
  it.each([
    ["0.0.0.0/0", "ipv4", true],
    ["1.2.3.4/0", "ipv4", true],
    ["0.0.0.0/00", "ipv4", true],
    ["0.0.0.0/1 128.0.0.0/1", "ipv4", true],
    ["0.0.0.0/2 64.0.0.0/2 128.0.0.0/2 192.0.0.0/2", "ipv4", true],
    ["0.0.0.0/1", "ipv4", false],
    ["0.0.0.0/1 128.0.0.0/2", "ipv4", false],
    ["::/0", "ipv4", false],
    ["::/0", "ipv6", true],
    ["::0/0", "ipv6", true],
    ["2000::/3", "ipv6", true],
    ["::/1 8000::/1", "ipv6", true],
    ["2000::/4", "ipv6", false],
    ["0.0.0.0/0", "ipv6", false],
  ] as const)("%s covers %s: %s", (blocks, family, covers) => {
    expect(AddressSet.of(...blocks.split(" ")).coversInternet(family)).toBe(covers);
  });

  it("holds public addresses only", () => {
    expect(internet.overlaps(privateNetworks)).toBe(false);
    expect(internet.contains(AddressSet.of("8.8.8.8", "2001:4860:4860::8888"))).toBe(true);
    expect(internet.overlaps(AddressSet.of("127.0.0.1", "224.0.0.1", "fe80::1", "2001:db8::1"))).toBe(false);
  });

  it("is spoken of as people do", () => {
    expect(String(AddressSet.everything)).toBe("anyone");
    expect(String(AddressSet.empty)).toBe("nobody");
    expect(String(AddressSet.of("0.0.0.0/1", "128.0.0.0/1"))).toBe("any IPv4 address");
    expect(String(AddressSet.of("192.0.2.0/24", "::1"))).toBe("192.0.2.0/24, ::1/128");
  });
});

describe("IPv6 addresses with a dotted tail are RFC 4291's, not IPv4-mapped ones", () => {
  it.each([
    ["::1.2.3.4", "::102:304/128"],
    ["::0.0.0.0/81", "::/81"],
    ["::ffff:1.2.3.4", "::ffff:102:304/128"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221/128"],
  ])("%s is %s", (text, block) => {
    expect(AddressSet.of(text).toCidrs()).toEqual([block]);
  });
});

describe("what is no address block is refused", () => {
  const texts = ["", "1.2.3", "1.2.3.4.5", "1.2.3.4/33", "::/129", "1.2.3.4/", "1.2.3.4/-1", "1.2.3.4/8/8", "127.1"];
  it.each([...texts, "any", "0x7f.0.0.1/8x", "256.0.0.1", "1.2.3.4/ 8", "sg-0abc", ":::/0"])("%s", (text) => {
    expect(() => AddressSet.of(text)).toThrow(RangeError);
  });
});

/** Ports near both ends and around the mail ports, as a random list of ranges. */
const edgePorts = [0, 1, 2, 24, 25, 26, 464, 465, 466, 586, 587, 588, 65533, 65534, 65535];
const portRanges = fc.array(
  fc
    .tuple(fc.constantFrom(...edgePorts), fc.constantFrom(...edgePorts))
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)]),
  { maxLength: 5 },
) as fc.Arbitrary<[number, number][]>;

describe("port sets", () => {
  const has = (ranges: [number, number][], port: number) => ranges.some(([low, high]) => low <= port && port <= high);
  const setOf = (ranges: [number, number][]) => PortSet.union(...ranges.map(([low, high]) => PortSet.range(low, high)));

  it("agree with ports counted one by one", () => {
    fc.assert(
      fc.property(portRanges, portRanges, (left, right) => {
        const [a, b] = [setOf(left), setOf(right)];
        const every = Array.from({ length: 65536 }, (_, port) => port);
        expect(a.size).toBe(every.filter((port) => has(left, port)).length);
        expect(a.contains(b)).toBe(every.every((port) => !has(right, port) || has(left, port)));
        for (const port of edgePorts) {
          expect(a.union(b).has(port)).toBe(has(left, port) || has(right, port));
          expect(a.intersect(b).has(port)).toBe(has(left, port) && has(right, port));
          expect(a.subtract(b).has(port)).toBe(has(left, port) && !has(right, port));
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    [-1, 5],
    [0, 65536],
    [587, 25],
    [1.5, 2],
    [Number.NaN, 1],
  ])("refuse the range %s to %s", (low, high) => {
    expect(() => PortSet.range(low, high)).toThrow(RangeError);
  });

  it.each([
    [PortSet.empty, "none"],
    [PortSet.of(587), "587"],
    [PortSet.of(25, 465, 466, 467), "25,465-467"],
    [PortSet.all, "0-65535"],
  ])("are written as engineers write them: %s", (set, text) => {
    expect(String(set)).toBe(text);
  });
});

describe("sets that are partly known", () => {
  const places = ["192.0.2.1", "192.0.2.2", "2001:db8::1"];
  type State = "in" | "out" | "open";
  const states = fc.tuple(...places.map(() => fc.constantFrom<State>("in", "out", "open")));

  function partial(state: readonly State[], name: string): PartialSet {
    const pick = (...kept: State[]) => AddressSet.of(...places.filter((_, i) => kept.includes(state[i] as State)));
    return { certain: pick("in"), possible: pick("in", "open"), missing: state.includes("open") ? [name] : [] };
  }

  /** Every set that the state allows, as bit lists. */
  function worlds(state: readonly State[]): boolean[][] {
    return state.reduce<boolean[][]>(
      (all, each) =>
        all.flatMap((world) => (each === "open" ? [true, false] : [each === "in"]).map((bit) => [...world, bit])),
      [[]],
    );
  }

  /** What holds in all worlds, and in any, address by address. */
  function expected(left: readonly State[], right: readonly State[], combine: (a: boolean, b: boolean) => boolean) {
    const results = worlds(left).flatMap((a) =>
      worlds(right).map((b) => a.map((bit, i) => combine(bit, b[i] as boolean))),
    );
    const pick = (holds: (i: number) => boolean) => AddressSet.of(...places.filter((_, i) => holds(i))).toCidrs();
    return {
      certain: pick((i) => results.every((world) => world[i])),
      possible: pick((i) => results.some((world) => world[i])),
    };
  }

  it.each([
    ["union", unionOf, (a: boolean, b: boolean) => a || b],
    ["intersection", intersectionOf, (a: boolean, b: boolean) => a && b],
    ["difference", differenceOf, (a: boolean, b: boolean) => a && !b],
  ] as const)("%s holds in every world that the unknowns allow, and no more is certain", (_, operation, combine) => {
    fc.assert(
      fc.property(states, states, (left, right) => {
        const result = operation(partial(left, "left"), partial(right, "right"));
        const truth = expected(left, right, combine);
        expect(result.certain.toCidrs()).toEqual(truth.certain);
        expect(result.possible.toCidrs()).toEqual(truth.possible);
        expect(result.missing.length === 0).toBe(result.certain.equals(result.possible));
      }),
    );
  });

  it("an unknown beside everybody changes nothing", () => {
    expect(unionOf(everybody, undecidedSet(["cidr"]))).toEqual(everybody);
    expect(intersectionOf(undecidedSet(["cidr"]), exactly(AddressSet.empty)).missing).toEqual([]);
  });

  it("a bound keeps the unknown out of the rest", () => {
    const bound = AddressSet.of("10.0.0.0/8");
    expect(undecidedPart(undecidedSet(["members"], bound)).equals(bound)).toBe(true);
  });
});
