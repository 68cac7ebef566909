import { AddressSet, privateNetworks } from "../../../model/addresses.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer, NetworkInterface } from "../../../model/network.js";
import { everybody, exactly, type PartialSet, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { portsApart, seenAs } from "../../layers.js";
import {
  balancerInterface,
  commonProtocols,
  type Forwarding,
  portNumber,
  type Speech,
  speechOf,
} from "../balancers.js";
import { addressBlock, doubtful, everyIpv4, filterRule } from "../filter-rules.js";
import type { Input } from "../input.js";
import { openIn } from "../owners.js";
import type { References } from "../references.js";
import { inputOf, type Resource } from "../resource.js";

export const balancerType = "digitalocean:index/loadBalancer:LoadBalancer";
/** `entry_protocol` of DigitalOcean's API reference. */
const protocols = { ...commonProtocols, http2: "web over tls", http3: "other", udp: "other" } as const;

/** What stands behind the load balancers of a program. */
interface Droplets {
  behind(balancer: Resource): References;
  firewall(droplet: Resource): Layer;
  /** The load balancers that a firewall rule names as its sources. */
  namedBy(rule: FilterRule): readonly Resource[];
}

/**
 * DigitalOcean Load Balancers: a regional one connects to droplets from an address in their VPC, a network one hands on
 * the client's packets (docs.digitalocean.com, Networking, Load Balancers).
 * @throws InputError for an address of its firewall that is none.
 */
export function loadBalancers(balancers: readonly Resource[], droplets: Droplets): NetworkInterface[] {
  return balancers.map((balancer) => {
    const input = (name: string) => inputOf(balancer, name);
    const items = input("forwardingRules").items() ?? [];
    const internal = mapKnown(input("network").text() ?? "EXTERNAL", (text) => text.toUpperCase() === "INTERNAL");
    return balancerInterface({
      resource: balancer,
      forwardings: isUnknown(items) ? [] : items.map((item) => forwardingOf(balancer, item, droplets)),
      incomplete: isUnknown(items) ? items.unknown : [],
      clients: familiesOf(input("networkStack")),
      internal: { is: internal, at: input("network").at },
      filters: ownFirewall(input("firewall")),
      firewall: "firewall",
    });
  });
}

function familiesOf(stack: Input): PartialSet {
  const text = stack.text() ?? "IPV4";
  if (isUnknown(text)) return { certain: everyIpv4, possible: AddressSet.everything, missing: text.unknown };
  return text.toUpperCase() === "DUALSTACK" ? everybody : exactly(everyIpv4);
}

function forwardingOf(balancer: Resource, item: Input, droplets: Droplets): Forwarding {
  const found = droplets.behind(balancer);
  return {
    at: item.at,
    listen: portNumber(item.member("entryPort")),
    target: portNumber(item.member("targetPort")),
    speech: speech(item),
    targets: found.certain.map((droplet) => asMet(balancer, droplets.firewall(droplet), droplets)),
    missing: openIn(found),
  };
}

/** HTTPS that is passed through is not ended; what else passes then, DigitalOcean does not say. */
function speech(item: Input): Maybe<Speech> {
  const entry = speechOf<Speech>(item.member("entryProtocol"), protocols);
  const passed = item.member("tlsPassthrough").boolean() ?? false;
  return entry === "web over tls" && passed !== false ? unknown(item.member("tlsPassthrough").at) : entry;
}

/** A droplet's firewall as connections of its balancer meet it. */
function asMet(balancer: Resource, layer: Layer, droplets: Droplets): Layer {
  const type = inputOf(balancer, "type");
  const kind = type.text() ?? "REGIONAL";
  const named = (rule: FilterRule): FilterRule =>
    rule.action === "allow" && droplets.namedBy(rule).includes(balancer) ? { ...rule, peers: everybody } : rule;
  if (kind === "REGIONAL_NETWORK") return { ...layer, rules: layer.rules.map(named) };
  const seen = undecidedSet([`address of ${balancer.urn} in the VPC`], privateNetworks);
  const met = seenAs(portsApart({ ...layer, rules: layer.rules.map(named) }), seen, type.at);
  return kind === "REGIONAL" ? met : { ...met, incomplete: [...met.incomplete, type.at] };
}

/** `ip:1.2.3.4` and `cidr:1.2.0.0/16`; with addresses to allow, nobody else gets in. */
function ownFirewall(firewall: Input): Layer[] {
  if (firewall.isAbsent) return [];
  const name = "load balancer firewall";
  const [allows, denies] = [firewall.member("allows"), firewall.member("denies")];
  const rulesOf = (list: Input, action: "allow" | "deny"): FilterRule[] => {
    const items = list.items() ?? [];
    const each = isUnknown(items) ? [list] : items;
    return each.map((item) => {
      const peers = isUnknown(items) ? undecidedSet(items.unknown) : addressNamed(item);
      return filterRule({ at: item.at, action, direction: "ingress", protocol: "any", ports: PortSet.all, peers });
    });
  };
  const [allowed, denied] = [rulesOf(allows, "allow"), rulesOf(denies, "deny")];
  const order = "whether a deny rule of DigitalOcean goes before an allow rule";
  const says = allowed.length > 0 ? "only the addresses to allow get in" : "what is not denied gets in";
  return [
    {
      ...{ name, combine: "first-match", incomplete: isUnknown(allows.items()) ? [allows.at] : [] },
      rules: [...(allowed.length > 0 ? denied.map((rule) => doubtful(rule, order)) : denied), ...allowed],
      otherwise: {
        action: allowed.length > 0 ? "deny" : "allow",
        evidence: { kind: "code", at: firewall.at, says },
      },
    },
  ];
}

function addressNamed(item: Input): PartialSet {
  const text = item.text();
  return typeof text === "string" ? addressBlock(item.reading(text.replace(/^(ip|cidr):/i, ""))) : addressBlock(item);
}
