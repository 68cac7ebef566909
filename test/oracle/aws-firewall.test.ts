import fc from "fast-check";
import type { NetworkInterface } from "../../model/network.js";
import { firewallLayerName } from "../../sources/pulumi/aws/firewall/rule.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { fromState, unknownText, urnOf, type Written } from "../sources/pulumi/programs.js";
import { compare, compareHidden } from "./agreement.js";
import { type Ends, machineOf, type Names, type Policy, type Ports, type Rule } from "./aws-firewall-compiler.js";
import { batchesOf } from "./batches.js";
import { addressOf } from "./kernel.js";

const peers = ["8.8.8.8", "10.1.2.3", "203.0.113.200", "2001:4860:4860::8888", "fd00::5"];
/** One of each set that rules tell apart, and the first of Linux. */
const clientPorts = [1024, 32768, 49152];
const home = { ip: "10.250.0.0/16", ip6: "fd00:ffff::/56" };

/** Expressions of a Suricata rule; those of one block can be written in a stateless rule too. */
const simple: readonly Ends[] = [
  { text: "any", ip: "", ip6: "" },
  { text: "any", ip: "", ip6: "" },
  { text: "8.8.8.8", ip: "8.8.8.8", ip6: undefined },
  { text: "10.250.0.0/26", ip: "10.250.0.0/26", ip6: undefined },
  { text: "10.0.0.0/8", ip: "10.0.0.0/8", ip6: undefined },
  { text: "2000::/3", ip: undefined, ip6: "2000::/3" },
  { text: "fd00:ffff::/64", ip: undefined, ip6: "fd00:ffff::/64" },
];
const composed: readonly Ends[] = [
  { text: "!8.8.8.8", ip: "!= 8.8.8.8", ip6: "" },
  { text: "[8.8.8.8, 10.1.0.0/16]", ip: "{ 8.8.8.8, 10.1.0.0/16 }", ip6: undefined },
  { text: "[any,!203.0.113.0/24]", ip: "!= 203.0.113.0/24", ip6: "" },
  { text: "![fd00::/8]", ip: "", ip6: "!= fd00::/8" },
  { text: "$HOME_NET", ip: home.ip, ip6: home.ip6 },
  { text: "$EXTERNAL_NET", ip: `!= ${home.ip}`, ip6: `!= ${home.ip6}` },
  { text: "$OFFICE", ip: "203.0.113.0/24", ip6: "fd00::/32" },
];
/** Most rules match much, so that their order matters. */
const anyone = simple[0] as Ends;
const orAnyone = (arbitrary: fc.Arbitrary<Ends>) =>
  fc.oneof({ weight: 1, arbitrary: fc.constant(anyone) }, { weight: 1, arbitrary });
const ends = orAnyone(fc.constantFrom(...simple, ...composed));
const simpleEnds = orAnyone(fc.constantFrom(...simple));

const single = (text: string, set: string | undefined = text.replace(":", "-")): Ports => ({ text, set });
const range: readonly Ports[] = [
  single("587"),
  single("500:600"),
  single("1024:65535"),
  single("0:1023"),
  single("25"),
];
const every: Ports = { text: "any", set: undefined };
const lists: readonly Ports[] = [
  single("[25,587]", "{ 25, 587 }"),
  // Of `sport != 587 dport != 587` nft 1.0.6 makes one comparison, which holds where either differs.
  single("!587", "{ 0-586, 588-65535 }"),
  single("$MAIL", "{ 25, 465-587 }"),
  single("32768:", "32768-65535"),
];
const ports = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(every, range[0] as Ports) },
  { weight: 1, arbitrary: fc.constantFrom(...range, ...lists) },
);

const stateful: fc.Arbitrary<Rule> = fc.record({
  action: fc.constantFrom("pass", "pass", "drop", "reject", "alert"),
  protocol: fc.constantFrom("tcp", "tcp", "ip", "udp"),
  ...{ from: ends, to: ends, toPorts: ports, bothWays: fc.constantFrom(false, false, true) },
  fromPorts: fc.oneof({ weight: 5, arbitrary: fc.constant(every) }, { weight: 1, arbitrary: ports }),
});
const statelessRule = (...actions: readonly ("pass" | "drop" | "forward")[]): fc.Arbitrary<Rule> =>
  fc.record({
    action: fc.constantFrom(...actions),
    protocol: fc.constantFrom("tcp", "tcp", "udp", "ip"),
    ...{ from: simpleEnds, to: simpleEnds, bothWays: fc.constant(false) },
    ...{ fromPorts: fc.constantFrom(every, every, every, ...range), toPorts: fc.constantFrom(every, every, ...range) },
  });

