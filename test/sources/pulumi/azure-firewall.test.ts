import { factsNamed } from "../../../model/fact.js";
import {
  answer,
  factsOf,
  forms,
  fromState,
  missingAt,
  relayed,
  toRelay,
  unknownList,
  unknownText,
  urnOf,
  type Written,
} from "./programs.js";

/*
 * Azure Firewall by Microsoft's documentation: "Azure Firewall rule processing logic" (order, DNAT), "Azure Firewall SNAT
 * private IP address ranges", "Azure Firewall known issues and limitations" (SNAT on inbound connections), "Threat
 * intelligence-based filtering", "Azure virtual network traffic routing".
 */

const id = (kind: string, name: string) =>
  `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/${kind}/${name}`;
const subnetId = (name: string, network = "net") => `${id("virtualNetworks", network)}/subnets/${name}`;

const network = (name: string, block: string): Written => ({
  ...{ type: "azNetwork", name, id: id("virtualNetworks", name) },
  inputs: { virtualNetworkName: name, resourceGroupName: "g", addressSpace: { addressPrefixes: [block] } },
});
const subnet = (name: string, addressPrefix: string, more: object = {}, virtualNetworkName = "net"): Written => ({
  ...{ type: "azSubnet", name, id: subnetId(name, virtualNetworkName) },
  inputs: { virtualNetworkName, resourceGroupName: "g", addressPrefix, defaultOutboundAccess: false, ...more },
});
const table = (...routes: object[]): Written => ({
  ...{ type: "azTable", name: "table", id: id("routeTables", "table"), inputs: { routes } },
});
const to = (addressPrefix: string, nextHopIpAddress: unknown = "10.0.9.4") => ({
  ...{ addressPrefix, nextHopType: "VirtualAppliance", nextHopIpAddress },
});
const world = to("0.0.0.0/0");
const routed = { routeTable: { id: id("routeTables", "table") } };
const address = (name: string, ipAddress?: string): Written => ({
  ...{ type: "azAddress", name, id: id("publicIPAddresses", name), inputs: { sku: { name: "Standard" } } },
  ...(ipAddress ? { outputs: { ipAddress } } : {}),
});

/** A firewall `fw` in the subnet 10.0.9.0/26 of its network, at 10.0.9.4 and 203.0.113.9. */
const firewall = (more: object = {}, network = "net"): Written[] => {
  const configuration = {
    ...{ name: "c", subnet: { id: subnetId("AzureFirewallSubnet", network) } },
    publicIPAddress: { id: id("publicIPAddresses", "front") },
  };
  return [
    address("front", "203.0.113.9"),
    {
      ...{ type: "azFirewall", name: "fw", id: id("azureFirewalls", "fw") },
      inputs: { azureFirewallName: "fw", resourceGroupName: "g", ipConfigurations: [configuration], ...more },
      outputs: { ipConfigurations: [{ ...configuration, privateIPAddress: "10.0.9.4" }] },
    },
  ];
};

/** A virtual machine `mail` at 10.0.1.4, without a public address and a network security group. */
const machine = (configuration: object = {}, more: object = {}): Written[] => [
  {
    ...{ type: "azNic", name: "nic", id: id("networkInterfaces", "nic") },
    inputs: {
      ipConfigurations: [
        { name: "c", subnet: { id: subnetId("sub") }, privateIPAddress: "10.0.1.4", ...configuration },
      ],
      ...more,
    },
  },
  {
    ...{ type: "azVm", name: "mail" },
    inputs: { networkProfile: { networkInterfaces: [{ id: id("networkInterfaces", "nic") }] } },
  },
];
const grouped = { networkSecurityGroup: { id: id("networkSecurityGroups", "nsg") } };
const group = (...securityRules: object[]): Written => ({
  ...{ type: "azNsg", name: "nsg", id: id("networkSecurityGroups", "nsg"), inputs: { securityRules } },
});

const site = (fw: readonly Written[], routes: readonly object[] = [world]): Written[] => [
  network("net", "10.0.0.0/16"),
  subnet("sub", "10.0.1.0/24", routed),
  subnet("AzureFirewallSubnet", "10.0.9.0/26"),
  table(...routes),
  ...machine(),
  ...fw,
];
const without = (program: readonly Written[], ...names: string[]) =>
  program.filter(({ name }) => !names.includes(name));

