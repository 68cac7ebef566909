import type { TerraformType } from "./type.js";

const ranges = ["tcp_options", "source_port_range", "destination_port_range"];
const vnic = {
  single: ["create_vnic_details"],
  idLists: { nsg_ids: ["oci_core_network_security_group"] },
};
const balancerLists = {
  network_security_group_ids: ["oci_core_network_security_group"],
  subnet_ids: ["oci_core_subnet"],
};
const lists = ["oci_core_security_list", "oci_core_default_security_list", "oci_core_vcn"];

/** Attribute names: registry documentation of the `oci` provider (5 to 7). */
export const oci: Readonly<Record<string, TerraformType>> = {
  oci_core_security_list: { token: "oci:Core/securityList:SecurityList", single: ranges },
  oci_core_default_security_list: { token: "oci:Core/defaultSecurityList:DefaultSecurityList", single: ranges },
  oci_core_network_security_group: { token: "oci:Core/networkSecurityGroup:NetworkSecurityGroup" },
  oci_core_network_security_group_security_rule: {
    token: "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule",
    single: ranges,
  },
  oci_core_subnet: { token: "oci:Core/subnet:Subnet", idLists: { security_list_ids: lists } },
  oci_core_vcn: { token: "oci:Core/vcn:Vcn", identities: ["default_security_list_id"] },
  oci_core_instance: { token: "oci:Core/instance:Instance", maps: ["metadata"], ...vnic },
  oci_core_instance_configuration: {
    token: "oci:Core/instanceConfiguration:InstanceConfiguration",
    single: ["instance_details", "launch_details"],
    // A key of the map `metadata`.
    renamed: { user_data: "user_data" },
  },
  oci_core_vnic_attachment: { token: "oci:Core/vnicAttachment:VnicAttachment", ...vnic },
  oci_core_public_ip: { token: "oci:Core/publicIp:PublicIp" },
  oci_core_ipv6: { token: "oci:Core/ipv6:Ipv6" },
  oci_load_balancer_load_balancer: { token: "oci:LoadBalancer/loadBalancer:LoadBalancer", idLists: balancerLists },
  oci_load_balancer_listener: { token: "oci:LoadBalancer/listener:Listener", single: ["ssl_configuration"] },
  oci_load_balancer_backend_set: { token: "oci:LoadBalancer/backendSet:BackendSet", identities: ["name"] },
  oci_load_balancer_backend: { token: "oci:LoadBalancer/backend:Backend" },
  oci_network_load_balancer_network_load_balancer: {
    token: "oci:NetworkLoadBalancer/networkLoadBalancer:NetworkLoadBalancer",
    idLists: balancerLists,
  },
  oci_network_load_balancer_listener: { token: "oci:NetworkLoadBalancer/listener:Listener" },
  oci_network_load_balancer_backend_set: {
    token: "oci:NetworkLoadBalancer/backendSet:BackendSet",
    identities: ["name"],
  },
  oci_network_load_balancer_backend: { token: "oci:NetworkLoadBalancer/backend:Backend" },
};
