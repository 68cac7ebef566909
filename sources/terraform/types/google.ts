import type { TerraformType } from "./type.js";

const nic = {
  network_interface: "networkInterfaces",
  access_config: "accessConfigs",
  ipv6_access_config: "ipv6AccessConfigs",
};
const layer4 = { layer4_config: "layer4Configs", layer4_configs: "layer4Configs" };
const names = ["self_link", "name"];

/** The four types of one kind of policy. */
function policy(kind: string, token: string): Record<string, TerraformType> {
  const pulumi = (suffix: string) =>
    `gcp:compute/${token}${suffix}:${token[0]?.toUpperCase()}${token.slice(1)}${suffix}`;
  const type = `google_compute_${kind}`;
  return {
    [type]: { token: pulumi(""), identities: names },
    [`${type}_rule`]: { token: pulumi("Rule"), renamed: layer4, single: ["match"] },
    [`${type}_association`]: { token: pulumi("Association") },
    [`${type}_with_rules`]: {
      token: pulumi("WithRules"),
      renamed: { rule: "rules", ...layer4 },
      single: ["match"],
      identities: names,
    },
  };
}

function backend(token: string): TerraformType {
  return { token: tokenOf(token), renamed: { backend: "backends" }, identities: names };
}

function manager(token: string): TerraformType {
  const identities = [...names, "instance_group"];
  return { token: tokenOf(token), renamed: { version: "versions", named_port: "namedPorts" }, identities };
}

function tokenOf(name: string): string {
  return `gcp:compute/${name}:${name[0]?.toUpperCase()}${name.slice(1)}`;
}

/** Attribute names: registry documentation of the `google` provider (6, 7). */
export const google: Readonly<Record<string, TerraformType>> = {
  google_compute_instance: {
    token: "gcp:compute/instance:Instance",
    renamed: nic,
    single: ["service_account", "params"],
    identities: [...names, "instance_id"],
  },
  google_compute_instance_template: {
    token: "gcp:compute/instanceTemplate:InstanceTemplate",
    renamed: nic,
    single: ["service_account"],
    maps: ["resource_manager_tags"],
    identities: [...names, "self_link_unique"],
  },
  google_compute_region_instance_template: {
    token: "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
    renamed: nic,
    single: ["service_account"],
    maps: ["resource_manager_tags"],
    identities: [...names, "self_link_unique"],
  },
  google_compute_firewall: { token: "gcp:compute/firewall:Firewall", renamed: { allow: "allows", deny: "denies" } },
  google_compute_network: { token: "gcp:compute/network:Network", identities: names },
  google_compute_subnetwork: { token: "gcp:compute/subnetwork:Subnetwork", identities: names },
  google_compute_forwarding_rule: { token: "gcp:compute/forwardingRule:ForwardingRule", identities: names },
  google_compute_global_forwarding_rule: {
    token: "gcp:compute/globalForwardingRule:GlobalForwardingRule",
    identities: names,
  },
  google_compute_target_pool: { token: "gcp:compute/targetPool:TargetPool", identities: names },
  google_compute_target_instance: { token: "gcp:compute/targetInstance:TargetInstance", identities: names },
  google_compute_target_tcp_proxy: { token: "gcp:compute/targetTCPProxy:TargetTCPProxy", identities: names },
  google_compute_region_target_tcp_proxy: {
    token: "gcp:compute/regionTargetTcpProxy:RegionTargetTcpProxy",
    identities: names,
  },
  google_compute_target_ssl_proxy: { token: "gcp:compute/targetSSLProxy:TargetSSLProxy", identities: names },
  google_compute_backend_service: backend("backendService"),
  google_compute_region_backend_service: backend("regionBackendService"),
  google_compute_instance_group: {
    token: "gcp:compute/instanceGroup:InstanceGroup",
    renamed: { named_port: "namedPorts" },
    identities: names,
  },
  google_compute_instance_group_manager: manager("instanceGroupManager"),
  google_compute_region_instance_group_manager: manager("regionInstanceGroupManager"),
  google_compute_route: { token: "gcp:compute/route:Route" },
  google_compute_router: { token: "gcp:compute/router:Router", identities: names },
  google_compute_router_nat: {
    token: "gcp:compute/routerNat:RouterNat",
    renamed: { subnetwork: "subnetworks", source_subnetwork_ip_ranges_to_nat: "sourceSubnetworkIpRangesToNat" },
  },
  google_service_account: { token: "gcp:serviceaccount/account:Account", identities: ["email", "name"] },
  google_network_security_address_group: {
    token: "gcp:networksecurity/addressGroup:AddressGroup",
    identities: names,
  },
  google_project: { token: "gcp:organizations/project:Project", identities: ["project_id", "name"] },
  google_folder: { token: "gcp:organizations/folder:Folder", identities: ["folder_id", "name"] },
  google_tags_tag_value: { token: "gcp:tags/tagValue:TagValue", identities: ["name"] },
  google_tags_tag_binding: { token: "gcp:tags/tagBinding:TagBinding" },
  google_tags_location_tag_binding: { token: "gcp:tags/locationTagBinding:LocationTagBinding" },
  ...policy("firewall_policy", "firewallPolicy"),
  ...policy("network_firewall_policy", "networkFirewallPolicy"),
  ...policy("region_network_firewall_policy", "regionNetworkFirewallPolicy"),
};