const rule = (more: object = {}) => ({
  ...{ name: "r", ruleType: "NetworkRule", ipProtocols: ["TCP"], sourceAddresses: ["*"] },
  ...{ destinationAddresses: ["*"], destinationPorts: ["587"], ...more },
});
const filter = (priority: unknown, type: unknown, ...rules: unknown[]) => ({
  ...{ ruleCollectionType: "FirewallPolicyFilterRuleCollection", name: `c${priority}`, priority },
  ...{ action: { type }, rules },
});
const nat = (priority: number | string, ...rules: object[]) => ({
  ...{ ruleCollectionType: "FirewallPolicyNatRuleCollection", name: `n${priority}`, priority },
  ...{ action: { type: "DNAT" }, rules },
});
const policy = (name: string, more: object = {}): Written => ({
  ...{ type: "azFirewallPolicy", name, id: id("firewallPolicies", name) },
  inputs: { firewallPolicyName: name, resourceGroupName: "g", ...more },
});
const rules = (name: string, of: unknown, priority: unknown, ...ruleCollections: unknown[]): Written => ({
  ...{ type: "azFirewallGroup", name },
  inputs: { firewallPolicyName: of, resourceGroupName: "g", priority, ruleCollections },
});
const follows = (name: string) => ({ firewallPolicy: { id: id("firewallPolicies", name) } });
const guarded = (...ruleCollections: unknown[]) => [
  ...site(firewall(follows("p"))),
  policy("p"),
  rules("g1", "p", 200, ...ruleCollections),
];
const child = (more: object = {}) => policy("p", { basePolicy: { id: id("firewallPolicies", "base") }, ...more });
const classic = (inputs: object) => site(firewall(inputs));
const collection = (priority: number, type: string, ...own: object[]) => ({
  ...{ name: `c${priority}`, priority, action: { type } },
  rules: own.map((each) => ({ ...each, protocols: ["TCP"], ruleType: undefined, ipProtocols: undefined })),
});
const ipGroup = (...ipAddresses: unknown[]): Written => ({
  ...{ type: "azIpGroup", name: "relays", id: id("ipGroups", "relays"), inputs: { ipAddresses } },
});
const toGroup = { destinationAddresses: undefined, destinationIpGroups: [id("ipGroups", "relays")] };

type Table = Readonly<Record<string, Written[]>>;

