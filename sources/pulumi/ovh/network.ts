import type { Layer, NetworkInterface, Ways } from "../../../model/network.js";
import { providerLayer } from "../../../model/provider-blocks.js";
import { Attached, type Group } from "../filter-groups.js";
import { groupLayerOf } from "../openstack/network.js";
import { inputOf, knownId, type Resource } from "../resource.js";
import { type Edge, type EdgeLayers, edgesOf, ipv4Only, layersOf, severalEdges } from "./edge.js";
import { Machines, reportedAddresses } from "./machines.js";

/**
 * The instances of an OVHcloud program behind its edge firewalls and security groups, the edge firewalls of addresses
 * whose machine the program does not show, and the groups that nothing here uses.
 */
export function networkOf(resources: readonly Resource[]): NetworkInterface[] {
  const machines = new Machines(resources);
  const edges = edgesOf(resources);
  const joined = new Map(machines.instances.map((each) => [each, edges.filter((edge) => isBefore(edge, each))]));
  const lone = edges.filter((edge) => ![...joined.values()].flat().includes(edge));
  const used = new Set(machines.instances.flatMap((each) => machines.of(each).groups()));
  const free = machines.groups.all().filter((group) => !used.has(group));
  const found = [
    ...machines.instances.map((each) => instance(each, machines.of(each), joined.get(each) ?? [])),
    ...lone.map(address),
    ...free.map(unattached),
  ];
  return found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** The firewall stands before an address that the instance has, or that comes from it. */
function isBefore({ resource }: Edge, instance: Resource): boolean {
  const flowing = ["ip", "ipOnFirewall"].flatMap((name) => resource.propertyDependencies[name] ?? []);
  const address = inputOf(resource, "ipOnFirewall").text();
  return flowing.includes(instance) || reportedAddresses(instance).some((each) => each.text() === address);
}

function instance(resource: Resource, attached: Attached, edges: readonly Edge[]): NetworkInterface {
  const { urn, name } = resource;
  const cloudId = knownId(resource);
  const at = inputOf(resource, "securityGroupIds").at;
  const before = edges.length > 1 ? severalEdges(edges) : (edges.map(layersOf)[0] ?? none);
  return {
    id: urn,
    name,
    kind: "instance",
    ...(cloudId === undefined ? {} : { cloudId }),
    origin: "planned",
    evidence: { kind: "code", at: urn, says: `instance ${name}` },
    ...around(before, ({ ingress, egressAnswers }) => ({
      ingress: [...ingress, groupLayerOf(attached, "ingress", at)],
      egress: [groupLayerOf(attached, "egress", at), provider],
      ...(egressAnswers.length > 0 ? { egressAnswers } : {}),
    })),
  };
}

function address(edge: Edge): NetworkInterface {
  const { urn, name } = edge.resource;
  return {
    id: urn,
    name,
    kind: "interface",
    origin: "planned",
    evidence: { kind: "code", at: urn, says: `edge firewall ${name}, before a machine not seen here` },
    ...around(layersOf(edge), ({ ingress, egressAnswers }) => ({
      ingress: [ipv4Only(edge.resource), ...ingress],
      egress: [provider],
      egressAnswers,
    })),
  };
}

const none: EdgeLayers = { ingress: [], egressAnswers: [] };

/** All layers of a machine, and those by all that the options of an edge firewall may be. */
function around(edge: EdgeLayers, waysOf: (edge: EdgeLayers) => Ways): Ways & Pick<NetworkInterface, "exact"> {
  const { options } = edge;
  if (!options) return waysOf(edge);
  const cases = options.cases.map((each) => [waysOf(each)]);
  return { ...waysOf(edge), exact: { inputs: options.inputs, cases: () => cases } };
}

function unattached(group: Group): NetworkInterface {
  const { id, name, cloudId } = group;
  const layers = (direction: "ingress" | "egress"): Layer => groupLayerOf(Attached.of(group), direction, id);
  return {
    id,
    name,
    kind: "unattached group",
    ...(cloudId === undefined ? {} : { cloudId }),
    origin: "planned",
    evidence: { kind: "code", at: id, says: `security group ${name}, on nothing seen here` },
    ingress: [layers("ingress")],
    egress: [layers("egress"), provider],
  };
}

const provider = providerLayer("ovh");
