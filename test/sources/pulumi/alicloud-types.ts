/** The type tokens of Alibaba Cloud that tests write short. */
export const alicloudTypes = {
  aliGroup: "alicloud:ecs/securityGroup:SecurityGroup",
  aliRule: "alicloud:ecs/securityGroupRule:SecurityGroupRule",
  aliPrefixList: "alicloud:ecs/ecsPrefixList:EcsPrefixList",
  aliInstance: "alicloud:ecs/instance:Instance",
  aliInterface: "alicloud:ecs/ecsNetworkInterface:EcsNetworkInterface",
  aliSwitch: "alicloud:vpc/switch:Switch",
  aliAcl: "alicloud:vpc/networkAcl:NetworkAcl",
  aliAclAttachment: "alicloud:vpc/vpcNetworkAclAttachment:VpcNetworkAclAttachment",
  aliPolicy: "alicloud:cloudfirewall/controlPolicy:ControlPolicy",
} as const;
