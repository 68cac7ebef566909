import { nothingDeclared } from "../../../model/declaration.js";
import { InputError } from "../../../model/errors.js";
import {
  answer,
  factsOf,
  forms,
  fromState,
  missingAt,
  unknownList,
  unknownText,
  urnOf,
  type Written,
} from "./programs.js";

const ids = {
  subnet: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/net/subnets/sub",
  nsg: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/nsg",
  nic: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/nic",
  address: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/publicIPAddresses/ip",
  network: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/net",
  asg: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/applicationSecurityGroups/asg",
};

/** A rule of a network security group that lets the world in to tcp 587. */
function open(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: "r",
    priority: 200,
    direction: "Inbound",
    access: "Allow",
    protocol: "Tcp",
    sourceAddressPrefix: "*",
    sourcePortRange: "*",
    destinationAddressPrefix: "*",
    destinationPortRange: "587",
    ...more,
  };
}

const shut = (more: Record<string, unknown> = {}) =>
  open({ name: "s", priority: 100, access: "Deny", protocol: "*", destinationPortRange: "*", ...more });

const group = (...securityRules: unknown[]): Written => ({
  type: "azNsg",
  name: "nsg",
  inputs: { networkSecurityGroupName: "nsg", resourceGroupName: "g", securityRules },
  id: ids.nsg,
});

/** A virtual machine `mail` with a public address and one interface, in a subnet; the group stands at the interface. */
function site(
  nsg: Written | undefined,
  nic: Record<string, unknown> = {},
  subnet: Record<string, unknown> = {},
): Written[] {
  return [
    {
      type: "azNetwork",
      name: "net",
      inputs: {
        virtualNetworkName: "net",
        resourceGroupName: "g",
        location: "West Europe",
        addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
      },
      id: ids.network,
    },
    {
      type: "azSubnet",
      name: "sub",
      inputs: { virtualNetworkName: "net", resourceGroupName: "g", addressPrefix: "10.0.1.0/24", ...subnet },
      id: ids.subnet,
    },
    { type: "azAddress", name: "ip", inputs: { sku: { name: "Standard" } }, id: ids.address },
    ...(nsg ? [nsg] : []),
    {
      type: "azNic",
      name: "nic",
      inputs: {
        ipConfigurations: [
          { name: "c", subnet: { id: ids.subnet }, privateIPAddress: "10.0.1.4", publicIPAddress: { id: ids.address } },
        ],
        ...(nsg ? { networkSecurityGroup: { id: ids.nsg } } : {}),
        ...nic,
      },
      id: ids.nic,
    },
    { type: "azVm", name: "mail", inputs: { networkProfile: { networkInterfaces: [{ id: ids.nic, primary: true }] } } },
  ];
}

const configuration = (more: Record<string, unknown>) => ({
  ipConfigurations: [
    {
      name: "c",
      subnet: { id: ids.subnet },
      privateIPAddress: "10.0.1.4",
      publicIPAddress: { id: ids.address },
      ...more,
    },
  ],
});
const separate = (inputs: Record<string, unknown>, flows?: Written["flows"]): Written => ({
  type: "azRule",
  name: "rule",
  inputs: { resourceGroupName: "g", networkSecurityGroupName: "nsg", ...inputs },
  ...(flows ? { flows } : {}),
});
const asg: Written = { type: "azAsg", name: "asg", inputs: {}, id: ids.asg };

/**
 * Is tcp/587 of `mail` open to a world client over IPv4? The name says so: `pass` closed, `fail` open, `unknown` undecided.
 * The numbers are those of the packet truths that string comparison gets wrong.
 */
