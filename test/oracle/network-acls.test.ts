import { execFileSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import type { Fact } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { answer, factsOf, fromState, lostPorts, type Written } from "../sources/pulumi/programs.js";
import { type AclEntry, addressesOf, type GroupRule, type Guarded, ruleset } from "./aws-compiler.js";

const peers = ["8.8.8.8", "10.1.2.3", "203.0.113.200", "2001:4860:4860::8888", "fd00::5"];
const clientPorts = [1024, 32768, 49152, 65535];
const mailPorts = [25, 587];

const cidrs4 = ["0.0.0.0/0", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "203.0.113.128/25", "8.8.8.8/32"];
const cidrs6 = ["::/0", "::/0", "2000::/3", "fd00::/8", "2001:4860:4860::8888/128"];
const ranges = [
  ...[
    [0, 65535],
    [0, 65535],
    [1024, 65535],
    [1024, 65535],
    [587, 587],
    [25, 25],
    [500, 600],
    [0, 0],
    [0, 1023],
  ],
  ...[
    [32768, 60999],
    [49152, 65535],
    [1025, 32768],
    [32769, 65534],
    [65535, 65535],
  ],
] as const;

const range = fc.constantFrom(...ranges);
const everyPort = (protocol: string) => protocol === "-1" || protocol === "all";

const entry: fc.Arbitrary<AclEntry> = fc
  .record({
    ruleNo: fc.integer({ min: 1, max: 40 }),
    action: fc.constantFrom("allow", "allow", "allow", "deny"),
    protocol: fc.constantFrom("tcp", "tcp", "6", "-1", "-1", "udp", "17", "icmp"),
    range,
    peer: fc.oneof(
      fc.constantFrom(...cidrs4).map((cidrBlock) => ({ cidrBlock })),
      fc.constantFrom(...cidrs6).map((ipv6CidrBlock) => ({ ipv6CidrBlock })),
    ),
  })
  .map(({ range: [from = 0, to = 0], peer, protocol, ...more }) => {
    const [fromPort, toPort] = everyPort(protocol) ? [0, 0] : [from, to];
    return { ...more, protocol, fromPort, toPort, ...peer };
  });

const groupRule: fc.Arbitrary<GroupRule> = fc
  .record({
    protocol: fc.constantFrom("tcp", "tcp", "-1", "udp"),
    range,
    cidrBlocks: fc.subarray(cidrs4.slice(1), { minLength: 1, maxLength: 2 }),
    ipv6CidrBlocks: fc.subarray(cidrs6.slice(1), { minLength: 1, maxLength: 2 }),
  })
  .map(({ range: [from = 0, to = 0], protocol, ...more }) => {
    const [fromPort, toPort] = everyPort(protocol) ? [0, 0] : [from, to];
    return { ...more, protocol, fromPort, toPort };
  });

/** Most filters end in something wide, as real ones do: what is random before it then matters. */
const often = <T>(...more: T[]) => fc.constantFrom<T[]>(more, more, more, []);
const wide = { action: "allow", protocol: "-1", fromPort: 0, toPort: 0 };
const acl = fc
  .tuple(
    fc.uniqueArray(entry, { selector: ({ ruleNo }) => ruleNo, maxLength: 6 }),
    often<AclEntry>({ ...wide, ruleNo: 90, cidrBlock: "0.0.0.0/0" }),
    often<AclEntry>({ ...wide, ruleNo: 91, ipv6CidrBlock: "::/0" }),
  )
  .map((parts) => parts.flat());
const group = fc
  .tuple(
    fc.array(groupRule, { maxLength: 3 }),
    often<GroupRule>({ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] }),
  )
  .map((parts) => parts.flat());

interface Case extends Guarded {
  /** Entries are resources of their own instead of blocks of the ACL. */
  readonly separate: boolean;
}
const configuration: fc.Arbitrary<Case> = fc.record({
  group: fc.record({ ingress: group, egress: group }),
  acl: fc.record({ ingress: acl, egress: acl }),
  separate: fc.boolean(),
});

/** The program of one case, as its state says it after a deployment. */
function programOf({ group, acl, separate }: Case, i: number): Written[] {
  const inline = separate ? {} : { ingress: acl.ingress, egress: acl.egress };
  const rules = (["ingress", "egress"] as const).flatMap((side) =>
    acl[side].map(({ ruleNo, action, protocol, ...more }): Written => {
      const spelt = { ruleNumber: ruleNo, ruleAction: action, protocol: protocol === "-1" ? "all" : protocol };
      const inputs = { networkAclId: `acl-${i}`, egress: side === "egress", ...spelt, ...more };
      return { type: "aclRule", name: `acl${i}-${side}-${ruleNo}`, inputs };
    }),
  );
  return [
    { type: "group", name: `group${i}`, id: `sg-${i}`, inputs: { ...group } },
    { type: "acl", name: `acl${i}`, id: `acl-${i}`, inputs: { vpcId: "vpc-1", subnetIds: [`subnet-${i}`], ...inline } },
    ...(separate ? rules : []),
    { type: "instance", name: `mail${i}`, inputs: { vpcSecurityGroupIds: [`sg-${i}`], subnetId: `subnet-${i}` } },
  ];
}

