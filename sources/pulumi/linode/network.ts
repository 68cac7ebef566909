import { isUnknown, type Maybe, mapKnown, missingOf, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer, NetworkInterface } from "../../../model/network.js";
import { everybody, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { providerLayer } from "../../../model/provider-blocks.js";
import { type Attached, type Group, Groups } from "../filter-groups.js";
import {
  addressBlocks,
  type Direction,
  directions,
  doubtful,
  everyIpv4,
  everyIpv6,
  filterRule,
  portsListed,
  protocolNamed,
  spelledIn,
} from "../filter-rules.js";
import type { Input } from "../input.js";
import { type CloudLayers, isBare, Machines, openLayer } from "../machines.js";
import { type References, referenceOf, Targets } from "../references.js";
import { inputOf, type Resource } from "../resource.js";
import { balancerType, nodeBalancers } from "./balancers.js";

const firewallType = "linode:index/firewall:Firewall";
const deviceType = "linode:index/firewallDevice:FirewallDevice";
const instanceType = "linode:index/instance:Instance";
const layerName = "firewall";
const provider = providerLayer("linode");

/**
 * Linodes behind Cloud Firewalls: stateful, the first rule that matches decides, then the policy of the direction; one
 * enabled firewall a Linode (techdocs.akamai.com, Cloud Firewall; Linode API, Create a firewall).
 * @throws InputError for an address or a port range that is none.
 */
export function networkOf(resources: readonly Resource[]): NetworkInterface[] {
  const firewalls = resources.filter(({ type }) => type === firewallType);
  const groups = new Groups(new Targets(firewalls, [firewallType]));
  const machines = new Machines(resources, [instanceType], groups);
  const balancers = new Machines(resources, [balancerType], groups);
  for (const firewall of firewalls) {
    const own: References = { certain: [firewall], doubtful: [], outside: [], missing: [] };
    machines.listed(firewall, "linodes", own);
    balancers.listed(firewall, "nodebalancers", own);
    fill(groups.of(firewall), firewall);
  }
  for (const device of resources.filter(({ type }) => type === deviceType)) {
    const kind = inputOf(device, "entityType").text() ?? "linode";
    const on = referenceOf(device, "firewallId", inputOf(device, "firewallId"), groups.targets);
    const entity = inputOf(device, "entityId");
    for (const [name, each] of [
      ["linode", machines],
      ["nodebalancer", balancers],
    ] as const) {
      if (!isUnknown(kind) && kind !== name) continue;
      const found = referenceOf(device, "entityId", entity, each.targets);
      const perhaps = { ...found, certain: [], doubtful: [...found.certain, ...found.doubtful] };
      each.put(on, isUnknown(kind) ? perhaps : found, entity.at);
    }
  }
  for (const each of [machines, balancers])
    for (const machine of each.targets.resources) {
      const id = inputOf(machine, "firewallId");
      each.named(machine, referenceOf(machine, "firewallId", id, groups.targets), id.at);
    }
  const cloud: CloudLayers = { machine: "Linode", firewall: layerName, provider: () => provider, layer: layerOf };
  const before = (balancer: Resource) => balancers.of(balancer);
  return [
    ...machines.interfaces(
      cloud,
      balancers.targets.resources.flatMap((each) => before(each).groups()),
    ),
    ...nodeBalancers(resources, {
      linodes: machines.targets.resources,
      firewall: (linode) => layerOf(machines.of(linode), "ingress", linode.urn),
      before: (balancer) => (isBare(before(balancer)) ? [] : [layerOf(before(balancer), "ingress", balancer.urn)]),
    }),
  ];
}

/** Two firewalls on one Linode cannot both be enabled: which one is, a program does not say. */
function layerOf(attached: Attached, direction: Direction, at: string): Layer {
  const groups = attached.groups();
  const [only] = groups;
  if (isBare(attached)) return openLayer(layerName, at, "no firewall of this program is on the Linode");
  const unsure = [...attached.doubtful.values(), ...attached.missing];
  const several = groups.length > 1 ? groups.map(({ id }) => id) : [];
  if (!only?.resource || unsure.length + several.length > 0)
    return {
      ...openLayer(layerName, at, "it is not known which firewall is on the Linode"),
      incomplete: [...new Set([...unsure, ...several, ...attached.incomplete(direction)])].sort(),
    };
  return standing(only, only.resource, direction, attached);
}

function standing(group: Group, firewall: Resource, direction: Direction, attached: Attached): Layer {
  const disabled = inputOf(firewall, "disabled");
  const is = disabled.boolean() ?? false;
  if (is === true) return openLayer(layerName, disabled.at, `firewall ${group.name} is disabled`);
  const policy = inputOf(firewall, direction === "ingress" ? "inboundPolicy" : "outboundPolicy");
  const stated = mapKnown(policy.text() ?? unknown(policy.at), actionNamed);
  const off = isUnknown(is)
    ? [doubtful(everything("allow", disabled.at, "a disabled firewall filters nothing"), ...is.unknown)]
    : [];
  const last = isUnknown(stated)
    ? [doubtful(everything("allow", policy.at, "the policy may let everything pass"), ...stated.unknown)]
    : [];
  const action = isUnknown(stated) ? "deny" : stated;
  const says = `firewall ${group.name}: the policy is to ${action === "allow" ? "accept" : "drop"} what no rule matches`;
  return {
    name: layerName,
    combine: "first-match",
    rules: [...off, ...group.rules[direction], ...last],
    otherwise: { action, evidence: { kind: "code", at: policy.at, says } },
    incomplete: attached.incomplete(direction),
  };
}

function everything(action: "allow" | "deny", at: string, says: string): FilterRule {
  const all = { protocol: "any", ports: PortSet.all, peers: everybody } as const;
  return { id: at, action, ...all, evidence: { kind: "code", at, says } };
}

function actionNamed(text: string): "allow" | "deny" {
  return text.toUpperCase() === "ACCEPT" ? "allow" : "deny";
}

function fill(group: Group, firewall: Resource): void {
  for (const direction of directions) {
    const items = inputOf(firewall, direction === "ingress" ? "inbounds" : "outbounds").items() ?? [];
    if (isUnknown(items)) group.incomplete[direction].push(...items.unknown);
    else for (const item of items) group.rules[direction].push(...rulesOf(item, direction));
  }
}

function rulesOf(item: Input, direction: Direction): FilterRule[] {
  const protocol = mapKnown(item.member("protocol").text() ?? unknown(item.at), (text) =>
    protocolNamed(text, [], item.member("protocol").at),
  );
  const action = mapKnown(item.member("action").text() ?? unknown(item.at), actionNamed);
  const written = spelledIn(item.member("ipv4s"), item.member("ipv6s"));
  const ports = portsOf(item.member("ports"));
  const stated = { at: item.at, direction, protocol, ports, peers: peersOf(item), ...written };
  const actions = isUnknown(action) ? (["allow", "deny"] as const) : [action];
  return actions.map((each) => doubtful(filterRule({ ...stated, action: each }), ...missingOf(action)));
}

function portsOf(ports: Input): Maybe<PortSet> {
  const text = ports.text() ?? "";
  if (isUnknown(text)) return text;
  return text.trim() === "" ? PortSet.all : portsListed(ports);
}

function peersOf(item: Input): PartialSet {
  const [four, six] = [item.member("ipv4s"), item.member("ipv6s")];
  if (four.isAbsent && six.isAbsent) return undecidedSet([four.at]);
  return unionOf(
    ...[addressBlocks(four, everyIpv4), addressBlocks(six, everyIpv6)].filter((each) => each !== undefined),
  );
}