const programs: Readonly<Record<string, Written[]>> = {
  fail_open: site(group(open())),
  pass_no_rule: site(group()),
  pass_21_deny_before_allow: site(group(open(), shut())),
  fail_allow_before_deny: site(group(open(), shut({ priority: 300 }))),
  fail_22_all_zero_block: site(group(open({ sourceAddressPrefix: "0.0.0.0/0" }))),
  fail_23_split_halves_and_all_ports: site(
    group(
      open({
        sourceAddressPrefix: undefined,
        sourceAddressPrefixes: ["0.0.0.0/1", "128.0.0.0/1"],
        destinationPortRange: undefined,
        destinationPortRanges: ["0-65535"],
      }),
    ),
  ),
  unknown_24_every_tenant_of_azure: site(group(open({ sourceAddressPrefix: "AzureCloud" }))),
  unknown_service_tag_of_a_region: site(group(open({ sourceAddressPrefix: "Storage.WestEurope" }))),
  pass_28_no_public_address: site(group(open()), configuration({ publicIPAddress: undefined })),
  fail_internet_tag: site(group(open({ sourceAddressPrefix: "Internet" }))),
  fail_spelling_of_the_tag: site(group(open({ sourceAddressPrefix: "INTERNET", protocol: "TCP" }))),
  pass_virtual_network_tag: site(group(open({ sourceAddressPrefix: "VirtualNetwork" }))),
  pass_probes_tag: site(group(open({ sourceAddressPrefix: "AzureLoadBalancer" }))),
  pass_udp: site(group(open({ protocol: "Udp" }))),
  pass_icmp: site(group(open({ protocol: "Icmp", destinationPortRange: "*" }))),
  fail_any_protocol_on_the_port: site(group(open({ protocol: "*" }))),
  pass_any_protocol_on_another_port: site(group(open({ protocol: "*", destinationPortRange: "25" }))),
  fail_protocol_number: site(group(open({ protocol: "6" }))),
  fail_ports_as_a_list: site(
    group(open({ destinationPortRange: undefined, destinationPortRanges: ["25", "465-587"] })),
  ),
  pass_outbound_rule: site(group(open({ direction: "Outbound" }))),
  fail_own_address: site(group(open({ destinationAddressPrefix: "10.0.1.0/24" }))),
  pass_another_address: site(group(open({ destinationAddressPrefix: "10.0.1.5" }))),
  fail_own_network_tag: site(group(open({ destinationAddressPrefix: "VirtualNetwork" }))),
  pass_destination_internet: site(group(open({ destinationAddressPrefix: "Internet" }))),
  unknown_own_address_not_known: site(
    group(open({ destinationAddressPrefix: "10.0.1.4" })),
    configuration({ privateIPAddress: undefined }),
  ),
  fail_own_address_not_known_but_its_subnet_is: site(
    group(open({ destinationAddressPrefix: "10.0.0.0/8" })),
    configuration({ privateIPAddress: undefined }),
  ),
  fail_own_application_group: [
    asg,
    ...site(
      group(open({ destinationAddressPrefix: undefined, destinationApplicationSecurityGroups: [{ id: ids.asg }] })),
      configuration({ applicationSecurityGroups: [{ id: ids.asg }] }),
    ),
  ],
  pass_application_group_of_others: [
    asg,
    ...site(
      group(open({ destinationAddressPrefix: undefined, destinationApplicationSecurityGroups: [{ id: ids.asg }] })),
    ),
  ],
  pass_from_an_application_group: [
    asg,
    ...site(
      group(open({ sourceAddressPrefix: undefined, sourceApplicationSecurityGroups: [{ id: ids.asg }] })),
      configuration({ applicationSecurityGroups: [{ id: ids.asg }] }),
    ),
  ],
  fail_separate_rule: [...site(group()), separate(open())],
  pass_separate_deny: [...site(group()), separate(shut())],
  unknown_separate_beside_inline: [...site(group(open())), separate(shut())],
  unknown_two_rules_of_one_priority: site(group(open(), shut({ priority: 200 }))),
  unknown_priority: site(group(open(), shut({ priority: unknownText }))),
  fail_unknown_priority_of_a_like_rule: site(group(open(), open({ name: "t", priority: unknownText }))),
  unknown_access: site(group(open({ access: unknownText }))),
  unknown_source: site(group(open({ sourceAddressPrefix: unknownText }))),
  fail_unknown_source_beside_the_world: site(
    group(open(), open({ name: "t", priority: 300, sourceAddressPrefix: unknownText })),
  ),
  unknown_rules: site({ ...group(), inputs: { securityRules: unknownList } }),
  unknown_rule_of_an_unknown_group: [...site(group()), separate(open({ networkSecurityGroupName: unknownText }))],
  pass_rule_of_the_same_name_in_another_resource_group: [
    ...site(group()),
    separate(open({ resourceGroupName: "other" })),
  ],
  fail_rule_joined_by_dependency: [
    ...site({ ...group(), inputs: {} }),
    separate(open({ networkSecurityGroupName: unknownText }), { networkSecurityGroupName: ["nsg"] }),
  ],
  pass_standard_address_without_a_group: site(undefined),
  fail_basic_address_without_a_group: site(undefined).map((each) =>
    each.name === "ip" ? { ...each, inputs: { sku: { name: "Basic" } } } : each,
  ),
  unknown_address_of_unknown_kind_without_a_group: site(undefined).map((each) =>
    each.name === "ip" ? { ...each, inputs: {} } : each,
  ),
  fail_group_at_the_subnet_alone: site(
    group(open()),
    { networkSecurityGroup: undefined },
    { networkSecurityGroup: { id: ids.nsg } },
  ),
  fail_id_in_another_case: site(group(open()), { networkSecurityGroup: { id: ids.nsg.toUpperCase() } }),
  pass_subnet_shut: [
    ...site(group(open()), {}, { networkSecurityGroup: { id: `${ids.nsg}2` } }),
    { type: "azNsg", name: "nsg2", inputs: { securityRules: [] }, id: `${ids.nsg}2` },
  ],
  unknown_group_outside: site(group(open()), { networkSecurityGroup: { id: `${ids.nsg}-elsewhere` } }),
  pass_group_outside_but_subnet_shut: site(
    group(),
    { networkSecurityGroup: { id: `${ids.nsg}-elsewhere` } },
    { networkSecurityGroup: { id: ids.nsg } },
  ),
  unknown_subnet_outside: site(group(open()), configuration({ subnet: { id: `${ids.subnet}-elsewhere` } })),
  fail_everything_joined_by_dependency: [
    { type: "azNetwork", name: "net", inputs: { addressSpace: { addressPrefixes: ["10.0.0.0/16"] } } },
    {
      type: "azSubnet",
      name: "sub",
      inputs: { virtualNetworkName: unknownText },
      flows: { virtualNetworkName: ["net"] },
    },
    { type: "azAddress", name: "ip", inputs: { sku: { name: "Standard" } } },
    { type: "azNsg", name: "nsg", inputs: { securityRules: [open()] } },
    {
      type: "azNic",
      name: "nic",
      inputs: {
        ipConfigurations: [{ subnet: { id: unknownText }, publicIPAddress: { id: unknownText } }],
        networkSecurityGroup: { id: unknownText },
      },
      flows: { ipConfigurations: ["sub", "ip"], networkSecurityGroup: ["nsg"] },
    },
    {
      type: "azVm",
      name: "mail",
      inputs: { networkProfile: { networkInterfaces: [{ id: unknownText }] } },
      flows: { networkProfile: ["nic"] },
    },
  ],
  fail_subnet_within_the_network: [
    {
      type: "azNetwork",
      name: "net",
      inputs: {
        virtualNetworkName: "net",
        addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
        subnets: [{ name: "sub", addressPrefix: "10.0.1.0/24", networkSecurityGroup: { id: ids.nsg } }],
      },
    },
    ...site(group(open())).filter(({ name }) => name !== "net" && name !== "sub"),
  ],
  pass_subnet_within_the_network_shut: [
    {
      type: "azNetwork",
      name: "net",
      inputs: { subnets: [{ name: "sub", networkSecurityGroup: { id: ids.nsg } }] },
      id: ids.subnet.split("/subnets/")[0] ?? "",
    },
    ...site(group(), { networkSecurityGroup: undefined }).filter(({ name }) => name !== "net" && name !== "sub"),
  ],
  unknown_without_connection_tracking: site(group(open()), { disableTcpStateTracking: true }),
  unknown_interfaces_of_the_machine: site(group(open())).map((each) =>
    each.name === "mail" ? { ...each, inputs: { networkProfile: { networkInterfaces: unknownList } } } : each,
  ),
};

