import { isUnknown, type Maybe, not, unknown } from "../../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../../model/network.js";
import { differenceOf, everybody, exactly, intersectionOf, type PartialSet } from "../../../../model/partial.js";
import { PortSet } from "../../../../model/ports.js";
import { onlyFor, within } from "../../../layers.js";
import { doubtful } from "../../filter-rules.js";
import type { Input } from "../../input.js";
import type { Resource } from "../../resource.js";
import { everyIpv4, internetOutside } from "../addresses.js";
import type { Nic } from "../interfaces.js";
import type { Networks, Place } from "../networks.js";
import { conditional } from "../public-addresses.js";
import type { Routes } from "../routes.js";
import { engineLayer, likeness } from "./engine-layer.js";
import type { Firewall } from "./firewalls.js";
import type { FirewallPolicies } from "./policies.js";

/** The firewalls to which the routes around a network interface lead, and what lies behind them. */
export class FirewallHops {
  /** Machines of one subnet whom the rules take alike share their layers. */
  private readonly known = new Map<Input, Map<string, Layer[]>>();

  constructor(
    private readonly networks: Networks,
    private readonly routes: Routes,
    private readonly policies: FirewallPolicies,
  ) {}

  /** The layers that its connections meet: the firewall, the routes of the firewall's subnet, its public address. */
  layers(nic: Nic): Layer[] {
    return this.routes.firewallsFrom(nic.place).flatMap((firewall) => {
      const own = within(nic.addresses, everyIpv4);
      const alike = likeness(this.policies.of(firewall.resource), own);
      if (alike === undefined || isUnknown(nic.place)) return this.through(nic, firewall, own);
      const key = `${firewall.resource.urn} ${alike}`;
      const known = this.known.get(nic.place.input) ?? new Map<string, Layer[]>();
      this.known.set(nic.place.input, known);
      const layers = known.get(key) ?? this.through(nic, firewall, own);
      known.set(key, layers);
      return layers;
    });
  }

  private through(nic: Nic, firewall: Firewall, own: PartialSet): Layer[] {
    const { resource } = firewall;
    const via = this.routes.via(nic.place, firewall);
    const says = `is not routed through the firewall ${resource.name}`;
    const only = (layer: Layer) => onlyFor(layer, via, { kind: "code", at: resource.urn, says });
    const rules = engineLayer(resource, this.policies.of(resource), own, `${nic.resource.urn}#ipConfigurations`);
    return [
      only({ ...rules, rules: [...this.unreached(nic.place, firewall), ...rules.rules] }),
      only(this.onward(firewall)),
      only(this.exit(nic.place, firewall)),
    ];
  }

  /** The routes of the firewall's subnet; those that are not known leave open only what is led there. */
  private onward({ resource, place }: Firewall): Layer {
    const layer = this.routes.layer(place);
    if (layer.incomplete.length === 0) return layer;
    const says = `the routes of the subnet of the firewall ${resource.name} are not known`;
    const whole = denial(resource, says, everybody);
    const open = (["deny", "allow"] as const).map((action) => doubtful({ ...whole, action }, ...layer.incomplete));
    return { ...layer, rules: [...open, ...layer.rules], incomplete: [] };
  }

  /** A next hop outside the virtual network and its peers takes nothing. */
  private unreached(place: Maybe<Place>, firewall: Firewall): FilterRule[] {
    const says = `the firewall ${firewall.resource.name} stands neither in this virtual network nor in a peer of it`;
    return conditional(denial(firewall.resource, says, exactly(everyIpv4)), not(this.isNear(place, firewall)));
  }

  private isNear(place: Maybe<Place>, { place: there, addresses, resource }: Firewall): Maybe<boolean> {
    if (isUnknown(place) || isUnknown(there)) return unknown(resource.urn);
    const [here, hub] = [place.network, there.network];
    if (isUnknown(here)) return here;
    if (here === hub) return true;
    const near = this.networks.connected(here);
    if (near.certain.contains(addresses.possible) && !addresses.possible.isEmpty) return true;
    if (!near.possible.overlaps(addresses.possible)) return false;
    const missing = [...near.missing, ...addresses.missing];
    return unknown(...(missing.length > 0 ? missing : [resource.urn]));
  }

  /** The firewall sends to the internet from its public address, and to peers of its network what they take from it. */
  private exit(place: Maybe<Place>, { resource, place: there, isPublic }: Firewall): Layer {
    const network = this.networks.addressesOf(there);
    const outside = within(internetOutside(network), everyIpv4);
    const lacking = `the firewall ${resource.name} has no public address of its own to send from`;
    const rules = conditional(denial(resource, lacking, outside), not(isPublic));
    const says = `the firewall ${resource.name} sends on to its own network, its peers, and by its public address`;
    return {
      name: "way out",
      combine: "first-match",
      rules: [...rules, ...this.forwarded(place, there, resource)],
      otherwise: { action: "allow", evidence: { kind: "code", at: resource.urn, says } },
      incomplete: [],
    };
  }

  /** A peer takes packets that did not begin in its neighbour only if it says so (`allowForwardedTraffic`). */
  private forwarded(place: Maybe<Place>, there: Maybe<Place>, firewall: Resource): FilterRule[] {
    if (isUnknown(place) || isUnknown(there) || isUnknown(there.network)) return [];
    if (place.network === there.network) return [];
    const own = isUnknown(place.network) ? exactly(everyIpv4) : this.networks.addressesOf(place);
    const others = differenceOf(this.networks.connected(there.network), own);
    if (others.possible.isEmpty) return [];
    const says = "a peer of the firewall's network may not take forwarded traffic";
    const rule = denial(firewall, says, intersectionOf(others, exactly(everyIpv4)));
    return [doubtful(rule, `${firewall.urn} (allowForwardedTraffic of the peerings of its network)`)];
  }
}

function denial({ urn }: Resource, says: string, peers: PartialSet): FilterRule {
  const evidence = { kind: "code", at: urn, says } as const;
  return { id: urn, action: "deny", protocol: "any", ports: PortSet.all, peers, evidence };
}
