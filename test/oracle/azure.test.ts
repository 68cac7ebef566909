import fc from "fast-check";
import type { NetworkInterface } from "../../model/network.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { fromState, unknownText, urnOf, type Written } from "../sources/pulumi/programs.js";
import { compare, compareHidden } from "./agreement.js";
import { machineOf, type Names, type Rule, type Stated, space, web } from "./azure-compiler.js";
import { batchesOf } from "./batches.js";
import { addressOf } from "./kernel.js";

const questions = {
  peers: [
    ...["8.8.8.8", "10.1.2.3", "10.1.9.9", "172.20.0.9", "168.63.129.16"],
    ...["2001:4860:4860::8888", "fd00::5"],
  ],
  inward: [25, 587],
  outward: [587],
};

const cidrs = ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "8.8.8.0/24", "20.0.0.0/8", "10.1.0.0/16", "10.1.2.3"].concat([
  ...["172.16.0.0/12", "::/0", "2000::/3", "fd00::/64", "fd00::5"],
]);
const tags = ["*", "*", "Internet", "VirtualNetwork", "AzureLoadBalancer"];
const peers = fc.oneof(
  fc.constantFrom(...tags).map((each) => [each]),
  fc.subarray(cidrs, { minLength: 1, maxLength: 3 }),
);
const own = fc.constantFrom(
  ...[["*"], ["*"], ["*"], ["VirtualNetwork"], ["10.250.0.0/16"], ["10.9.0.0/16"], ["fd00:ffff::/64"]],
);
const members = fc.constantFrom(undefined, undefined, undefined, undefined, ["asg:web"]);
const joined = fc.constantFrom(undefined, undefined, undefined, undefined, ["asg:own"], ["asg:web"]);
const ports = fc.constantFrom(["587"], ["587"], ["*"], ["25", "465-587"], ["0-65535"], ["2525"], ["1-24", "600-700"]);

/** Priorities are unique within a group, whatever the direction: one that is hidden makes no tie. */
const rules = (access: readonly string[], grouped: boolean) =>
  fc.uniqueArray(
    fc
      .record({
        access: fc.constantFrom(...access),
        direction: fc.constantFrom("Inbound", "Inbound", "Outbound"),
        priority: fc.integer({ min: 1, max: 9 }).map((each) => each * 100 + 100),
        protocol: fc.constantFrom("Tcp", "Tcp", "Tcp", "*", "Udp", "Icmp"),
        ports,
        theirs: peers,
        ours: own,
        members,
        joined,
      })
      .map(({ theirs, ours, members: from, joined: to, ...rule }): Rule => {
        const [peer, self] = [(grouped && from) || theirs, (grouped && to) || ours];
        const inbound = rule.direction === "Inbound";
        return { ...rule, source: inbound ? peer : self, destination: inbound ? self : peer };
      }),
    { maxLength: 5, selector: ({ priority }) => priority },
  );
const group = fc.option(rules(["Allow", "Allow", "Deny"], true), { nil: undefined, freq: 4 });
const configuration = fc.record({
  subnetGroup: group,
  nicGroup: group,
  admin: rules(["Allow", "AlwaysAllow", "Deny"], false).map((all) => all.slice(0, 2)),
  inForce: fc.boolean(),
  public4: fc.constantFrom(true, true, false),
  public6: fc.boolean(),
  basic: fc.constantFrom(false, false, true),
  balanced: fc.constantFrom(undefined, undefined, { listen: 587, target: 587 }, { listen: 2525, target: 25 }),
  nat: fc.boolean(),
  defaultOutbound: fc.boolean(),
  routes: fc.uniqueArray(
    fc.record({
      to: fc.constantFrom("8.0.0.0/8", "10.0.0.0/8", "10.1.2.0/24", "172.16.0.0/12", "10.1.0.0/16", "2001:4860::/32"),
      hop: fc.constantFrom("None", "Internet", "VnetLocal"),
    }),
    { maxLength: 2, selector: ({ to }) => to },
  ),
  classic: fc.boolean(),
  separate: fc.boolean(),
});
type Drawn = Omit<Stated, "subnetGroup" | "nicGroup" | "balanced"> & {
  subnetGroup?: Rule[] | undefined;
  nicGroup?: Rule[] | undefined;
  balanced?: Stated["balanced"] | undefined;
  classic: boolean;
  separate: boolean;
};

const id = (kind: string, name: string) =>
  `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/${kind}/${name}`;