/** The same in the classic provider, with associations. */
const classic = (rules: unknown[], ...more: Written[]): Written[] => [
  { type: "azNetworkClassic", name: "net", inputs: { name: "net", addressSpaces: ["10.0.0.0/16"] } },
  {
    type: "azSubnetClassic",
    name: "sub",
    inputs: { name: "sub", virtualNetworkName: "net", addressPrefixes: ["10.0.1.0/24"] },
    id: ids.subnet,
  },
  { type: "azAddressClassic", name: "ip", inputs: { sku: "Standard" }, id: ids.address },
  { type: "azNsgClassic", name: "nsg", inputs: { name: "nsg", securityRules: rules }, id: ids.nsg },
  {
    type: "azNicClassic",
    name: "nic",
    inputs: { ipConfigurations: [{ subnetId: ids.subnet, publicIpAddressId: ids.address }] },
    id: ids.nic,
  },
  { type: "azVmClassic", name: "mail", inputs: { networkInterfaceIds: [ids.nic] } },
  ...more,
];
const atNic: Written = {
  type: "azNicGroupClassic",
  name: "a",
  inputs: { networkInterfaceId: ids.nic, networkSecurityGroupId: ids.nsg },
};
const atSubnet: Written = {
  type: "azSubnetGroupClassic",
  name: "b",
  inputs: { subnetId: ids.subnet, networkSecurityGroupId: ids.nsg },
};

