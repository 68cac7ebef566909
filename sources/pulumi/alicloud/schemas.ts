/** The schema of each type of Alibaba Cloud that is read, by type token. */
export const alicloudSchemas: Readonly<Record<string, string>> = {
  "alicloud:ecs/securityGroup:SecurityGroup": "alicloud/security-group.json",
  "alicloud:ecs/securityGroupRule:SecurityGroupRule": "alicloud/security-group-rule.json",
  "alicloud:ecs/ecsPrefixList:EcsPrefixList": "alicloud/prefix-list.json",
  "alicloud:ecs/instance:Instance": "alicloud/instance.json",
  "alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate": "alicloud/launch-template.json",
  "alicloud:ecs/ecsNetworkInterface:EcsNetworkInterface": "alicloud/network-interface.json",
  "alicloud:vpc/networkInterface:NetworkInterface": "alicloud/network-interface.json",
  "alicloud:vpc/networkAcl:NetworkAcl": "alicloud/network-acl.json",
  "alicloud:vpc/networkAclEntries:NetworkAclEntries": "alicloud/network-acl-entries.json",
  "alicloud:vpc/networkAclAttachment:NetworkAclAttachment": "alicloud/network-acl-attachment.json",
  "alicloud:vpc/vpcNetworkAclAttachment:VpcNetworkAclAttachment": "alicloud/vpc-network-acl-attachment.json",
  "alicloud:cloudfirewall/controlPolicy:ControlPolicy": "alicloud/control-policy.json",
};
