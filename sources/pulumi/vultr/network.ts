import { internet } from "../../../model/addresses.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer, NetworkInterface } from "../../../model/network.js";
import { type PartialSet, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { providerLayer } from "../../../model/provider-blocks.js";
import { type Attached, Groups } from "../filter-groups.js";
import {
  addressWithLength,
  type Direction,
  everyIpv4,
  everyIpv6,
  filterRule,
  portsWritten,
  protocolNamed,
} from "../filter-rules.js";
import { isBare, Machines, openLayer, unionLayer } from "../machines.js";
import { referenceOf, Targets } from "../references.js";
import { inputOf, type Resource } from "../resource.js";
import { loadBalancers } from "./balancers.js";

const groupType = "vultr:index/firewallGroup:FirewallGroup";
const ruleType = "vultr:index/firewallRule:FirewallRule";
const instanceTypes = ["vultr:index/instance:Instance", "vultr:index/bareMetalServer:BareMetalServer"];
const layerName = "firewall group";
const provider = providerLayer("vultr");

/**
 * Instances behind Vultr firewall groups: stateful, inbound alone, rules that allow side by side (docs.vultr.com, Network,
 * Firewall Groups).
 * @throws InputError for an address or a port range that is none.
 */
export function networkOf(resources: readonly Resource[]): NetworkInterface[] {
  const defined = resources.filter(({ type }) => type === groupType);
  const groups = new Groups(new Targets(defined, [groupType]));
  const machines = new Machines(resources, instanceTypes, groups);
  for (const rule of resources.filter(({ type }) => type === ruleType))
    groups.add(rule, "firewallGroupId", "ingress", [ruleOf(rule)]);
  for (const machine of machines.targets.resources) {
    const id = inputOf(machine, "firewallGroupId");
    machines.named(machine, referenceOf(machine, "firewallGroupId", id, groups.targets), id.at);
  }
  return [
    ...machines.interfaces({ machine: "instance", firewall: layerName, provider: () => provider, layer: layerOf }),
    ...loadBalancers(resources, machines.targets, (each) => layerOf(machines.of(each), "ingress", each.urn)),
  ];
}

function layerOf(attached: Attached, direction: Direction, at: string): Layer {
  if (direction === "egress") return openLayer(layerName, at, "Vultr's firewall filters nothing on the way out");
  if (isBare(attached)) return openLayer(layerName, at, "no firewall group is on the instance, so nothing is filtered");
  const layer = unionLayer(
    layerName,
    attached,
    direction,
    at,
    `${attached.called(layerName)}: what no rule allows is dropped`,
  );
  // What a group without any rule does, Vultr does not say.
  const empty = attached.groups().filter(({ rules }) => rules.ingress.length === 0);
  return { ...layer, incomplete: [...layer.incomplete, ...empty.map(({ id }) => `rules of ${id}`)].sort() };
}

function ruleOf(rule: Resource): FilterRule {
  const input = (name: string) => inputOf(rule, name);
  const protocol = mapKnown(input("protocol").text() ?? unknown(input("protocol").at), (text) =>
    protocolNamed(text, [], input("protocol").at),
  );
  return filterRule({
    ...{ at: rule.urn, action: "allow", direction: "ingress", protocol },
    ports: portsOf(rule, protocol),
    peers: peersOf(rule),
    ...spelling(rule),
  });
}

function portsOf(rule: Resource, protocol: FilterRule["protocol"]): Maybe<PortSet> {
  const port = inputOf(rule, "port");
  const text = port.text();
  if (protocol === "other") return PortSet.all;
  if (text === undefined || text === "") return unknown(port.at);
  return isUnknown(text) ? text : portsWritten(port, text.includes(":") ? ":" : "-");
}

/** The address and its length as one block. */
function spelling(rule: Resource): Pick<FilterRule, "written"> {
  const [address, length] = [inputOf(rule, "subnet").text(), inputOf(rule, "subnetSize").number()];
  return typeof address === "string" && typeof length === "number" ? { written: [`${address}/${length}`] } : {};
}

function peersOf(rule: Resource): PartialSet {
  const input = (name: string) => inputOf(rule, name);
  const kind = input("ipType").text() ?? unknown(input("ipType").at);
  const bound = isUnknown(kind) ? undefined : kind === "v6" ? everyIpv6 : everyIpv4;
  const source = input("source").text() ?? "";
  if (isUnknown(source)) return undecidedSet(source.unknown, bound);
  // Cloudflare publishes its addresses; a program does not hold them.
  if (source !== "")
    return undecidedSet([input("source").at], bound === undefined ? internet : internet.intersect(bound));
  return addressWithLength(input("subnet"), input("subnetSize"), bound);
}
