import fc from "fast-check";
import { AddressSet } from "../../model/addresses.js";
import type { NetworkInterface } from "../../model/network.js";
import { explain } from "../../reach/explain.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { fromState } from "../sources/pulumi/programs.js";
import { saidOf, sameRules } from "./agreement.js";
import {
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
const priority = fc.integer({ min: 1, max: 9 }).map((each) => each * 100);
const ordered = { selector: ({ priority: own }: { priority: number }) => own };
const collection = fc.record({ priority, rules: fc.array(natRule, { minLength: 1, maxLength: 3 }) });
const group = fc.record({
  priority,
  collections: fc.uniqueArray(collection, { minLength: 1, maxLength: 3, ...ordered }),
});
const guardRule: fc.Arbitrary<GroupRule> = fc.record({
  access: fc.constantFrom<GroupRule["access"]>("Allow", "Deny"),
  source: fc.constantFrom("*", "VirtualNetwork", "10.250.255.0/26", "10.0.0.0/8", "Internet", "8.8.8.8", "10.9.0.0/16"),
  ports: fc.constantFrom("587", "2587", "2587", "0-65535"),
});
const configuration: fc.Arbitrary<Drawn> = fc
  .record({
    style: fc.constantFrom(...styles),
    groups: fc.uniqueArray(group, { minLength: 1, maxLength: 2, ...ordered }),
    hasParent: fc.boolean(),
    addresses: fc.constantFrom(1, 1, 2),
    guard: fc.option(fc.array(guardRule, { maxLength: 3 }), { nil: undefined }),
    network: fc.option(
      fc.record({ priority: fc.constantFrom(110, 950), action: fc.constantFrom<"Allow" | "Deny">("Allow", "Deny", "Deny") }),
      { nil: undefined },
    ),
  })
  .map(({ style, groups, hasParent, addresses, ...rest }): Drawn => {
    const own = groups.map((each) => ({ ...each, collections: each.collections.map((held) => fitting(held, style, addresses)) }));
    if (style.endsWith("rules")) return { ...rest, style, addresses, policies: [own.slice(0, 1)] };
    return { ...rest, style, addresses, policies: hasParent ? [[], own] : [own] };
  });

/** A firewall with one address, and the classic provider's policies, name one address in each rule. */
function fitting(held: NatCollection, style: Drawn["style"], addresses: number): NatCollection {
  const at = (all: NatRule["at"]): NatRule["at"] => {
    if (all === "*") return all;
    const known = all.filter((k) => k < addresses);
    return (known.length > 0 ? known : [0]).slice(0, style === "classic policy" ? 1 : 2);
  };
  return { ...held, rules: held.rules.map((each) => ({ ...each, at: at(each.at) })) };
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
    at.some(({ open, decidedBy }) => open && decidedBy.some((id) => targets.has(id) && (targets.get(id) ?? port) === target)),
  );
}

/** An answer about all addresses of the firewall at once: open where one of them is. */
const truthOf = ({ at }: Row): Answer => (at.some(({ open }) => open) ? "open" : "closed");
/** docs/limits.md: where a port leads to different ports behind at its addresses, the answer may be unknown. */
function leadsApart({ at, port }: Row, targets: Map<string, number | undefined>): boolean {
  const behind = at.flatMap(({ decidedBy }) => decidedBy.flatMap((id) => (targets.has(id) ? [targets.get(id) ?? port] : [])));
  return new Set(behind).size > 1;
}

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
        const right = said === truth || (said === "unknown" && leadsApart(row, targets));
        const [first, ...others] = row.at;
        const names = others.length > 0 || !before || !front || !first || sameRules(front, before, first);
        const own = rows.filter(({ machine, peer }) => machine === row.machine && peer === row.peer);
        const behind = reaches(own, targets, row.port) ? "open" : "closed";
        const answer = asked(mail, row.port, row.peer);
        const ok = right && names && answer?.verdict === behind;
        const ours = [before, answer].map((each) => each && saidOf(each));
        return ok ? [] : [{ row, truth, said, names, behind, ours: JSON.stringify(ours), drawn: JSON.stringify(drawnHere) }];
      });
      expect(differing.slice(0, 1)).toEqual([]);
      const open = rows.filter((row) => truthOf(row) === "open").length;
      expect(Math.min(open, rows.length - open)).toBeGreaterThan(drawn.length);
    },
    300_000,
  );
});
