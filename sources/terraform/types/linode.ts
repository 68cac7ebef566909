import type { TerraformType } from "./type.js";

/** Attribute names: registry documentation of the `linode` provider (2, 3). */
export const linode: Readonly<Record<string, TerraformType>> = {
  linode_firewall: {
    token: "linode:index/firewall:Firewall",
    renamed: { inbound: "inbounds", outbound: "outbounds", ipv4: "ipv4s", ipv6: "ipv6s" },
    idLists: { linodes: ["linode_instance"], nodebalancers: ["linode_nodebalancer"] },
  },
  linode_firewall_device: { token: "linode:index/firewallDevice:FirewallDevice" },
  linode_instance: {
    token: "linode:index/instance:Instance",
    renamed: { metadata: "metadatas" },
    identities: ["private_ip_address"],
  },
  linode_nodebalancer: { token: "linode:index/nodeBalancer:NodeBalancer" },
  linode_nodebalancer_config: { token: "linode:index/nodeBalancerConfig:NodeBalancerConfig" },
  linode_nodebalancer_node: { token: "linode:index/nodeBalancerNode:NodeBalancerNode" },
};
