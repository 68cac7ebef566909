import fc from "fast-check";
import { AddressSet } from "../../model/addresses.js";
import type { NetworkInterface } from "../../model/network.js";
import { explain } from "../../reach/explain.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { fromState, unknownText } from "../sources/pulumi/programs.js";
import { saidOf, sameRules } from "./agreement.js";
import {
  type Group,
  type GroupRule,
  machineOf,
  type Names,
  type NatCollection,
  type NatRule,
} from "./azure-dnat-compiler.js";
import { type Drawn, members, namesFor, programOf, styles } from "./azure-dnat-programs.js";
import { batchesOf } from "./batches.js";
import { type Machine, type Packet, type Verdict, verdicts } from "./kernel.js";

const peers = ["8.8.8.8", "9.9.9.9", "151.101.1.1"];
/** One port of each set that the rules below tell apart. */
const ports = [587, 465, 500, 2587];

const one = (text: string): NatRule["from"] => ({ written: [text], match: text });
const anyone: NatRule["from"] = { written: ["*"], match: undefined };
const grouped: NatRule["from"] = { written: "group", match: `{ ${members.join(", ")} }` };
const sources = [anyone, anyone, one("8.8.8.8"), one("8.8.8.0-8.8.9.1"), one("151.101.0.0/16"), grouped];

const natRule = fc.record({
  protocol: fc.constantFrom<NatRule["protocol"]>("TCP", "TCP", "TCP", "UDP"),
  from: fc.constantFrom(...sources),
  at: fc.constantFrom<NatRule["at"]>([0], [0], [1], [0, 1], "*"),
  ports: fc.constantFrom(["587"], ["587"], ["465"], ["587", "465"], ["500-600"], ["2500-2600"]),
  to: fc.constantFrom<NatRule["to"]>("machine", "machine", "elsewhere"),
  port: fc.constantFrom(undefined, 587, 2587, 2587),
});
/** Not 100, before which Azure has no room for another one. */
const priority = fc.integer({ min: 2, max: 10 }).map((each) => each * 100);
const ordered = { selector: ({ priority: own }: { priority: number }) => own };
const collections = fc.record({ priority, rules: fc.array(natRule, { minLength: 1, maxLength: 3 }) });
const group = fc.record({
  priority,
  collections: fc.uniqueArray(collections, { minLength: 1, maxLength: 3, ...ordered }),
});
const groupsOf = fc.uniqueArray(group, { minLength: 1, maxLength: 2, ...ordered });
const guardRule: fc.Arbitrary<GroupRule> = fc.record({
  access: fc.constantFrom<GroupRule["access"]>("Allow", "Deny"),
  source: fc.constantFrom("*", "VirtualNetwork", "10.250.255.0/26", "10.0.0.0/8", "Internet", "8.8.8.8", "10.9.0.0/16"),
  ports: fc.constantFrom("587", "2587", "2587", "0-65535"),
});
const configuration: fc.Arbitrary<Drawn> = fc
  .record({
    style: fc.constantFrom(...styles),
    groups: groupsOf,
    hasParent: fc.boolean(),
    addresses: fc.constantFrom(1, 1, 2),
    guard: fc.option(fc.array(guardRule, { maxLength: 3 }), { nil: undefined }),
    network: fc.option(
      fc.record({
        priority: fc.constantFrom(110, 950),
        action: fc.constantFrom<"Allow" | "Deny">("Allow", "Deny", "Deny"),
      }),
      { nil: undefined },
    ),
  })
  .map(({ style, groups, hasParent, addresses, ...rest }): Drawn => {
    const own = held(groups, { style, addresses });
    if (style.endsWith("rules")) return { ...rest, style, addresses, policies: [own.slice(0, 1)] };
    return { ...rest, style, addresses, policies: hasParent ? [[], own] : [own] };
  });

function held(groups: readonly Group[], { style, addresses }: Pick<Drawn, "style" | "addresses">): Group[] {
  return groups.map((each) => ({
    ...each,
    collections: each.collections.map((one) => fitting(one, style, addresses)),
  }));
}

/** A firewall with one address, and the classic provider's policies, name one address in each rule. */
function fitting(collection: NatCollection, style: Drawn["style"], addresses: number): NatCollection {
  const at = (all: NatRule["at"]): NatRule["at"] => {
    if (all === "*") return all;
    const known = all.filter((k) => k < addresses);
    return (known.length > 0 ? known : [0]).slice(0, style === "classic policy" ? 1 : 2);
  };
  return { ...collection, rules: collection.rules.map((each) => ({ ...each, at: at(each.at) })) };
}

