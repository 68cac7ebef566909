import { isUnknown } from "../../../model/maybe.js";
import type { Input } from "../input.js";
import { referenceOf, Targets } from "../references.js";
import { inputOf, type Resource } from "../resource.js";
import { instanceType } from "./attachments.js";

/** The inputs in which each type names the machines that it sends traffic to. */
const targets: Readonly<Record<string, (resource: Resource) => { readonly property: string; readonly ids: Input[] }>> =
  {
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": one("targetId"),
    "aws:alb/targetGroupAttachment:TargetGroupAttachment": one("targetId"),
    "aws:elb/attachment:Attachment": one("instance"),
    "aws:elb/loadBalancer:LoadBalancer": listed("instances", (each) => each),
    "aws:globalaccelerator/endpointGroup:EndpointGroup": listed("endpointConfigurations", (each) =>
      each.member("endpointId"),
    ),
  };

/**
 * The instances that a load balancer may send the internet's traffic to: it reaches them without a public address and
 * without a route of theirs. A target that is no instance of the program may be the address of any.
 */
export function balancedInstances(resources: readonly Resource[]): ReadonlySet<Resource> {
  const instances = resources.filter((each) => each.type === instanceType);
  const known = new Targets(instances, [instanceType]);
  const balanced = new Set<Resource>();
  for (const resource of resources) {
    const { property, ids } = targets[resource.type]?.(resource) ?? { property: "", ids: [] };
    for (const id of ids) {
      const { certain, outside } = referenceOf(resource, property, id, known);
      const other = certain.length === 0 && !outside.some((each) => each.id.startsWith("i-"));
      for (const instance of other ? instances : certain) balanced.add(instance);
    }
  }
  return balanced;
}

function one(property: string) {
  return (resource: Resource) => ({ property, ids: [inputOf(resource, property)] });
}

function listed(property: string, idOf: (each: Input) => Input) {
  return (resource: Resource) => {
    const list = inputOf(resource, property);
    const items = list.items() ?? [];
    return { property, ids: isUnknown(items) ? [list] : items.map(idOf) };
  };
}
