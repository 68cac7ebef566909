import { later } from "../plan.js";

const inGroup = { resource_group_name: "mail", location: "westeurope" };
const intoMachine = { from: "8.8.8.8", to: "azurerm_linux_virtual_machine.mail" };

/** A rule as the provider plans it: open to anyone on 587 unless it says otherwise. */
const rule = (args) => ({
  ...{ name: "rule", priority: 100, direction: "Inbound", access: "Allow", protocol: "Tcp", description: "" },
  ...{ source_port_range: "*", source_port_ranges: [], destination_port_range: "587", destination_port_ranges: [] },
  ...{ source_address_prefix: "*", source_address_prefixes: [], source_application_security_group_ids: [] },
  ...{ destination_address_prefix: "*", destination_address_prefixes: [] },
  destination_application_security_group_ids: [],
  ...args,
});

/** A machine with a public address behind one group. */
const machine = (...rules) => [
  { type: "azurerm_virtual_network", name: "main", args: { name: "main", ...inGroup, address_space: ["10.0.0.0/16"] } },
  {
    type: "azurerm_subnet",
    name: "mail",
    args: {
      ...{ name: "mail", resource_group_name: "mail", address_prefixes: ["10.0.1.0/24"] },
      virtual_network_name: "main",
    },
  },
  {
    type: "azurerm_public_ip",
    name: "mail",
    args: { name: "mail", ...inGroup, allocation_method: "Static", sku: "Standard" },
  },
  {
    type: "azurerm_network_interface",
    name: "mail",
    args: {
      ...{ name: "mail", ...inGroup },
      ip_configuration: [
        {
          ...{ name: "primary", primary: true, private_ip_address_allocation: "Dynamic" },
          private_ip_address_version: "IPv4",
          subnet_id: later("azurerm_subnet.mail.id"),
          public_ip_address_id: later("azurerm_public_ip.mail.id"),
        },
      ],
    },
  },
  { type: "azurerm_network_security_group", name: "mail", args: { name: "mail", ...inGroup, security_rule: rules } },
  {
    type: "azurerm_network_interface_security_group_association",
    name: "mail",
    args: {
      network_interface_id: later("azurerm_network_interface.mail.id"),
      network_security_group_id: later("azurerm_network_security_group.mail.id"),
    },
  },
  {
    type: "azurerm_linux_virtual_machine",
    name: "mail",
    args: {
      ...{ name: "mail", ...inGroup, size: "Standard_B1s" },
      network_interface_ids: [later("azurerm_network_interface.mail.id")],
    },
  },
];

export const azure = [
  {
    name: "a deny before the allow of everything",
    truth: "closed",
    resources: machine(
      rule({ name: "deny", access: "Deny" }),
      rule({ name: "allow", priority: 200, protocol: "*", destination_port_range: "*" }),
    ),
  },
  { name: "the world as 0.0.0.0/0", truth: "open", resources: machine(rule({ source_address_prefix: "0.0.0.0/0" })) },
  {
    name: "two halves of the world to a list of all ports",
    truth: "open",
    resources: machine(
      rule({
        ...{ source_address_prefix: "", source_address_prefixes: ["0.0.0.0/1", "128.0.0.0/1"] },
        ...{ destination_port_range: "", destination_port_ranges: ["0-65535"] },
      }),
    ),
  },
  {
    name: "the service tag of every tenant, AzureCloud",
    truth: "open",
    // An address of another customer of Azure.
    from: "20.4.0.1",
    resources: machine(rule({ source_address_prefix: "AzureCloud" })),
  },
].map((each) => ({ ...intoMachine, ...each, name: `Azure: ${each.name}` }));
