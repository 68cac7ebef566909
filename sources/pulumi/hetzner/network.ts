import { privateNetworks } from "../../../model/addresses.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer, NetworkInterface } from "../../../model/network.js";
import { exactly, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { providerLayer } from "../../../model/provider-blocks.js";
import { type Attached, type Group, Groups } from "../filter-groups.js";
import {
  addressBlocks,
  type Direction,
  directions,
  doubtful,
  filterRule,
  portsWritten,
  protocolNamed,
  sidesOf,
  spelledIn,
} from "../filter-rules.js";
import type { Input } from "../input.js";
import { type CloudLayers, isBare, Machines, openLayer, unionLayer } from "../machines.js";
import { type References, referenceOf, referencesOf, Targets } from "../references.js";
import { givenOf, inputOf, type Resource } from "../resource.js";
import { type Behind, loadBalancers } from "./balancers.js";
import { selects } from "./labels.js";

const firewallType = "hcloud:index/firewall:Firewall";
const attachmentType = "hcloud:index/firewallAttachment:FirewallAttachment";
const serverType = "hcloud:index/server:Server";
const layerName = "firewall";
const provider = providerLayer("hetzner");

/**
 * Servers behind Hetzner Cloud Firewalls: stateful, side by side; in, what no rule allows is dropped; out, everything
 * passes until a rule for out exists; private networks are not filtered (docs.hetzner.com, Cloud, Firewalls).
 * @throws InputError for an address or a port range that is none.
 */
export function networkOf(resources: readonly Resource[]): NetworkInterface[] {
  const firewalls = resources.filter(({ type }) => type === firewallType);
  const groups = new Groups(new Targets(firewalls, [firewallType]));
  const machines = new Machines(resources, [serverType], groups);
  for (const firewall of firewalls) {
    fill(groups.of(firewall), firewall);
    applied(machines, firewall);
  }
  for (const each of resources.filter(({ type }) => type === attachmentType)) {
    const on = referenceOf(each, "firewallId", inputOf(each, "firewallId"), groups.targets);
    machines.listed(each, "serverIds", on);
    for (const selector of listOf(inputOf(each, "labelSelectors"))) select(machines, on, selector);
  }
  for (const server of machines.targets.resources) {
    const ids = givenOf(server, "firewallIds");
    machines.named(server, referencesOf(server, "firewallIds", ids, groups.targets), ids.at);
  }
  const cloud: CloudLayers = {
    machine: "server",
    firewall: layerName,
    provider: () => provider,
    layer: (attached, direction, at) => layerOf(attached, direction, at),
  };
  const behind: Behind = {
    servers: machines.targets,
    labelled: (selector) => selected(machines, selector),
    firewall: (server) => layerOf(machines.of(server), "ingress", server.urn),
  };
  return [...machines.interfaces(cloud), ...loadBalancers(resources, behind)];
}

function applied(machines: Machines, firewall: Resource): void {
  const on: References = { certain: [firewall], doubtful: [], outside: [], missing: [] };
  for (const target of listOf(inputOf(firewall, "applyTos"))) {
    const server = target.member("server");
    const selector = target.member("labelSelector");
    if (!server.isAbsent) machines.put(on, referenceOf(firewall, "applyTos", server, machines.targets), server.at);
    if (!selector.isAbsent) select(machines, on, selector);
    if (server.isAbsent && selector.isAbsent) machines.put(on, anything(target.at), target.at);
  }
}

/** The elements; of an unknown list itself, which then stands for any. */
function listOf(list: Input): readonly Input[] {
  const items = list.items() ?? [];
  return isUnknown(items) ? [list] : items;
}

function select(machines: Machines, firewalls: References, selector: Input): void {
  machines.put(firewalls, selected(machines, selector), selector.at);
}

/** The servers that carry the labels. */
function selected(machines: Machines, selector: Input): References {
  const text = selector.text();
  const verdicts = machines.targets.resources.map((server) => ({
    server,
    is: typeof text === "string" ? selects(text, inputOf(server, "labels")) : "unknown",
  }));
  const having = (verdict: boolean | "unknown") =>
    verdicts.filter(({ is }) => is === verdict).map(({ server }) => server);
  return { certain: having(true), doubtful: having("unknown"), outside: [], missing: [] };
}

function anything(at: string): References {
  return { certain: [], doubtful: [], outside: [], missing: [at] };
}

function fill(group: Group, firewall: Resource): void {
  const items = inputOf(firewall, "rules").items() ?? [];
  if (isUnknown(items)) {
    for (const direction of directions) group.incomplete[direction].push(...items.unknown);
    return;
  }
  const stated = items.map((item) => ({ item, way: wayOf(item) }));
  // Of a rule that alone may be for out: for in, everything passes out, and for out, what it lets out.
  const lone = stated.filter(({ way }) => way !== "ingress").length === 1;
  for (const { item, way } of stated) {
    if (lone && isUnknown(way)) group.incomplete.egress.push(...way.unknown);
    for (const { direction, missing } of sidesOf(way))
      group.rules[direction].push(
        doubtful(ruleOf(item, direction), ...(lone && direction === "egress" ? [] : missing)),
      );
  }
}

function wayOf(item: Input): Maybe<Direction> {
  return mapKnown(item.member("direction").text() ?? unknown(item.at), (text) =>
    text === "out" ? "egress" : "ingress",
  );
}

function ruleOf(item: Input, direction: Direction): FilterRule {
  const protocol = mapKnown(item.member("protocol").text() ?? unknown(item.at), (text) =>
    protocolNamed(text, [], item.member("protocol").at),
  );
  const ips = item.member(direction === "ingress" ? "sourceIps" : "destinationIps");
  const peers = addressBlocks(ips) ?? undecidedSet([ips.at]);
  const ports = portsOf(item, protocol);
  return filterRule({ at: item.at, action: "allow", direction, protocol, ports, peers, ...spelledIn(ips) });
}

function portsOf(item: Input, protocol: FilterRule["protocol"]): Maybe<PortSet> {
  const port = item.member("port");
  const text = port.text();
  if (protocol === "other" || text === "any") return PortSet.all;
  if (text === undefined || text === "") return unknown(port.at);
  return isUnknown(text) ? text : portsWritten(port, "-");
}

function layerOf(attached: Attached, direction: Direction, at: string): Layer {
  if (isBare(attached)) return openLayer(layerName, at, "no firewall is on the server, so nothing is filtered");
  const filtered = attached.groups();
  const has = (group: Group) => group.rules[direction].length + group.incomplete[direction].length > 0;
  if (direction === "egress" && !filtered.some(has) && attached.missing.size === 0)
    return openLayer(layerName, at, `${attached.called(layerName)}: without a rule for out everything passes`);
  const says = `${attached.called(layerName)}: what no ${direction === "egress" ? "out" : "in"} rule allows is dropped`;
  const layer = unionLayer(layerName, attached, direction, at, says);
  // Without rules for out a firewall lets everything out; what two say of whom only one has such rules is not documented.
  const silent = direction === "egress" ? filtered.filter((group) => !has(group)).map(({ id }) => `${id}#rules`) : [];
  const perhapsSilent = direction === "egress" ? filtered.filter(({ rules }) => !rules.egress.some(isSurelyOut)) : [];
  const doubts = perhapsSilent.flatMap(({ rules }) => rules.egress.flatMap(({ peers }) => peers.missing));
  const incomplete = [...new Set([...layer.incomplete, ...silent, ...doubts])].sort();
  const besides = filtered.length > 1 || attached.missing.size > 0;
  const rules = layer.rules.map((rule) => {
    const way = `${rule.id}.direction`;
    return besides && direction === "egress" && incomplete.includes(way) ? doubtful(rule, way) : rule;
  });
  return { ...layer, rules: [...rules, unfiltered(at)], incomplete };
}

function isSurelyOut({ id, peers }: FilterRule): boolean {
  return !peers.missing.includes(`${id}.direction`);
}

function unfiltered(at: string): FilterRule {
  return {
    id: `${at}#private`,
    action: "allow",
    protocol: "any",
    ports: PortSet.all,
    peers: exactly(privateNetworks),
    evidence: { kind: "default", at: "docs.hetzner.com, Cloud, Firewalls", says: "private networks are not filtered" },
  };
}
