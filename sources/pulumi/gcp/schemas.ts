/** The schema of each type of Google Cloud that is read, by type token. */
export const gcpSchemas: Readonly<Record<string, string>> = {
  "gcp:compute/instance:Instance": "gcp/instance.json",
  "gcp:compute/instanceTemplate:InstanceTemplate": "gcp/instance-template.json",
  "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": "gcp/instance-template.json",
  "gcp:compute/firewall:Firewall": "gcp/firewall.json",
  "gcp:compute/network:Network": "gcp/network.json",
  "gcp:compute/subnetwork:Subnetwork": "gcp/subnetwork.json",
  "gcp:compute/forwardingRule:ForwardingRule": "gcp/forwarding-rule.json",
  "gcp:compute/globalForwardingRule:GlobalForwardingRule": "gcp/forwarding-rule.json",
  "gcp:compute/targetPool:TargetPool": "gcp/target-pool.json",
  "gcp:compute/targetInstance:TargetInstance": "gcp/target-instance.json",
  "gcp:compute/targetTCPProxy:TargetTCPProxy": "gcp/target-proxy.json",
  "gcp:compute/targetSSLProxy:TargetSSLProxy": "gcp/target-proxy.json",
  "gcp:compute/regionTargetTcpProxy:RegionTargetTcpProxy": "gcp/target-proxy.json",
  "gcp:compute/backendService:BackendService": "gcp/backend-service.json",
  "gcp:compute/regionBackendService:RegionBackendService": "gcp/backend-service.json",
  "gcp:compute/instanceGroup:InstanceGroup": "gcp/instance-group.json",
  "gcp:compute/instanceGroupManager:InstanceGroupManager": "gcp/instance-group-manager.json",
  "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": "gcp/instance-group-manager.json",
  "gcp:compute/route:Route": "gcp/route.json",
  "gcp:compute/router:Router": "gcp/router.json",
  "gcp:compute/routerNat:RouterNat": "gcp/router-nat.json",
  "gcp:serviceaccount/account:Account": "gcp/account.json",
  "gcp:serviceAccount/account:Account": "gcp/account.json",
  "gcp:networksecurity/addressGroup:AddressGroup": "gcp/address-group.json",
  "gcp:tags/tagValue:TagValue": "gcp/tag-value.json",
  "gcp:tags/tagBinding:TagBinding": "gcp/tag-binding.json",
  "gcp:tags/locationTagBinding:LocationTagBinding": "gcp/tag-binding.json",
  "gcp:organizations/project:Project": "gcp/project.json",
  "gcp:organizations/folder:Folder": "gcp/folder.json",
  ...policySchemas("firewallPolicy"),
  ...policySchemas("networkFirewallPolicy"),
  ...policySchemas("regionNetworkFirewallPolicy"),
};

/** The four types of one kind of policy have the same shape in every kind. */
function policySchemas(kind: string): Record<string, string> {
  const token = (suffix: string) => `gcp:compute/${kind}${suffix}:${kind[0]?.toUpperCase()}${kind.slice(1)}${suffix}`;
  return {
    [token("")]: "gcp/firewall-policy.json",
    [token("WithRules")]: "gcp/firewall-policy.json",
    [token("Rule")]: "gcp/firewall-policy-rule.json",
    [token("Association")]: "gcp/firewall-policy-association.json",
  };
}
