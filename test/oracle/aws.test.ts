import fc from "fast-check";
import type { NetworkInterface } from "../../model/network.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { fromState, unknownList, unknownText, urnOf, type Written } from "../sources/pulumi/programs.js";
import { compare, compareHidden } from "./agreement.js";
import { type AclEntry, type Card, type GroupRule, machineOf, type Names } from "./aws-compiler.js";
import { batchesOf } from "./batches.js";

const peers = ["8.8.8.8", "10.1.2.3", "203.0.113.200", "2001:4860:4860::8888", "fd00::5"];
const cidrs4 = ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "203.0.113.128/25", "8.8.8.8/32"];
const cidrs6 = ["::/0", "2000::/3", "fd00::/8", "::/1", "2001:4860:4860::8888/128"];
const elsewhere = "192.0.2.77/32";
const world = "0.0.0.0/0";

const range = fc.constantFrom(
  ...([
    [0, 65535],
    [0, 65535],
    [587, 587],
    [25, 25],
    [500, 600],
    [465, 587],
    [2500, 2600],
    [0, 0],
    [1, 24],
    [0, 1023],
    [1024, 65535],
    [32768, 60999],
    [49152, 65535],
  ] as const),
);
const portsOf = (protocol: string, [fromPort, toPort]: readonly [number, number]) =>
  protocol === "-1" ? { fromPort: 0, toPort: 0 } : { fromPort, toPort };

const groupRule: fc.Arbitrary<GroupRule> = fc
  .record({
    protocol: fc.constantFrom("tcp", "tcp", "TCP", "6", "udp", "icmp", "-1"),
    range,
    cidrBlocks: fc.subarray(cidrs4, { minLength: 1, maxLength: 2 }),
    ipv6CidrBlocks: fc.subarray(cidrs6, { maxLength: 2 }),
  })
  .map(({ protocol, range: given, ...blocks }) => ({ protocol, ...portsOf(protocol, given), ...blocks }));

const entry: fc.Arbitrary<AclEntry> = fc
  .record({
    ruleNo: fc.integer({ min: 1, max: 40 }),
    action: fc.constantFrom("allow", "allow", "deny"),
    protocol: fc.constantFrom("tcp", "tcp", "6", "-1", "udp", "17", "icmp"),
    range,
    peer: fc.oneof(
      fc.constantFrom(...cidrs4).map((cidrBlock) => ({ cidrBlock })),
      fc.constantFrom(...cidrs6).map((ipv6CidrBlock) => ({ ipv6CidrBlock })),
    ),
  })
  .map(({ protocol, range: given, peer, ...more }) => ({ ...more, protocol, ...portsOf(protocol, given), ...peer }));

const everyone = (ruleNo: number, peer: object): AclEntry => ({
  ...{ ruleNo, action: "allow", protocol: "-1", fromPort: 0, toPort: 0 },
  ...peer,
});
const open = [everyone(90, { cidrBlock: world }), everyone(91, { ipv6CidrBlock: "::/0" })];
/** Many lists end in something wide, as real ones do: what is random before it then matters. */
const entries = fc
  .tuple(fc.uniqueArray(entry, { maxLength: 5, selector: ({ ruleNo }) => ruleNo }), fc.boolean())
  .map(([list, wide]) => (wide ? [...list, ...open] : list));
const rules = fc.array(groupRule, { minLength: 1, maxLength: 5 });

interface Written587 extends Card {
  /** Rules and entries as resources of their own. */
  readonly separate: boolean;
}

const card = (acl: fc.Arbitrary<Card["acl"]>): fc.Arbitrary<Written587> =>
  fc.record({ group: fc.record({ ingress: rules, egress: rules }), acl, separate: fc.boolean() });
/** The answers pass everywhere. */
const inward = card(entries.map((ingress) => ({ ingress, egress: open })));
const outward = card(fc.constant(undefined));
const stateless = card(fc.record({ ingress: entries, egress: entries }));
const balanced = inward.map((each) => ({
  ...each,
  ports: [
    [587, 2587],
    [465, 465],
  ] as const,
}));

const urns = {
  group: urnOf({ type: "group", name: "group" }),
  acl: urnOf({ type: "acl", name: "acl" }),
  balancer: urnOf({ type: "balancer", name: "nlb" }),
};