interface Probe {
  readonly number: number;
  readonly peer: string;
  readonly inbound: boolean;
  readonly from: string;
  readonly fromPort: number;
  readonly to: string;
  readonly port: number;
}

/** Into the interface on both ports, and out of it to port 25. */
function probesOf(number: number): Probe[] {
  const own = addressesOf(number);
  return peers.flatMap((peer) =>
    clientPorts.flatMap((fromPort) => {
      const self = peer.includes(":") ? own.ipv6 : own.ipv4;
      const more = { number, peer, fromPort };
      return [
        ...mailPorts.map((port) => ({ ...more, inbound: true, from: peer, to: self, port })),
        { ...more, inbound: false, from: self, to: peer, port: 25 },
      ];
    }),
  );
}

/** Sends every SYN in a network namespace that ends with this command; nothing leaves it. */
function kernelVerdicts(cases: readonly Guarded[], probes: readonly Probe[]): (boolean | string)[] {
  const own = cases.map((_, i) => addressesOf(i));
  const addresses = [...peers, ...own.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6])].map(
    (each) => `addr add ${each}/${each.includes(":") ? "128 nodad" : "32"} dev lo`,
  );
  const script = [
    "set -e",
    "ip link set lo up",
    'printf %s "$ADDRESSES" | ip -batch -',
    'printf %s "$RULESET" | nft -f -',
    `exec ${process.execPath} ${join(process.cwd(), "test", "oracle", "prober.js")}`,
  ].join("\n");
  const output = execFileSync("unshare", ["--net", "sh", "-c", script], {
    input: JSON.stringify(probes),
    env: { ...process.env, RULESET: ruleset(cases), ADDRESSES: addresses.join("\n") },
    encoding: "utf8",
    timeout: 120_000,
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(output) as (boolean | string)[];
}

/** What the facts say of one connection. */
function ours(facts: readonly Fact[], { number, peer, inbound, fromPort, port }: Probe): boolean | "unknown" {
  const subject = inbound ? `mail${number}:${port}` : `mail${number} -> *:${port}`;
  const verdict = answer(facts, inbound ? "reachable" : "egressAllowed", subject, peer);
  if (verdict !== true) return verdict;
  const lost = lostPorts(facts, subject, peer);
  if (lost === undefined || lost === "unknown") return "unknown";
  return !lost
    .split(",")
    .map((each) => each.split("-").map(Number))
    .some(([low = 0, high = low]) => low <= fromPort && fromPort <= high);
}

function losesPorts(fact: Fact): boolean {
  return fact.name === "returnPath" && !isUnknown(fact.value) && fact.value.lostClientPorts !== "none";
}

describeWith(lacksNftables())("the kernel's packet filters", () => {
  const seed = Number(process.env.PORT587_SEED ?? 587);
  const total = Number(process.env.PORT587_CASES ?? 100);
  const batch = 50;
  const batches = Array.from({ length: Math.ceil(total / batch) }, (_, i) => i);

  it(`agree about ${total} random network ACLs with groups, from every client port (PORT587_SEED=${seed})`, async () => {
    const cases = fc.sample(configuration, { numRuns: total, seed });
    const seen = { open: 0, closed: 0, partial: 0 };
    for (const each of batches) {
      const some = cases.slice(each * batch, (each + 1) * batch);
      const probes = some.flatMap((_, i) => probesOf(i));
      const facts = await Promise.all(some.map(async (one, i) => factsOf(await fromState(programOf(one, i)))));
      const kernel = kernelVerdicts(some, probes);
      const said = probes.map((probe) => ours(facts[probe.number] ?? [], probe));
      const differing = probes.flatMap((probe, i) =>
        said[i] === kernel[i]
          ? []
          : [{ probe, ours: said[i], kernel: kernel[i], case: JSON.stringify(some[probe.number]) }],
      );
      expect(differing.slice(0, 5)).toEqual([]);
      for (const verdict of kernel) seen[verdict === true ? "open" : "closed"]++;
      seen.partial += facts.flat().filter(losesPorts).length;
    }
    process.stdout.write(`network ACLs against the kernel: ${JSON.stringify({ seed, cases: total, ...seen })}\n`);
    expect(Math.min(seen.open, seen.closed, 10 * seen.partial)).toBeGreaterThan(total);
  }, 3_600_000);
});