/** Can `mail` connect to tcp/587 of 8.8.8.8, through the firewall that its default route leads to? */
const outward: Table = {
  closed_no_rules: guarded(),
  open_allow: guarded(filter(100, "Allow", rule())),
  closed_another_port: guarded(filter(100, "Allow", rule({ destinationPorts: ["25", "465"] }))),
  open_range_of_ports: guarded(filter(100, "Allow", rule({ destinationPorts: ["500-600"] }))),
  open_any_port: guarded(filter(100, "Allow", rule({ destinationPorts: ["*"] }))),
  closed_udp: guarded(filter(100, "Allow", rule({ ipProtocols: ["UDP", "ICMP"] }))),
  open_any_protocol: guarded(filter(100, "Allow", rule({ ipProtocols: ["Any"] }))),
  open_for_its_subnet: guarded(filter(100, "Allow", rule({ sourceAddresses: ["10.0.1.0/24"] }))),
  closed_for_another_subnet: guarded(filter(100, "Allow", rule({ sourceAddresses: ["10.0.2.0/24"] }))),
  open_to_a_range: guarded(filter(100, "Allow", rule({ destinationAddresses: ["8.8.8.1-8.8.8.9"] }))),
  closed_to_another_range: guarded(filter(100, "Allow", rule({ destinationAddresses: ["8.8.9.1-8.8.9.9"] }))),
  closed_deny_by_priority: guarded(filter(200, "Allow", rule()), filter(100, "Deny", rule())),
  open_allow_by_priority: guarded(filter(200, "Deny", rule()), filter(100, "Allow", rule())),
  closed_groups_by_priority: [
    ...guarded(filter(100, "Allow", rule())),
    rules("g2", "p", 150, filter(900, "Deny", rule())),
  ],
  open_groups_by_priority: [
    ...guarded(filter(900, "Allow", rule())),
    rules("g2", "p", 250, filter(100, "Deny", rule())),
  ],
  closed_parent_first: [
    ...without(guarded(filter(100, "Allow", rule())), "p"),
    ...[child(), policy("base"), rules("g0", "base", 60000, filter(60000, "Deny", rule()))],
  ],
  open_parent_first: [
    ...without(guarded(filter(100, "Deny", rule())), "p"),
    ...[child(), policy("base"), rules("g0", "base", 60000, filter(60000, "Allow", rule()))],
  ],
  unknown_parent_of_another_program: [...without(guarded(filter(100, "Allow", rule())), "p"), child()],
  open_a_circle_of_parents: [
    ...without(guarded(filter(100, "Allow", rule())), "p"),
    ...[child(), policy("base", { basePolicy: { id: id("firewallPolicies", "p") } })],
  ],
  unknown_tie_of_allow_and_deny: guarded(filter(100, "Allow", rule()), filter(100, "Deny", rule())),
  open_tie_of_two_that_allow: guarded(filter(100, "Allow", rule()), filter(100, "Allow", rule())),
  unknown_policy_of_another_program: site(firewall(follows("elsewhere"))),
  unknown_rules: guarded(filter(100, "Deny", rule()), { ...filter(200, "Allow"), rules: unknownList }),
  unknown_action: guarded(filter(100, unknownText, rule())),
  unknown_priority: guarded(filter(unknownText, "Deny", rule()), filter(200, "Allow", rule())),
  closed_priority_that_changes_nothing: guarded(filter(unknownText, "Deny", rule())),
  unknown_destination: guarded(filter(100, "Allow", rule({ destinationAddresses: [unknownText] }))),
  unknown_names: guarded(
    filter(100, "Allow", rule({ destinationAddresses: undefined, destinationFqdns: ["mail.example"] })),
  ),
  unknown_service_tag: guarded(filter(100, "Allow", rule({ destinationAddresses: ["Storage.WestEurope"] }))),
  open_names_denied_after_an_allow: guarded(
    filter(100, "Allow", rule()),
    filter(200, "Deny", rule({ destinationAddresses: undefined, destinationFqdns: ["mail.example"] })),
  ),
  open_ip_group: [...guarded(filter(100, "Allow", rule(toGroup))), ipGroup("8.8.8.0/24")],
  closed_ip_group_of_others: [...guarded(filter(100, "Allow", rule(toGroup))), ipGroup("8.8.9.0/24", "192.0.2.1")],
  unknown_ip_group_of_another_program: guarded(filter(100, "Allow", rule(toGroup))),
  open_ip_group_of_sources: [
    ...guarded(filter(100, "Allow", rule({ sourceAddresses: undefined, sourceIpGroups: [id("ipGroups", "relays")] }))),
    ipGroup("10.0.1.1-10.0.1.9"),
  ],
  closed_application_rule: guarded(
    filter(100, "Allow", {
      ...{ ruleType: "ApplicationRule", name: "a", sourceAddresses: ["*"], targetFqdns: ["*"] },
      protocols: [{ protocolType: "Http", port: 587 }],
    }),
  ),
  unknown_application_rule_for_tls: guarded(
    filter(100, "Allow", {
      ...{ ruleType: "ApplicationRule", name: "a", sourceAddresses: ["*"], targetFqdns: ["*"] },
      protocols: [{ protocolType: "Https", port: 587 }],
    }),
  ),
  open_threat_intelligence_alerts: [
    ...without(guarded(filter(100, "Allow", rule())), "p"),
    policy("p", { threatIntelMode: "Alert" }),
  ],
  unknown_threat_intelligence_denies: [
    ...without(guarded(filter(100, "Allow", rule())), "p"),
    policy("p", { threatIntelMode: "Deny" }),
  ],
  unknown_threat_intelligence_of_the_parent_denies: [
    ...without(guarded(filter(100, "Allow", rule())), "p"),
    ...[child(), policy("base", { threatIntelMode: "Deny" })],
  ],
  closed_threat_intelligence_denies_what_is_not_allowed: [
    ...without(guarded(), "p"),
    policy("p", { threatIntelMode: "Deny" }),
  ],
  open_own_rules: classic({ networkRuleCollections: [collection(200, "Allow", rule())] }),
  closed_own_rules_by_priority: classic({
    networkRuleCollections: [collection(200, "Allow", rule()), collection(100, "Deny", rule())],
  }),
  closed_own_rules_none: classic({}),
  unknown_own_rules: classic({ networkRuleCollections: unknownList }),
};

