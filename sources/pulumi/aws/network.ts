import type { NetworkInterface } from "../../../model/network.js";
import { knownId, type Resource } from "../resource.js";
import { type Attached, balancerTypes, classicType, instanceType, interfaceType } from "./attachments.js";
import { groupLayer } from "./group-layer.js";
import type { Group } from "./groups.js";
import { lightsailInstances } from "./lightsail.js";
import { loadBalancersOf } from "./load-balancers.js";
import { Machines } from "./machines.js";
import type { Deployed } from "./world.js";

/**
 * The instances, interfaces and load balancers of an AWS program, and the security groups that nothing here uses.
 * @param deployed given where the resources were read from the cloud and are all there are.
 */
export function networkOf(resources: readonly Resource[], deployed?: Deployed): NetworkInterface[] {
  const machines = new Machines(resources, deployed);
  const balancers = resources.filter(({ type }) => balancerTypes.includes(type) || type === classicType);
  const used = machines.usedGroups([...machines.all, ...balancers]);
  const unattached = machines.groups.all().filter((group) => !used.has(group));
  return [
    ...machines.all.map((each) => machine(each, machines)),
    ...loadBalancersOf(resources, machines),
    ...lightsailInstances(resources),
    ...unattached.map((each) => unattachedGroup(each, deployed !== undefined)),
  ].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function machine(resource: Resource, machines: Machines): NetworkInterface {
  const places = machines.placesOf(resource);
  const acl = machines.aclAround(resource, places);
  const balanced = machines.listeners.elsewhere.has(resource);
  const address = machines.addresses.around(resource);
  const inward = machines.surroundings.inward(places, () => machines.addressesOf(resource));
  const place = places.length === 1 ? places[0] : undefined;
  const outward = machines.surroundings.outward(resource, place, machines.addresses, () =>
    machines.addressesOf(resource),
  );
  const unseen = balanced ? [] : [...(address ? [address] : []), ...inward.layers];
  const ingressAnswers = [...(acl ? [acl.egress] : []), ...(balanced ? [] : inward.answers)];
  const egressAnswers = [...(acl ? [acl.ingress] : []), ...outward.answers];
  const untouched = machines.untouchedAcl(places);
  const conflicts = machines.conflictsOf(resource);
  const cloudId = knownId(resource);
  const kind = resource.type === interfaceType ? "interface" : "instance";
  const what = resource.type === instanceType || kind === "interface" ? kind : "instances of scaling group";
  return {
    id: resource.urn,
    name: resource.name,
    kind,
    ...(cloudId === undefined ? {} : { cloudId }),
    origin: "planned",
    evidence: { kind: "code", at: resource.urn, says: `${what} ${resource.name}` },
    ingress: [machines.groupLayer(resource, "ingress"), ...(acl ? [acl.ingress] : []), ...unseen],
    egress: [machines.groupLayer(resource, "egress"), ...(acl ? [acl.egress] : []), ...outward.layers],
    ...(ingressAnswers.length > 0 ? { ingressAnswers } : {}),
    ...(egressAnswers.length > 0 ? { egressAnswers } : {}),
    ...(untouched ? { untouched } : {}),
    ...(conflicts.length > 0 ? { conflicts } : {}),
  };
}

function unattachedGroup(group: Group, isDeployed: boolean): NetworkInterface {
  const attached: Attached = { certain: new Set([group]), doubtful: new Map(), missing: new Set() };
  return {
    id: group.id,
    name: group.name,
    kind: "unattached group",
    ...(group.cloudId === undefined ? {} : { cloudId: group.cloudId }),
    origin: "planned",
    evidence: { kind: "code", at: group.id, says: `security group ${group.name}, attached to nothing seen here` },
    ingress: [groupLayer(attached, "ingress", group.id, isDeployed)],
    egress: [groupLayer(attached, "egress", group.id, isDeployed)],
    ...(group.conflicts.length > 0 ? { conflicts: group.conflicts } : {}),
  };
}
