import type { TerraformType } from "./type.js";

const rules = { inbound_rule: "inboundRules", outbound_rule: "outboundRules" };

const acl = { renamed: { acl: "acls", ip_subnet: "ipSubnets" }, single: ["action", "match"] };

/** Attribute names: registry documentation of the `scaleway` provider (2). */
export const scaleway: Readonly<Record<string, TerraformType>> = {
  scaleway_instance_security_group: { token: "scaleway:instance/securityGroup:SecurityGroup", renamed: rules },
  scaleway_instance_security_group_rules: {
    token: "scaleway:instance/securityGroupRules:SecurityGroupRules",
    renamed: rules,
  },
  scaleway_instance_private_nic: { token: "scaleway:instance/privateNic:PrivateNic" },
  scaleway_vpc_private_network: { token: "scaleway:network/privateNetwork:PrivateNetwork" },
  scaleway_vpc_public_gateway: { token: "scaleway:network/publicGateway:PublicGateway" },
  scaleway_vpc_gateway_network: { token: "scaleway:network/gatewayNetwork:GatewayNetwork" },
  scaleway_lb: { token: "scaleway:loadbalancers/loadBalancer:LoadBalancer" },
  scaleway_lb_frontend: {
    token: "scaleway:loadbalancers/frontend:Frontend",
    renamed: acl.renamed,
    single: acl.single,
  },
  scaleway_lb_backend: { token: "scaleway:loadbalancers/backend:Backend" },
  scaleway_lb_acl: { token: "scaleway:loadbalancers/acl:Acl", ...acl },
  scaleway_instance_server: {
    token: "scaleway:instance/server:Server",
    maps: ["user_data"],
    identities: ["private_ip", "public_ip", "private_ips", "public_ips"],
  },
};