/** The same question where routes and networks differ; the firewall lets everything pass. */
const open = (fw: Record<string, unknown> = {}) =>
  firewall({ networkRuleCollections: [collection(200, "Allow", rule())], ...fw });
const routes: Table = {
  open_the_longer_prefix_leads_there: site(open(), [to("8.0.0.0/8"), { ...world, nextHopType: "None" }]),
  closed_the_longer_prefix_leads_nowhere: site(open(), [world, { addressPrefix: "8.0.0.0/8", nextHopType: "None" }]),
  closed_no_route_to_it: site(open(), [to("9.0.0.0/8")]),
  unknown_another_appliance: site(open(), [to("0.0.0.0/0", "10.0.3.4")]),
  open_route_as_a_resource: [
    ...site(open(), []),
    { type: "azRoute", name: "r", inputs: { routeTableName: "table", resourceGroupName: "g", ...world } },
  ],
  closed_firewalls_own_subnet_leads_nowhere: [
    ...without(site(open()), "AzureFirewallSubnet"),
    subnet("AzureFirewallSubnet", "10.0.9.0/26", { routeTable: { id: id("routeTables", "own") } }),
    {
      ...{ type: "azTable", name: "own", id: id("routeTables", "own") },
      inputs: { routes: [{ addressPrefix: "0.0.0.0/0", nextHopType: "None" }] },
    } as Written,
  ],
  unknown_firewalls_own_subnet_leads_elsewhere: [
    ...without(site(open()), "AzureFirewallSubnet"),
    subnet("AzureFirewallSubnet", "10.0.9.0/26", { routeTable: { id: id("routeTables", "own") } }),
    {
      ...{ type: "azTable", name: "own", id: id("routeTables", "own") },
      inputs: { routes: [{ addressPrefix: "0.0.0.0/0", nextHopType: "VirtualNetworkGateway" }] },
    } as Written,
  ],
  unknown_firewalls_subnet_is_of_another_program: without(site(open()), "AzureFirewallSubnet"),
  unknown_firewall_without_a_public_address: site(
    open({ ipConfigurations: [{ name: "c", subnet: { id: subnetId("AzureFirewallSubnet") } }] }),
  ),
};

const peering = (from: string, remote: string): Written => ({
  ...{ type: "azPeering", name: `${from}-${remote}` },
  inputs: { virtualNetworkName: from, remoteVirtualNetwork: { id: id("virtualNetworks", remote) } },
});
/** The firewall in a hub, the machine in a spoke. */
const hub = (...peerings: Written[]): Written[] => [
  ...[network("net", "10.1.0.0/16"), network("hub", "10.0.0.0/16")],
  subnet("sub", "10.1.1.0/24", routed),
  subnet("AzureFirewallSubnet", "10.0.9.0/26", {}, "hub"),
  ...[table(world), ...machine({ privateIPAddress: "10.1.1.4" })],
  ...firewall({ networkRuleCollections: [collection(200, "Allow", rule())] }, "hub"),
  ...peerings,
];
const spokes: Table = {
  open_peered_both_ways: hub(peering("net", "hub"), peering("hub", "net")),
  unknown_peered_one_way: hub(peering("net", "hub")),
  closed_not_peered: hub(),
};

const truths = { open: true, closed: false, unknown: "unknown" } as const;
const truthOf = (name: string) => truths[name.slice(0, name.indexOf("_")) as keyof typeof truths];

/** What a policy pack sees has no reported address here: there the program's own flow leads to the firewall. */
const flowing = (program: readonly Written[]) =>
  program.map((each): Written => {
    if (each.name === "table") return { ...each, flows: { routes: ["fw"] } };
    return each.type === "azRoute" ? { ...each, flows: { nextHopIpAddress: ["fw"] } } : each;
  });