const classicPrograms: Readonly<Record<string, Written[]>> = {
  fail_classic_at_the_interface: classic([open()], atNic),
  fail_classic_at_both: classic([open()], atNic, atSubnet),
  pass_classic_shut: classic([], atSubnet),
  pass_classic_not_associated: classic([open()]),
  fail_classic_separate_rule: classic([], atNic, {
    type: "azRuleClassic",
    name: "r",
    inputs: { networkSecurityGroupName: "nsg", ...open() },
  }),
  fail_classic_application_group: [
    { ...asg, type: "azAsgClassic" },
    ...classic(
      [open({ destinationAddressPrefix: undefined, destinationApplicationSecurityGroupIds: [ids.asg] })],
      atNic,
      {
        type: "azNicAsgClassic",
        name: "c",
        inputs: { networkInterfaceId: ids.nic, applicationSecurityGroupId: ids.asg },
      },
    ),
  ],
  unknown_classic_association_of_an_unknown_group: classic([open()], {
    ...atNic,
    inputs: { networkInterfaceId: ids.nic, networkSecurityGroupId: unknownText },
  }),
  fail_classic_associations_joined_by_dependency: classic([open()])
    .map((each) => {
      const { id: _, ...rest } = each;
      return each.name === "nic"
        ? {
            ...rest,
            inputs: { ipConfigurations: [{ subnetId: unknownText, publicIpAddressId: unknownText }] },
            flows: { ipConfigurations: ["sub", "ip"] },
          }
        : each.name === "mail"
          ? { ...rest, inputs: { networkInterfaceIds: [unknownText] }, flows: { networkInterfaceIds: ["nic"] } }
          : rest;
    })
    .concat({
      type: "azSubnetGroupClassic",
      name: "b",
      inputs: { subnetId: unknownText, networkSecurityGroupId: unknownText },
      flows: { subnetId: ["sub"], networkSecurityGroupId: ["nsg"] },
    }),
};

const verdicts = { pass: false, fail: true, unknown: "unknown" } as const;

describe("Azure: tcp/587 from the internet", () => {
  it.each(Object.entries({ ...programs, ...classicPrograms }))("%s", async (name, program) => {
    const expected = verdicts[name.split("_")[0] as keyof typeof verdicts];
    for (const form of Object.values(forms)) {
      const facts = factsOf(await form(program));
      expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(expected);
    }
  });
});

