import { nothingDeclared } from "../../model/declaration.js";
import { answer, factsOf } from "./pulumi/programs.js";
import { later, planOf, type Resource, read } from "./terraform-plans.js";

/** A rule block as the provider plans it: every argument is there. */
const rule = (more: Record<string, unknown> = {}) => ({
  name: "r",
  description: "",
  priority: 200,
  direction: "Inbound",
  access: "Allow",
  protocol: "Tcp",
  source_port_range: "*",
  source_port_ranges: [],
  destination_port_range: "587",
  destination_port_ranges: [],
  source_address_prefix: "*",
  source_address_prefixes: [],
  source_application_security_group_ids: [],
  destination_address_prefix: "*",
  destination_address_prefixes: [],
  destination_application_security_group_ids: [],
  ...more,
});
const shut = rule({ name: "s", priority: 100, access: "Deny", protocol: "*", destination_port_range: "*" });

const nsg = (...security_rule: unknown[]): Resource => ({
  type: "azurerm_network_security_group",
  name: "nsg",
  args: { name: "nsg", resource_group_name: "g", ...(security_rule.length > 0 ? { security_rule } : {}) },
});
const atNic: Resource = {
  type: "azurerm_network_interface_security_group_association",
  name: "a",
  args: {
    network_interface_id: later("azurerm_network_interface.nic.id"),
    network_security_group_id: later("azurerm_network_security_group.nsg.id"),
  },
};
const atSubnet: Resource = {
  type: "azurerm_subnet_network_security_group_association",
  name: "b",
  args: {
    subnet_id: later("azurerm_subnet.sub.id"),
    network_security_group_id: later("azurerm_network_security_group.nsg.id"),
  },
};
const separate = (args: Record<string, unknown>): Resource => ({
  type: "azurerm_network_security_rule",
  name: "r",
  args: { ...args, network_security_group_name: "nsg", resource_group_name: "g" },
});

function site(...more: Resource[]): Resource[] {
  return [
    {
      type: "azurerm_virtual_network",
      name: "net",
      args: { name: "net", resource_group_name: "g", address_space: ["10.0.0.0/16"] },
    },
    {
      type: "azurerm_subnet",
      name: "sub",
      args: { name: "sub", resource_group_name: "g", virtual_network_name: "net", address_prefixes: ["10.0.1.0/24"] },
    },
    { type: "azurerm_public_ip", name: "ip", args: { name: "ip", sku: "Standard", ip_version: "IPv4" } },
    {
      type: "azurerm_network_interface",
      name: "nic",
      args: {
        name: "nic",
        ip_configuration: [
          {
            name: "c",
            subnet_id: later("azurerm_subnet.sub.id"),
            public_ip_address_id: later("azurerm_public_ip.ip.id"),
            private_ip_address_allocation: "Dynamic",
          },
        ],
      },
    },
    {
      type: "azurerm_linux_virtual_machine",
      name: "mail",
      args: { name: "mail", network_interface_ids: [later("azurerm_network_interface.nic.id")] },
    },
    ...more,
  ];
}

/** Is tcp/587 of `mail` open to a world client over IPv4? The numbers are the packet truths of the Pulumi table. */
const programs: Readonly<Record<string, Resource[]>> = {
  fail_open_at_the_interface: site(nsg(rule()), atNic),
  fail_open_at_the_subnet: site(nsg(rule()), atSubnet),
  fail_open_at_both: site(nsg(rule()), atSubnet, atNic),
  pass_no_rule: site(nsg(), atNic),
  pass_no_group: site(),
  pass_21_deny_before_allow: site(nsg(rule(), shut), atNic),
  fail_22_all_zero_block: site(nsg(rule({ source_address_prefix: "0.0.0.0/0" })), atNic),
  fail_23_split_halves: site(
    nsg(
      rule({
        source_address_prefix: "",
        source_address_prefixes: ["0.0.0.0/1", "128.0.0.0/1"],
        destination_port_range: "",
        destination_port_ranges: ["0-65535"],
      }),
    ),
    atNic,
  ),
  unknown_24_every_tenant_of_azure: site(nsg(rule({ source_address_prefix: "AzureCloud" })), atNic),
  fail_separate_rule: site(nsg(), atNic, separate(rule())),
  pass_separate_deny_before_separate_allow: site(nsg(), atNic, separate(rule()), {
    ...separate(shut),
    name: "s",
  }),
  unknown_separate_deny_beside_inline: site(nsg(rule()), atNic, separate(shut)),
  unknown_source_known_after_apply: site(nsg(rule({ source_address_prefix: later("random_id.x.hex") })), atNic),
  fail_application_group: site(
    { type: "azurerm_application_security_group", name: "asg", args: { name: "asg" } },
    {
      type: "azurerm_network_interface_application_security_group_association",
      name: "c",
      args: {
        network_interface_id: later("azurerm_network_interface.nic.id"),
        application_security_group_id: later("azurerm_application_security_group.asg.id"),
      },
    },
    nsg(),
    atNic,
    separate(
      rule({
        destination_address_prefix: null,
        destination_application_security_group_ids: [later("azurerm_application_security_group.asg.id")],
      }),
    ),
  ),
};

const verdicts = { pass: false, fail: true, unknown: "unknown" } as const;

describe("Azure in Terraform plans: tcp/587 from the internet", () => {
  it.each(Object.entries(programs))("%s", async (name, resources) => {
    const facts = factsOf(await read(planOf(resources)));
    const subject = "azurerm_linux_virtual_machine.mail:587";
    expect(answer(facts, "reachable", subject, "8.8.8.8")).toBe(verdicts[name.split("_")[0] as keyof typeof verdicts]);
  });

  it("writes evidence as the program spells it", async () => {
    const facts = factsOf(await read(planOf(site(nsg(rule()), atNic))));
    const places = facts.flatMap(({ evidence }) => evidence.map(({ at }) => at));
    expect(places).toContain("azurerm_network_security_group.nsg#security_rule[0]");
  });
});

