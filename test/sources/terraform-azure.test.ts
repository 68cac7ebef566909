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
