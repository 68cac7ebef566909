import fc from "fast-check";
import type { NetworkInterface } from "../../model/network.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { fromState, unknownText, urnOf, type Written } from "../sources/pulumi/programs.js";
import { compare, compareHidden } from "./agreement.js";
import { batchesOf } from "./batches.js";
import { type GroupRule, machineOf, type Stated } from "./openstack-nftables.js";

const questions = {
  peers: ["8.8.8.8", "203.0.113.9", "10.1.2.3", "2001:4860:4860::8888", "fd00::5"],
  inward: [25, 587],
  outward: [587, 2525],
};
const memberAddresses = ["10.1.2.3", "fd00::5", "203.0.113.9"];
const prefixes = {
  IPv4: ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "8.8.8.8/32", "203.0.113.0/24"],
  IPv6: ["::/0", "2000::/3", "fd00::/8", "2001:4860:4860::8888/128"],
};
const ranges = [
  [587, 587],
  [25, 25],
  [500, 600],
  [1, 65535],
  [0, 0],
  [2525, 2525],
  [465, 587],
] as const;

const rule: fc.Arbitrary<GroupRule> = fc
  .record({
    direction: fc.constantFrom("ingress", "egress"),
    ethertype: fc.constantFrom("IPv4" as const, "IPv4" as const, "IPv6" as const),
    protocol: fc.constantFrom("tcp", "tcp", "6", "TCP", "udp", "icmp", "any", undefined),
    range: fc.option(fc.constantFrom(...ranges), { nil: undefined }),
    remote: fc.constantFrom("any", "prefix", "prefix", "group"),
    prefix: fc.nat({ max: 5 }),
    group: fc.nat({ max: 1 }),
  })
  .map(({ direction, ethertype, protocol, range, remote, prefix, group }) => {
    const ported = protocol !== undefined && !["any", "icmp"].includes(protocol);
    const list = prefixes[ethertype];
    return {
      direction,
      ethertype,
      ...(protocol === undefined ? {} : { protocol }),
      ...(range && ported ? { portRangeMin: range[0], portRangeMax: range[1] } : {}),
      ...(remote === "prefix" ? { remoteIpPrefix: list[prefix % list.length] as string } : {}),
      ...(remote === "group" ? { remoteGroup: group } : {}),
    };
  });
const group = fc.record(
  { rules: fc.array(rule, { maxLength: 5 }), deleteDefaultRules: fc.constantFrom(true, true, false) },
  { requiredKeys: ["rules"] },
);
const configuration: fc.Arbitrary<Stated> = fc.record(
  {
    groups: fc.tuple(group, group),
    attached: fc.constantFrom([0], [1], [0, 1]),
    members: fc.tuple(fc.subarray(memberAddresses, { minLength: 1 }), fc.subarray(memberAddresses, { minLength: 1 })),
    noSecurityGroups: fc.constantFrom(false, false, false, false, false, true),
    portSecurityEnabled: fc.constantFrom(true, true, true, true, true, false),
  },
  { requiredKeys: ["groups", "attached", "members"] },
);

const urns = (kind: "group" | "rule", g: number, r?: number) =>
  kind === "group"
    ? `${urnOf({ type: "osGroup", name: `g${g}` })}#deleteDefaultRules`
    : urnOf({ type: "osRule", name: `g${g}r${r}` });

/** The mail port never carries an address that members have: its own groups do not add any. */
function programOf({ groups, attached, members, noSecurityGroups, portSecurityEnabled }: Stated): Written[] {
  const own = (name: string, value: unknown) => (value === undefined ? {} : { [name]: value });
  return [
    ...groups.flatMap(({ rules, deleteDefaultRules }, g): Written[] => [
      { type: "osGroup", name: `g${g}`, id: `sg-${g}`, inputs: own("deleteDefaultRules", deleteDefaultRules) },
      ...rules.map(
        ({ remoteGroup, ...inputs }, r): Written => ({
          type: "osRule",
          name: `g${g}r${r}`,
          inputs: {
            ...inputs,
            securityGroupId: `sg-${g}`,
            ...own("remoteGroupId", remoteGroup === undefined ? undefined : `sg-${remoteGroup}`),
          },
        }),
      ),
      {
        type: "osPort",
        name: `member${g}`,
        inputs: {
          networkId: "n",
          securityGroupIds: [`sg-${g}`],
          fixedIps: (members[g] ?? []).map((ipAddress) => ({ ipAddress })),
        },
      },
    ]),
    {
      type: "osPort",
      name: "mail",
      inputs: {
        networkId: "n",
        securityGroupIds: attached.map((g) => `sg-${g}`),
        fixedIps: [{ ipAddress: "10.250.99.99" }],
        ...own("noSecurityGroups", noSecurityGroups),
        ...own("portSecurityEnabled", portSecurityEnabled),
      },
    },
  ];
}

async function mailOf(program: readonly Written[]): Promise<NetworkInterface> {
  const { interfaces } = await fromState(program);
  return interfaces.find(({ name }) => name === "mail") as NetworkInterface;
}