const given = (inputs: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));

/** Prefixes singly or as a list, groups as each provider writes them. */
function ended(side: string, list: readonly string[], classic: boolean): Record<string, unknown> {
  const asg = list.find((each) => each.startsWith("asg:"))?.slice(4);
  if (asg !== undefined) {
    const name = id("applicationSecurityGroups", asg);
    return classic
      ? { [`${side}ApplicationSecurityGroupIds`]: [name] }
      : { [`${side}ApplicationSecurityGroups`]: [{ id: name }] };
  }
  return list.length === 1 ? { [`${side}AddressPrefix`]: list[0] } : { [`${side}AddressPrefixes`]: list };
}

function written(rule: Rule, classic: boolean): Record<string, unknown> {
  const { access, direction, priority, protocol, ports: list } = rule;
  return {
    ...{ name: `p${priority}`, access, direction, priority, protocol, sourcePortRange: "*" },
    ...(list.length === 1 ? { destinationPortRange: list[0] } : { destinationPortRanges: list }),
    ...ended("source", rule.source, classic),
    ...ended("destination", rule.destination, classic),
  };
}

function groupOf(name: string, all: readonly Rule[] | undefined, { classic, separate }: Drawn): Written[] {
  if (!all) return [];
  const type = classic ? "azNsgClassic" : "azNsg";
  const inline = separate ? {} : { securityRules: all.map((each) => written(each, classic)) };
  return [
    { type, name, inputs: { name, networkSecurityGroupName: name, ...inline }, id: id("networkSecurityGroups", name) },
    ...(separate
      ? all.map(
          (each, k): Written => ({
            type: classic ? "azRuleClassic" : "azRule",
            name: `${name}-${k}`,
            inputs: { networkSecurityGroupName: name, ...written(each, classic) },
          }),
        )
      : []),
  ];
}

function adminOf({ admin, inForce }: Drawn): Written[] {
  const configurationId = id("networkManagers/m/securityAdminConfigurations", "c");
  const groupId = id("networkManagers/m/networkGroups", "ng");
  return [
    { type: "azNetworkGroup", name: "ng", inputs: { networkGroupName: "ng" }, id: groupId },
    {
      type: "azMember",
      name: "member",
      inputs: { networkGroupName: "ng", resourceId: id("virtualNetworks", "net") },
    },
    { type: "azAdminConfiguration", name: "c", inputs: { configurationName: "c" }, id: configurationId },
    {
      type: "azCollection",
      name: "rc",
      inputs: { configurationName: "c", ruleCollectionName: "rc", appliesToGroups: [{ networkGroupId: groupId }] },
    },
    {
      type: "azCommit",
      name: "commit",
      inputs: {
        commitType: "SecurityAdmin",
        configurationIds: inForce ? [configurationId] : [],
        targetLocations: ["West Europe"],
      },
    },
    ...admin.map(({ ports: list, source, destination, ...rest }, k): Written => {
      const prefixes = (all: readonly string[]) =>
        all.map((addressPrefix) => ({
          addressPrefix,
          addressPrefixType: /^[A-Z]/.test(addressPrefix) ? "ServiceTag" : "IPPrefix",
        }));
      return {
        type: "azAdminRule",
        name: `admin-${k}`,
        inputs: {
          ...rest,
          ...{ kind: "Custom", configurationName: "c", ruleCollectionName: "rc", sourcePortRanges: ["0-65535"] },
          destinationPortRanges: list.map((each) => (each === "*" ? "0-65535" : each)),
          sources: prefixes(source),
          destinations: prefixes(destination),
        },
      };
    }),
  ];
}

