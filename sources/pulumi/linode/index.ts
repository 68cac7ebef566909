import type { Cloud } from "../cloud.js";
import { networkOf } from "./network.js";

/** The schema of each type that is read, by type token. */
const schemas: Readonly<Record<string, string>> = {
  "linode:index/firewall:Firewall": "linode/firewall.json",
  "linode:index/firewallDevice:FirewallDevice": "linode/firewall-device.json",
  "linode:index/nodeBalancer:NodeBalancer": "linode/node-balancer.json",
  "linode:index/nodeBalancerConfig:NodeBalancerConfig": "linode/node-balancer-config.json",
  "linode:index/nodeBalancerNode:NodeBalancerNode": "linode/node-balancer-node.json",
  "linode:index/instance:Instance": "linode/instance.json",
};

export const linode: Cloud = { schemas, networkOf };
