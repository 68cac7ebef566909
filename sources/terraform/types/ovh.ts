import type { TerraformType } from "./type.js";

/** Attribute names: registry documentation of the `ovh` provider (1, 2). */
export const ovh: Readonly<Record<string, TerraformType>> = {
  ovh_ip_firewall: { token: "ovh:Ip/firewall:Firewall", identities: ["ip_on_firewall"] },
  ovh_ip_firewall_rule: { token: "ovh:Ip/firewallRule:FirewallRule" },
  ovh_cloud_security_group: {
    token: "ovh:index/cloudSecurityGroup:CloudSecurityGroup",
    renamed: { rule: "rules" },
  },
  ovh_cloud_instance: {
    token: "ovh:index/cloudInstance:CloudInstance",
    idLists: { security_group_ids: ["ovh_cloud_security_group"] },
  },
  ovh_cloud_project_instance: { token: "ovh:CloudProject/instance:Instance" },
};