/** The network interface `mail` with its surroundings; `web` is another, in an application security group. */
function programOf(stated: Drawn, index: number): Written[] {
  const { classic, public4, public6, basic, balanced, nat, defaultOutbound } = stated;
  const subnet = id("virtualNetworks/net/subnets", "sub");
  const sku = { name: basic ? "Basic" : "Standard" };
  const address = (name: string, version: string): Written =>
    classic
      ? {
          type: "azAddressClassic",
          name,
          inputs: { sku: sku.name, ipVersion: version },
          id: id("publicIPAddresses", name),
        }
      : {
          type: "azAddress",
          name,
          inputs: { sku, publicIPAddressVersion: version },
          id: id("publicIPAddresses", name),
        };
  const asg = (name: string): Written => ({
    type: classic ? "azAsgClassic" : "azAsg",
    name: `asg-${name}`,
    inputs: {},
    id: id("applicationSecurityGroups", name),
  });
  const pool = `${id("loadBalancers", "lb")}/backendAddressPools/pool`;
  const nic = (
    name: string,
    addresses: readonly string[],
    more: Record<string, unknown>,
    isPublic: boolean[],
  ): Written => ({
    type: classic ? "azNicClassic" : "azNic",
    name,
    id: id("networkInterfaces", name),
    inputs: given({
      ipConfigurations: addresses.map((each, k) => {
        const ip = id("publicIPAddresses", `ip${k}`);
        const version = each.includes(":") ? "IPv6" : "IPv4";
        return classic
          ? given({
              name: `c${k}`,
              subnetId: subnet,
              privateIpAddress: each,
              privateIpAddressVersion: version,
              publicIpAddressId: isPublic[k] ? ip : undefined,
            })
          : given({
              name: `c${k}`,
              subnet: { id: subnet },
              privateIPAddress: each,
              privateIPAddressVersion: version,
              publicIPAddress: isPublic[k] ? { id: ip } : undefined,
              applicationSecurityGroups: [{ id: id("applicationSecurityGroups", name === "web" ? "web" : "own") }],
              loadBalancerBackendAddressPools: name === "mail" && balanced && k === 0 ? [{ id: pool }] : undefined,
            });
      }),
      ...more,
    }),
  });
  const nicGroup = stated.nicGroup && { networkSecurityGroup: { id: id("networkSecurityGroups", "nicg") } };
  const associations: Written[] = classic
    ? [
        ...(["web", "mail"] as const).map(
          (name): Written => ({
            type: "azNicAsgClassic",
            name: `${name}-asg`,
            inputs: {
              networkInterfaceId: id("networkInterfaces", name),
              applicationSecurityGroupId: id("applicationSecurityGroups", name === "web" ? "web" : "own"),
            },
          }),
        ),
        ...(stated.nicGroup
          ? [
              {
                type: "azNicGroupClassic" as const,
                name: "nic-group",
                inputs: {
                  networkInterfaceId: id("networkInterfaces", "mail"),
                  networkSecurityGroupId: id("networkSecurityGroups", "nicg"),
                },
              },
            ]
          : []),
        ...(stated.subnetGroup
          ? [
              {
                type: "azSubnetGroupClassic" as const,
                name: "subnet-group",
                inputs: { subnetId: subnet, networkSecurityGroupId: id("networkSecurityGroups", "subg") },
              },
            ]
          : []),
        ...(balanced
          ? [
              {
                type: "azNicPoolClassic" as const,
                name: "nic-pool",
                inputs: { networkInterfaceId: id("networkInterfaces", "mail"), backendAddressPoolId: pool },
              },
            ]
          : []),
      ]
    : [];
  return [
    {
      type: "azNetwork",
      name: "net",
      inputs: { virtualNetworkName: "net", location: "westeurope", addressSpace: { addressPrefixes: space } },
      id: id("virtualNetworks", "net"),
    },
    {
      type: "azTable",
      name: "table",
      inputs: { routes: stated.routes.map(({ to, hop }) => ({ addressPrefix: to, nextHopType: hop })) },
      id: id("routeTables", "table"),
    },
    { type: "azNat", name: "nat", inputs: { sku: { name: "Standard" } }, id: id("natGateways", "nat") },
    {
      type: "azSubnet",
      name: "sub",
      inputs: given({
        virtualNetworkName: "net",
        addressPrefixes: ["10.250.0.0/16", "fd00:ffff::/64"],
        routeTable: { id: id("routeTables", "table") },
        natGateway: nat ? { id: id("natGateways", "nat") } : undefined,
        defaultOutboundAccess: defaultOutbound,
        networkSecurityGroup: stated.subnetGroup && !classic ? { id: id("networkSecurityGroups", "subg") } : undefined,
      }),
      id: subnet,
    },
    ...groupOf("subg", stated.subnetGroup, stated),
    ...groupOf("nicg", stated.nicGroup, stated),
    ...adminOf(stated),
    ...[asg("web"), asg("own")],
    ...[address("ip0", "IPv4"), address("ip1", "IPv6"), address("front", "IPv4")],
    nic("web", web, {}, []),
    nic("mail", [addressOf(index, "4"), addressOf(index, ":")], classic ? {} : { ...nicGroup }, [public4, public6]),
    ...associations,
    ...(balanced ? balancerOf(balanced, classic, pool, basic) : []),
  ];
}

