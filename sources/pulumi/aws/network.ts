import type { Evidence } from "../../../model/evidence.js";
import type { FilterRule, Layer, NetworkInterface } from "../../../model/network.js";
import { type Direction, layerName } from "../../aws-rules.js";
import { inputOf, knownId, type Resource } from "../resource.js";
import { type AclLayers, undecidedAcl } from "./acl-layers.js";
import { NetworkAcls } from "./acls.js";
import { type Attached, Attachments, instanceType, interfaceType } from "./attachments.js";
import { type Group, Groups } from "./groups.js";
import { balancedInstances } from "./load-balancers.js";
import { PrefixLists } from "./prefix-lists.js";
import { PublicAddresses } from "./public-addresses.js";
import { RouteTables } from "./route-tables.js";
import { doubtful } from "./rules.js";
import { type Place, Subnets } from "./subnets.js";

/** The instances and interfaces of an AWS program with their security groups, and the groups that nothing here uses. */
export function networkOf(resources: readonly Resource[]): NetworkInterface[] {
  const subnets = new Subnets(resources);
  const groups = new Groups(resources, new PrefixLists(resources));
  const attachments = new Attachments(resources, groups, subnets);
  const acls = new NetworkAcls(resources, subnets);
  const addresses = new PublicAddresses(resources, subnets, attachments);
  const tables = new RouteTables(resources, subnets);
  const balanced = balancedInstances(resources);
  const machines = resources.filter(
    (each) => each.type === instanceType || (each.type === interfaceType && !attachments.owned.has(each)),
  );
  const used = new Set(machines.flatMap((each) => usedBy(attachments.of(each))));
  const unattached = groups.all().filter((group) => !used.has(group));
  const guarded = machines.map((each) => {
    const nics = [each, ...attachments.interfacesOf(each)];
    const places = [...new Set(nics.flatMap((nic) => subnets.of(nic) ?? []))];
    const routes = places.flatMap((place) => tables.around(place) ?? []);
    const fromInternet = [addresses.around(each), places.length === 1 ? routes[0] : undefined];
    return machine(each, attachments.of(each), {
      acl: aclsAround(each, places, acls),
      fromInternet: balanced.has(each) ? [] : fromInternet.filter((layer) => layer !== undefined),
    });
  });
  return [...guarded, ...unattached.map(unattachedGroup)].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function usedBy({ certain, doubtful }: Attached): Group[] {
  return [...certain, ...doubtful.keys()];
}

/** An instance in several subnets is reached through any of them: which ACL counts is then not known. */
function aclsAround(machine: Resource, subnets: readonly Place[], acls: NetworkAcls): AclLayers | undefined {
  const around = subnets.flatMap((subnet) => acls.around(subnet) ?? []);
  return around.length > 0 && subnets.length > 1 ? undecidedAcl([inputOf(machine, "networkInterfaces").at]) : around[0];
}

/** The layers around a machine beside its groups. */
interface Surroundings {
  readonly acl: AclLayers | undefined;
  /** What a client of the internet needs beside filters that let it in: an address and a route. */
  readonly fromInternet: readonly Layer[];
}

function machine(resource: Resource, attached: Attached, { acl, fromInternet }: Surroundings): NetworkInterface {
  const cloudId = knownId(resource);
  const kind = resource.type === instanceType ? "instance" : "interface";
  const groupsAt = inputOf(resource, "vpcSecurityGroupIds").at;
  return {
    id: resource.urn,
    name: resource.name,
    kind,
    ...(cloudId === undefined ? {} : { cloudId }),
    origin: "planned",
    evidence: { kind: "code", at: resource.urn, says: `${kind} ${resource.name}` },
    ingress: [layerOf(attached, "ingress", groupsAt), ...(acl ? [acl.ingress] : []), ...fromInternet],
    egress: [layerOf(attached, "egress", groupsAt), ...(acl ? [acl.egress] : [])],
    ...(acl ? { ingressAnswers: [acl.egress], egressAnswers: [acl.ingress] } : {}),
  };
}

function unattachedGroup(group: Group): NetworkInterface {
  const attached: Attached = { certain: new Set([group]), doubtful: new Map(), missing: new Set() };
  return {
    id: group.id,
    name: group.name,
    kind: "unattached group",
    ...(group.cloudId === undefined ? {} : { cloudId: group.cloudId }),
    origin: "planned",
    evidence: { kind: "code", at: group.id, says: `security group ${group.name}, attached to nothing seen here` },
    ingress: [layerOf(attached, "ingress", group.id)],
    egress: [layerOf(attached, "egress", group.id)],
  };
}

function layerOf(attached: Attached, direction: Direction, groupsAt: string): Layer {
  const certain = [...attached.certain];
  const perhaps = [...attached.doubtful];
  const rules = [
    ...certain.flatMap((group) => group.rules[direction]),
    ...perhaps.flatMap(([group, at]) => group.rules[direction].map((rule) => doubtful(rule, at))),
  ];
  const incomplete = [
    ...attached.missing,
    ...certain.flatMap((group) => group.incomplete[direction]),
    ...perhaps.flatMap(([group]) => group.incomplete[direction]),
  ];
  return {
    name: layerName,
    combine: "union",
    rules,
    otherwise: { action: "deny", evidence: denial(certain, rules, direction, groupsAt) },
    incomplete: [...new Set(incomplete)].sort(),
  };
}

function denial(
  groups: readonly Group[],
  rules: readonly FilterRule[],
  direction: Direction,
  groupsAt: string,
): Evidence {
  const [only] = groups;
  const single = groups.length === 1 && only !== undefined;
  const names = groups.map((group) => group.name).sort();
  const whose = names.length === 0 ? "no security group known" : `security group ${names.join(", ")}`;
  return {
    kind: "code",
    at: single ? `${only.id}#${direction}` : groupsAt,
    says: `${whose}: ${reason(rules.length, direction)}`,
    layer: { name: layerName, decision: "deny" },
  };
}

/** The provider deletes the allow-all egress rule that AWS gives to a new group (its `SecurityGroup` documentation). */
function reason(rules: number, direction: Direction): string {
  if (direction === "ingress") return "what no ingress rule allows is dropped";
  return rules > 0
    ? "what no egress rule allows is dropped"
    : "no egress rule is defined and the provider removes AWS's default one, so nothing is let out";
}
