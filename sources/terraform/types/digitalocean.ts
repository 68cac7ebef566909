import type { TerraformType } from "./type.js";

/** Attribute names: registry documentation of the `digitalocean` provider (2). */
export const digitalocean: Readonly<Record<string, TerraformType>> = {
  digitalocean_firewall: {
    token: "digitalocean:index/firewall:Firewall",
    renamed: { inbound_rule: "inboundRules", outbound_rule: "outboundRules" },
    idLists: { droplet_ids: ["digitalocean_droplet"], tags: ["digitalocean_tag"] },
  },
  digitalocean_droplet: {
    token: "digitalocean:index/droplet:Droplet",
    idLists: { tags: ["digitalocean_tag"] },
  },
  digitalocean_loadbalancer: {
    token: "digitalocean:index/loadBalancer:LoadBalancer",
    renamed: { forwarding_rule: "forwardingRules", allow: "allows", deny: "denies" },
    single: ["firewall"],
    idLists: { droplet_ids: ["digitalocean_droplet"] },
  },
  digitalocean_tag: { token: "digitalocean:index/tag:Tag", identities: ["name"] },
};
