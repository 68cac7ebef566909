import type { TerraformType } from "./type.js";

/** Attribute names: registry documentation of the `vultr` provider (2). */
export const vultr: Readonly<Record<string, TerraformType>> = {
  vultr_firewall_group: { token: "vultr:index/firewallGroup:FirewallGroup" },
  vultr_firewall_rule: { token: "vultr:index/firewallRule:FirewallRule" },
  vultr_load_balancer: {
    token: "vultr:index/loadBalancer:LoadBalancer",
    idLists: { attached_instances: ["vultr_instance", "vultr_bare_metal_server"] },
  },
  vultr_instance: { token: "vultr:index/instance:Instance" },
  vultr_bare_metal_server: { token: "vultr:index/bareMetalServer:BareMetalServer" },
};
