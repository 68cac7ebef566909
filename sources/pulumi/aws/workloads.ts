import type { Maybe } from "../../../model/maybe.js";
import type { Input } from "../input.js";
import { inputOf, type Resource } from "../resource.js";

export const serviceType = "aws:ecs/service:Service";
export const functionType = "aws:lambda/function:Function";
export const nodeGroupType = "aws:eks/nodeGroup:NodeGroup";
export const endpointType = "aws:ec2/vpcEndpoint:VpcEndpoint";
export const clusterType = "aws:eks/cluster:Cluster";

/** Something that runs programs or takes connections and is no instance: where its inputs say what instances say. */
export interface Workload {
  /** What people call it. */
  readonly kind: string;
  /** Lists of ids, each with the top-level input that holds it. */
  readonly groups: Listed;
  readonly subnets: Listed;
  /** Whether it gets public IPv4 addresses; undefined: its subnets decide. */
  readonly publicAddress: { readonly has: Maybe<boolean>; readonly at: string } | undefined;
  /** The same of version 6; `account`: in a subnet that has them, as a setting of the account has it. */
  readonly sixth: { readonly has: Maybe<boolean>; readonly at: string } | "as instances" | "account";
  /** Nobody connects to it. */
  readonly isSilent: boolean;
}

export interface Listed {
  readonly property: string;
  readonly ids: Input;
}

/** The AWS services whose interfaces carry SMTP: SES, and Mail Manager's ingress endpoints. */
const mailService = /\.(email-smtp|mail-manager-smtp\.[\w.-]+)$/;

const readers: Readonly<Record<string, (resource: Resource) => Workload | undefined>> = {
  [serviceType]: serviceOf,
  [functionType]: functionOf,
  [nodeGroupType]: (resource) => ({
    ...{ kind: "nodes of EKS node group", groups: listed(resource, "vpcSecurityGroupIds"), isSilent: false },
    ...{ subnets: listed(resource, "subnetIds"), publicAddress: undefined, sixth: "as instances" },
  }),
  [endpointType]: endpointOf,
};

/** Undefined for what is none, or runs where the program does not show. */
export function workloadOf(resource: Resource): Workload | undefined {
  return readers[resource.type]?.(resource);
}

/** With a network of their own (`awsvpc`) tasks are machines; else they share the one of their instances. */
function serviceOf(resource: Resource): Workload | undefined {
  const network = inputOf(resource, "networkConfiguration");
  if (network.isAbsent) return undefined;
  const address = network.member("assignPublicIp");
  return {
    ...{ kind: "tasks of ECS service", isSilent: false },
    groups: { property: "networkConfiguration", ids: network.member("securityGroups") },
    subnets: { property: "networkConfiguration", ids: network.member("subnets") },
    publicAddress: { has: address.boolean() ?? false, at: address.at },
    sixth: "account",
  };
}

/** A function's interfaces never have a public address, and take no connections (Lambda developer guide, "VPC"). */
function functionOf(resource: Resource): Workload {
  const network = inputOf(resource, "vpcConfig");
  const dual = network.member("ipv6AllowedForDualStack");
  return {
    ...{ kind: "Lambda function", isSilent: true },
    groups: { property: "vpcConfig", ids: network.member("securityGroupIds") },
    subnets: { property: "vpcConfig", ids: network.member("subnetIds") },
    publicAddress: { has: false, at: network.at },
    sixth: { has: dual.boolean() ?? false, at: dual.at },
  };
}

/** An interface endpoint to SMTP, by which a network reaches it in private. */
function endpointOf(resource: Resource): Workload | undefined {
  const service = inputOf(resource, "serviceName").text();
  if (typeof service !== "string" || !mailService.test(service)) return undefined;
  return {
    ...{ kind: "VPC endpoint", isSilent: false, sixth: { has: false, at: resource.urn } },
    ...{ groups: listed(resource, "securityGroupIds"), subnets: listed(resource, "subnetIds") },
    publicAddress: { has: false, at: inputOf(resource, "subnetIds").at },
  };
}

function listed(resource: Resource, property: string): Listed {
  return { property, ids: inputOf(resource, property) };
}
