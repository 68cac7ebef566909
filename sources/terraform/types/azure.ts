import type { TerraformType } from "./type.js";

const nics = ["azurerm_network_interface"];
const applications = ["azurerm_application_security_group"];
const securityGroup = {
  token: "azure:network/networkSecurityGroup:NetworkSecurityGroup",
  renamed: { security_rule: "securityRules" },
  idLists: {
    source_application_security_group_ids: applications,
    destination_application_security_group_ids: applications,
  },
  identities: ["name"],
};
const machine = { idLists: { network_interface_ids: nics } };
const firewallRules = {
  renamed: {
    network_rule_collection: "networkRuleCollections",
    nat_rule_collection: "natRuleCollections",
    application_rule_collection: "applicationRuleCollections",
    rule: "rules",
  },
  idLists: { source_ip_groups: ["azurerm_ip_group"], destination_ip_groups: ["azurerm_ip_group"] },
};
const network = {
  token: "azure:network/virtualNetwork:VirtualNetwork",
  renamed: { address_space: "addressSpaces", subnet: "subnets" },
  identities: ["name", "subnet"],
  shared: { subnet: { by: ["azurerm_subnet"], through: "virtual_network_name" } },
};

/** Attribute names: registry documentation of the `azurerm` provider (3, 4). */
export const azure: Readonly<Record<string, TerraformType>> = {
  azurerm_network_security_group: {
    ...securityGroup,
    shared: { security_rule: { by: ["azurerm_network_security_rule"], through: "network_security_group_name" } },
  },
  azurerm_network_security_rule: {
    token: "azure:network/networkSecurityRule:NetworkSecurityRule",
    idLists: securityGroup.idLists,
  },
  azurerm_application_security_group: { token: "azure:network/applicationSecurityGroup:ApplicationSecurityGroup" },
  azurerm_virtual_network: network,
  azurerm_subnet: { token: "azure:network/subnet:Subnet" },
  azurerm_virtual_network_peering: { token: "azure:network/virtualNetworkPeering:VirtualNetworkPeering" },
  azurerm_virtual_network_gateway: { token: "azure:network/virtualNetworkGateway:VirtualNetworkGateway" },
  azurerm_network_interface: {
    token: "azure:network/networkInterface:NetworkInterface",
    renamed: { ip_configuration: "ipConfigurations" },
    identities: ["private_ip_address"],
  },
  azurerm_public_ip: { token: "azure:network/publicIp:PublicIp", identities: ["ip_address"] },
  azurerm_nat_gateway: { token: "azure:network/natGateway:NatGateway" },
  azurerm_route_table: {
    token: "azure:network/routeTable:RouteTable",
    renamed: { route: "routes" },
    identities: ["name"],
    shared: { route: { by: ["azurerm_route"], through: "route_table_name" } },
  },
  azurerm_route: { token: "azure:network/route:Route" },
  azurerm_lb: {
    token: "azure:lb/loadBalancer:LoadBalancer",
    renamed: { frontend_ip_configuration: "frontendIpConfigurations" },
  },
  azurerm_lb_rule: {
    token: "azure:lb/rule:Rule",
    idLists: { backend_address_pool_ids: ["azurerm_lb_backend_address_pool"] },
  },
  azurerm_lb_nat_rule: { token: "azure:lb/natRule:NatRule" },
  azurerm_lb_outbound_rule: {
    token: "azure:lb/outboundRule:OutboundRule",
    renamed: { frontend_ip_configuration: "frontendIpConfigurations" },
  },
  azurerm_lb_backend_address_pool: { token: "azure:lb/backendAddressPool:BackendAddressPool" },
  azurerm_lb_backend_address_pool_address: { token: "azure:lb/backendAddressPoolAddress:BackendAddressPoolAddress" },
  azurerm_firewall: {
    token: "azure:network/firewall:Firewall",
    renamed: { ip_configuration: "ipConfigurations" },
    single: ["virtual_hub"],
    identities: ["name", "ip_configuration"],
  },
  azurerm_firewall_policy: { token: "azure:network/firewallPolicy:FirewallPolicy" },
  azurerm_firewall_policy_rule_collection_group: {
    token: "azure:network/firewallPolicyRuleCollectionGroup:FirewallPolicyRuleCollectionGroup",
    ...firewallRules,
  },
  azurerm_firewall_network_rule_collection: {
    token: "azure:network/firewallNetworkRuleCollection:FirewallNetworkRuleCollection",
    ...firewallRules,
  },
  azurerm_firewall_nat_rule_collection: {
    token: "azure:network/firewallNatRuleCollection:FirewallNatRuleCollection",
    ...firewallRules,
  },
  azurerm_firewall_application_rule_collection: {
    token: "azure:network/firewallApplicationRuleCollection:FirewallApplicationRuleCollection",
    ...firewallRules,
  },
  azurerm_ip_group: { token: "azure:network/iPGroup:IPGroup" },
  azurerm_ip_group_cidr: { token: "azure:network/iPGroupCIDR:IPGroupCIDR" },
  azurerm_linux_virtual_machine: { token: "azure:compute/linuxVirtualMachine:LinuxVirtualMachine", ...machine },
  azurerm_linux_virtual_machine_scale_set: {
    token: "azure:compute/linuxVirtualMachineScaleSet:LinuxVirtualMachineScaleSet",
  },
  azurerm_windows_virtual_machine: { token: "azure:compute/windowsVirtualMachine:WindowsVirtualMachine", ...machine },
  azurerm_virtual_machine: {
    token: "azure:compute/virtualMachine:VirtualMachine",
    ...machine,
    single: ["os_profile"],
  },
  azurerm_network_manager_network_group: {
    token: "azure:network/networkManagerNetworkGroup:NetworkManagerNetworkGroup",
  },
  azurerm_network_manager_static_member: {
    token: "azure:network/networkManagerStaticMember:NetworkManagerStaticMember",
  },
  azurerm_network_manager_security_admin_configuration: {
    token: "azure:network/networkManagerSecurityAdminConfiguration:NetworkManagerSecurityAdminConfiguration",
  },
  azurerm_network_manager_admin_rule_collection: {
    token: "azure:network/networkManagerAdminRuleCollection:NetworkManagerAdminRuleCollection",
    idLists: { network_group_ids: ["azurerm_network_manager_network_group"] },
  },
  azurerm_network_manager_admin_rule: {
    token: "azure:network/networkManagerAdminRule:NetworkManagerAdminRule",
    renamed: { source: "sources", destination: "destinations" },
  },
  azurerm_network_manager_deployment: {
    token: "azure:network/networkManagerDeployment:NetworkManagerDeployment",
    idLists: { configuration_ids: ["azurerm_network_manager_security_admin_configuration"] },
  },
  azurerm_subnet_network_security_group_association: {
    token: "azure:network/subnetNetworkSecurityGroupAssociation:SubnetNetworkSecurityGroupAssociation",
  },
  azurerm_subnet_route_table_association: {
    token: "azure:network/subnetRouteTableAssociation:SubnetRouteTableAssociation",
  },
  azurerm_subnet_nat_gateway_association: {
    token: "azure:network/subnetNatGatewayAssociation:SubnetNatGatewayAssociation",
  },
  azurerm_network_interface_security_group_association: {
    token: "azure:network/networkInterfaceSecurityGroupAssociation:NetworkInterfaceSecurityGroupAssociation",
  },
  azurerm_network_interface_application_security_group_association: {
    token:
      "azure:network/networkInterfaceApplicationSecurityGroupAssociation:NetworkInterfaceApplicationSecurityGroupAssociation",
  },
  azurerm_network_interface_backend_address_pool_association: {
    token: "azure:network/networkInterfaceBackendAddressPoolAssociation:NetworkInterfaceBackendAddressPoolAssociation",
  },
  azurerm_network_interface_nat_rule_association: {
    token: "azure:network/networkInterfaceNatRuleAssociation:NetworkInterfaceNatRuleAssociation",
  },
};

/** Data sources that say what something is which the program does not manage. */
export const azureData: Readonly<Record<string, TerraformType>> = {
  azurerm_network_security_group: securityGroup,
  azurerm_subnet: { token: "azure:network/subnet:Subnet" },
  azurerm_virtual_network: { token: network.token, renamed: { address_space: "addressSpaces" }, identities: ["name"] },
};
