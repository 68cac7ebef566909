import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { InputError } from "../../model/errors.js";
import { isUnknown } from "../../model/maybe.js";
import { loadSchema } from "../../schemas/load.js";
import { gcpSchemas } from "./gcp/schemas.js";
import { Secret, type Tree } from "./input.js";
import type { Resource } from "./resource.js";

/** The schema of each type that is read, by type token. Resources of other types are none of our business. */
const schemas: Readonly<Record<string, string>> = {
  "aws:ec2/securityGroup:SecurityGroup": "aws/security-group.json",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "aws/default-security-group.json",
  "aws:ec2/securityGroupRule:SecurityGroupRule": "aws/security-group-rule.json",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "aws/security-group-ingress-rule.json",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "aws/security-group-egress-rule.json",
  "aws:ec2/instance:Instance": "aws/instance.json",
  "aws:ec2/launchTemplate:LaunchTemplate": "aws/launch-template.json",
  "aws:ec2/networkInterface:NetworkInterface": "aws/network-interface.json",
  "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment":
    "aws/network-interface-security-group-attachment.json",
  "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment": "aws/network-interface-attachment.json",
  "aws:ec2/managedPrefixList:ManagedPrefixList": "aws/managed-prefix-list.json",
  "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry": "aws/managed-prefix-list-entry.json",
  "aws:ec2/networkAcl:NetworkAcl": "aws/network-acl.json",
  "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": "aws/default-network-acl.json",
  "aws:ec2/networkAclRule:NetworkAclRule": "aws/network-acl-rule.json",
  "aws:ec2/networkAclAssociation:NetworkAclAssociation": "aws/network-acl-association.json",
  "aws:ec2/vpc:Vpc": "aws/vpc.json",
  "aws:ec2/subnet:Subnet": "aws/subnet.json",
  "aws:ec2/defaultSubnet:DefaultSubnet": "aws/subnet.json",
  "aws:ec2/routeTable:RouteTable": "aws/route-table.json",
  "aws:ec2/defaultRouteTable:DefaultRouteTable": "aws/default-route-table.json",
  "aws:ec2/route:Route": "aws/route.json",
  "aws:ec2/routeTableAssociation:RouteTableAssociation": "aws/route-table-association.json",
  "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation": "aws/main-route-table-association.json",
  "aws:ec2/eip:Eip": "aws/eip.json",
  "aws:ec2/eipAssociation:EipAssociation": "aws/eip-association.json",
  "aws:lb/targetGroupAttachment:TargetGroupAttachment": "aws/target-group-attachment.json",
  "aws:alb/targetGroupAttachment:TargetGroupAttachment": "aws/target-group-attachment.json",
  "aws:elb/attachment:Attachment": "aws/elb-attachment.json",
  "aws:elb/loadBalancer:LoadBalancer": "aws/elb.json",
  "aws:globalaccelerator/endpointGroup:EndpointGroup": "aws/endpoint-group.json",
  "kubernetes:core/v1:ConfigMap": "kubernetes/config-map.json",
  ...gcpSchemas,
};

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const compiled = new Map<string, ValidateFunction>();

/**
 * Holds the inputs of every resource of a type we read against its schema. An unknown or secret value fits anywhere.
 * @throws InputError that names URN and path of the first misfit, never its value.
 */
export function checkInputs(resources: readonly Resource[]): void {
  for (const resource of resources) {
    const schema = schemas[resource.type];
    if (schema === undefined) continue;
    const validate = validatorOf(schema);
    if (validate(resource.inputs)) continue;
    const misfit = validate.errors?.find((error) => !standsOnUnknown(resource.inputs, error));
    if (misfit) throw misfitError(resource, misfit);
  }
}

function validatorOf(schema: string): ValidateFunction {
  const known = compiled.get(schema);
  if (known) return known;
  const validate = ajv.compile(loadSchema(schema));
  compiled.set(schema, validate);
  return validate;
}

function standsOnUnknown(tree: Tree, { instancePath }: ErrorObject): boolean {
  let node: unknown = tree;
  for (const step of steps(instancePath)) {
    if (isUnknown(node) || node instanceof Secret) return true;
    node = (node as Record<string, unknown>)[step];
  }
  return isUnknown(node) || node instanceof Secret;
}

function steps(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function misfitError(resource: Resource, { instancePath, message, params }: ErrorObject): InputError {
  const path = steps(instancePath)
    .map((step) => (/^\d+$/.test(step) ? step : (resource.spelling?.(step) ?? step)))
    .map((step, i) => (/^\d+$/.test(step) ? `[${step}]` : i === 0 ? step : `.${step}`))
    .join("");
  const allowed = Array.isArray(params.allowedValues) ? `: ${params.allowedValues.join(", ")}` : "";
  return new InputError(
    `${resource.urn}#${path}`,
    `${message ?? "does not fit"}${allowed}`,
    `Write this input as the provider documents it for ${resource.type}.`,
  );
}