/** One input hidden, with the most open and the most closed thing that it can be. */
function hiddenIn(stated: Stated, pick: number): { program: Written[]; worlds: Stated[]; hidden: string } | undefined {
  const program = programOf(stated);
  const conceal = (name: string, property: string) =>
    program.map((each) =>
      each.name === name ? { ...each, inputs: { ...each.inputs, [property]: unknownText } } : each,
    );
  const rules = stated.groups.flatMap(({ rules: all }, g) => all.map((each, r) => ({ each, g, r })));
  const withRule = (g: number, r: number, change: (rule: GroupRule) => GroupRule): Stated => ({
    ...stated,
    groups: stated.groups.map((one, i) =>
      i === g ? { ...one, rules: one.rules.map((each, k) => (k === r ? change(each) : each)) } : one,
    ),
  });
  const found = rules[pick % Math.max(rules.length, 1)];
  const kind = pick % 7;
  if (kind === 5 || !found) {
    return {
      program: conceal("g0", "deleteDefaultRules"),
      worlds: [true, false].map((is) => ({
        ...stated,
        groups: stated.groups.map((each, g) => (g === 0 ? { ...each, deleteDefaultRules: is } : each)),
      })),
      hidden: "deleteDefaultRules",
    };
  }
  if (kind === 6) {
    const name = pick % 2 === 0 ? "noSecurityGroups" : "portSecurityEnabled";
    return {
      program: conceal("mail", name),
      worlds: [true, false].map((is) => ({ ...stated, [name]: is })),
      hidden: name,
    };
  }
  const { each, g, r } = found;
  const name = `g${g}r${r}`;
  const worlds = (...changes: ((rule: GroupRule) => GroupRule)[]) => changes.map((change) => withRule(g, r, change));
  if (kind === 0 && each.remoteIpPrefix !== undefined) {
    const [all, none] = each.ethertype === "IPv4" ? ["0.0.0.0/0", "192.0.2.77/32"] : ["::/0", "2001:db8::77/128"];
    return {
      program: conceal(name, "remoteIpPrefix"),
      worlds: worlds(
        (one) => ({ ...one, remoteIpPrefix: all }),
        (one) => ({ ...one, remoteIpPrefix: none }),
      ),
      hidden: `${name}.remoteIpPrefix`,
    };
  }
  if (kind === 1 && each.portRangeMin !== undefined && each.portRangeMin !== 0) {
    const high = each.portRangeMax ?? 0;
    return {
      program: conceal(name, "portRangeMin"),
      worlds: [1, 25, 587, high]
        .filter((low) => low <= high)
        .flatMap((low) => worlds((one) => ({ ...one, portRangeMin: low }))),
      hidden: `${name}.portRangeMin`,
    };
  }
  if (kind === 2 && each.protocol !== undefined) {
    return {
      program: conceal(name, "protocol"),
      worlds: worlds(
        (one) => ({ ...one, protocol: "tcp" }),
        (one) => ({ ...one, protocol: "udp" }),
      ),
      hidden: `${name}.protocol`,
    };
  }
  if (kind === 3) {
    return {
      program: conceal(name, "direction"),
      worlds: worlds(
        (one) => ({ ...one, direction: "ingress" }),
        (one) => ({ ...one, direction: "egress" }),
      ),
      hidden: `${name}.direction`,
    };
  }
  if (each.remoteIpPrefix !== undefined || each.remoteGroup !== undefined) return undefined;
  return {
    program: conceal(name, "ethertype"),
    worlds: worlds(
      (one) => ({ ...one, ethertype: "IPv4" }),
      (one) => ({ ...one, ethertype: "IPv6" }),
    ),
    hidden: `${name}.ethertype`,
  };
}

describeWith(lacksNftables())("the kernel's packet filter, for OpenStack", () => {
  const { batches, told, sample } = batchesOf();

  it.each(batches)(
    `agrees about random security groups, with the deciding rule ${told}`,
    async (k) => {
      const cases = await Promise.all(
        sample(configuration, k).map(async (stated) => {
          const { ingress, egress } = machineOf(stated, urns);
          const nic = await mailOf(programOf(stated));
          const names = { open: `${nic.id}#portSecurityEnabled`, rest: `${nic.id}#securityGroupIds` };
          const named = (layers: typeof ingress) =>
            layers.map((rules) =>
              rules.map((each) => ({ ...each, id: names[each.id as keyof typeof names] ?? each.id })),
            );
          return { nic, machine: { ingress: named(ingress), egress: named(egress) } };
        }),
      );
      const found = compare(cases, questions);
      expect(found.differing.slice(0, 3)).toEqual([]);
      expect(Math.min(found.open, found.closed)).toBeGreaterThan(cases.length);
    },
    300_000,
  );

  it.each(batches)(
    `agrees where one input is hidden ${told}`,
    async (k) => {
      const hidden = sample(configuration, k).flatMap((stated, i) => hiddenIn(stated, i) ?? []);
      const cases = await Promise.all(
        hidden.map(async (each) => ({
          nic: await mailOf(each.program),
          worlds: each.worlds.map((stated) => machineOf(stated, urns)),
          hidden: each.hidden,
        })),
      );
      const found = compareHidden(cases, questions);
      expect(found.differing.slice(0, 3)).toEqual([]);
      expect(Math.min(found.open, found.closed, found.unknown)).toBeGreaterThan(0);
    },
    300_000,
  );
});