const engines = {
  stateful: fc.array(stateful, { maxLength: 5 }),
  strict: fc.boolean(),
  end: fc.constantFrom("none", "drop_strict", "drop_established"),
} as const;
/** A connection that one engine sees a half of is unknown, whatever becomes of it: no policy mixes the two. */
const policies: fc.Arbitrary<Policy> = fc
  .oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        ...engines,
        stateless: fc.array(statelessRule("drop", "forward"), { maxLength: 2 }),
        statelessDefault: fc.constantFrom("forward", "forward", "drop"),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        ...engines,
        stateless: fc.array(statelessRule("drop", "pass"), { maxLength: 4 }),
        statelessDefault: fc.constantFrom("pass", "drop"),
      }),
    },
  )
  .map((policy) => (policy.strict ? policy : { ...policy, end: "none" })) as fc.Arbitrary<Policy>;

const everything = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] };
const table = (name: string, bound: object, ...routes: object[]): Written[] => [
  { type: "table", name: `rt-${name}`, id: `rtb-${name}`, inputs: { vpcId: "vpc-1", routes } },
  { type: "tableAssociation", name: `rta-${name}`, inputs: { routeTableId: `rtb-${name}`, ...bound } },
];
const world = (target: object) => [
  { cidrBlock: "0.0.0.0/0", ...target },
  { ipv6CidrBlock: "::/0", ...target },
];
const endpoint = { vpcEndpointId: "vpce-1" };
const subnet = (name: string, cidrBlock: string, ipv6CidrBlock: string): Written => ({
  ...{ type: "subnet", name, id: `subnet-${name}`, inputs: { vpcId: "vpc-1", cidrBlock, ipv6CidrBlock } },
});

/** The machine with this index, behind a firewall on both ways. */
function programOf(policy: Policy, index: number, texts = textsOf(policy)): Written[] {
  return [
    { type: "group", name: "open", id: "sg-1", inputs: { ingress: [everything], egress: [everything] } },
    { type: "vpc", name: "v", id: "vpc-1", inputs: { cidrBlock: home.ip, ipv6CidrBlock: home.ip6 } },
    { type: "internetGateway", name: "igw", id: "igw-1", inputs: { vpcId: "vpc-1" } },
    subnet("home", "10.250.0.0/17", "fd00:ffff::/64"),
    subnet("guard", "10.250.255.0/28", "fd00:ffff:0:1::/64"),
    ...table("home", { subnetId: "subnet-home" }, ...world(endpoint)),
    ...table("guard", { subnetId: "subnet-guard" }, ...world({ gatewayId: "igw-1" })),
    ...table(
      "edge",
      { gatewayId: "igw-1" },
      { cidrBlock: "10.250.0.0/17", ...endpoint },
      { ipv6CidrBlock: "fd00:ffff::/64", ...endpoint },
    ),
    {
      ...{ type: "firewall", name: "fw", id: "arn:fw" },
      inputs: { firewallPolicyArn: "arn:p", vpcId: "vpc-1", subnetMappings: [{ subnetId: "subnet-guard" }] },
      outputs: { firewallStatuses: [{ syncStates: [{ attachments: [{ endpointId: "vpce-1" }] }] }] },
    },
    {
      ...{ type: "instance", name: "mail", id: "i-1" },
      inputs: {
        ...{ vpcSecurityGroupIds: ["sg-1"], subnetId: "subnet-home", associatePublicIpAddress: true },
        ...{ privateIp: addressOf(index, "4"), ipv6Addresses: [addressOf(index, ":")] },
      },
    },
    ...policyOf(policy, texts),
  ];
}

const verbs = { pass: "aws:pass", drop: "aws:drop", forward: "aws:forward_to_sfe" } as const;

function policyOf({ stateless, statelessDefault, strict, end }: Policy, texts: string): Written[] {
  const refer = (name: string) => [{ resourceArn: `arn:${name}`, priority: 1 }];
  const group = (name: string, type: string, rulesSource: object, more: object = {}): Written => ({
    ...{ type: "firewallGroup", name, id: `arn:${name}` },
    inputs: { type, capacity: 100, ruleGroup: { ...more, rulesSource } },
  });
  const ranges = ({ text }: Ports) => {
    const [from = "", to = from] = text.split(":");
    return text === "any" ? [] : [{ fromPort: Number(from), toPort: Number(to) }];
  };
  const address = ({ text }: Ends) => (text === "any" ? [] : [{ addressDefinition: text }]);
  const rules = stateless.map(({ action, protocol, from, fromPorts, to, toPorts }, i) => ({
    priority: i + 1,
    ruleDefinition: {
      actions: [verbs[action as keyof typeof verbs]],
      matchAttributes: {
        protocols: { tcp: [6], udp: [17], ip: [] }[protocol],
        ...{ sources: address(from), destinations: address(to) },
        ...{ sourcePorts: ranges(fromPorts), destinationPorts: ranges(toPorts) },
      },
    },
  }));
  const variables = {
    ipSets: [{ key: "OFFICE", ipSet: { definitions: ["203.0.113.0/24", "fd00::/32"] } }],
    portSets: [{ key: "MAIL", portSet: { definitions: ["25", "465:587"] } }],
  };
  return [
    {
      ...{ type: "firewallPolicy", name: "p", id: "arn:p" },
      inputs: {
        firewallPolicy: {
          statelessDefaultActions: [verbs[statelessDefault]],
          ...{ statelessRuleGroupReferences: refer("s"), statefulRuleGroupReferences: refer("g") },
          ...(strict ? { statefulEngineOptions: { ruleOrder: "STRICT_ORDER" } } : {}),
          ...(end === "none" ? {} : { statefulDefaultActions: [`aws:${end}`] }),
        },
      },
    },
    // Written backwards, for the priority decides.
    group("s", "STATELESS", { statelessRulesAndCustomActions: { statelessRules: [...rules].reverse() } }),
    group("g", "STATEFUL", { rulesString: texts }, { ruleVariables: variables }),
  ];
}

