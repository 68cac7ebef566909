import type { Cloud } from "../cloud.js";
import { networkOf } from "./network.js";

/** The schema of each type that is read, by type token. */
const schemas: Readonly<Record<string, string>> = {
  "scaleway:instance/securityGroup:SecurityGroup": "scaleway/security-group.json",
  "scaleway:index/instanceSecurityGroup:InstanceSecurityGroup": "scaleway/security-group.json",
  "scaleway:instance/securityGroupRules:SecurityGroupRules": "scaleway/security-group-rules.json",
  "scaleway:index/instanceSecurityGroupRules:InstanceSecurityGroupRules": "scaleway/security-group-rules.json",
  "scaleway:loadbalancers/loadBalancer:LoadBalancer": "scaleway/load-balancer.json",
  "scaleway:loadbalancers/frontend:Frontend": "scaleway/load-balancer-frontend.json",
  "scaleway:loadbalancers/backend:Backend": "scaleway/load-balancer-backend.json",
  "scaleway:loadbalancers/acl:Acl": "scaleway/load-balancer-acl.json",
  "scaleway:index/loadbalancer:Loadbalancer": "scaleway/load-balancer.json",
  "scaleway:index/loadbalancerFrontend:LoadbalancerFrontend": "scaleway/load-balancer-frontend.json",
  "scaleway:index/loadbalancerBackend:LoadbalancerBackend": "scaleway/load-balancer-backend.json",
  "scaleway:index/loadbalancerAcl:LoadbalancerAcl": "scaleway/load-balancer-acl.json",
  "scaleway:instance/server:Server": "scaleway/server.json",
  "scaleway:index/instanceServer:InstanceServer": "scaleway/server.json",
  "scaleway:network/publicGateway:PublicGateway": "scaleway/public-gateway.json",
  "scaleway:index/vpcPublicGateway:VpcPublicGateway": "scaleway/public-gateway.json",
  "scaleway:network/gatewayNetwork:GatewayNetwork": "scaleway/gateway-network.json",
  "scaleway:index/vpcGatewayNetwork:VpcGatewayNetwork": "scaleway/gateway-network.json",
  "scaleway:instance/privateNic:PrivateNic": "scaleway/private-nic.json",
  "scaleway:index/instancePrivateNic:InstancePrivateNic": "scaleway/private-nic.json",
};

export const scaleway: Cloud = { schemas, networkOf };
