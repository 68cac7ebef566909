/** The schema of each type of OpenStack that is read, by type token. */
export const openstackSchemas: Readonly<Record<string, string>> = {
  "openstack:networking/secGroup:SecGroup": "openstack/sec-group.json",
  "openstack:networking/secGroupRule:SecGroupRule": "openstack/sec-group-rule.json",
  "openstack:compute/secGroup:SecGroup": "openstack/compute-sec-group.json",
  "openstack:networking/port:Port": "openstack/port.json",
  "openstack:networking/portSecGroupAssociate:PortSecGroupAssociate": "openstack/port-sec-group-associate.json",
  "openstack:networking/subnet:Subnet": "openstack/subnet.json",
  "openstack:compute/instance:Instance": "openstack/instance.json",
  "openstack:loadbalancer/loadBalancer:LoadBalancer": "openstack/load-balancer.json",
  "openstack:loadbalancer/listener:Listener": "openstack/listener.json",
  "openstack:loadbalancer/pool:Pool": "openstack/pool.json",
  "openstack:loadbalancer/member:Member": "openstack/member.json",
  "openstack:loadbalancer/members:Members": "openstack/members.json",
  "openstack:firewall/groupV2:GroupV2": "openstack/firewall-group.json",
};
