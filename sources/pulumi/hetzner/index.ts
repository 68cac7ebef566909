import type { Cloud } from "../cloud.js";
import { networkOf } from "./network.js";

/** The schema of each type that is read, by type token. */
const schemas: Readonly<Record<string, string>> = {
  "hcloud:index/firewall:Firewall": "hetzner/firewall.json",
  "hcloud:index/firewallAttachment:FirewallAttachment": "hetzner/firewall-attachment.json",
  "hcloud:index/loadBalancer:LoadBalancer": "hetzner/load-balancer.json",
  "hcloud:index/loadBalancerService:LoadBalancerService": "hetzner/load-balancer-service.json",
  "hcloud:index/loadBalancerTarget:LoadBalancerTarget": "hetzner/load-balancer-target.json",
  "hcloud:index/loadBalancerNetwork:LoadBalancerNetwork": "hetzner/load-balancer-network.json",
  "hcloud:index/server:Server": "hetzner/server.json",
};

export const hetzner: Cloud = { schemas, networkOf };