function namesFor({ separate, ports }: Written587): Names {
  const front = (at: string) => (ports ? urns.balancer : at);
  return {
    group: (side, i, property) =>
      separate
        ? `${urnOf({ type: "rule", name: `${side}${i}` })}#${property}`
        : `${urns.group}#${side}[${i}].${property}`,
    groupRest: (side) => front(`${urns.group}#${side}`),
    entry: (side, i, property) =>
      separate
        ? `${urnOf({ type: "aclRule", name: `acl-${side}${i}` })}#${property}`
        : `${urns.acl}#${side}[${i}].${property}`,
    aclRest: (side) => front(`${urns.acl}#${side}`),
    listener: (port) => urnOf({ type: "listener", name: `listener${port}` }),
    noListener: urns.balancer,
    address: `${urns.balancer}#ipAddressType`,
  };
}

/** The program of one case, as its state says it after a deployment. */
function programOf({ group, acl, separate, ports }: Written587): Written[] {
  const sides = ["ingress", "egress"] as const;
  const groupRules = sides.flatMap((side) =>
    group[side].map(
      (inputs, i): Written => ({
        type: "rule",
        name: `${side}${i}`,
        inputs: { ...inputs, type: side, securityGroupId: "sg-1" },
      }),
    ),
  );
  const aclRules = sides.flatMap((side) =>
    (acl?.[side] ?? []).map(({ ruleNo, action, protocol, ...more }, i): Written => {
      const spelt = { ruleNumber: ruleNo, ruleAction: action, protocol: protocol === "-1" ? "all" : protocol };
      return {
        type: "aclRule",
        name: `acl-${side}${i}`,
        inputs: { networkAclId: "acl-1", egress: side === "egress", ...spelt, ...more },
      };
    }),
  );
  const inputs = { vpcId: "vpc-1", subnetIds: ["subnet-1"], ...(separate ? {} : { ...acl }) };
  return [
    { type: "group", name: "group", id: "sg-1", inputs: separate ? {} : { ...group } },
    ...(acl ? [{ type: "acl", name: "acl", id: "acl-1", inputs } as Written] : []),
    ...(separate ? [...groupRules, ...aclRules] : []),
    { type: "instance", name: "mail", id: "i-1", inputs: { vpcSecurityGroupIds: ["sg-1"], subnetId: "subnet-1" } },
    ...(ports ? frontOf(ports) : []),
  ];
}

function frontOf(ports: NonNullable<Card["ports"]>): Written[] {
  const group = (port: number) => `arn:tg-${port}`;
  return [
    {
      ...{ type: "balancer", name: "nlb", id: "arn:nlb" },
      inputs: { loadBalancerType: "network", ipAddressType: "ipv4", subnets: ["subnet-2"] },
    },
    ...ports.flatMap(([listen, port]): Written[] => [
      { type: "targetGroup", name: `tg${listen}`, id: group(listen), inputs: { port, protocol: "TCP" } },
      { type: "target", name: `t${listen}`, inputs: { targetGroupArn: group(listen), targetId: "i-1" } },
      {
        ...{ type: "listener", name: `listener${listen}` },
        inputs: {
          loadBalancerArn: "arn:nlb",
          port: listen,
          protocol: "TCP",
          defaultActions: [{ targetGroupArn: group(listen) }],
        },
      },
    ]),
  ];
}

async function nicOf(program: readonly Written[], name = "mail"): Promise<NetworkInterface> {
  const { interfaces } = await fromState(program);
  return interfaces.find((each) => each.name === name) as NetworkInterface;
}

async function casesOf(cards: readonly Written587[], name?: string) {
  return Promise.all(
    cards.map(async (each) => ({ nic: await nicOf(programOf(each), name), machine: machineOf(each, namesFor(each)) })),
  );
}