describe.each(Object.entries(forms))("Azure Firewall on the way out, from %s", (called, form) => {
  it.each(Object.entries({ ...outward, ...routes, ...spokes }))("%s", async (name, written) => {
    const program = called === "policy arguments" ? flowing(written) : written;
    expect(answer(factsOf(await form(program), relayed), "egressAllowed", toRelay, "8.8.8.8")).toBe(truthOf(name));
  });
});

describe("Azure Firewall, told by its program", () => {
  /** Before the first deployment nobody knows the firewall's private address. */
  const planned = (routes: readonly object[], flows: Written["flows"] = {}) =>
    site(open(), routes).map((each): Written => {
      if (each.name === "fw") return { ...each, outputs: {} };
      return each.name === "table" ? { ...each, flows } : each;
    });

  it.each<[string, Written[], boolean | "unknown"]>([
    ["its address flows into the route", planned([to("0.0.0.0/0", unknownText)], { routes: ["fw"] }), true],
    ["another one's may as well", planned([to("0.0.0.0/0", unknownText)], { routes: ["fw", "nic"] }), "unknown"],
    ["an address of its subnet, written out", planned([world]), "unknown"],
    ["an address of another subnet", planned([to("0.0.0.0/0", "10.0.8.4")]), "unknown"],
  ])("%s", async (_, program, expected) => {
    const facts = factsOf(await fromState(program), relayed);
    expect(answer(facts, "egressAllowed", toRelay, "8.8.8.8")).toBe(expected);
  });

  it("an address of its subnet that may be another one leaves closed what the firewall closes", async () => {
    const program = planned([world]).map((each) =>
      each.name === "fw" ? { ...each, inputs: { ...each.inputs, networkRuleCollections: [] } } : each,
    );
    expect(answer(factsOf(await fromState(program), relayed), "egressAllowed", toRelay, "8.8.8.8")).toBe(false);
  });

  it("names what is missing", async () => {
    const facts = factsOf(await fromState(outward.unknown_names as Written[]), relayed);
    expect(missingAt(facts, "egressAllowed", toRelay).join("\n")).toContain(
      "ruleCollections[0].rules[0].destinationFqdns",
    );
    const listed = factsOf(await fromState(outward.unknown_threat_intelligence_denies as Written[]), relayed);
    expect(missingAt(listed, "egressAllowed", toRelay).join("\n")).toContain("#threatIntelMode");
  });

  it("says which rule decides", async () => {
    const facts = factsOf(await fromState(outward.closed_deny_by_priority as Written[]), relayed);
    const places = factsNamed(facts, "egressAllowed")
      .filter(({ value, subject }) => value === false && subject === toRelay)
      .flatMap(({ evidence }) => evidence.map(({ at }) => at));
    expect(places).toContain(`${urnOf({ type: "azFirewallGroup", name: "g1" })}#ruleCollections[1].rules[0]`);
  });

  it("leaves decided what does not go through a firewall whose subnet is not seen", async () => {
    const facts = factsOf(await fromState(without(site(open()), "AzureFirewallSubnet")), relayed);
    expect(answer(facts, "egressAllowed", toRelay, "10.0.2.9")).toBe(true);
  });

  it("leaves to their own ways the neighbours, and closed what private addresses lie elsewhere", async () => {
    const facts = factsOf(await fromState(guarded()), relayed);
    expect(answer(facts, "egressAllowed", toRelay, "10.0.2.9")).toBe(true);
    expect(answer(facts, "egressAllowed", toRelay, "172.16.0.9")).toBe(false);
  });
});

const dnat = (more: object = {}) => ({
  ...{ name: "d", ruleType: "NatRule", ipProtocols: ["TCP"], sourceAddresses: ["*"] },
  ...{ destinationAddresses: ["203.0.113.9"], destinationPorts: ["587"] },
  ...{ translatedAddress: "10.0.1.4", translatedPort: "587", ...more },
});
const deny = (more: object = {}) => ({
  ...{ name: "x", priority: 100, direction: "Inbound", access: "Deny", protocol: "*", sourcePortRange: "*" },
  ...{ sourceAddressPrefix: "Internet", destinationAddressPrefix: "*", destinationPortRange: "*", ...more },
});
const behindGroup = (program: readonly Written[], ...securityRules: object[]) => [
  ...program.map((each) => (each.name === "nic" ? { ...each, inputs: { ...each.inputs, ...grouped } } : each)),
  group(...securityRules),
];

