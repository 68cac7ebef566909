/** The schema of each type of OVHcloud that is read, by type token. */
export const ovhSchemas: Readonly<Record<string, string>> = {
  "ovh:Ip/firewall:Firewall": "ovh/firewall.json",
  "ovh:Ip/firewallRule:FirewallRule": "ovh/firewall-rule.json",
  "ovh:index/cloudSecurityGroup:CloudSecurityGroup": "ovh/cloud-security-group.json",
  "ovh:index/cloudInstance:CloudInstance": "ovh/cloud-instance.json",
  "ovh:CloudProject/instance:Instance": "ovh/instance.json",
};
