import { internet } from "../../../../model/addresses.js";
import { all, isUnknown, unknown } from "../../../../model/maybe.js";
import type { FilterRule, Layer, NetworkInterface, PortMapping } from "../../../../model/network.js";
import {
  differenceOf,
  everybody,
  exactly,
  intersectionOf,
  type PartialSet,
  undecidedSet,
  unionOf,
} from "../../../../model/partial.js";
import { PortSet } from "../../../../model/ports.js";
import { seenAs } from "../../../layers.js";
import { translated } from "../../../translation.js";
import { everyIpv4 } from "../addresses.js";
import type { Backend } from "../front-ends.js";
import { conditional, probesOf } from "../public-addresses.js";
import type { Firewall } from "./firewalls.js";
import { firewallLayerName } from "./rule.js";
import { competes, type Translation, type Translations } from "./translations.js";

/**
 * The public addresses of firewalls as subjects of their own, one for each machine that their DNAT rules lead to. The
 * machine's filters see an address of the firewall's subnet in place of the client's (documentation, "Azure Firewall
 * known issues and limitations", SNAT on inbound connections).
 */
export function firewallFronts({ all: translations }: Translations, backends: readonly Backend[]): NetworkInterface[] {
  const firewalls = [...new Set(translations.map(({ firewall }) => firewall))];
  return firewalls.flatMap((firewall) => {
    const own = translations.filter((each) => each.firewall === firewall && each.stands !== false);
    const behind = backends.filter(({ named }) => own.some((each) => each.leadsTo(named.nic) !== false));
    return behind.map((backend) => front(firewall, own, backend, behind.length === 1));
  });
}

/** The filters of a machine, where clients of the internet come to it through a firewall alone; else in doubt. */
export function behindFirewalls(
  filters: readonly Layer[],
  through: readonly Translation[],
  outside: PartialSet,
  alone: boolean,
): Layer[] {
  const clients = intersectionOf(outside, exactly(everyIpv4));
  const seen = unionOf(...through.map(({ firewall }) => firewall.addresses));
  const at = through[0]?.at ?? "";
  return filters.map((layer) => {
    if (!alone) return { ...layer, rules: [...inDoubt(at, clients), ...layer.rules] };
    const behind = seenAs(layer, seen, at);
    const rules = layer.rules.map((rule, i): FilterRule => {
      const theirs = intersectionOf(behind.rules[i]?.peers ?? exactly(everyIpv4), clients);
      return { ...rule, peers: unionOf(differenceOf(rule.peers, clients), theirs) };
    });
    return { ...layer, rules };
  });
}

/** What the filter sees of a client is not known. */
function inDoubt(at: string, clients: PartialSet): FilterRule[] {
  const says = "what is seen here of clients that come through a firewall is not known";
  return (["deny", "allow"] as const).map((action) => ({
    ...{ id: `${at} (seen as the firewall)`, action, protocol: "any", ports: PortSet.all },
    peers: undecidedSet([at], clients.possible),
    evidence: { kind: "code", at, says },
  }));
}

/** Ports that are followed one by one where others stand behind them. */
const mostPorts = 2000;

function front(firewall: Firewall, own: readonly Translation[], backend: Backend, alone: boolean): NetworkInterface {
  const { resource, addresses } = firewall;
  const { urn, name } = resource;
  const { named, filters } = backend;
  const leading = own.filter((each) => each.leadsTo(named.nic) !== false);
  const evidence = (at: string, says: string) => ({ kind: "code", at, says }) as const;
  const rules = own.flatMap((each): FilterRule[] => {
    const leads = each.leadsTo(named.nic);
    const says = leads === false ? "sends it to another address" : `sends it on to ${target(each)} of ${named.name}`;
    const rule: FilterRule = {
      ...{ id: each.at, action: leads === false ? "deny" : "allow", protocol: "tcp", ports: each.listen },
      ...{
        peers: intersectionOf(each.from, exactly(internet.intersect(everyIpv4))),
        evidence: evidence(each.at, says),
      },
    };
    if (leads !== false) return conditional(rule, all(each.stands, leads));
    const taken = leading.map((other) => competes(each, other)).filter((other) => other !== false);
    const isMixed = taken.length < leading.filter((other) => sharesPorts(each, other)).length;
    const whether = isMixed ? unknown(`${each.at} (for which address of the firewall)`) : all(...taken);
    return taken.length === 0 ? [] : conditional(rule, all(each.stands, whether));
  });
  const listeners: Layer = {
    name: firewallLayerName,
    combine: "first-match",
    rules: [probesOf(urn), ...rules],
    otherwise: { action: "deny", evidence: evidence(urn, "no DNAT rule for this port and client") },
    incomplete: [],
  };
  const says = "a firewall opens no connections of its own";
  return {
    id: alone ? urn : `${urn} -> ${named.id}`,
    name: alone ? name : `${name} -> ${named.name}`,
    kind: "load balancer",
    origin: "planned",
    evidence: evidence(urn, `firewall ${name}, in front of ${named.name}`),
    ingress: [listeners, ...filters.map((layer) => through(seenAs(layer, addresses, urn), leading))],
    egress: [
      {
        ...{ name: firewallLayerName, combine: "first-match", rules: [], incomplete: [] },
        otherwise: { action: "deny", evidence: { kind: "default", at: urn, says } },
      },
    ],
  };
}

function sharesPorts(a: Translation, b: Translation): boolean {
  return isUnknown(a.listen) || isUnknown(b.listen) || !a.listen.intersect(b.listen).isEmpty;
}

function target({ target: port }: Translation): string {
  return port === undefined ? "the same port" : `port ${isUnknown(port) ? "unknown" : port}`;
}

/** The machine's filters at the ports behind. */
function through(layer: Layer, leading: readonly Translation[]): Layer {
  if (leading.every((each) => each.target === undefined)) return layer;
  const many = leading.find(({ listen }) => isUnknown(listen) || listen.size > mostPorts);
  if (many)
    return { ...layer, rules: [...inDoubt(`${many.at} (which ports lead to which)`, everybody), ...layer.rules] };
  const mappings = leading.flatMap(({ listen, target: port }): PortMapping[] => {
    if (isUnknown(listen)) return [];
    return listed(listen).map((each) => ({ listen: each, target: port ?? each }));
  });
  return translated(layer, mappings);
}

function listed(ports: PortSet): number[] {
  return ports.ranges.flatMap(([low, high]) => Array.from({ length: high - low + 1 }, (_, i) => low + i));
}
