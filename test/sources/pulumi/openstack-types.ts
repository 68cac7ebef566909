/** The type tokens of OpenStack that tests write short. */
export const openstackTypes = {
  osGroup: "openstack:networking/secGroup:SecGroup",
  osRule: "openstack:networking/secGroupRule:SecGroupRule",
  osNovaGroup: "openstack:compute/secGroup:SecGroup",
  osPort: "openstack:networking/port:Port",
  osAssociate: "openstack:networking/portSecGroupAssociate:PortSecGroupAssociate",
  osNetwork: "openstack:networking/network:Network",
  osSubnet: "openstack:networking/subnet:Subnet",
  osInstance: "openstack:compute/instance:Instance",
  osFirewall: "openstack:firewall/groupV2:GroupV2",
  osBalancer: "openstack:loadbalancer/loadBalancer:LoadBalancer",
  osListener: "openstack:loadbalancer/listener:Listener",
  osPool: "openstack:loadbalancer/pool:Pool",
  osMember: "openstack:loadbalancer/member:Member",
  osMembers: "openstack:loadbalancer/members:Members",
} as const;
