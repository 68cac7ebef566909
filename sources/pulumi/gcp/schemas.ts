/** The schema of each type of Google Cloud that is read, by type token. */
export const gcpSchemas: Readonly<Record<string, string>> = {
  "gcp:compute/instance:Instance": "gcp/instance.json",
  "gcp:compute/instanceTemplate:InstanceTemplate": "gcp/instance-template.json",
  "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": "gcp/instance-template.json",
  "gcp:compute/firewall:Firewall": "gcp/firewall.json",
  "gcp:compute/network:Network": "gcp/network.json",
  "gcp:compute/subnetwork:Subnetwork": "gcp/subnetwork.json",
  "gcp:compute/forwardingRule:ForwardingRule": "gcp/forwarding-rule.json",
  "gcp:serviceaccount/account:Account": "gcp/account.json",
  "gcp:serviceAccount/account:Account": "gcp/account.json",
  "gcp:networksecurity/addressGroup:AddressGroup": "gcp/address-group.json",
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