const everywhere = ["8.8.8.8", "10.0.9.9", "172.20.0.1"] as const;
const balancerId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/loadBalancers/lb";
const poolId = `${balancerId}/backendAddressPools/pool`;
const balancer = (rules: Record<string, unknown>, sku = "Standard"): Written => ({
  type: "azBalancer",
  name: "lb",
  id: balancerId,
  inputs: {
    sku: { name: sku },
    frontendIPConfigurations: [{ name: "fe", publicIPAddress: { id: ids.address } }],
    backendAddressPools: [{ name: "pool" }],
    ...rules,
  },
});
const forwarded = (frontendPort: number, backendPort: number) => ({
  name: "submission",
  protocol: "Tcp",
  frontendPort,
  backendPort,
  frontendIPConfiguration: { id: `${balancerId}/frontendIPConfigurations/fe` },
});
const pooled = configuration({ publicIPAddress: undefined, loadBalancerBackendAddressPools: [{ id: poolId }] });
const natted = configuration({
  publicIPAddress: undefined,
  loadBalancerInboundNatRules: [{ id: `${balancerId}/inboundNatRules/submission` }],
});
const balanced = { loadBalancingRules: [{ ...forwarded(587, 2587), backendAddressPool: { id: poolId } }] };
const open2587 = open({ destinationPortRange: "2587" });

/** Who is open to the internet: the front end's tcp/587, and the machine's own 587 and 2587 behind it. */
const balancers: Readonly<Record<string, [Written[], lb: unknown, own587: unknown, own2587: unknown]>> = {
  "27: the port behind is open": [[...site(group(open2587), pooled), balancer(balanced)], true, false, true],
  "the port in front is open, the one behind is not": [
    [...site(group(open()), pooled), balancer(balanced)],
    false,
    false,
    false,
  ],
  "an inbound NAT rule": [
    [...site(group(open2587), natted), balancer({ inboundNatRules: [forwarded(587, 2587)] })],
    true,
    false,
    true,
  ],
  "Standard without a group is closed": [[...site(undefined, pooled), balancer(balanced)], false, false, false],
  "Basic without a group is open": [[...site(undefined, pooled), balancer(balanced, "Basic")], true, false, true],
  "an unknown port behind": [
    [
      ...site(group(open2587), pooled),
      balancer({ loadBalancingRules: [{ ...balanced.loadBalancingRules[0], backendPort: unknownText }] }),
    ],
    "unknown",
    false,
    "unknown",
  ],
};

describe("Azure: load balancers", () => {
  it.each(Object.entries(balancers))("%s", async (_, [program, lb, own587, own2587]) => {
    const endpoints = [{ host: "mail", port: 2587, resource: "mail" }] as never;
    const facts = factsOf(await fromState(program), { ...nothingDeclared, endpoints });
    const ask = (subject: string) => answer(facts, "reachable", subject, "8.8.8.8");
    expect([ask("lb:587"), ask("mail:587"), ask("mail:2587")]).toEqual([lb, own587, own2587]);
  });
});

const admin = (access: string, more: Record<string, unknown> = {}): Written[] => {
  const at = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkManagers/m";
  return [
    { type: "azNetworkGroup", name: "ng", inputs: { networkGroupName: "ng" }, id: `${at}/networkGroups/ng` },
    { type: "azMember", name: "m", inputs: { networkGroupName: "ng", resourceId: ids.network } },
    {
      type: "azAdminConfiguration",
      name: "c",
      inputs: { configurationName: "c" },
      id: `${at}/securityAdminConfigurations/c`,
    },
    {
      type: "azCollection",
      name: "rc",
      inputs: {
        configurationName: "c",
        ruleCollectionName: "rc",
        appliesToGroups: [{ networkGroupId: `${at}/networkGroups/ng` }],
      },
    },
    {
      type: "azAdminRule",
      name: "rule",
      inputs: {
        ...{ kind: "Custom", configurationName: "c", ruleCollectionName: "rc", direction: "Inbound", priority: 1 },
        ...{ access, protocol: "Tcp", sourcePortRanges: ["0-65535"], destinationPortRanges: ["587"] },
        sources: [{ addressPrefix: "Internet", addressPrefixType: "ServiceTag" }],
        destinations: [{ addressPrefix: "*", addressPrefixType: "IPPrefix" }],
        ...more,
      },
    },
    {
      type: "azCommit",
      name: "commit",
      inputs: {
        commitType: "SecurityAdmin",
        configurationIds: [`${at}/securityAdminConfigurations/c`],
        targetLocations: ["westeurope"],
      },
    },
  ];
};
const without = (name: string, program: readonly Written[]) => program.filter((each) => each.name !== name);
const elsewhere = (program: readonly Written[], name: string, more: Record<string, unknown>) =>
  program.map((each) => (each.name === name ? { ...each, inputs: { ...each.inputs, ...more } } : each));

