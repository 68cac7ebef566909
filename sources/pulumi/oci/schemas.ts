/** The schema of each type of Oracle Cloud Infrastructure that is read, by type token. */
export const ociSchemas: Readonly<Record<string, string>> = {
  "oci:Core/securityList:SecurityList": "oci/security-list.json",
  "oci:Core/defaultSecurityList:DefaultSecurityList": "oci/default-security-list.json",
  "oci:Core/networkSecurityGroup:NetworkSecurityGroup": "oci/network-security-group.json",
  "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule":
    "oci/network-security-group-security-rule.json",
  "oci:Core/subnet:Subnet": "oci/subnet.json",
  "oci:Core/vcn:Vcn": "oci/vcn.json",
  "oci:Core/instance:Instance": "oci/instance.json",
  "oci:LoadBalancer/loadBalancer:LoadBalancer": "oci/load-balancer.json",
  "oci:LoadBalancer/listener:Listener": "oci/balancer-listener.json",
  "oci:LoadBalancer/backendSet:BackendSet": "oci/balancer-backend-set.json",
  "oci:LoadBalancer/backend:Backend": "oci/balancer-backend.json",
  "oci:NetworkLoadBalancer/networkLoadBalancer:NetworkLoadBalancer": "oci/network-load-balancer.json",
  "oci:NetworkLoadBalancer/listener:Listener": "oci/balancer-listener.json",
  "oci:NetworkLoadBalancer/backendSet:BackendSet": "oci/balancer-backend-set.json",
  "oci:NetworkLoadBalancer/backend:Backend": "oci/balancer-backend.json",
  "oci:Core/vnicAttachment:VnicAttachment": "oci/vnic-attachment.json",
};