interface Subjects {
  readonly front: NetworkInterface | undefined;
  readonly mail: NetworkInterface;
}

async function subjectsOf(drawn: Drawn, machine: number): Promise<Subjects> {
  const { interfaces } = await fromState(programOf(drawn, machine));
  const named = (wanted: string) => interfaces.find(({ name }) => name === wanted);
  return { front: named("fw"), mail: named("mail") as NetworkInterface };
}

type Answer = "open" | "closed" | "unknown" | "partial";
const asked = (nic: NetworkInterface | undefined, port: number, peer: string) =>
  nic && explain(nic, nic.name, "in", port, AddressSet.of(peer));

/** What became of a peer's connection to one port, at each address of the firewall. */
interface Row {
  readonly machine: number;
  readonly peer: string;
  readonly port: number;
  readonly at: readonly Verdict[];
}

function rowsOf(machines: readonly Machine[]): Row[] {
  const rows = machines.flatMap((_, machine) =>
    peers.flatMap((peer) => ports.map((port) => ({ machine, peer, port }))),
  );
  const addresses = ({ machine }: { machine: number }) => machines[machine]?.front?.addresses ?? [];
  const packets = rows.flatMap((row) => addresses(row).map((_, front): Packet => ({ ...row, way: "in", front })));
  const found = verdicts(machines, packets);
  let next = 0;
  return rows.map((row) => ({ ...row, at: addresses(row).map(() => found[next++] as Verdict) }));
}

/** The rules by the names that the kernel tells them by, with the port behind. */
function targetsOf({ policies }: Drawn, names: Names): Map<string, number | undefined> {
  return new Map(
    policies.flatMap((groups, p) =>
      groups.flatMap(({ collections }, g) =>
        collections.flatMap(({ rules }, c) => rules.map(({ port }, r) => [names.rule(p, g, c, r), port] as const)),
      ),
    ),
  );
}

/** Whether a peer gets to the machine's own port, by any port at any address of the firewall. */
function reaches(rows: readonly Row[], targets: Map<string, number | undefined>, target: number): boolean {
  return rows.some(({ at, port }) =>
    at.some(
      ({ open, decidedBy }) => open && decidedBy.some((id) => targets.has(id) && (targets.get(id) ?? port) === target),
    ),
  );
}

/** An answer about all addresses of the firewall at once: open where one of them is. */
const truthOf = ({ at }: Row): Answer => (at.some(({ open }) => open) ? "open" : "closed");

/** A program with one input hidden, and all that the input may be. */
interface Hidden {
  readonly hidden: string;
  readonly blurred: Drawn;
  readonly worlds: readonly Drawn[];
  /** The addresses of the firewall's subnet that the machine may see. */
  readonly seen?: readonly string[];
}

function hiddenIn(drawn: Drawn, parents: readonly Group[], index: number): Hidden | undefined {
  const last = drawn.policies.length - 1;
  const own = drawn.policies[last] as readonly Group[];
  const [group0, ...groups] = own as [Group, ...Group[]];
  const [first, ...others] = group0.collections as [NatCollection, ...NatCollection[]];
  const [rule0, ...rest] = first.rules as [NatRule, ...NatRule[]];
  const changed = (change: Partial<NatCollection>): Drawn => ({
    ...drawn,
    policies: [
      ...drawn.policies.slice(0, last),
      [{ ...group0, collections: [{ ...first, ...change }, ...others] }, ...groups],
    ],
  });
  const ruled = (change: Partial<NatRule>) => changed({ rules: [{ ...rule0, ...change }, ...rest] });
  const guarded = {
    ...drawn,
    guard: [{ access: "Deny", source: "10.250.255.4", ports: "587" } as const, ...(drawn.guard ?? [])],
  };
  const inherited = { ...drawn, policies: [parents, own] };
  const hides: readonly (Hidden | undefined)[] = [
    {
      hidden: "priority",
      blurred: changed({ priority: unknownText as unknown as number }),
      worlds: positions.map((each) => changed({ priority: each })),
    },
    {
      hidden: "source",
      blurred: ruled({ from: one(unknownText) }),
      worlds: [anyone, one("192.0.2.77")].map((from) => ruled({ from })),
    },
    {
      hidden: "destination",
      blurred: ruled({ at: [hiddenAddress] }),
      worlds: [[], ...Array.from({ length: drawn.addresses }, (_, k) => [k])].map((at) => ruled({ at })),
    },
    {
      hidden: "port behind",
      blurred: ruled({ port: unknownText as unknown as number }),
      worlds: [...ports, 7].map((port) => ruled({ port })),
    },
    {
      hidden: "address behind",
      blurred: ruled({ to: unknownText as NatRule["to"] }),
      worlds: (["machine", "elsewhere"] as const).map((to) => ruled({ to })),
    },
    drawn.style.endsWith("policy")
      ? { hidden: "parent's rules", blurred: inherited, worlds: [inherited, { ...drawn, policies: [[], own] }] }
      : undefined,
    { hidden: "address that is seen", blurred: guarded, worlds: [guarded], seen: ["10.250.255.4", "10.250.255.5"] },
  ];
  return hides[index % hides.length];
}

