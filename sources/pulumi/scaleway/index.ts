import type { Cloud } from "../cloud.js";
import { networkOf } from "./network.js";

/** The schema of each type that is read, by type token. */
const schemas: Readonly<Record<string, string>> = {
  "scaleway:instance/securityGroup:SecurityGroup": "scaleway/security-group.json",
  "scaleway:index/instanceSecurityGroup:InstanceSecurityGroup": "scaleway/security-group.json",
  "scaleway:instance/securityGroupRules:SecurityGroupRules": "scaleway/security-group-rules.json",
  "scaleway:index/instanceSecurityGroupRules:InstanceSecurityGroupRules": "scaleway/security-group-rules.json",
  "scaleway:instance/server:Server": "scaleway/server.json",
  "scaleway:index/instanceServer:InstanceServer": "scaleway/server.json",
};

export const scaleway: Cloud = { schemas, networkOf };