/** Can 8.8.8.8 connect to tcp/587 at the firewall's public address, behind which `mail` stands? And to `mail` at all? */
const inward: Readonly<Record<string, Written[]>> = {
  open_translated: guarded(nat(100, dnat())),
  open_no_network_rule_is_asked: guarded(nat(100, dnat()), filter(100, "Deny", rule())),
  closed_for_others: guarded(nat(100, dnat({ sourceAddresses: ["192.0.2.0/24"] }))),
  open_for_this_client: guarded(nat(100, dnat({ sourceAddresses: ["8.8.0.0/16"] }))),
  closed_udp: guarded(nat(100, dnat({ ipProtocols: ["UDP"] }))),
  unknown_whose_address: guarded(nat(100, dnat({ translatedAddress: unknownText }))),
  unknown_a_name: guarded(nat(100, dnat({ translatedAddress: undefined, translatedFqdn: "mail.internal" }))),
  open_the_group_sees_the_firewall: behindGroup(guarded(nat(100, dnat())), deny()),
  closed_the_group_keeps_the_firewall_out: behindGroup(
    guarded(nat(100, dnat())),
    deny({ sourceAddressPrefix: "10.0.9.0/26" }),
  ),
  unknown_the_group_keeps_out_one_of_its_addresses: behindGroup(
    guarded(nat(100, dnat())),
    deny({ sourceAddressPrefix: "10.0.9.5" }),
  ),
  unknown_threat_intelligence_denies: [
    ...without(guarded(nat(100, dnat())), "p"),
    policy("p", { threatIntelMode: "Deny" }),
  ],
  unknown_a_parents_rule: [
    ...site(firewall(follows("p"))),
    ...[policy("base"), child(), rules("g0", "base", 200, nat(100, dnat()))],
  ],
  open_own_rules: classic({
    natRuleCollections: [
      { ...collection(200, "Dnat"), rules: [{ ...dnat(), ruleType: undefined, protocols: ["TCP"] }] },
    ],
  }),
};
const lb = id("loadBalancers", "lb");
const publicBalancer: Written = {
  ...{ type: "azBalancer", name: "lb", id: lb },
  inputs: {
    frontendIPConfigurations: [{ name: "fe", publicIPAddress: { id: id("publicIPAddresses", "front") } }],
    backendAddressPools: [{ name: "pool" }],
    loadBalancingRules: [
      {
        ...{ name: "r", protocol: "Tcp", frontendPort: 2525, backendPort: 2525 },
        frontendIPConfiguration: { id: `${lb}/frontendIPConfigurations/fe` },
        backendAddressPool: { id: `${lb}/backendAddressPools/pool` },
      },
    ],
  },
};
/** DNAT rules that lead to nobody: the machine is closed, and the firewall no subject. */
const nobody: Table = {
  "no DNAT rule": guarded(filter(100, "Allow", rule())),
  "another machine": guarded(nat(100, dnat({ translatedAddress: "10.0.1.5" }))),
  "another firewall's address": guarded(nat(100, dnat({ destinationAddresses: ["203.0.113.10"] }))),
  "another machine, beside a public load balancer": [
    ...without(guarded(nat(100, dnat({ translatedAddress: "10.0.1.5" }))), "nic"),
    ...machine({ loadBalancerBackendAddressPools: [{ id: `${lb}/backendAddressPools/pool` }] }).slice(0, 1),
    publicBalancer,
  ],
  "the firewall's private address": guarded(nat(100, dnat({ destinationAddresses: ["10.0.9.4"] }))),
};

