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
  alicloud_nlb_load_balancer: {
    token: "alicloud:nlb/loadBalancer:LoadBalancer",
    idLists: { security_group_ids: groups },
  },
  alicloud_nlb_listener: { token: "alicloud:nlb/listener:Listener" },
  alicloud_nlb_server_group: { token: "alicloud:nlb/serverGroup:ServerGroup" },
  alicloud_nlb_server_group_server_attachment: {
    token: "alicloud:nlb/serverGroupServerAttachment:ServerGroupServerAttachment",
  },
  alicloud_slb_load_balancer: { token: "alicloud:slb/applicationLoadBalancer:ApplicationLoadBalancer" },
  alicloud_slb: { token: "alicloud:slb/loadBalancer:LoadBalancer" },
  alicloud_slb_listener: { token: "alicloud:slb/listener:Listener" },
  alicloud_slb_backend_server: { token: "alicloud:slb/backendServer:BackendServer" },
  alicloud_slb_attachment: {
    token: "alicloud:slb/attachment:Attachment",
    idLists: { instance_ids: ["alicloud_instance"] },
  },
  alicloud_slb_server_group: { token: "alicloud:slb/serverGroup:ServerGroup" },
  alicloud_cloud_firewall_control_policy: { token: "alicloud:cloudfirewall/controlPolicy:ControlPolicy" },
};
