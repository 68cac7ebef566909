import type { Cloud } from "../cloud.js";
import { networkOf } from "./network.js";

/** The schema of each type that is read, by type token. */
const schemas: Readonly<Record<string, string>> = {
  "vultr:index/firewallGroup:FirewallGroup": "vultr/firewall-group.json",
  "vultr:index/firewallRule:FirewallRule": "vultr/firewall-rule.json",
  "vultr:index/loadBalancer:LoadBalancer": "vultr/load-balancer.json",
  "vultr:index/instance:Instance": "vultr/instance.json",
  "vultr:index/bareMetalServer:BareMetalServer": "vultr/instance.json",
};

export const vultr: Cloud = { schemas, networkOf };
