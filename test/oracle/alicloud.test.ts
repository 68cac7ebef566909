import fc from "fast-check";
import type { NetworkInterface } from "../../model/network.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { fromState, unknownText, urnOf, type Written } from "../sources/pulumi/programs.js";
import { compare, compareHidden } from "./agreement.js";
import { type Entry, type GroupRule, machineOf, type Names, type Site } from "./alicloud-nftables.js";
import { batchesOf } from "./batches.js";

const peers = ["8.8.8.8", "10.1.2.3", "10.1.2.4", "2001:4860:4860::8888"];
const questions = { peers, inward: [465, 587], outward: [587] };
const fromPorts = { peers, inward: [587], outward: [587], clientPorts: [1024, 40000, 65535] };

const cidrs = ["0.0.0.0/0", "0.0.0.0/0", "0.0.0.0/1", "8.8.8.8/32", "10.0.0.0/8", "::/0", "2000::/3"];
const ranges = ["587/587", "587/587", "465/587", "25/25", "1/65535", "1024/65535", "32768/60999"];
const ported = (protocol: string, range: string) => (["all", "icmp"].includes(protocol) ? "-1/-1" : range);

const rule: fc.Arbitrary<GroupRule> = fc
  .record({
    type: fc.constantFrom("ingress", "ingress", "egress"),
    ipProtocol: fc.constantFrom("tcp", "tcp", "TCP", "udp", "icmp", "all"),
    policy: fc.constantFrom("accept", "accept", "drop"),
    range: fc.constantFrom(...ranges),
    priority: fc.integer({ min: 1, max: 3 }),
    cidr: fc.constantFrom(...cidrs),
  })
  .map(({ range, cidr, ...more }) => ({
    ...more,
    portRange: ported(more.ipProtocol, range),
    ...(cidr.includes(":") ? { ipv6CidrIp: cidr } : { cidrIp: cidr }),
  }));
const entry: fc.Arbitrary<Entry> = fc
  .record({
    protocol: fc.constantFrom("tcp", "tcp", "udp", "all", "icmp"),
    policy: fc.constantFrom("accept", "accept", "accept", "drop"),
    range: fc.constantFrom(...ranges),
    cidr: fc.constantFrom(...cidrs),
  })
  .map(({ range, ...more }) => ({ ...more, port: ported(more.protocol, range) }));
const wide: Entry[] = ["0.0.0.0/0", "::/0"].map((cidr) => ({ protocol: "all", policy: "accept", port: "-1/-1", cidr }));
const list = fc
  .tuple(fc.array(entry, { maxLength: 4 }), fc.boolean())
  .map(([own, open]) => (open ? [...own, ...wide] : own));
const group = fc.record({
  rules: fc.array(rule, { maxLength: 6 }),
  innerAccessPolicy: fc.constantFrom("Accept", "Drop"),
});
const siteWith = (acl: boolean): fc.Arbitrary<Site> =>
  fc
    .record(
      {
        groups: fc.tuple(group, group),
        enterprise: fc.constantFrom(false, false, true),
        fellows: fc.constant(["10.1.2.3", "10.1.2.4"]),
        acl: fc.record({ ingress: list, egress: list }),
      },
      { requiredKeys: acl ? ["groups", "enterprise", "fellows", "acl"] : ["groups", "enterprise", "fellows"] },
    )
    .map((site) => (acl ? site : { groups: site.groups, enterprise: site.enterprise, fellows: site.fellows }));

const names: Names = {
  rule: (g, r) => urnOf({ type: "aliRule", name: `g${g}r${r}` }),
  inner: (g) => `${urnOf({ type: "aliGroup", name: `g${g}` })}#innerAccessPolicy`,
  kept: `${urnOf({ type: "aliInstance", name: "mail" })}#securityGroups`,
  open: `${urnOf({ type: "aliGroup", name: "g0" })}#securityGroupType`,
};

function programOf({ groups, enterprise, fellows, acl }: Site): Written[] {
  const spelt = (entries: readonly Entry[], name: string) =>
    entries.map(({ cidr, ...more }) => ({ ...more, [name]: cidr }));
  return [
    ...groups.flatMap(({ rules, innerAccessPolicy }, g): Written[] => [
      {
        type: "aliGroup",
        name: `g${g}`,
        id: `sg-${g}`,
        inputs: { vpcId: "vpc", innerAccessPolicy, ...(enterprise ? { securityGroupType: "enterprise" } : {}) },
      },
      ...rules.map(
        (inputs, r): Written => ({
          type: "aliRule",
          name: `g${g}r${r}`,
          inputs: { ...inputs, securityGroupId: `sg-${g}` },
        }),
      ),
      { type: "aliInstance", name: `fellow${g}`, inputs: { securityGroups: [`sg-${g}`], privateIp: fellows[g] } },
    ]),
    {
      type: "aliInstance",
      name: "mail",
      inputs: { securityGroups: ["sg-0", "sg-1"], vswitchId: "vsw", privateIp: "10.1.9.9" },
    },
    ...(acl
      ? [
          {
            type: "aliAcl",
            name: "acl",
            id: "acl",
            inputs: {
              vpcId: "vpc",
              resources: [{ resourceId: "vsw", resourceType: "VSwitch" }],
              ingressAclEntries: spelt(acl.ingress, "sourceCidrIp"),
              egressAclEntries: spelt(acl.egress, "destinationCidrIp"),
            },
          } satisfies Written,
        ]
      : []),
  ];
}