function textsOf({ stateful: rules }: Policy): string {
  return rules
    .map(({ action, protocol, from, fromPorts, to, toPorts, bothWays }, i) => {
      const arrow = bothWays ? "<>" : "->";
      return `${action} ${protocol} ${from.text} ${fromPorts.text} ${arrow} ${to.text} ${toPorts.text} (sid:${i + 1};)`;
    })
    .join("\n");
}

function namesFor({ stateless, end }: Policy): Names {
  const policy = `${urnOf({ type: "firewallPolicy", name: "p" })}#firewallPolicy`;
  const source = (name: string) => `${urnOf({ type: "firewallGroup", name })}#ruleGroup.rulesSource`;
  return {
    stateless: (i) => `${source("s")}.statelessRulesAndCustomActions.statelessRules[${stateless.length - 1 - i}]`,
    statelessDefault: `${policy}.statelessDefaultActions`,
    stateful: (i) => `${source("g")}.rulesString:${i + 1}`,
    end: end === "none" ? policy : `${policy}.statefulDefaultActions`,
  };
}

async function nicOf(program: readonly Written[]): Promise<NetworkInterface> {
  const { interfaces } = await fromState(program);
  return interfaces.find((each) => each.name === "mail") as NetworkInterface;
}

describeWith(lacksNftables())("the kernel's packet filter, for AWS Network Firewall", () => {
  const { batches, told, sample } = batchesOf();

  it.each(batches)(
    `agrees about both engines, in and out, from every client port, with the deciding rule ${told}`,
    async (k) => {
      const cases = await Promise.all(
        sample(policies, k).map(async (policy, i) => ({
          nic: await nicOf(programOf(policy, i)),
          machine: machineOf(policy, namesFor(policy)),
        })),
      );
      const found = compare(cases, {
        peers,
        inward: [587, 465],
        outward: [587],
        clientPorts,
        layer: firewallLayerName,
      });
      expect(found.differing.slice(0, 2)).toEqual([]);
      expect(Math.min(found.open, found.closed)).toBeGreaterThan(0);
    },
    300_000,
  );

  it.each(batches)(
    `agrees where the text of the rules or the default action is hidden ${told}`,
    async (k) => {
      const cases = await Promise.all(
        sample(policies.map(forAnyMachine), k).map(async (policy, i) => {
          const hidden = policy.strict && i % 2 === 0 ? "default action" : "text";
          const worlds = hidden === "text" ? texts(policy) : endings.map((end) => ({ ...policy, end }));
          const program = hidden === "text" ? programOf(policy, i, unknownText) : hideEnd(programOf(policy, i));
          return {
            nic: await nicOf(program),
            worlds: worlds.map((each) => machineOf(each, namesFor(each))),
            hidden,
          };
        }),
      );
      const found = compareHidden(cases, { peers, inward: [587], outward: [587], clientPorts: [1024, 32768] });
      expect(found.differing.slice(0, 2)).toEqual([]);
      expect(Math.min(found.open, found.closed, found.unknown)).toBeGreaterThan(0);
    },
    300_000,
  );
});

const endings = ["none", "drop_strict", "drop_established"] as const;

/** The machines of one program's worlds have addresses of their own: no rule tells them apart. */
function forAnyMachine(policy: Policy): Policy {
  const wide = (end: Ends) => (end.text === "10.250.0.0/26" ? anyone : end);
  const widened = (rules: readonly Rule[]) =>
    rules.map((each) => ({ ...each, from: wide(each.from), to: wide(each.to) }));
  return { ...policy, stateless: widened(policy.stateless), stateful: widened(policy.stateful) };
}

/** What a text that is not known may say at the extremes. */
function texts(policy: Policy): Policy[] {
  const all = { protocol: "ip", from: anyone, fromPorts: every, to: anyone, toPorts: every, bothWays: false } as const;
  return (["pass", "drop"] as const).map((action) => ({ ...policy, stateful: [{ ...all, action }] }));
}

function hideEnd(program: readonly Written[]): Written[] {
  return program.map((each) => {
    if (each.type !== "firewallPolicy") return each;
    const own = each.inputs.firewallPolicy as object;
    return { ...each, inputs: { firewallPolicy: { ...own, statefulDefaultActions: [unknownText] } } };
  });
}
