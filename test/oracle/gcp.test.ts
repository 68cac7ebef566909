import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { nothingDeclared } from "../../model/declaration.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { answer, factsOf, fromState, unknownText, type Written } from "../sources/pulumi/programs.js";
import { compile, dropping, mailAddress } from "./gcp-nftables.js";

const peers = [
  ...["8.8.8.8", "51.15.3.4", "10.1.2.3", "10.1.2.4", "172.20.0.9"],
  ...["2001:4860:4860::8888", "2a00:1450::7", "fd00::5", "fd00::6"],
];
const ports = [25, 465, 587, 2525];
const relayPorts = [465, 587, 2525];

const cidrs = {
  four: [
    "0.0.0.0/0",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "8.8.8.0/24",
    "51.0.0.0/8",
    "10.0.0.0/8",
    "10.1.2.3/32",
    "172.16.0.0/12",
  ],
  six: ["::/0", "::/1", "2000::/3", "2a00::/12", "fd00::/8", "fd00::5/128"],
};
const ranges = fc.oneof(
  fc.subarray(cidrs.four, { minLength: 1, maxLength: 2 }),
  fc.subarray(cidrs.six, { minLength: 1, maxLength: 2 }),
);
const mixed = fc.subarray([...cidrs.four, ...cidrs.six], { minLength: 3, maxLength: 8 });
const portList = fc.option(
  fc.subarray(["587", "25", "500-600", "0-65535", "465-587", "1-24"], { minLength: 1, maxLength: 2 }),
  {
    nil: undefined,
    freq: 1,
  },
);
const protocol = fc.constantFrom("tcp", "tcp", "tcp", "TCP", "6", "udp", "icmp", "all");
const direction = fc.constantFrom("INGRESS", "INGRESS", "EGRESS");
const rarely = fc.constantFrom(true, false, false, false, false, undefined);

/** Ports stand only with protocols that have them, as Google demands it. */
const traffic = (name: string) =>
  fc.array(
    fc.record({ protocol, ports: portList }).map((one) => ({
      [name]: one.protocol,
      ...(/^(all|icmp)$/.test(one.protocol) ? {} : given({ ports: one.ports })),
    })),
    { minLength: 1, maxLength: 2 },
  );

