import type { Layer, NetworkInterface } from "../../../model/network.js";
import { providerLayer } from "../../../model/provider-blocks.js";
import { openLayer } from "../machines.js";
import { inputOf, knownId, ofTypes, type Resource } from "../resource.js";
import { acceleratorsOf } from "./accelerators.js";
import { type Attached, balancerTypes, classicType, instanceType, interfaceType } from "./attachments.js";
import { withCases } from "./cases.js";
import { groupLayer } from "./group-layer.js";
import type { Group } from "./groups.js";
import { lightsailInstances } from "./lightsail.js";
import { loadBalancersOf } from "./load-balancers.js";
import { Machines } from "./machines.js";
import { choicesOf } from "./transit/choices.js";
import { endpointType, functionType, workloadOf } from "./workloads.js";
import type { Deployed } from "./world.js";

/** By default AWS drops what goes to port 25 of public addresses, unless it was asked to lift that for the account. */
const provider = providerLayer("aws");

/**
 * The instances, interfaces and load balancers of an AWS program, and the security groups that nothing here uses.
 * @param deployed given where the resources were read from the cloud and are all there are.
 */
export function networkOf(resources: readonly Resource[], deployed?: Deployed): NetworkInterface[] {
  const seen = (given: readonly Resource[]) => interfacesOf(given, deployed);
  return withCases(seen(resources), resources, choicesOf(resources), seen);
}

function interfacesOf(resources: readonly Resource[], deployed?: Deployed): NetworkInterface[] {
  const machines = new Machines(resources, deployed);
  const balancers = ofTypes(resources, ...balancerTypes, classicType);
  const used = machines.usedGroups([...machines.all, ...balancers]);
  const unattached = machines.groups.all().filter((group) => !used.has(group));
  return [
    ...machines.all.map((each) => (isFree(each) ? freeFunction(each) : machine(each, machines))),
    ...loadBalancersOf(resources, machines),
    ...acceleratorsOf(resources, machines),
    ...lightsailInstances(resources),
    ...unattached.map((each) => unattachedGroup(each, deployed !== undefined)),
  ].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function isFree(resource: Resource): boolean {
  return resource.type === functionType && inputOf(resource, "vpcConfig").isAbsent;
}

/** A function outside a network: no rule of the program stands in its way out. */
function freeFunction(resource: Resource): NetworkInterface {
  const says = "a function outside a network meets no security group on its way out";
  const cloudId = knownId(resource);
  return {
    ...{ id: resource.urn, name: resource.name, kind: "instance", origin: "planned" },
    ...(cloudId === undefined ? {} : { cloudId }),
    evidence: { kind: "code", at: resource.urn, says: `Lambda function ${resource.name}` },
    ingress: [shut(resource, "a function takes no connections")],
    egress: [openLayer("network", inputOf(resource, "vpcConfig").at, says), provider],
  };
}

function shut({ urn }: Resource, says: string): Layer {
  const evidence = { kind: "default", at: urn, says, layer: { name: "listener", decision: "deny" } } as const;
  return { name: "listener", combine: "union", rules: [], otherwise: { action: "deny", evidence }, incomplete: [] };
}

function machine(resource: Resource, machines: Machines): NetworkInterface {
  const workload = workloadOf(resource);
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
  const kind = [interfaceType, endpointType].includes(resource.type) ? "interface" : "instance";
  const plain = resource.type === instanceType || resource.type === interfaceType ? kind : "instances of scaling group";
  const what = workload?.kind ?? plain;
  return {
    id: resource.urn,
    name: resource.name,
    kind,
    ...(cloudId === undefined ? {} : { cloudId }),
    origin: "planned",
    evidence: { kind: "code", at: resource.urn, says: `${what} ${resource.name}` },
    ingress: workload?.isSilent
      ? [shut(resource, "a function takes no connections")]
      : [machines.groupLayer(resource, "ingress"), ...(acl ? [acl.ingress] : []), ...unseen],
    egress:
      resource.type === endpointType
        ? [shut(resource, "an endpoint opens no connections of its own")]
        : [machines.groupLayer(resource, "egress"), ...(acl ? [acl.egress] : []), ...outward.layers, provider],
    ...(ingressAnswers.length > 0 ? { ingressAnswers } : {}),
    ...(egressAnswers.length > 0 ? { egressAnswers } : {}),
    ...(untouched ? { untouched } : {}),
    ...(conflicts.length > 0 ? { conflicts } : {}),
  };
}

/** Shared, because a program may have many groups that are attached to nothing. */
const noDoubt = { doubtful: new Map<Group, string>(), missing: new Set<string>() };

function unattachedGroup(group: Group, isDeployed: boolean): NetworkInterface {
  const attached: Attached = { ...noDoubt, certain: new Set([group]) };
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
