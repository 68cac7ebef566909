import type { Question } from "./transit-compiler.js";

/** What a rule of the kernel is called by the product. */
export interface Told {
  readonly site: number;
  readonly id: string;
  readonly passes: boolean;
  /** Another name for packets from these blocks, which are IPv4 /16 or IPv6 /56. */
  readonly ofSender?: Readonly<Record<string, string>>;
}

/**
 * The names behind the marks of rules and the next hops of routes that lead nowhere. The kernel writes down each with the
 * addresses and the port of the first packet of either direction.
 */
export class Records {
  private readonly told: Told[] = [];

  /** A mark for a rule. */
  mark(told: Told): number {
    this.told.push(told);
    return this.told.length;
  }

  /** A next hop for a route. */
  hop(told: Told, family: 4 | 6): string {
    const index = this.mark(told);
    return family === 6
      ? `fd00:ffff::${index.toString(16)}`
      : `10.${128 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
  }

  /** A table in which `hops` writes down a packet with its next hop, `rules` with its mark, and `lose` drops it then. */
  table(chains: readonly string[]): string {
    const first = "tcp flags & syn == syn";
    const families = [
      { version: 4, name: "ip", type: "ipv4_addr" },
      { version: 6, name: "ip6", type: "ipv6_addr" },
    ];
    const sets = families.flatMap(({ version, type }) =>
      [
        ["hops", type],
        ["rules", "mark"],
      ].map(
        ([of, key]) =>
          `set ${of}${version} {\ntype ${key} . ${type} . ${type} . inet_service\nflags dynamic\nsize 100000\n}`,
      ),
    );
    const record = (of: "hops" | "rules", key: (name: string) => string) =>
      families.map(
        ({ version, name }) =>
          `meta nfproto ipv${version} ${first} add @${of}${version} { ${key(name)} . ${name} saddr . ${name} daddr . tcp dport }`,
      );
    const own = [
      `chain hops {\n${record("hops", (name) => `rt ${name} nexthop`).join("\n")}\n}`,
      `chain rules {\n${record("rules", () => "meta mark").join("\n")}\n}`,
      "chain lose {\njump rules\ndrop\n}",
    ];
    return `table inet seen {\n${[...sets, ...own, ...chains].join("\n")}\n}\n`;
  }

  /** What the kernel wrote down, by question. */
  read(seen: readonly (readonly [key: number | string, from: string, to: string, port: number])[]) {
    const found = new Map<string, Told[]>();
    for (const [key, from, to, port] of seen) {
      const told = this.told[indexOf(key) - 1];
      if (told === undefined) throw new Error(`nobody gave the mark ${key}`);
      const { ofSender = {}, ...rest } = told;
      const sender = Object.entries(ofSender).find(([block]) => from.startsWith(startOf(block)));
      const of = port === 587 ? `${told.site} ${from} ${to}` : `${told.site} ${to} ${from}`;
      found.set(of, [...(found.get(of) ?? []), sender ? { ...rest, id: sender[1] } : rest]);
    }
    return ({ site, from, to }: Question): readonly Told[] => found.get(`${site} ${from.address} ${to}`) ?? [];
  }
}

function indexOf(key: number | string): number {
  if (typeof key === "number") return key;
  if (key.includes(":")) return Number.parseInt(key.slice(key.lastIndexOf(":") + 1), 16);
  const [, high = 0, middle = 0, low = 0] = key.split(".").map(Number);
  return ((high - 128) << 16) | (middle << 8) | low;
}

/** How the addresses of such a block begin. */
function startOf(block: string): string {
  return block.includes(":") ? block.slice(0, block.indexOf("::")) : block.slice(0, block.indexOf(".0.0/") + 1);
}
