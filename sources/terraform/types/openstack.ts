import type { TerraformType } from "./type.js";

const groups = ["openstack_networking_secgroup_v2", "openstack_compute_secgroup_v2"];

/** Attribute names: registry documentation of the `openstack` provider (1 to 3). */
export const openstack: Readonly<Record<string, TerraformType>> = {
  openstack_networking_secgroup_v2: { token: "openstack:networking/secGroup:SecGroup" },
  openstack_networking_secgroup_rule_v2: { token: "openstack:networking/secGroupRule:SecGroupRule" },
  openstack_compute_secgroup_v2: {
    token: "openstack:compute/secGroup:SecGroup",
    renamed: { rule: "rules" },
  },
  openstack_networking_port_v2: {
    token: "openstack:networking/port:Port",
    renamed: { fixed_ip: "fixedIps" },
    idLists: { security_group_ids: groups },
    identities: ["all_fixed_ips", "fixed_ip"],
  },
  openstack_networking_port_secgroup_associate_v2: {
    token: "openstack:networking/portSecGroupAssociate:PortSecGroupAssociate",
    idLists: { security_group_ids: groups },
  },
  openstack_networking_network_v2: { token: "openstack:networking/network:Network" },
  openstack_networking_subnet_v2: { token: "openstack:networking/subnet:Subnet" },
  openstack_compute_instance_v2: {
    token: "openstack:compute/instance:Instance",
    renamed: { network: "networks", fixed_ip_v4: "fixedIpV4", fixed_ip_v6: "fixedIpV6" },
    idLists: { security_groups: groups },
    identities: ["access_ip_v4", "access_ip_v6"],
  },
  openstack_lb_loadbalancer_v2: {
    token: "openstack:loadbalancer/loadBalancer:LoadBalancer",
    idLists: { security_group_ids: groups },
  },
  openstack_lb_listener_v2: { token: "openstack:loadbalancer/listener:Listener" },
  openstack_lb_pool_v2: { token: "openstack:loadbalancer/pool:Pool" },
  openstack_lb_member_v2: { token: "openstack:loadbalancer/member:Member" },
  openstack_lb_members_v2: { token: "openstack:loadbalancer/members:Members", renamed: { member: "members" } },
  openstack_fw_group_v2: { token: "openstack:firewall/groupV2:GroupV2" },
};