function balancerOf(
  { listen, target }: NonNullable<Stated["balanced"]>,
  classic: boolean,
  pool: string,
  basic: boolean,
): Written[] {
  const front = id("publicIPAddresses", "front");
  const name = basic ? "Basic" : "Standard";
  const balancer = id("loadBalancers", "lb");
  if (!classic)
    return [
      {
        type: "azBalancer",
        name: "lb",
        id: balancer,
        inputs: {
          sku: { name },
          frontendIPConfigurations: [{ name: "fe", publicIPAddress: { id: front } }],
          backendAddressPools: [{ name: "pool" }],
          loadBalancingRules: [
            {
              ...{ protocol: "Tcp", frontendPort: listen, backendPort: target },
              frontendIPConfiguration: { id: `${balancer}/frontendIPConfigurations/fe` },
              backendAddressPool: { id: pool },
            },
          ],
        },
      },
    ];
  return [
    {
      type: "azBalancerClassic",
      name: "lb",
      id: balancer,
      inputs: { sku: name, frontendIpConfigurations: [{ name: "fe", publicIpAddressId: front }] },
    },
    { type: "azPoolClassic", name: "pool", id: pool, inputs: { loadbalancerId: balancer, name: "pool" } },
    {
      type: "azBalancingRuleClassic",
      name: "lbrule",
      inputs: {
        ...{ loadbalancerId: balancer, protocol: "Tcp", frontendPort: listen, backendPort: target },
        ...{ frontendIpConfigurationName: "fe", backendAddressPoolIds: [pool] },
      },
    },
  ];
}

function namesFor({ classic, separate, public4 }: Drawn): Names {
  const groups = { subnet: "subg", nic: "nicg" } as const;
  const nsg = (level: "subnet" | "nic") => urnOf({ type: classic ? "azNsgClassic" : "azNsg", name: groups[level] });
  return {
    rule: (level, k) =>
      level === "admin"
        ? urnOf({ type: "azAdminRule", name: `admin-${k}` })
        : separate
          ? urnOf({ type: classic ? "azRuleClassic" : "azRule", name: `${groups[level]}-${k}` })
          : `${nsg(level)}#securityRules[${k}]`,
    byDefault: (level, name) => `${nsg(level)}#defaultSecurityRules.${name}`,
    route: (k) => `${urnOf({ type: "azTable", name: "table" })}#routes[${k}]`,
    subnet: urnOf({ type: "azSubnet", name: "sub" }),
    nic: urnOf({ type: classic ? "azNicClassic" : "azNic", name: "mail" }),
    lacking: `${urnOf({ type: classic ? "azNicClassic" : "azNic", name: "mail" })}#ipConfigurations[0].${
      public4 ? (classic ? "publicIpAddressId" : "publicIPAddress.id") : "publicIPAddress"
    }`,
    balancing: classic
      ? urnOf({ type: "azBalancingRuleClassic", name: "lbrule" })
      : `${urnOf({ type: "azBalancer", name: "lb" })}#loadBalancingRules[0]`,
  };
}

/** Without an address of its own, what is balanced is of the kind of its load balancer. */
function statedOf(drawn: Drawn): Stated {
  const { subnetGroup, nicGroup, balanced, ...rest } = drawn;
  return {
    ...rest,
    ...(subnetGroup ? { subnetGroup } : {}),
    ...(nicGroup ? { nicGroup } : {}),
    ...(balanced ? { balanced } : {}),
  };
}

async function mailOf(program: readonly Written[]): Promise<NetworkInterface> {
  const { interfaces } = await fromState(program);
  return interfaces.find(({ name }) => name === "mail") as NetworkInterface;
}

interface Hidden {
  readonly program: Written[];
  readonly worlds: readonly Stated[];
  readonly hidden: string;
}

/** Several rules that all depend on one commit are taken for independent: docs/limits.md says so. */
function hidesCommit(index: number): boolean {
  return index % 5 === 1;
}

