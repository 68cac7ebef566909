import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer, NetworkInterface } from "../../../model/network.js";
import { everybody, exactly, nobody, type PartialSet, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { addressLayerName } from "../../aws-rules.js";
import { ipv6, wall } from "../../layers.js";
import { speechOf } from "../balancers.js";
import type { Input } from "../input.js";
import { referenceOf, type Targets, targetsOf } from "../references.js";
import { inputOf, knownId, ofTypes, type Resource } from "../resource.js";
import { instanceType } from "./attachments.js";
import { acceleratorListenerType, endpointGroupType, type Listening } from "./listeners.js";
import type { Machines } from "./machines.js";
import type { Target } from "./target-groups.js";
import { layersToTargets } from "./target-layers.js";

const acceleratorType = "aws:globalaccelerator/accelerator:Accelerator";

const doorLayer = "listener";

/** Ports that a listener takes, and the machines behind; where the port is another one behind, one port each. */
interface Opened extends Omit<Listening, "port"> {
  readonly ports: Maybe<PortSet>;
}

/** The accelerators of a program as the internet meets them: through to the instances behind, which see the client. */
export function acceleratorsOf(resources: readonly Resource[], machines: Machines): NetworkInterface[] {
  const program = {
    ...{ listeners: targetsOf(resources, acceleratorListenerType), instances: targetsOf(resources, instanceType) },
    groups: ofTypes(resources, endpointGroupType),
  };
  const fronts = targetsOf(resources, acceleratorType);
  return fronts.resources.map((front) => {
    const own = program.listeners.resources.filter((each) =>
      referenceOf(each, "acceleratorArn", inputOf(each, "acceleratorArn"), fronts).certain.includes(front),
    );
    const opened = own.flatMap((each) => openedBy(each, program));
    return interfaceOf(front, opened, machines);
  });
}

function interfaceOf(front: Resource, opened: readonly Opened[], machines: Machines): NetworkInterface {
  const { urn, name } = front;
  const cloudId = knownId(front);
  const listening = opened.map((each): Listening => ({ ...each, port: lowest(each.ports) }));
  const { forward, answers } = layersToTargets(front, listening, machines, {
    ...{ acl: undefined, places: [], guarded: false, addresses: undecidedSet([urn]), addressesAt: urn },
  });
  const evidence = { kind: "default", at: urn, says: "an accelerator opens no connections of its own" } as const;
  const silent: Layer = {
    ...{ name: doorLayer, combine: "union", rules: [], incomplete: [] },
    otherwise: { action: "deny", evidence },
  };
  return {
    ...{ id: urn, name, kind: "load balancer", origin: "planned", ...(cloudId === undefined ? {} : { cloudId }) },
    evidence: { kind: "code", at: urn, says: `accelerator ${name}` },
    ingress: [doors(front, opened), address(front), ...forward],
    egress: [silent],
    ...(answers.length > 0 ? { ingressAnswers: answers } : {}),
  };
}

function lowest(ports: Maybe<PortSet>): Maybe<number> {
  return isUnknown(ports) ? ports : (ports.ranges[0]?.[0] ?? 0);
}

interface Program {
  readonly listeners: Targets;
  readonly instances: Targets;
  readonly groups: readonly Resource[];
}

/** Of AWS's API reference, CreateListener of Global Accelerator. */
const protocols = { tcp: "tcp", udp: "other" } as const;

function openedBy(listener: Resource, { listeners, instances, groups }: Program): Opened[] {
  const stated = inputOf(listener, "protocol");
  const protocol = stated.isAbsent ? "tcp" : speechOf(stated, protocols);
  if (protocol === "other") return [];
  const list = inputOf(listener, "portRanges");
  const ports = rangesOf(list);
  const own = groups.filter((each) =>
    referenceOf(each, "listenerArn", inputOf(each, "listenerArn"), listeners).certain.includes(listener),
  );
  const whole = { at: listener.urn, protocol, preserved: true };
  if (own.length === 0) return [{ ...whole, ports, targets: [], missing: [listener.urn] }];
  return own.flatMap((group) => {
    const { machines, missing } = endpointsOf(group, instances);
    const overrides = overridesOf(inputOf(group, "portOverrides"));
    const bound = (listen: PortSet, target?: Maybe<number>) =>
      machines.map((machine): Target => ({ machine, door: { listen, ...(target === undefined ? {} : { target }) } }));
    if (isUnknown(ports) || isUnknown(overrides)) {
      const open = [...(isUnknown(ports) ? ports.unknown : []), ...(isUnknown(overrides) ? overrides.unknown : [])];
      return [{ ...whole, ports, targets: [], missing: [...open, ...missing] }];
    }
    const moved = overrides.filter(({ listen }) => ports.has(listen));
    const rest = ports.subtract(PortSet.of(...moved.map(({ listen }) => listen)));
    return [
      ...moved.map(({ listen, target }): Opened => {
        const port = PortSet.of(listen);
        return { ...whole, ports: port, targets: bound(port, target), missing };
      }),
      ...(rest.isEmpty ? [] : [{ ...whole, ports: rest, targets: bound(rest), missing }]),
    ];
  });
}

function rangesOf(list: Input): Maybe<PortSet> {
  const items = list.items() ?? [];
  if (isUnknown(items)) return items;
  const found = items.map((item): Maybe<PortSet> => {
    const from = item.member("fromPort").number() ?? unknown(item.at);
    const to = item.member("toPort").number() ?? from;
    if (isUnknown(from) || isUnknown(to) || from > to) return unknown(item.at);
    return PortSet.range(from, to);
  });
  const open = found.filter(isUnknown);
  if (open.length > 0) return unknown(...open.flatMap((each) => each.unknown));
  return PortSet.union(...found.filter((each): each is PortSet => !isUnknown(each)));
}

function overridesOf(list: Input): Maybe<{ listen: number; target: Maybe<number> }[]> {
  const items = list.items() ?? [];
  if (isUnknown(items)) return items;
  const found = items.map((item) => ({
    listen: item.member("listenerPort").number() ?? unknown(item.at),
    target: item.member("endpointPort").number() ?? unknown(item.at),
  }));
  const open = found.flatMap(({ listen }) => (isUnknown(listen) ? listen.unknown : []));
  if (open.length > 0) return unknown(...open);
  return found as { listen: number; target: Maybe<number> }[];
}

/** Instances are followed; elastic addresses and load balancers as endpoints are not. */
function endpointsOf(group: Resource, instances: Targets): { machines: Resource[]; missing: string[] } {
  const property = "endpointConfigurations";
  const list = inputOf(group, property);
  const items = list.items() ?? [];
  if (isUnknown(items)) return { machines: [], missing: [...items.unknown] };
  const found = items.map((item) => referenceOf(group, property, item.member("endpointId"), instances));
  return {
    machines: [...new Set(found.flatMap(({ certain }) => certain))],
    missing: found.flatMap(({ certain }, i) => (certain.length > 0 ? [] : [items[i]?.at ?? list.at])),
  };
}

function doors(front: Resource, opened: readonly Opened[]): Layer {
  const enabled = inputOf(front, "enabled");
  const isOn = enabled.boolean() ?? true;
  const rules = opened.map(({ at, ports, protocol }): FilterRule => {
    const doubts = [...(isUnknown(isOn) ? isOn.unknown : []), ...(isUnknown(protocol) ? protocol.unknown : [])];
    const peers: PartialSet = isOn === false ? nobody : doubts.length > 0 ? undecidedSet(doubts) : everybody;
    const says = `listens on tcp ${isUnknown(ports) ? "ports not known yet" : ports}`;
    const evidence = { kind: "code", at, says, layer: { name: doorLayer, decision: "allow" } } as const;
    return { id: `${at} ${isUnknown(ports) ? "" : ports}`, action: "allow", protocol: "tcp", ports, peers, evidence };
  });
  const says =
    isOn === false ? "the accelerator is turned off" : `accelerator ${front.name} has no listener for this port`;
  const at = isOn === false ? enabled.at : front.urn;
  const evidence = { kind: "code", at, says, layer: { name: doorLayer, decision: "deny" } } as const;
  return { name: doorLayer, combine: "union", rules, otherwise: { action: "deny", evidence }, incomplete: [] };
}

function address(front: Resource): Layer {
  const family = inputOf(front, "ipAddressType");
  const type = family.text() ?? "IPV4";
  const stopped = isUnknown(type) ? undecidedSet(type.unknown, ipv6) : type === "IPV4" ? exactly(ipv6) : nobody;
  return wall({
    ...{ name: addressLayerName, at: family.at, stopped },
    denies: "the accelerator has IPv4 addresses only",
    allows: "the accelerator has an address for them",
  });
}
