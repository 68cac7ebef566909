/** The type tokens of OVHcloud that tests write short. */
export const ovhTypes = {
  ovhFirewall: "ovh:Ip/firewall:Firewall",
  ovhRule: "ovh:Ip/firewallRule:FirewallRule",
  ovhGroup: "ovh:index/cloudSecurityGroup:CloudSecurityGroup",
  ovhInstance: "ovh:index/cloudInstance:CloudInstance",
  ovhProjectInstance: "ovh:CloudProject/instance:Instance",
} as const;
