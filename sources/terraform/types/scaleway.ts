import type { TerraformType } from "./type.js";

const rules = { inbound_rule: "inboundRules", outbound_rule: "outboundRules" };

/** Attribute names: registry documentation of the `scaleway` provider (2). */
export const scaleway: Readonly<Record<string, TerraformType>> = {
  scaleway_instance_security_group: { token: "scaleway:instance/securityGroup:SecurityGroup", renamed: rules },
  scaleway_instance_security_group_rules: {
    token: "scaleway:instance/securityGroupRules:SecurityGroupRules",
    renamed: rules,
  },
  scaleway_instance_server: { token: "scaleway:instance/server:Server", maps: ["user_data"] },
};