const adminPrograms: Readonly<Record<string, Written[]>> = {
  pass_deny_before_an_open_group: [...site(group(open())), ...admin("Deny")],
  pass_allow_leaves_it_to_the_group: [...site(group()), ...admin("Allow")],
  fail_always_allow_skips_the_group: [...site(group()), ...admin("AlwaysAllow")],
  fail_deny_never_committed: [...site(group(open())), ...without("commit", admin("Deny"))],
  fail_deny_committed_elsewhere: [
    ...site(group(open())),
    ...elsewhere(admin("Deny"), "commit", { targetLocations: ["northeurope"] }),
  ],
  unknown_deny_perhaps_committed: [
    ...site(group(open())),
    ...elsewhere(admin("Deny"), "commit", { configurationIds: unknownList }),
  ],
  pass_always_allow_perhaps_committed_but_shut_anyway: [
    ...site(group(), configuration({ publicIPAddress: undefined })),
    ...elsewhere(admin("AlwaysAllow"), "commit", { configurationIds: unknownList }),
  ],
  unknown_members_by_policy: [...site(group(open())), ...without("m", admin("Deny"))],
  fail_deny_for_another_network: [
    ...site(group(open())),
    ...elsewhere(admin("Deny"), "m", { resourceId: `${ids.network}-other` }),
    { type: "azNetwork", name: "other", inputs: { location: "westeurope" }, id: `${ids.network}-other` },
  ],
  fail_deny_of_another_port: [...site(group(open())), ...admin("Deny", { destinationPortRanges: ["25"] })],
};

describe("Azure: security admin rules before tcp/587 from the internet", () => {
  it.each(Object.entries(adminPrograms))("%s", async (name, program) => {
    const facts = factsOf(await fromState(program));
    const expected = verdicts[name.split("_")[0] as keyof typeof verdicts];
    expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(expected);
  });
});

const table = (...routes: [addressPrefix: string, nextHopType: string][]): Written => ({
  type: "azTable",
  name: "table",
  inputs: { routes: routes.map(([addressPrefix, nextHopType]) => ({ addressPrefix, nextHopType })) },
  id: "/subscriptions/s/routeTables/table",
});
const routed = { routeTable: { id: "/subscriptions/s/routeTables/table" } };
const hidden = configuration({ publicIPAddress: undefined });
const nat = { natGateway: { id: "/subscriptions/s/natGateways/nat" } };

/** To whom `mail` can connect on tcp/587: the internet, its own network, a private network elsewhere. */
const outward: Readonly<Record<string, [Written[], ...unknown[]]>> = {
  "a public address": [site(group()), true, true, false],
  "no way out": [site(group(), hidden, { defaultOutboundAccess: false }), false, true, false],
  "default outbound access": [site(group(), hidden, { defaultOutboundAccess: true }), true, true, false],
  "default outbound access left out": [site(group(), hidden), "unknown", true, false],
  "a NAT gateway": [site(group(), hidden, { ...nat, defaultOutboundAccess: false }), true, true, false],
  "a group that keeps it in": [
    site(group(shut({ direction: "Outbound", destinationAddressPrefix: "Internet" }))),
    false,
    true,
    false,
  ],
  "a route to nowhere": [[...site(group(), {}, routed), table(["8.0.0.0/8", "None"])], false, true, false],
  "the longer prefix": [
    [...site(group(), {}, routed), table(["8.0.0.0/8", "None"], ["8.8.0.0/16", "Internet"])],
    true,
    true,
    false,
  ],
  "a route through an appliance": [
    [...site(group(), hidden, { ...routed, defaultOutboundAccess: false }), table(["0.0.0.0/0", "VirtualAppliance"])],
    "unknown",
    true,
    false,
  ],
  "a route to a private network through a gateway": [
    [...site(group(), {}, routed), table(["172.16.0.0/12", "VirtualNetworkGateway"])],
    true,
    true,
    "unknown",
  ],
};

