import { AddressSet, notPrivate } from "../../../model/addresses.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer, Listener, NetworkInterface } from "../../../model/network.js";
import { everybody, exactly, nobody, type PartialSet, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { through, together } from "../../balancing.js";
import { eitherOf, ipv4, ipv6, portsApart, seenAs, wall } from "../../layers.js";
import { checkedProtocol } from "../../protocols.js";
import { spelledIn } from "../filter-rules.js";
import type { Input } from "../input.js";
import { inputOf, knownId, type Resource } from "../resource.js";
import type { Backends, Served } from "./backends.js";
import type { Nic } from "./instances.js";
import { portsNamed, rangesOf } from "./rules.js";

export const forwardingTypes = [
  "gcp:compute/forwardingRule:ForwardingRule",
  "gcp:compute/globalForwardingRule:GlobalForwardingRule",
];
const layerName = "forwarding rule";

/** Where Google's proxies connect from (Cloud Load Balancing documentation, "Firewall rules"). */
const proxies = exactly(AddressSet.of("35.191.0.0/16", "130.211.0.0/22"));

/** Forwarding rules as the internet meets them: through to the instances behind. */
export function forwardingRules(
  resources: readonly Resource[],
  backends: Backends,
  firewall: (nic: Nic) => Layer,
): NetworkInterface[] {
  return resources
    .filter(({ type }) => forwardingTypes.includes(type))
    .map((rule) => {
      const served = backends.of(rule);
      return served === "web" ? undefined : interfaceOf(rule, served, firewall);
    })
    .filter((each) => each !== undefined);
}

function interfaceOf(rule: Resource, served: Served, firewall: (nic: Nic) => Layer): NetworkInterface {
  const cloudId = knownId(rule);
  const ports = portsOf(rule);
  const silent = { kind: "default", at: rule.urn, says: "a load balancer opens no connections of its own" } as const;
  return {
    ...{ id: rule.urn, name: rule.name, kind: "load balancer", origin: "planned" },
    ...(cloudId === undefined ? {} : { cloudId }),
    evidence: { kind: "code", at: rule.urn, says: `load balancer ${rule.name}` },
    ingress: [listening(rule, ports), address(rule), behind(rule, ports, served, firewall)],
    egress: [
      { name: layerName, combine: "union", rules: [], otherwise: { action: "deny", evidence: silent }, incomplete: [] },
    ],
    listeners: listenersOf(rule, ports, served),
  };
}

/** Every port where none is named: a protocol forwarding rule, or one of `allPorts`. */
function portsOf(rule: Resource): Maybe<PortSet> {
  const list = inputOf(rule, "ports");
  const items = list.items() ?? [];
  const range = inputOf(rule, "portRange");
  if (isUnknown(items)) return items;
  const texts: Input[] = items.length > 0 ? [...items] : range.isAbsent || range.text() === "" ? [] : [range];
  const known = texts.map((each) => ({ at: each.at, text: each.text() ?? "" }));
  const missing = known.flatMap(({ text }) => (isUnknown(text) ? text.unknown : []));
  if (missing.length > 0) return unknown(...missing);
  const sets = known.map(({ text, at }) => portsNamed(String(text), at));
  return sets.length > 0 ? PortSet.union(...sets) : PortSet.all;
}

function listening(rule: Resource, ports: Maybe<PortSet>): Layer {
  const name = inputOf(rule, "ipProtocol").text() ?? "TCP";
  const protocol = mapKnown(name, (text) => {
    if (/^(TCP|L3_DEFAULT|6)$/i.test(text)) return "tcp";
    checkedProtocol(text, inputOf(rule, "ipProtocol").at);
    return "other";
  });
  const version = inputOf(rule, "ipVersion").text() ?? "IPV4";
  const family = isUnknown(version) ? undecidedSet(version.unknown) : exactly(version === "IPV6" ? ipv6 : ipv4);
  const ranges = rangesOf(inputOf(rule, "sourceIpRanges")) ?? everybody;
  const says = isUnknown(ports) ? "forwards ports not known yet" : `forwards tcp ${ports}`;
  const open: FilterRule = {
    ...{ id: rule.urn, action: "allow", protocol, ports, peers: both(family, ranges) },
    ...spelledIn(inputOf(rule, "sourceIpRanges")),
    evidence: { kind: "code", at: rule.urn, says, layer: { name: layerName, decision: "allow" } },
  };
  const denies = "forwards neither this port nor for other clients";
  const evidence = { kind: "code", at: rule.urn, says: denies, layer: { name: layerName, decision: "deny" } } as const;
  return { name: layerName, combine: "union", rules: [open], otherwise: { action: "deny", evidence }, incomplete: [] };
}

function both(a: PartialSet, b: PartialSet): PartialSet {
  return {
    certain: a.certain.intersect(b.certain),
    possible: a.possible.intersect(b.possible),
    missing: [...a.missing, ...b.missing],
  };
}

function address(rule: Resource): Layer {
  const scheme = inputOf(rule, "loadBalancingScheme");
  const text = scheme.text() ?? "EXTERNAL";
  const internal = isUnknown(text)
    ? undecidedSet(text.unknown, notPrivate)
    : text.startsWith("INTERNAL")
      ? exactly(notPrivate)
      : nobody;
  return wall({
    ...{ name: "public address", at: scheme.at, stopped: internal },
    denies: "the forwarding rule is internal: it has a private address",
    allows: "the forwarding rule has an external address, or the client is inside",
  });
}

/** The firewall of the instances behind, on the ports that they serve. Passed through they see the client, else a proxy. */
function behind(rule: Resource, ports: Maybe<PortSet>, served: Served, firewall: (nic: Nic) => Layer): Layer {
  const { nics, missing, proxied, port } = served;
  const name = "VPC firewall of its backends";
  const says = "the firewall of its backends lets none of it in";
  const otherwise = {
    action: "deny",
    evidence: { kind: "code", at: rule.urn, says, layer: { name, decision: "deny" } },
  } as const;
  const layers = nics.map((nic) => {
    const layer = firewall(nic);
    const seen = proxied ? seenAs(portsApart(layer), proxies, rule.urn) : layer;
    return isUnknown(ports) || !proxied ? seen : through(seen, { listen: ports, target: port });
  });
  const one = eitherOf(layers, rule.urn);
  const open = [...missing, ...(isUnknown(ports) && proxied ? ports.unknown : [])];
  if (one === undefined)
    return { name, combine: "union", rules: [], otherwise, incomplete: open.length > 0 ? open : [rule.urn] };
  return { ...together([one], one.otherwise, name), incomplete: [...one.incomplete, ...open] };
}

/** An SSL proxy ends TLS itself; what is passed through, nobody ends. */
function listenersOf(rule: Resource, ports: Maybe<PortSet>, { tls }: Served): Listener[] {
  if (isUnknown(ports)) return [];
  const mail = [25, 465, 587, 2525].filter((port) => ports.has(port));
  const says = tls ? "an SSL proxy ends TLS itself" : "hands on what comes";
  return mail.map((port) => ({ port, protocol: tls ? "tls" : "tcp", evidence: { kind: "code", at: rule.urn, says } }));
}
