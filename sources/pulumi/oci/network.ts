import type { Layer, NetworkInterface } from "../../../model/network.js";
import { providerLayer } from "../../../model/provider-blocks.js";
import { Attached, type Group } from "../filter-groups.js";
import type { Direction } from "../filter-rules.js";
import { knownId, type Resource } from "../resource.js";
import { loadBalancers } from "./balancers.js";
import { Lists, vcnType } from "./lists.js";
import { PublicAddresses } from "./public-addresses.js";
import type { OciRule } from "./rules.js";
import { answersOf } from "./stateless.js";
import { type Vnic, Vnics } from "./vnics.js";

/** The network cards of an Oracle Cloud program behind security lists and groups, and those that nothing here uses. */
export function networkOf(resources: readonly Resource[]): NetworkInterface[] {
  const lists = new Lists(resources);
  const vnics = new Vnics(resources, lists);
  lists.fill(vnics.members);
  const addresses = new PublicAddresses(resources);
  const balanced = loadBalancers(resources, vnics, (attached, at) => layerOf(attached, "ingress", at));
  const used = new Set(
    [...vnics.all.map(({ attached }) => attached), ...balanced.attached].flatMap((each) => each.groups()),
  );
  const free = lists.groups.all().filter((group) => !used.has(group) && group.resource?.type !== vcnType);
  const found = [...vnics.all.map((vnic) => machine(vnic, addresses)), ...free.map(unattached), ...balanced.interfaces];
  return found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function machine(vnic: Vnic, addresses: PublicAddresses): NetworkInterface {
  const { resource, kind, attached, subnetAt } = vnic;
  const { urn, name } = resource;
  const cloudId = knownId(resource);
  return {
    id: urn,
    name,
    kind,
    ...(cloudId === undefined ? {} : { cloudId }),
    origin: "planned",
    evidence: { kind: "code", at: urn, says: `${kind} ${name}` },
    ingress: [addresses.layerOf(vnic), layerOf(attached, "ingress", subnetAt)],
    egress: [layerOf(attached, "egress", subnetAt), provider],
    ...answers(attached),
  };
}

function unattached(group: Group<OciRule>): NetworkInterface {
  const { id, name, cloudId } = group;
  const attached = Attached.of(group);
  return {
    id,
    name,
    kind: "unattached group",
    ...(cloudId === undefined ? {} : { cloudId }),
    origin: "planned",
    evidence: { kind: "code", at: id, says: `security rules of ${name}, on nothing seen here` },
    ingress: [layerOf(attached, "ingress", id)],
    egress: [layerOf(attached, "egress", id), provider],
    ...answers(attached),
  };
}

/** Lists and groups are one union: what any rule of them allows passes. */
function layerOf(attached: Attached<OciRule>, direction: Direction, at: string): Layer {
  const says = `${attached.called("security list or group")}: what no ${direction} rule allows is dropped`;
  return {
    name: "security rules",
    combine: "union",
    rules: attached.rules(direction),
    otherwise: { action: "deny", evidence: { kind: "code", at, says } },
    incomplete: attached.incomplete(direction),
  };
}

function answers(attached: Attached<OciRule>): Pick<NetworkInterface, "ingressAnswers" | "egressAnswers"> {
  const [inward, outward] = [answersOf(attached, "ingress"), answersOf(attached, "egress")];
  return { ...(inward ? { ingressAnswers: [inward] } : {}), ...(outward ? { egressAnswers: [outward] } : {}) };
}

const provider = providerLayer("oci");