async function mailOf(program: readonly Written[]): Promise<NetworkInterface> {
  const { interfaces } = await fromState(program);
  return interfaces.find(({ name }) => name === "mail") as NetworkInterface;
}

/** One input hidden, and what it can be. */
function hiddenIn(site: Site, pick: number) {
  const conceal = (who: string, property: string) =>
    programOf(site).map((each) =>
      each.name === who ? { ...each, inputs: { ...each.inputs, [property]: unknownText } } : each,
    );
  const found = site.groups[0]?.rules ?? [];
  const r = pick % Math.max(found.length, 1);
  const one = found[r];
  const withRule = (change: Partial<GroupRule>): Site => ({
    ...site,
    groups: site.groups.map((each, g) =>
      g === 0 ? { ...each, rules: each.rules.map((own, k) => (k === r ? { ...own, ...change } : own)) } : each,
    ),
  });
  const kind = pick % 6;
  if (!one || kind === 5) {
    const worlds = ["Accept", "Drop"].map((innerAccessPolicy) => ({
      ...site,
      groups: site.groups.map((each, g) => (g === 0 ? { ...each, innerAccessPolicy } : each)),
    }));
    return { program: conceal("g0", "innerAccessPolicy"), worlds, hidden: "innerAccessPolicy" };
  }
  const who = `g0r${r}`;
  if (kind === 0)
    return {
      program: conceal(who, "priority"),
      worlds: [1, 2, 3, 100].map((priority) => withRule({ priority })),
      hidden: `${who}.priority`,
    };
  if (kind === 1)
    return {
      program: conceal(who, "policy"),
      worlds: ["accept", "drop"].map((policy) => withRule({ policy })),
      hidden: `${who}.policy`,
    };
  if (kind === 2)
    return {
      program: conceal(who, "type"),
      worlds: ["ingress", "egress"].map((type) => withRule({ type })),
      hidden: `${who}.type`,
    };
  if (kind === 3 && one.cidrIp !== undefined) {
    const worlds = ["0.0.0.0/0", "192.0.2.77/32", ...peers.slice(0, 3).map((each) => `${each}/32`)].map((cidrIp) =>
      withRule({ cidrIp }),
    );
    return { program: conceal(who, "cidrIp"), worlds, hidden: `${who}.cidrIp` };
  }
  const plain = one.portRange !== "-1/-1";
  const worlds = (plain ? ["tcp", "udp"] : ["all", "icmp"]).map((ipProtocol) => withRule({ ipProtocol }));
  return { program: conceal(who, "ipProtocol"), worlds, hidden: `${who}.ipProtocol` };
}

describeWith(lacksNftables())("the kernel's packet filter, for Alibaba Cloud", () => {
  const { batches, told, sample } = batchesOf();
  const casesOf = (sites: readonly Site[]) =>
    Promise.all(sites.map(async (site) => ({ nic: await mailOf(programOf(site)), machine: machineOf(site, names) })));

  it.each(batches)(
    `agrees about security groups, with the deciding rule ${told}`,
    async (k) => {
      const found = compare(await casesOf(sample(siteWith(false), k)), questions);
      expect(found.differing.slice(0, 3)).toEqual([]);
      expect(Math.min(found.open, found.closed)).toBeGreaterThan(0);
    },
    300_000,
  );

  it.each(batches)(
    `agrees about network ACLs with groups, from every client port ${told}`,
    async (k) => {
      const found = compare(await casesOf(sample(siteWith(true), k)), fromPorts);
      expect(found.differing.slice(0, 3)).toEqual([]);
      expect(Math.min(found.open, found.closed)).toBeGreaterThan(0);
    },
    300_000,
  );

  it.each(batches)(
    `agrees where one input is hidden ${told}`,
    async (k) => {
      const cases = await Promise.all(
        sample(siteWith(false), k).map(async (site, i) => {
          const { program, worlds, hidden } = hiddenIn(site, i);
          return { nic: await mailOf(program), worlds: worlds.map((each) => machineOf(each, names)), hidden };
        }),
      );
      const found = compareHidden(cases, questions);
      expect(found.differing.slice(0, 3)).toEqual([]);
      expect(Math.min(found.open, found.closed, found.unknown)).toBeGreaterThan(0);
    },
    300_000,
  );
});