describe("Azure: outbound tcp/587", () => {
  it.each(Object.entries(outward))("%s", async (_, [program, ...expected]) => {
    const relays = [{ host: "relay", port: 587, clients: ["mail"] }];
    const facts = factsOf(await fromState(program), { ...nothingDeclared, relays });
    expect(everywhere.map((peer) => answer(facts, "egressAllowed", "mail -> relay:587", peer))).toEqual(expected);
  });

  it("leaves tcp 25 open or shut with the kind of the subscription", async () => {
    const facts = factsOf(await fromState(site(group())));
    expect(answer(facts, "egressAllowed", "mail -> *:25", "8.8.8.8")).toBe("unknown");
    expect(answer(facts, "egressAllowed", "mail -> *:25", "10.0.9.9")).toBe(true);
    expect(missingAt(facts, "egressAllowed", "mail -> *:25")).toContain("the type of the Azure subscription");
  });
});

/** What cannot be used: where, and what is said of it. */
const bad: readonly [string, Written[], string][] = [
  ["a block with too long a prefix", site(group(open({ sourceAddressPrefix: "10.0.0.0/33" }))), "sourceAddressPrefix"],
  ["two blocks in one text", site(group(open({ sourceAddressPrefix: "10.0.0.0/8,8.8.8.8" }))), "sourceAddressPrefix"],
  ["a reversed range", site(group(open({ destinationPortRange: "600-500" }))), "securityRules[0]"],
  ["a port over 65535", site(group(open({ destinationPortRange: "70000" }))), "destinationPortRange"],
  ["a priority out of bounds", site(group(open({ priority: 5000 }))), "priority"],
  ["an access that is none", site(group(open({ access: "Maybe" }))), "access"],
  ["rules that are no list", site(group({ ...open(), sourceAddressPrefixes: "*" })), "sourceAddressPrefixes"],
];

describe("Azure: bad input", () => {
  it.each(bad)("%s is an error that names the resource and the path", async (_, program, path) => {
    const error = await fromState(program).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).where).toContain(urnOf({ type: "azNsg", name: "nsg" }));
    expect((error as InputError).where).toContain(path);
  });

  it("cuts host bits off", async () => {
    const facts = factsOf(await fromState(site(group(open({ sourceAddressPrefix: "1.2.3.4/0" })))));
    expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(true);
  });

  it("shows a rule for a group outside the program as a thing of its own, never as open or shut", async () => {
    const astray = [separate(open({ networkSecurityGroupName: "elsewhere" }))];
    const facts = factsOf(await fromState(astray));
    expect(answer(facts, "reachable", "rule:587", "8.8.8.8")).toBe("unknown");
  });

  it("survives two resources with one id and references in a circle", async () => {
    const twice = [...site(group(open())), { ...group(), name: "nsg2" }];
    const peering = (name: string, from: string, to: string): Written => ({
      type: "azPeering",
      name,
      inputs: { virtualNetworkName: from, remoteVirtualNetwork: { id: to } },
    });
    const circle = [peering("a", "net", ids.network), peering("b", "net", ids.network)];
    const facts = factsOf(await fromState([...twice, ...circle]));
    expect([true, false, "unknown"]).toContain(answer(facts, "reachable", "mail:587", "8.8.8.8"));
  });

  it("says that inline and separate rules take each other away", async () => {
    const facts = factsOf(await fromState([...site(group(open())), separate(shut())]));
    expect(facts.some(({ name, subject }) => name === "ruleConflict" && subject === "mail:587")).toBe(true);
  });
});