/** Before, between and after all others. */
const positions = Array.from({ length: 10 }, (_, i) => 150 + i * 100);
/** An index that no address has. */
const hiddenAddress = 9;

describeWith(lacksNftables())("the kernel's packet filter, for Azure Firewall's DNAT rules", () => {
  const { batches, told, sample } = batchesOf();

  it.each(batches)(
    `agrees about the addresses in front and the machine behind, with the deciding rule ${told}`,
    async (k) => {
      const drawn = sample(configuration, k);
      const rows = rowsOf(drawn.map((each) => machineOf(each, namesFor(each), "10.250.255.4")));
      const subjects = await Promise.all(drawn.map((each, i) => subjectsOf(each, i)));
      const differing = rows.flatMap((row): object[] => {
        const { front, mail } = subjects[row.machine] as Subjects;
        const before = asked(front, row.port, row.peer);
        const truth = truthOf(row);
        const said = before?.verdict ?? "closed";
        const drawnHere = drawn[row.machine] as Drawn;
        const targets = targetsOf(drawnHere, namesFor(drawnHere));
        const [first, ...others] = row.at;
        const names = others.length > 0 || !before || !front || !first || sameRules(front, before, first);
        const own = rows.filter(({ machine, peer }) => machine === row.machine && peer === row.peer);
        const behind = reaches(own, targets, row.port) ? "open" : "closed";
        const answer = asked(mail, row.port, row.peer);
        const ok = said === truth && names && answer?.verdict === behind;
        const ours = [before, answer].map((each) => each && saidOf(each));
        return ok
          ? []
          : [{ row, truth, said, names, behind, ours: JSON.stringify(ours), drawn: JSON.stringify(drawnHere) }];
      });
      expect(differing.slice(0, 1)).toEqual([]);
      const open = rows.filter((row) => truthOf(row) === "open").length;
      expect(Math.min(open, rows.length - open)).toBeGreaterThan(drawn.length);
    },
    300_000,
  );

  it.each(batches)(
    `agrees where one input is hidden ${told}`,
    async (k) => {
      const drawn = sample(fc.tuple(configuration, groupsOf), k);
      const cases = drawn.flatMap(([each, parents], i) => hiddenIn(each, held(parents, each), i) ?? []);
      const worlds = cases.flatMap(({ worlds: all, seen = ["10.250.255.4"] }, owner) =>
        all.flatMap((world) => seen.map((address) => ({ owner, world, address }))),
      );
      const rows = rowsOf(worlds.map(({ world, address }) => machineOf(world, namesFor(world), address)));
      const counts = { decided: 0, unknown: 0 };
      const wrong: object[] = [];
      for (const [owner, each] of cases.entries()) {
        const subjects = await subjectsOf(each.blurred, owner);
        const own = worlds.flatMap((world, i) => (world.owner === owner ? [{ ...world, i }] : []));
        for (const peer of peers)
          for (const port of ports) {
            const mine = own.map(({ world, i }) => ({
              targets: targetsOf(world, namesFor(world)),
              rows: rows.filter((row) => row.machine === i && row.peer === peer),
            }));
            const fronts = mine.map(({ rows: all }) => truthOf(all.find((row) => row.port === port) as Row));
            const machines = mine.map(
              ({ rows: all, targets }): Answer => (reaches(all, targets, port) ? "open" : "closed"),
            );
            for (const [nic, truths] of [
              [subjects.front, fronts],
              [subjects.mail, machines],
            ] as const) {
              const said = asked(nic, port, peer);
              const truth = new Set(truths).size > 1 ? "unknown" : truths[0];
              const verdict = said?.verdict ?? "closed";
              counts[truth === "unknown" ? "unknown" : "decided"]++;
              if (verdict !== truth)
                wrong.push({
                  hidden: each.hidden,
                  peer,
                  port,
                  truth,
                  ours: JSON.stringify(said && saidOf(said)),
                  drawn: JSON.stringify(each.blurred),
                });
            }
          }
      }
      expect(wrong.slice(0, 1)).toEqual([]);
      expect(Math.min(counts.decided, counts.unknown)).toBeGreaterThan(0);
    },
    300_000,
  );
});
