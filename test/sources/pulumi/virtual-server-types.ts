/** The type tokens of the clouds of virtual servers that tests write short. */
export const virtualServerTypes = {
  doFirewall: "digitalocean:index/firewall:Firewall",
  doDroplet: "digitalocean:index/droplet:Droplet",
  doTag: "digitalocean:index/tag:Tag",
  hzFirewall: "hcloud:index/firewall:Firewall",
  hzAttachment: "hcloud:index/firewallAttachment:FirewallAttachment",
  hzServer: "hcloud:index/server:Server",
  linodeFirewall: "linode:index/firewall:Firewall",
  linodeDevice: "linode:index/firewallDevice:FirewallDevice",
  linode: "linode:index/instance:Instance",
  vultrGroup: "vultr:index/firewallGroup:FirewallGroup",
  vultrRule: "vultr:index/firewallRule:FirewallRule",
  vultrInstance: "vultr:index/instance:Instance",
  scwGroup: "scaleway:instance/securityGroup:SecurityGroup",
  scwRules: "scaleway:instance/securityGroupRules:SecurityGroupRules",
  scwServer: "scaleway:instance/server:Server",
} as const;
