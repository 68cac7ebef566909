import type { TerraformType } from "./type.js";

/** Attribute names: registry documentation of the `hcloud` provider (1). */
export const hetzner: Readonly<Record<string, TerraformType>> = {
  hcloud_firewall: {
    token: "hcloud:index/firewall:Firewall",
    renamed: { rule: "rules", apply_to: "applyTos" },
  },
  hcloud_firewall_attachment: {
    token: "hcloud:index/firewallAttachment:FirewallAttachment",
    idLists: { server_ids: ["hcloud_server"] },
  },
  hcloud_load_balancer: { token: "hcloud:index/loadBalancer:LoadBalancer", renamed: { target: "targets" } },
  hcloud_load_balancer_service: { token: "hcloud:index/loadBalancerService:LoadBalancerService" },
  hcloud_load_balancer_target: { token: "hcloud:index/loadBalancerTarget:LoadBalancerTarget" },
  hcloud_load_balancer_network: { token: "hcloud:index/loadBalancerNetwork:LoadBalancerNetwork" },
  hcloud_server: {
    token: "hcloud:index/server:Server",
    maps: ["labels"],
    idLists: { firewall_ids: ["hcloud_firewall"] },
  },
};
