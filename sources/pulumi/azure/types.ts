/** The type tokens of each kind of resource: of `azure-native` with the version cut off, and of the classic `azure`. */
export const types = {
  securityGroup: [native("NetworkSecurityGroup"), classic("networkSecurityGroup")],
  securityRule: [native("SecurityRule"), classic("networkSecurityRule")],
  applicationGroup: [native("ApplicationSecurityGroup"), classic("applicationSecurityGroup")],
  network: [native("VirtualNetwork"), classic("virtualNetwork")],
  subnet: [native("Subnet"), classic("subnet")],
  peering: [native("VirtualNetworkPeering"), classic("virtualNetworkPeering")],
  gateway: [native("VirtualNetworkGateway"), classic("virtualNetworkGateway")],
  nic: [native("NetworkInterface"), classic("networkInterface")],
  publicAddress: [native("PublicIPAddress"), classic("publicIp")],
  natGateway: [native("NatGateway"), classic("natGateway")],
  routeTable: [native("RouteTable"), classic("routeTable")],
  route: [native("Route"), classic("route")],
  loadBalancer: [native("LoadBalancer"), "azure:lb/loadBalancer:LoadBalancer"],
  natRule: [native("InboundNatRule"), "azure:lb/natRule:NatRule"],
  balancingRule: ["azure:lb/rule:Rule"],
  outboundRule: ["azure:lb/outboundRule:OutboundRule"],
  addressPool: ["azure:lb/backendAddressPool:BackendAddressPool"],
  poolAddress: ["azure:lb/backendAddressPoolAddress:BackendAddressPoolAddress"],
  firewall: [native("AzureFirewall"), classic("firewall")],
  firewallPolicy: [native("FirewallPolicy"), classic("firewallPolicy")],
  firewallGroup: [native("FirewallPolicyRuleCollectionGroup"), classic("firewallPolicyRuleCollectionGroup")],
  firewallNetworkCollection: [classic("firewallNetworkRuleCollection")],
  firewallNatCollection: [classic("firewallNatRuleCollection")],
  firewallApplicationCollection: [classic("firewallApplicationRuleCollection")],
  ipGroup: [native("IpGroup"), "azure:network/iPGroup:IPGroup"],
  ipGroupBlock: ["azure:network/iPGroupCIDR:IPGroupCIDR"],
  virtualMachine: [
    "azure-native:compute:VirtualMachine",
    "azure:compute/linuxVirtualMachine:LinuxVirtualMachine",
    "azure:compute/windowsVirtualMachine:WindowsVirtualMachine",
    "azure:compute/virtualMachine:VirtualMachine",
  ],
  networkGroup: [native("NetworkGroup"), classic("networkManagerNetworkGroup")],
  staticMember: [native("StaticMember"), classic("networkManagerStaticMember")],
  adminConfiguration: [native("SecurityAdminConfiguration"), classic("networkManagerSecurityAdminConfiguration")],
  adminCollection: [native("AdminRuleCollection"), classic("networkManagerAdminRuleCollection")],
  adminRule: [native("AdminRule"), classic("networkManagerAdminRule")],
  commit: [native("Commit"), classic("networkManagerDeployment")],
  subnetGroupAssociation: [classic("subnetNetworkSecurityGroupAssociation")],
  subnetRouteAssociation: [classic("subnetRouteTableAssociation")],
  subnetNatAssociation: [classic("subnetNatGatewayAssociation")],
  nicGroupAssociation: [classic("networkInterfaceSecurityGroupAssociation")],
  nicApplicationAssociation: [classic("networkInterfaceApplicationSecurityGroupAssociation")],
  nicPoolAssociation: [classic("networkInterfaceBackendAddressPoolAssociation")],
  nicNatAssociation: [classic("networkInterfaceNatRuleAssociation")],
} as const satisfies Record<string, readonly string[]>;

export type Kind = keyof typeof types;

function native(name: string): string {
  return `azure-native:network:${name}`;
}

function classic(name: string): string {
  return `azure:network/${name}:${name[0]?.toUpperCase()}${name.slice(1)}`;
}
