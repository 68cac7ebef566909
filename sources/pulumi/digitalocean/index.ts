import type { Cloud } from "../cloud.js";
import { networkOf } from "./network.js";

/** The schema of each type that is read, by type token. */
const schemas: Readonly<Record<string, string>> = {
  "digitalocean:index/firewall:Firewall": "digitalocean/firewall.json",
  "digitalocean:index/droplet:Droplet": "digitalocean/droplet.json",
  "digitalocean:index/loadBalancer:LoadBalancer": "digitalocean/load-balancer.json",
  "digitalocean:index/tag:Tag": "digitalocean/tag.json",
};

export const digitalocean: Cloud = { schemas, networkOf };
