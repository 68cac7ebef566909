import { isUnknown } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { everybody, type PartialSet, unionOf } from "../../../model/partial.js";
import type { PortSet } from "../../../model/ports.js";
import { aclLayerName, layerName } from "../../aws-rules.js";
import { asSeen, through, together } from "../../balancing.js";
import { eitherOf, portsApart, seenAs } from "../../layers.js";
import type { Resource } from "../resource.js";
import type { AclLayers } from "./acl-layers.js";
import type { Listening } from "./listeners.js";
import type { Machines } from "./machines.js";
import type { Place } from "./subnets.js";

/** What a load balancer has around itself. */
export interface Front {
  readonly acl: AclLayers | undefined;
  readonly places: readonly Place[];
  /** It has security groups. */
  readonly guarded: boolean;
  /** The addresses from which it sends to targets, and the input that leaves open which. */
  readonly addresses: PartialSet;
  readonly addressesAt: string;
}

/**
 * What lies between a load balancer and its targets, on the ports of its listeners. Any target that can be reached will
 * do, for health checks take the others out.
 */
export function layersToTargets(
  balancer: Resource,
  listening: readonly Listening[],
  machines: Machines,
  front: Front,
): { forward: Layer[]; answers: Layer[] } {
  const { acl, addresses, addressesAt } = front;
  const found = { groups: [] as Layer[], out: [] as Layer[], leaving: [] as Layer[], entering: [] as Layer[] };
  const answers: Layer[] = acl ? [acl.egress] : [];
  let guardedTargets = false;
  for (const { port, targets, preserved, missing, at } of listening) {
    if (isUnknown(port) || missing.length > 0) found.groups.push(unseen(isUnknown(port) ? port.unknown : missing));
    const [first] = targets;
    if (isUnknown(port) || first === undefined) continue;
    const seen = (layer: Layer) => asSeen(layer, preserved, addresses, addressesAt);
    for (const { machine, door } of targets) {
      const layer = machines.groupLayer(machine, "ingress");
      found.groups.push(through(welcoming(seen(layer), layer, balancer, machines), door));
      const own = machines.sendingFrom(machine);
      found.out.push(through(seenAs(portsApart(machines.groupLayer(balancer, "egress")), own, at), door));
    }
    // Within one subnet no ACL is met.
    const apart = targets.filter(
      ({ machine }) => !machines.placesOf(machine).some((each) => front.places.includes(each)),
    );
    const theirs = unionOf(...apart.map(({ machine }) => machines.sendingFrom(machine)));
    const door = apart[0]?.door ?? first.door;
    const around = apart.flatMap(({ machine }) => machines.aclOf(machine) ?? []);
    const [ingress, egress] = (["ingress", "egress"] as const).map((way) =>
      eitherOf(
        around.map((each) => each[way]),
        at,
      ),
    );
    guardedTargets ||= ingress !== undefined;
    found.entering.push(ingress ? through(seen(ingress), door) : letting(door.listen, at));
    found.leaving.push(
      acl && apart.length > 0 ? through(seenAs(portsApart(acl.egress), theirs, at), door) : letting(door.listen, at),
    );
    if (egress) answers.push({ ...seen(egress), name: `${aclLayerName} of its targets` });
    if (acl && apart.length > 0)
      answers.push({ ...seenAs(portsApart(acl.ingress), theirs, at), name: `${aclLayerName}, from its targets` });
  }
  const layer = (layers: readonly Layer[], name: string, says: string): Layer => {
    const evidence = { kind: "code", at: balancer.urn, says, layer: { name, decision: "deny" } } as const;
    return together(layers, { action: "deny", evidence }, name);
  };
  const { groups, out, leaving, entering } = found;
  const toTargets = "no rule lets the target port out to the targets";
  const ofTargets = "the network ACL of its targets denies what no rule matches";
  const atTargets = "no rule of the targets' security groups lets in the target port from it";
  const forward = [
    ...(front.guarded && out.length > 0 ? [layer(out, `${layerName}, to its targets`, toTargets)] : []),
    ...(acl && leaving.length > 0 ? [layer(leaving, `${aclLayerName}, to its targets`, toTargets)] : []),
    ...(guardedTargets ? [layer(entering, `${aclLayerName} of its targets`, ofTargets)] : []),
    layer(groups, `${layerName} of its targets`, atTargets),
  ];
  return { forward, answers: distinct(answers) };
}

/** A rule for a group that the load balancer carries lets in whatever comes through it. */
function welcoming(seen: Layer, { rules }: Layer, balancer: Resource, machines: Machines): Layer {
  const carried = new Set([...machines.attachments.of(balancer).certain].map(({ id }) => id));
  const named = (rule: FilterRule) => [...machines.groups.referredBy(rule)].some((each) => carried.has(each));
  return {
    ...seen,
    rules: seen.rules.map((rule, i) => (rules[i] && named(rules[i]) ? { ...rule, peers: everybody } : rule)),
  };
}

function letting(listen: PortSet, at: string): Layer {
  const evidence = { kind: "code", at, says: "no network ACL of the program stands there" } as const;
  const rule = { id: at, action: "allow", protocol: "tcp", ports: listen, peers: everybody, evidence } as const;
  return {
    name: aclLayerName,
    combine: "first-match",
    rules: [rule],
    otherwise: { action: "deny", evidence },
    incomplete: [],
  };
}

/** Targets that this program does not show. */
function unseen(missing: readonly string[]): Layer {
  const evidence = { kind: "code", at: missing[0] ?? "", says: "targets that are not seen here" } as const;
  return {
    name: layerName,
    combine: "union",
    rules: [],
    otherwise: { action: "deny", evidence },
    incomplete: [...missing],
  };
}

function distinct(layers: readonly Layer[]): Layer[] {
  return [...new Map(layers.map((each) => [`${each.name} ${each.rules.map(({ id }) => id)}`, each])).values()];
}
