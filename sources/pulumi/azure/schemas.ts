import { type Kind, types } from "./types.js";

const byKind: Readonly<Partial<Record<Kind, string>>> = {
  securityGroup: "network-security-group",
  securityRule: "security-rule",
  network: "virtual-network",
  subnet: "subnet",
  peering: "virtual-network-peering",
  nic: "network-interface",
  publicAddress: "public-address",
  routeTable: "route-table",
  route: "route",
  loadBalancer: "load-balancer",
  natRule: "inbound-nat-rule",
  balancingRule: "balancing-rule",
  outboundRule: "outbound-rule",
  addressPool: "address-pool",
  firewall: "firewall",
  firewallPolicy: "firewall-policy",
  firewallGroup: "firewall-rule-collection-group",
  firewallNetworkCollection: "firewall-rule-collection",
  firewallNatCollection: "firewall-rule-collection",
  firewallApplicationCollection: "firewall-rule-collection",
  ipGroup: "ip-group",
  ipGroupBlock: "ip-group-block",
  virtualMachine: "virtual-machine",
  staticMember: "network-group-member",
  adminCollection: "admin-rule-collection",
  adminRule: "admin-rule",
  commit: "commit",
  subnetGroupAssociation: "association",
  subnetRouteAssociation: "association",
  subnetNatAssociation: "association",
  nicGroupAssociation: "association",
  nicApplicationAssociation: "association",
  nicPoolAssociation: "association",
  nicNatAssociation: "association",
};

/** The schema of each type of Azure whose inputs are read, by type token: both providers' spellings in one. */
export const azureSchemas: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(byKind).flatMap(([kind, schema]) => types[kind as Kind].map((type) => [type, `azure/${schema}.json`])),
);