/** A firewall that the plan makes, with its private address known after apply. */
function guarded(...more: Resource[]): Resource[] {
  return [
    {
      type: "azurerm_virtual_network",
      name: "net",
      args: { name: "net", resource_group_name: "g", address_space: ["10.0.0.0/16"] },
    },
    {
      type: "azurerm_subnet",
      name: "sub",
      args: { name: "sub", resource_group_name: "g", virtual_network_name: "net", address_prefixes: ["10.0.1.0/24"] },
    },
    {
      type: "azurerm_subnet",
      name: "own",
      args: {
        ...{ name: "AzureFirewallSubnet", resource_group_name: "g", virtual_network_name: "net" },
        address_prefixes: ["10.0.9.0/26"],
      },
    },
    { type: "azurerm_public_ip", name: "front", args: { name: "front", sku: "Standard", ip_version: "IPv4" } },
    {
      type: "azurerm_firewall",
      name: "fw",
      args: {
        ...{ name: "fw", resource_group_name: "g", firewall_policy_id: later("azurerm_firewall_policy.p.id") },
        virtual_hub: [],
        ip_configuration: [
          {
            name: "c",
            subnet_id: later("azurerm_subnet.own.id"),
            public_ip_address_id: later("azurerm_public_ip.front.id"),
          },
        ],
      },
    },
    { type: "azurerm_firewall_policy", name: "p", args: { name: "p", resource_group_name: "g" } },
    { type: "azurerm_route_table", name: "table", args: { name: "table", resource_group_name: "g" } },
    {
      type: "azurerm_route",
      name: "r",
      args: {
        ...{ name: "r", resource_group_name: "g", route_table_name: "table", address_prefix: "0.0.0.0/0" },
        next_hop_type: "VirtualAppliance",
        next_hop_in_ip_address: later("azurerm_firewall.fw.ip_configuration[0].private_ip_address"),
      },
    },
    {
      type: "azurerm_subnet_route_table_association",
      name: "b",
      args: {
        subnet_id: later("azurerm_subnet.sub.id"),
        route_table_id: later("azurerm_route_table.table.id"),
      },
    },
    {
      type: "azurerm_network_interface",
      name: "nic",
      args: {
        name: "nic",
        ip_configuration: [
          {
            ...{ name: "c", subnet_id: later("azurerm_subnet.sub.id"), private_ip_address: "10.0.1.4" },
            private_ip_address_allocation: "Static",
          },
        ],
      },
    },
    {
      type: "azurerm_linux_virtual_machine",
      name: "mail",
      args: { name: "mail", network_interface_ids: [later("azurerm_network_interface.nic.id")] },
    },
    ...more,
  ];
}

const firewallGroup = (args: Record<string, unknown>): Resource => ({
  type: "azurerm_firewall_policy_rule_collection_group",
  name: "group",
  args: { name: "group", firewall_policy_id: later("azurerm_firewall_policy.p.id"), priority: 500, ...args },
});
const networkRules = (action: string, destination_ip_groups: unknown[] = []) => ({
  network_rule_collection: [
    {
      ...{ name: "n", priority: 400, action },
      rule: [
        {
          ...{ name: "r", protocols: ["TCP"], source_addresses: ["10.0.1.0/24"], source_ip_groups: [] },
          ...{ destination_addresses: destination_ip_groups.length > 0 ? [] : ["*"], destination_ip_groups },
          ...{ destination_fqdns: [], destination_ports: ["587"] },
        },
      ],
    },
  ],
});

describe("Azure Firewall in Terraform plans", () => {
  const machine = "azurerm_linux_virtual_machine.mail";
  const relays = [{ host: "relay", port: 587, clients: [machine] }];
  const outward = (facts: ReturnType<typeof factsOf>) =>
    answer(facts, "egressAllowed", `${machine} -> relay:587`, "8.8.8.8");

  it.each<[string, Resource[], boolean | "unknown"]>([
    ["lets out", guarded(firewallGroup(networkRules("Allow"))), true],
    ["keeps in", guarded(firewallGroup(networkRules("Deny"))), false],
    ["no rules", guarded(), false],
    [
      "an IP group",
      guarded(firewallGroup(networkRules("Allow", [later("azurerm_ip_group.ips.id")])), {
        type: "azurerm_ip_group",
        name: "ips",
        args: { name: "ips", cidrs: ["8.8.8.0/24"] },
      }),
      true,
    ],
  ])("%s", async (_, resources, expected) => {
    const facts = factsOf(await read(planOf(resources)), { ...nothingDeclared, relays });
    expect(outward(facts)).toBe(expected);
  });

  it("brings in what it translates", async () => {
    const nat = {
      nat_rule_collection: [
        {
          ...{ name: "d", priority: 300, action: "Dnat" },
          rule: [
            {
              ...{ name: "r", protocols: ["TCP"], source_addresses: ["*"], source_ip_groups: [] },
              destination_address: later("azurerm_public_ip.front.ip_address"),
              ...{ destination_ports: ["587"], translated_address: "10.0.1.4", translated_port: 587 },
            },
          ],
        },
      ],
    };
    const facts = factsOf(await read(planOf(guarded(firewallGroup(nat)))));
    expect(answer(facts, "reachable", "azurerm_firewall.fw:587", "8.8.8.8")).toBe(true);
    expect(answer(facts, "reachable", `${machine}:587`, "8.8.8.8")).toBe(true);
    expect(answer(facts, "reachable", `${machine}:465`, "8.8.8.8")).toBe(false);
  });
});
