import { execFileSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { answer, factsOf, fromState, type Written } from "../sources/pulumi/programs.js";

/** A rule of a security group, as the program writes it. */
interface Block {
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrBlocks?: readonly string[];
  readonly ipv6CidrBlocks?: readonly string[];
}

const clients = ["8.8.8.8", "192.0.2.7", "10.1.2.3", "203.0.113.200", "2001:4860:4860::8888", "2001:db8::7", "fd00::5"];
const ports = [25, 465, 587, 2525];

const cidrs4 = [
  "0.0.0.0/0",
  "0.0.0.0/1",
  "128.0.0.0/1",
  "192.0.2.0/24",
  "10.0.0.0/8",
  "203.0.113.128/25",
  "8.8.8.8/32",
];
const cidrs6 = ["::/0", "2000::/3", "2001:db8::/32", "fd00::/8", "::/1", "2001:4860:4860::8888/128"];
const ranges = [
  [587, 587],
  [25, 25],
  [0, 0],
  [0, 65535],
  [465, 587],
  [500, 600],
  [588, 2525],
  [1, 24],
] as const;

const block: fc.Arbitrary<Block> = fc
  .record({
    protocol: fc.constantFrom("tcp", "tcp", "TCP", "6", "udp", "icmp", "-1"),
    range: fc.constantFrom(...ranges),
    cidrBlocks: fc.option(fc.subarray(cidrs4, { maxLength: 2 }), { nil: undefined }),
    ipv6CidrBlocks: fc.option(fc.subarray(cidrs6, { maxLength: 2 }), { nil: undefined }),
  })
  .map(({ protocol, range: [low, high], ...peers }) => {
    const [fromPort, toPort] = protocol === "-1" ? [0, 0] : [low, high];
    return { protocol, fromPort, toPort, ...peers };
  });

/** Each group guards an address of its own. */
const guarded = (group: number, client: string) =>
  client.includes(":") ? `fd00:ffff::${group + 1}` : `10.255.0.${group + 1}`;

/** What the rule means to the kernel: the matches of nftables instead of ours. */
function nftRules({ protocol, fromPort, toPort, cidrBlocks = [], ipv6CidrBlocks = [] }: Block): string[] {
  const ports = `dport ${fromPort}-${toPort}`;
  const match: Record<string, string> = {
    tcp: `tcp ${ports}`,
    TCP: `tcp ${ports}`,
    "6": `tcp ${ports}`,
    udp: `udp ${ports}`,
  };
  const kind = protocol === "-1" ? "" : protocol === "icmp" ? "meta l4proto icmp" : (match[protocol] ?? "");
  return [...cidrBlocks.map((cidr) => `ip saddr ${cidr}`), ...ipv6CidrBlocks.map((cidr) => `ip6 saddr ${cidr}`)].map(
    (source) => `${source} ${kind} accept`,
  );
}

/** The ruleset of all groups: each stops what none of its rules accepts. */
function ruleset(groups: readonly (readonly Block[])[]): string {
  const chains = groups.map(
    (blocks, i) =>
      `chain g${i} {\n${[...blocks.flatMap(nftRules), "meta l4proto tcp reject with tcp reset"].join("\n")}\n}`,
  );
  const jumps = groups.flatMap((_, i) => [
    `ip daddr ${guarded(i, "4")} goto g${i}`,
    `ip6 daddr ${guarded(i, ":")} goto g${i}`,
  ]);
  return `table inet port587 {\n${chains.join("\n")}\nchain input {\ntype filter hook input priority 0; policy accept;\n${jumps.join("\n")}\n}\n}\n`;
}

/** Sends every packet in a network namespace that ends with this command; nothing leaves it. */
function kernelVerdicts(groups: readonly (readonly Block[])[], packets: readonly object[]): (boolean | string)[] {
  const addresses = clients.map((each) => `ip addr add ${each}/${each.includes(":") ? "128 nodad" : "32"} dev lo`);
  const script = [
    "set -e",
    "ip link set lo up",
    ...addresses,
    "ip addr add 10.255.0.1/24 dev lo",
    "ip -6 route add local fd00:ffff::/64 dev lo",
    'printf %s "$RULESET" | nft -f -',
    `exec ${process.execPath} ${join(process.cwd(), "test", "oracle", "sender.js")}`,
  ].join("\n");
  const output = execFileSync("unshare", ["--net", "sh", "-c", script], {
    input: JSON.stringify(packets),
    env: { ...process.env, RULESET: ruleset(groups) },
    encoding: "utf8",
    timeout: 60_000,
  });
  return JSON.parse(output) as (boolean | string)[];
}

describeWith(lacksNftables())("the kernel's packet filter", () => {
  const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

  it(`agrees about random groups (FC_SEED=${seed})`, async () => {
    const groups = fc.sample(fc.array(block, { maxLength: 4 }), { numRuns: 40, seed });
    const packets = groups.flatMap((_, group) =>
      clients.flatMap((from) => ports.map((port) => ({ group, from, to: guarded(group, from), port }))),
    );
    const program = groups.map((ingress, i): Written => ({ type: "group", name: `g${i}`, inputs: { ingress } }));
    const facts = factsOf(await fromState(program));
    const ours = packets.map(({ group, from, port }) => answer(facts, "reachable", `g${group}:${port}`, from));
    const kernel = kernelVerdicts(groups, packets);
    const differing = packets.flatMap((packet, i) =>
      ours[i] === kernel[i] ? [] : [{ packet, ours: ours[i], kernel: kernel[i], rules: groups[packet.group] }],
    );
    expect(kernel).toContain(true);
    expect(kernel).toContain(false);
    expect(differing).toEqual([]);
  }, 120_000);
});
