import { isUnknown, type Maybe, mapKnown } from "../../../model/maybe.js";
import type { FilterRule, Layer, NetworkInterface } from "../../../model/network.js";
import { everybody } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { Attached, type Group } from "../filter-groups.js";
import { type Direction, doubtful } from "../filter-rules.js";
import { inputOf, type Resource } from "../resource.js";
import { loadBalancers } from "./balancers.js";
import { Firewalls } from "./firewalls.js";
import { emptyGroups, fill } from "./groups.js";
import { Members } from "./members.js";
import { type Nic, nicsOf } from "./nics.js";

const layerName = "security group";

/** The ports and instances of an OpenStack program with their security groups, and the groups that nothing here uses. */
export function networkOf(resources: readonly Resource[]): NetworkInterface[] {
  const groups = emptyGroups(resources);
  const nics = nicsOf(resources, groups);
  const members = new Members(resources, nics, groups);
  fill(groups, resources, members);
  const firewalls = new Firewalls(resources);
  const balanced = loadBalancers(resources, {
    ...{ groups, nics, members },
    before: (attached, at) => groupLayerOf(attached, "ingress", at),
    behind: (nic) => asTarget(nic, firewalls),
  });
  const used = new Set([...nics, ...balanced].flatMap(({ attached }) => attached.groups()));
  const free = groups.all().filter((group) => !used.has(group));
  const found = [
    ...nics.map((nic) => machine(nic, firewalls)),
    ...free.map(unattached),
    ...balanced.map(({ own }) => own),
  ];
  return found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function machine(nic: Nic, firewalls: Firewalls): NetworkInterface {
  const { id, name, kind, cloudId, attached } = nic;
  const [ingress, egress] = [groupLayer(nic, "ingress"), groupLayer(nic, "egress")];
  const around = firewalls.around(nic);
  return {
    id,
    name,
    kind,
    ...(cloudId === undefined ? {} : { cloudId }),
    origin: "planned",
    evidence: { kind: "code", at: id, says: `${kind} ${name}` },
    ingress: [ingress, ...around],
    egress: [egress, ...around],
    ...answers(attached, ingress, egress),
  };
}

/** What a member of a pool lets in. Answers of groups that follow no connection are not seen from the balancer. */
function asTarget(nic: Nic, firewalls: Firewalls): Layer {
  const layer = groupLayer(nic, "ingress");
  const untracked = answers(nic.attached, layer, layer).ingressAnswers ? [nic.groupsAt] : [];
  const others = firewalls.around(nic).flatMap(({ incomplete }) => incomplete);
  return { ...layer, incomplete: [...layer.incomplete, ...untracked, ...others] };
}

function unattached(group: Group): NetworkInterface {
  const { id, name, cloudId } = group;
  const attached = Attached.of(group);
  const [ingress, egress] = [groupLayerOf(attached, "ingress", id), groupLayerOf(attached, "egress", id)];
  return {
    id,
    name,
    kind: "unattached group",
    ...(cloudId === undefined ? {} : { cloudId }),
    origin: "planned",
    evidence: { kind: "code", at: id, says: `security group ${name}, on nothing seen here` },
    ingress: [ingress],
    egress: [egress],
    ...answers(attached, ingress, egress),
  };
}

function groupLayer({ attached, filtered, groupsAt, port }: Nic, direction: Direction): Layer {
  const layer = groupLayerOf(attached, direction, groupsAt);
  if (filtered === true || !port) return layer;
  const at = inputOf(port, "portSecurityEnabled").at;
  const says = "without port security nothing is filtered on this port";
  const open: FilterRule = {
    ...{ id: at, action: "allow", protocol: "any", ports: PortSet.all, peers: everybody },
    evidence: { kind: "code", at, says },
  };
  return filtered === false
    ? { ...layer, rules: [open], incomplete: [] }
    : { ...layer, rules: [...layer.rules, doubtful(open, ...filtered.unknown)] };
}

/** The layer of OpenStack's security groups. */
export function groupLayerOf(attached: Attached, direction: Direction, at: string): Layer {
  return {
    name: layerName,
    combine: "union",
    rules: attached.rules(direction),
    otherwise: {
      action: "deny",
      evidence: {
        kind: "code",
        at,
        says: `${attached.called("security group")}: what no ${direction} rule lets through is dropped`,
      },
    },
    incomplete: attached.incomplete(direction),
  };
}

/** Groups with `stateful: false` follow no connections: answers need a rule of their own. */
function answers(
  attached: Attached,
  ingress: Layer,
  egress: Layer,
): Pick<NetworkInterface, "ingressAnswers" | "egressAnswers"> {
  const stateless = attached.groups().map(({ resource }) => (resource ? statelessOf(resource) : false));
  if (stateless.includes(true)) return { ingressAnswers: [egress], egressAnswers: [ingress] };
  const missing = stateless.flatMap((each) => (isUnknown(each) ? each.unknown : []));
  if (missing.length === 0) return {};
  const perhaps = (layer: Layer): Layer => ({ ...layer, incomplete: [...layer.incomplete, ...missing].sort() });
  return { ingressAnswers: [perhaps(egress)], egressAnswers: [perhaps(ingress)] };
}

function statelessOf(resource: Resource): Maybe<boolean> {
  return mapKnown(inputOf(resource, "stateful").boolean() ?? true, (stateful) => !stateful);
}