/** One input hidden, with all that it can be. */
function hiddenIn(whole: Written587, pick: number) {
  const { group, acl } = whole;
  const index = pick % group.ingress.length;
  const inGroup = (...changes: Partial<GroupRule>[]) =>
    changes.map((change) => ({
      ...whole,
      group: { ...group, ingress: group.ingress.map((each, i) => (i === index ? { ...each, ...change } : each)) },
    }));
  const list = acl?.ingress ?? [];
  const place = pick % Math.max(list.length, 1);
  const inAcl = (...changes: Partial<AclEntry>[]) =>
    changes.map((change) => ({
      ...whole,
      acl: acl && { ...acl, ingress: list.map((each, i) => (i === place ? { ...each, ...change } : each)) },
    }));
  const open4 = { cidrBlock: world };
  const family = list[place]?.cidrBlock === undefined ? "ipv6CidrBlock" : "cidrBlock";
  const blocks =
    family === "cidrBlock"
      ? [open4, { cidrBlock: elsewhere }]
      : [{ ipv6CidrBlock: "::/0" }, { ipv6CidrBlock: "2001:db8:7::/64" }];
  const numbers = [-1, ...list.map(({ ruleNo }) => ruleNo + 0.5)].map((ruleNo) => ({ ruleNo }));
  const protocols = (rule: { protocol: string; fromPort: number; toPort: number }) => [
    { protocol: "tcp", fromPort: rule.fromPort, toPort: rule.toPort },
    { protocol: "-1" },
    { protocol: "udp" },
  ];
  const choices: [who: string, property: string, mark: unknown, worlds: Written587[]][] = [
    ["group", "cidrBlocks", unknownList, inGroup({ cidrBlocks: [world] }, { cidrBlocks: [elsewhere] })],
    ["group", "protocol", unknownText, inGroup(...protocols(group.ingress[index] as GroupRule))],
    [
      "group",
      "fromPort",
      unknownText,
      inGroup({ fromPort: 0 }, { fromPort: (group.ingress[index] as GroupRule).toPort }),
    ],
    ["acl", "action", unknownText, inAcl({ action: "allow" }, { action: "deny" })],
    ["acl", family, unknownText, inAcl(...blocks)],
    ["acl", "ruleNo", unknownText, inAcl(...numbers)],
  ];
  const [who, property, mark, worlds] = choices[
    list.length === 0 ? pick % 3 : pick % choices.length
  ] as (typeof choices)[number];
  const program = programOf({ ...whole, separate: false }).map((each) => {
    const at = who === "group" ? index : place;
    const ingress = (each.inputs.ingress ?? []) as object[];
    const hidden = ingress.map((one, i) => (i === at ? { ...one, [property]: mark } : one));
    return each.type === who ? { ...each, inputs: { ...each.inputs, ingress: hidden } } : each;
  });
  const machines = worlds.map((world587) => machineOf(world587, namesFor({ ...whole, separate: false })));
  return { program, machines, hidden: `${who} ${property}` };
}

describeWith(lacksNftables())("the kernel's packet filter, for AWS", () => {
  const { batches, told, sample } = batchesOf();

  it.each(batches)(
    `agrees about groups and network ACLs on the way in, with the deciding rules ${told}`,
    async (k) => {
      const found = compare(await casesOf(sample(inward, k)), { peers, inward: [25, 587, 2525], outward: [] });
      expect(found.differing.slice(0, 2)).toEqual([]);
      expect(Math.min(found.open, found.closed)).toBeGreaterThan(0);
    },
    300_000,
  );

  it.each(batches)(
    `agrees about groups on the way out, with the deciding rules ${told}`,
    async (k) => {
      const found = compare(await casesOf(sample(outward, k)), { peers, inward: [], outward: [465, 587] });
      expect(found.differing.slice(0, 2)).toEqual([]);
      expect(Math.min(found.open, found.closed)).toBeGreaterThan(0);
    },
    300_000,
  );

  it.each(batches)(
    `agrees about network ACLs and the answers, from every client port ${told}`,
    async (k) => {
      const clientPorts = [1024, 32768, 49152, 65535];
      const found = compare(await casesOf(sample(stateless, k)), { peers, inward: [587], outward: [587], clientPorts });
      expect(found.differing.slice(0, 2)).toEqual([]);
      expect(Math.min(found.open, found.closed)).toBeGreaterThan(0);
    },
    300_000,
  );

  it.each(batches)(
    `agrees about what a load balancer's listeners lead to, with the deciding rules ${told}`,
    async (k) => {
      const four = peers.filter((each) => !each.includes(":"));
      const found = compare(await casesOf(sample(balanced, k), "nlb"), {
        peers: four,
        inward: [25, 465, 587, 2587],
        outward: [],
      });
      expect(found.differing.slice(0, 2)).toEqual([]);
      expect(Math.min(found.open, found.closed)).toBeGreaterThan(0);
    },
    300_000,
  );

  it.each(batches)(
    `agrees where one input is hidden ${told}`,
    async (k) => {
      const hidden = sample(inward, k).map((each, i) => hiddenIn(each, i));
      const cases = await Promise.all(
        hidden.map(async ({ program, machines, ...more }) => ({
          nic: await nicOf(program),
          worlds: machines,
          ...more,
        })),
      );
      const found = compareHidden(cases, { peers, inward: [587, 2525], outward: [] });
      expect(found.differing.slice(0, 2)).toEqual([]);
      expect(Math.min(found.open, found.closed, found.unknown)).toBeGreaterThan(0);
    },
    300_000,
  );
});