describe("Azure Firewall on the way in", () => {
  it.each(Object.entries(inward))("%s", async (name, program) => {
    const facts = factsOf(await fromState(program));
    const subject = name === "closed_udp" ? "mail:587" : "fw:587";
    expect(answer(facts, "reachable", subject, "8.8.8.8")).toBe(truthOf(name));
    expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(truthOf(name));
  });

  it.each(Object.entries(nobody))("%s", async (_, program) => {
    const facts = factsOf(await fromState(program));
    expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(false);
  });

  it("another port behind", async () => {
    const program = behindGroup(
      guarded(nat(100, dnat({ destinationPorts: ["2525"] }))),
      deny({ sourceAddressPrefix: "*", destinationPortRange: "2525" }),
    );
    const facts = factsOf(await fromState(program));
    const open = (subject: string) => answer(facts, "reachable", subject, "8.8.8.8");
    expect(["fw:2525", "fw:587", "mail:587", "mail:2525"].map(open)).toEqual([true, false, true, false]);
  });

  const other = dnat({ translatedAddress: "10.0.1.5" });
  const hidden = { translatedPort: unknownText };
  const both = { destinationAddresses: ["203.0.113.9", "203.0.113.10"] };
  it.each<[string, object[], boolean | "unknown", boolean | "unknown"]>([
    ["another machine's rule first", [nat(200, dnat()), nat(100, other)], false, false],
    ["a rule to its port 25 first", [nat(200, dnat()), nat(100, dnat({ translatedPort: "25" }))], true, false],
    ["its own rule first", [nat(100, dnat()), nat(200, other)], true, true],
    [
      "a rule for other clients first",
      [nat(200, dnat()), nat(100, { ...other, sourceAddresses: ["192.0.2.0/24"] })],
      true,
      true,
    ],
    ["a rule for another port first", [nat(200, dnat()), nat(100, { ...other, destinationPorts: ["25"] })], true, true],
    [
      "a rule for another address first",
      [nat(200, dnat()), nat(100, { ...other, destinationAddresses: ["203.0.113.10"] })],
      true,
      true,
    ],
    [
      "a rule for an address not known first",
      [nat(200, dnat()), nat(100, { ...other, destinationAddresses: [unknownText] })],
      "unknown",
      "unknown",
    ],
    ["one of unknown priority", [nat(200, dnat()), nat(unknownText, other)], "unknown", "unknown"],
    [
      "one of unknown priority, after another to the same",
      [nat(unknownText, other, dnat()), nat(200, other)],
      false,
      false,
    ],
    ["one whose port behind is not known, after another one", [nat(100, dnat()), nat(200, dnat(hidden))], true, true],
    ["one whose port behind is not known first", [nat(100, dnat(hidden)), nat(200, dnat())], true, "unknown"],
    ["a rule for both addresses first", [nat(200, dnat()), nat(100, { ...other, ...both })], false, false],
  ])("of two rules: %s", async (_, collections, front, machine) => {
    const facts = factsOf(await fromState(guarded(...collections)));
    expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(machine);
    expect(answer(facts, "reachable", "fw:587", "8.8.8.8")).toBe(front);
  });

  it("rules that are not known may lead anywhere", async () => {
    const facts = factsOf(await fromState(site(firewall(follows("elsewhere")))));
    expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe("unknown");
    expect(missingAt(facts, "reachable", "mail:587").join("\n")).toContain("DNAT rules of the firewall fw");
  });

  it("a machine with an address of its own is judged by that; the firewall is another subject", async () => {
    const own = { publicIPAddress: { id: id("publicIPAddresses", "own") } };
    const program = behindGroup(
      [...without(guarded(nat(100, dnat())), "nic", "mail"), ...machine(own, grouped), address("own", "203.0.113.77")],
      deny({ sourceAddressPrefix: "8.8.0.0/16" }),
    );
    const facts = factsOf(await fromState(program));
    expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(false);
    expect(answer(facts, "reachable", "fw:587", "8.8.8.8")).toBe(true);
  });
});