/** One input hidden, with the most open and the most closed thing that it can be, or all that it can. */
function hiddenIn(drawn: Drawn, index: number, machine: number): Hidden | undefined {
  const program = programOf(drawn, machine);
  const stated = statedOf(drawn);
  const conceal = (name: string, change: (inputs: Record<string, unknown>) => Record<string, unknown>) =>
    program.map((each) => (each.name === name ? { ...each, inputs: change(each.inputs) } : each));
  if (index % 5 === 0)
    return {
      program: conceal("sub", (inputs) => ({ ...inputs, defaultOutboundAccess: unknownText })),
      worlds: [true, false].map((defaultOutbound) => ({ ...stated, defaultOutbound })),
      hidden: "defaultOutboundAccess",
    };
  if (hidesCommit(index))
    return {
      program: conceal("commit", (inputs) => ({ ...inputs, configurationIds: unknownText })),
      worlds: [true, false].map((inForce) => ({ ...stated, inForce })),
      hidden: "configurationIds",
    };
  const level = index % 2 === 0 ? ("subnetGroup" as const) : ("nicGroup" as const);
  const rule = drawn[level]?.[0];
  if (!rule) return undefined;
  const name = level === "subnetGroup" ? "subg" : "nicg";
  const blur = (property: string) => {
    const change = (inputs: Record<string, unknown>) => ({ ...inputs, [property]: unknownText });
    if (drawn.separate) return conceal(`${name}-0`, change);
    return conceal(name, (inputs) => ({
      ...inputs,
      securityRules: (inputs.securityRules as Record<string, unknown>[]).map((each, k) =>
        k === 0 ? change(each) : each,
      ),
    }));
  };
  const worlds = (...changes: readonly Partial<Rule>[]) =>
    changes.map((change) => ({ ...stated, [level]: [{ ...rule, ...change }, ...(drawn[level] ?? []).slice(1)] }));
  const nobody = ["192.0.2.77/32"];
  const single = (list: readonly string[]) => list.length === 1 && !list[0]?.startsWith("asg:");
  const choices: (Hidden | undefined)[] = [
    { program: blur("access"), worlds: worlds({ access: "Allow" }, { access: "Deny" }), hidden: "access" },
    {
      program: blur("priority"),
      worlds: worlds(...Array.from({ length: 10 }, (_, i) => ({ priority: 150 + i * 100 }))),
      hidden: "priority",
    },
    {
      program: blur("direction"),
      worlds: worlds({ direction: "Inbound" }, { direction: "Outbound" }),
      hidden: "direction",
    },
    { program: blur("protocol"), worlds: worlds({ protocol: "Tcp" }, { protocol: "Icmp" }), hidden: "protocol" },
    single(rule.source)
      ? {
          program: blur("sourceAddressPrefix"),
          worlds: worlds({ source: ["*"] }, { source: nobody }),
          hidden: "sourceAddressPrefix",
        }
      : undefined,
    single(rule.destination)
      ? {
          program: blur("destinationAddressPrefix"),
          worlds: worlds({ destination: ["*"] }, { destination: nobody }),
          hidden: "destinationAddressPrefix",
        }
      : undefined,
    rule.ports.length === 1
      ? {
          program: blur("destinationPortRange"),
          worlds: worlds({ ports: ["*"] }, { ports: ["7"] }),
          hidden: "destinationPortRange",
        }
      : undefined,
  ];
  return choices[index % choices.length];
}

describeWith(lacksNftables())("the kernel's packet filter, for Azure", () => {
  const { batches, told, sample } = batchesOf();

  it.each(batches)(
    `agrees about random programs, with the deciding rule ${told}`,
    async (k) => {
      const cases = await Promise.all(
        sample(configuration, k).map(async (drawn, i) => ({
          nic: await mailOf(programOf(drawn, i)),
          machine: machineOf(statedOf(drawn), i, namesFor(drawn)),
        })),
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
      const drawn = sample(configuration, k).map((each, i) =>
        hidesCommit(i) ? { ...each, admin: each.admin.slice(0, 1) } : each,
      );
      const machines: number[] = [];
      const hidden = drawn.flatMap((each, i) => {
        const first = machines.reduce((sum, worlds) => sum + worlds, 0);
        const found = hiddenIn(each, i, first);
        if (found) machines.push(found.worlds.length);
        return found ? [{ ...found, names: namesFor(each), first }] : [];
      });
      const cases = await Promise.all(
        hidden.map(async ({ program, worlds, names, first, hidden: what }) => ({
          nic: await mailOf(program),
          worlds: worlds.map((stated, w) => machineOf(stated, first + w, names)),
          hidden: what,
        })),
      );
      const found = compareHidden(cases, questions);
      expect(found.differing.slice(0, 3)).toEqual([]);
      expect(Math.min(found.open, found.closed, found.unknown)).toBeGreaterThan(0);
    },
    300_000,
  );
});