/** Leaves out what is undefined, as programs do. */
function given(inputs: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

const own = fc.constantFrom(undefined, undefined, undefined, ["10.250.0.0/16"], ["10.9.0.0/16"], ["fd00:ffff::/64"]);

const firewall = fc
  .record({
    direction,
    priority: fc.constantFrom(undefined, 10, 999, 1000, 1001),
    disabled: rarely,
    action: fc.constantFrom("allows", "allows", "denies"),
    traffic: traffic("protocol"),
    ranges: fc.option(ranges, { nil: undefined }),
    own,
    by: fc.constantFrom("Tags", "ServiceAccounts"),
    sources: fc.subarray(["web", "db"]),
    targets: fc.subarray(["mx", "smtp", "web"], { maxLength: 2 }),
    elsewhere: rarely,
  })
  .map((rule) => {
    const ingress = rule.direction === "INGRESS";
    const names = (list: readonly string[]) => (rule.by === "Tags" ? list : list.map((each) => `${each}@p.example`));
    return (network: string): Record<string, unknown> =>
      given({
        network: rule.elsewhere ? `${network}-other` : network,
        direction: rule.direction,
        priority: rule.priority,
        disabled: rule.disabled,
        [rule.action]: rule.traffic,
        [ingress ? "sourceRanges" : "destinationRanges"]: rule.ranges,
        [ingress ? "destinationRanges" : "sourceRanges"]: rule.own,
        ...(ingress && rule.sources.length > 0 ? { [`source${rule.by}`]: names(rule.sources) } : {}),
        ...(rule.targets.length > 0 ? { [`target${rule.by}`]: names(rule.targets) } : {}),
      });
  });

const policyRules = fc.uniqueArray(
  fc
    .record({
      priority: fc.integer({ min: 0, max: 9 }),
      direction,
      disabled: rarely,
      action: fc.constantFrom("allow", "deny", "goto_next"),
      layer4Configs: traffic("ipProtocol"),
      ranges: mixed,
      own,
      account: fc.constantFrom(undefined, undefined, ["mx@p.example"], ["web@p.example"]),
    })
    .map(({ ranges: addresses, own: mine, layer4Configs, account, direction: way, ...rule }) => {
      const [theirs, ours] = way === "INGRESS" ? ["srcIpRanges", "destIpRanges"] : ["destIpRanges", "srcIpRanges"];
      const match = given({ layer4Configs, [theirs]: addresses, [ours]: mine });
      return { ...given({ ...rule, direction: way, targetServiceAccounts: account }), priority: rule.priority, match };
    }),
  { minLength: 1, maxLength: 3, selector: ({ priority }) => priority },
);

const policies = fc.record(
  {
    organization: policyRules,
    folder: policyRules,
    global: policyRules,
    regional: policyRules,
    globalWithRules: policyRules,
  },
  { requiredKeys: [] },
);

const machine = fc.record({
  tags: fc.subarray(["mx", "smtp"]),
  account: fc.constantFrom(undefined, "mx@p.example", "smtp@p.example"),
  ipv4: fc.boolean(),
  ipv6: fc.boolean(),
  zone: fc.constantFrom("europe-west1-b", "us-central1-a"),
  before: fc.constantFrom(undefined, "AFTER_CLASSIC_FIREWALL", "BEFORE_CLASSIC_FIREWALL"),
});

const configuration = fc.record({ machine, firewalls: fc.array(firewall, { maxLength: 4 }), policies });

/** The program of one configuration: everything in it is named by its number. */
function programOf(
  i: number,
  { machine: mail, firewalls, policies: stated }: ReturnType<typeof sample>[number],
): Written[] {
  const net = `net${i}`;
  const instance = (name: string, inputs: Record<string, unknown>): Written => ({
    type: "gcpInstance",
    name: `${name}${i}`,
    inputs,
  });
  const member = (networkIp: string, ipv6Address?: string) =>
    given({ network: net, networkIp, ipv6Address, stackType: ipv6Address ? "IPV4_IPV6" : undefined });
  return [
    { type: "gcpNetwork", name: net, inputs: given({ name: net, networkFirewallPolicyEnforcementOrder: mail.before }) },
    { type: "gcpNetwork", name: `${net}-other`, inputs: { name: `${net}-other` } },
    { type: "gcpFolder", name: `f${i}`, inputs: { parent: `organizations/${i}` }, id: `folders/${i}` },
    {
      type: "gcpProject",
      name: `p${i}`,
      inputs: { projectId: `p${i}`, folderId: `folders/${i}` },
      id: `projects/p${i}`,
    },
    instance("mail", {
      ...given({ tags: mail.tags, serviceAccount: mail.account ? { email: mail.account } : undefined }),
      ...{ project: `p${i}`, zone: mail.zone },
      networkInterfaces: [
        given({
          ...member(mailAddress(i, "ipv4"), mailAddress(i, "ipv6")),
          accessConfigs: mail.ipv4 ? [{}] : undefined,
          ipv6AccessConfigs: mail.ipv6 ? [{ externalIpv6: mailAddress(i, "ipv6") }] : undefined,
        }),
      ],
    }),
    instance("web", {
      ...{ project: `p${i}`, zone: "europe-west1-b", tags: ["web"], serviceAccount: { email: "web@p.example" } },
      networkInterfaces: [member("10.1.2.3", "fd00::5")],
    }),
    instance("db", {
      ...{ project: `p${i}`, zone: "europe-west1-b", tags: ["db"], serviceAccount: { email: "db@p.example" } },
      networkInterfaces: [member("172.20.0.9")],
    }),
    ...firewalls.map((inputs, k): Written => ({ type: "gcpFirewall", name: `fw${i}-${k}`, inputs: inputs(net) })),
    ...policyResources(i, net, stated),
  ];
}

function policyResources(
  i: number,
  net: string,
  stated: Partial<Record<string, Record<string, unknown>[]>>,
): Written[] {
  const separate = (
    key: string,
    [policy, rule, association]: readonly [Written["type"], Written["type"], Written["type"]],
    target: string,
    region: Record<string, unknown> = {},
  ): Written[] =>
    stated[key] === undefined
      ? []
      : [
          { type: policy, name: `${key}${i}`, inputs: { name: `${key}${i}`, ...region }, id: `${key}${i}` },
          ...stated[key].map(
            (inputs, k): Written => ({
              type: rule,
              name: `${key}${i}-${k}`,
              inputs: { firewallPolicy: `${key}${i}`, ...region, ...inputs },
            }),
          ),
          {
            type: association,
            name: `${key}${i}-a`,
            inputs: { firewallPolicy: `${key}${i}`, attachmentTarget: target, ...region },
          },
        ];
  const hierarchical = ["gcpPolicy", "gcpPolicyRule", "gcpPolicyAssociation"] as const;
  const globalTypes = ["gcpGlobalPolicy", "gcpGlobalRule", "gcpGlobalAssociation"] as const;
  const regional = ["gcpRegionalPolicy", "gcpRegionalRule", "gcpRegionalAssociation"] as const;
  const inline = stated.global === undefined ? stated.globalWithRules : undefined;
  return [
    ...separate("folder", hierarchical, `folders/${i}`),
    ...separate("organization", hierarchical, `organizations/${i}`),
    ...separate("global", globalTypes, net),
    ...separate("regional", regional, net, { region: "europe-west1" }),
    ...(inline === undefined
      ? []
      : ([
          { type: "gcpGlobalWithRules", name: `w${i}`, inputs: { name: `w${i}`, rules: inline }, id: `w${i}` },
          { type: "gcpGlobalAssociation", name: `w${i}-a`, inputs: { firewallPolicy: `w${i}`, attachmentTarget: net } },
        ] satisfies Written[])),
  ];
}

interface Packet {
  readonly i: number;
  readonly way: "in" | "out";
  readonly peer: string;
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

function packetsOf(i: number): Packet[] {
  return peers.flatMap((peer) => {
    const mail = mailAddress(i, peer.includes(":") ? "ipv6" : "ipv4");
    return [
      ...ports.map((port) => ({ i, way: "in" as const, peer, from: peer, to: mail, port })),
      ...relayPorts.map((port) => ({ i, way: "out" as const, peer, from: mail, to: peer, port })),
    ];
  });
}

/** Sends every packet in a network namespace that ends with this command; nothing leaves it. */
function kernelVerdicts(ruleset: string, packets: readonly Packet[]): (boolean | string)[] {
  const directory = mkdtempSync(join(tmpdir(), "port587-gcp-"));
  try {
    const file = join(directory, "ruleset.nft");
    writeFileSync(file, ruleset);
    const script = [
      "set -e",
      "ip link set lo up",
      "echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind",
      ...peers.map((each) => `ip addr add ${each}/${each.includes(":") ? "128 nodad" : "32"} dev lo`),
      "ip addr add 10.250.0.1/16 dev lo",
      "ip -6 route add local fd00:ffff::/64 dev lo",
      `nft -f ${file}`,
      `exec ${process.execPath} ${join(process.cwd(), "test", "oracle", "sender.js")}`,
    ].join("\n");
    const output = execFileSync("unshare", ["--net", "sh", "-c", script], {
      input: JSON.stringify(packets),
      encoding: "utf8",
      timeout: 120_000,
      maxBuffer: 1 << 26,
    });
    return JSON.parse(output) as (boolean | string)[];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const seed = Number(process.env.PORT587_SEED ?? 587_465_25);
const cases = Number(process.env.PORT587_CASES ?? 100);
const batch = 100;

function sample(count: number, from: number) {
  return fc.sample(configuration, { numRuns: count, seed: from });
}

async function answersOf(program: readonly Written[], packets: readonly Packet[]): Promise<(boolean | "unknown")[]> {
  const mails = program.filter(({ name }) => name.startsWith("mail")).map(({ name }) => name);
  const relays = relayPorts.map((port) => ({ host: "relay", port, clients: mails }));
  const facts = factsOf(await fromState(program), { ...nothingDeclared, relays });
  const bySubject = new Map<string, typeof facts>();
  for (const fact of facts) {
    const same = bySubject.get(fact.subject);
    if (same) same.push(fact);
    else bySubject.set(fact.subject, [fact]);
  }
  return packets.map(({ i, way, peer, port }) => {
    const subject = way === "in" ? `mail${i}:${port}` : `mail${i} -> relay:${port}`;
    return answer(bySubject.get(subject) ?? [], way === "in" ? "reachable" : "egressAllowed", subject, peer);
  });
}

/** The inputs whose value can be taken away, by type. */
const hideable: Readonly<Record<string, readonly string[]>> = {
  gcpFirewall: [
    "priority",
    "disabled",
    "network",
    "direction",
    "sourceRanges",
    "targetTags",
    "sourceTags",
    "allows",
    "denies",
  ],
  gcpGlobalRule: ["priority", "action", "direction", "firewallPolicy", "match"],
  gcpGlobalAssociation: ["firewallPolicy", "attachmentTarget"],
  gcpPolicyAssociation: ["attachmentTarget"],
  gcpInstance: ["tags", "serviceAccount", "zone"],
};

/** The same program, one input of each of its resources taken away where `pick` says so. */
function blurred(program: readonly Written[], pick: number): Written[] {
  return program.map((each, k) => {
    const names = (hideable[each.type] ?? []).filter((name) => name in each.inputs);
    const name = names[(pick + k) % Math.max(names.length, 1)];
    return name === undefined || (pick + k) % 3 !== 0
      ? each
      : { ...each, inputs: { ...each.inputs, [name]: unknownText } };
  });
}

describeWith(lacksNftables())("the kernel's packet filter, for Google Cloud", () => {
  const batches = Array.from({ length: Math.ceil(cases / batch) }, (_, k) => k);

  it.each(batches)(
    `agrees about random programs (PORT587_SEED=${seed} PORT587_CASES=${cases}), batch %i`,
    async (k) => {
      const programs = sample(Math.min(batch, cases - k * batch), seed + k).map((each, i) => programOf(i, each));
      const packets = programs.flatMap((_, i) => packetsOf(i));
      const kernel = kernelVerdicts(dropping(programs.map(compile)), packets);
      const ours = await answersOf(programs.flat(), packets);
      const differing = packets.flatMap((packet, p) =>
        ours[p] === kernel[p] ? [] : [{ packet, ours: ours[p], kernel: kernel[p], program: programs[packet.i] }],
      );
      expect(kernel.filter((each) => each === true).length).toBeGreaterThan(0);
      expect(kernel.filter((each) => each === false).length).toBeGreaterThan(0);
      expect(differing.slice(0, 1)).toEqual([]);
      const partly = await answersOf(
        programs.flatMap((each, i) => blurred(each, i)),
        packets,
      );
      const turned = packets.flatMap((packet, p) =>
        partly[p] === "unknown" || partly[p] === kernel[p]
          ? []
          : [{ packet, ours: partly[p], kernel: kernel[p], program: blurred(programs[packet.i] ?? [], packet.i) }],
      );
      expect(turned.slice(0, 1)).toEqual([]);
      expect(partly).toContain("unknown");
    },
    300_000,
  );
});