/** In the classic provider's spelling. */
describe("Azure Firewall, classic", () => {
  const rest = [
    network("net", "10.0.0.0/16"),
    subnet("sub", "10.0.1.0/24", routed),
    subnet("AzureFirewallSubnet", "10.0.9.0/26"),
    ...[table(world), ...machine(), address("front", "203.0.113.9")],
  ];
  const configuration = {
    name: "c",
    subnetId: subnetId("AzureFirewallSubnet"),
    publicIpAddressId: id("publicIPAddresses", "front"),
  };
  const fw = (more: object = {}): Written => ({
    ...{ type: "azFirewallClassic", name: "fw", id: id("azureFirewalls", "fw") },
    inputs: { name: "fw", resourceGroupName: "g", ipConfigurations: [configuration], ...more },
    outputs: { name: "fw", ipConfigurations: [{ ...configuration, privateIpAddress: "10.0.9.4" }] },
  });
  const own = { name: "r", protocols: ["TCP"], sourceAddresses: ["10.0.1.0/24"], destinationPorts: ["587"] };
  const classicNat = { ...own, sourceAddresses: ["*"], translatedAddress: "10.0.1.4", translatedPort: 587 };

  it("collections that are resources of their own", async () => {
    const of = (type: Written["type"], name: string, action: string, ownRule: object): Written => ({
      ...{ type, name },
      inputs: { azureFirewallName: "fw", resourceGroupName: "g", priority: 200, action, rules: [ownRule] },
    });
    const network = of("azFirewallNetworkClassic", "n", "Allow", { ...own, destinationAddresses: ["8.0.0.0/8"] });
    const nat = of("azFirewallNatClassic", "d", "Dnat", { ...classicNat, destinationAddresses: ["203.0.113.9"] });
    const facts = factsOf(await fromState([...rest, fw(), network, nat]), relayed);
    expect(answer(facts, "egressAllowed", toRelay, "8.8.8.8")).toBe(true);
    expect(answer(facts, "egressAllowed", toRelay, "203.0.113.200")).toBe(false);
    expect(answer(facts, "reachable", "fw:587", "8.8.8.8")).toBe(true);
  });

  it("a policy with its collections by kind", async () => {
    const program: Written[] = [
      ...rest,
      fw({ firewallPolicyId: id("firewallPolicies", "p") }),
      { type: "azFirewallPolicyClassic", name: "p", id: id("firewallPolicies", "p"), inputs: { name: "p" } },
      {
        ...{ type: "azFirewallGroupClassic", name: "g1" },
        inputs: {
          ...{ firewallPolicyId: id("firewallPolicies", "p"), priority: 500 },
          networkRuleCollections: [
            {
              ...{ name: "n", priority: 400, action: "Allow" },
              rules: [{ ...own, destinationAddresses: undefined, destinationIpGroups: [id("ipGroups", "relays")] }],
            },
          ],
          natRuleCollections: [
            {
              ...{ name: "d", priority: 300, action: "Dnat" },
              rules: [{ ...classicNat, destinationAddress: "203.0.113.9" }],
            },
          ],
        },
      },
      { type: "azIpGroupClassic", name: "relays", id: id("ipGroups", "relays"), inputs: { cidrs: [] } },
      {
        ...{ type: "azIpGroupBlockClassic", name: "block" },
        inputs: { ipGroupId: id("ipGroups", "relays"), cidr: "8.8.8.0/24" },
      },
    ];
    const facts = factsOf(await fromState(program), relayed);
    expect(answer(facts, "egressAllowed", toRelay, "8.8.8.8")).toBe(true);
    expect(answer(facts, "egressAllowed", toRelay, "203.0.113.200")).toBe(false);
    expect(answer(facts, "reachable", "fw:587", "8.8.8.8")).toBe(true);
  });
});

/** What cannot be used is an error that names the resource and the path. */
const bad: readonly [string, Written[], string][] = [
  [
    "a range that is reversed",
    guarded(filter(100, "Allow", rule({ destinationAddresses: ["8.8.8.9-8.8.8.1"] }))),
    "destinationAddresses[0]",
  ],
  [
    "a range with three ends",
    guarded(filter(100, "Allow", rule({ sourceAddresses: ["1.1.1.1-1.1.1.2-1.1.1.3"] }))),
    "sourceAddresses[0]",
  ],
  [
    "an address that is none",
    guarded(filter(100, "Allow", rule({ sourceAddresses: ["10.0.0.300"] }))),
    "sourceAddresses[0]",
  ],
  ["a port over 65535", guarded(filter(100, "Allow", rule({ destinationPorts: ["70000"] }))), "destinationPorts[0]"],
  ["a priority out of bounds", guarded(filter(99, "Allow", rule())), "priority"],
  ["an action that is none", guarded(filter(100, "Maybe", rule())), "action"],
  ["a next hop that is no address", site(open(), [to("0.0.0.0/0", "the-firewall/x")]), "nextHopIpAddress"],
];

describe("Azure Firewall: bad input", () => {
  it.each(bad)("%s", async (_, program, path) => {
    await expect(fromState(program)).rejects.toMatchObject({ where: expect.stringContaining(path) });
  });
});
