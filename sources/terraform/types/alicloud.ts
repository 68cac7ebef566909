import type { TerraformType } from "./type.js";

const groups = ["alicloud_security_group"];
const card = { idLists: { security_group_ids: groups, security_groups: groups } };
const acl = { renamed: { ingress: "ingresses", egress: "egresses" } };

/** Attribute names: registry documentation of the `alicloud` provider (1). */
export const alicloud: Readonly<Record<string, TerraformType>> = {
  alicloud_security_group: { token: "alicloud:ecs/securityGroup:SecurityGroup" },
  alicloud_security_group_rule: { token: "alicloud:ecs/securityGroupRule:SecurityGroupRule" },
  alicloud_ecs_prefix_list: { token: "alicloud:ecs/ecsPrefixList:EcsPrefixList", renamed: { entry: "entries" } },
  alicloud_instance: { token: "alicloud:ecs/instance:Instance", ...card },
  alicloud_ecs_launch_template: { token: "alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate", ...card },
  alicloud_ecs_network_interface: { token: "alicloud:ecs/ecsNetworkInterface:EcsNetworkInterface", ...card },
  alicloud_network_interface: { token: "alicloud:vpc/networkInterface:NetworkInterface", ...card },
  alicloud_vswitch: { token: "alicloud:vpc/switch:Switch" },
  alicloud_network_acl: { token: "alicloud:vpc/networkAcl:NetworkAcl" },
  alicloud_network_acl_entries: { token: "alicloud:vpc/networkAclEntries:NetworkAclEntries", ...acl },
  alicloud_network_acl_attachment: { token: "alicloud:vpc/networkAclAttachment:NetworkAclAttachment" },
  alicloud_vpc_network_acl_attachment: { token: "alicloud:vpc/vpcNetworkAclAttachment:VpcNetworkAclAttachment" },
  alicloud_cloud_firewall_control_policy: { token: "alicloud:cloudfirewall/controlPolicy:ControlPolicy" },
};
