import { any, isUnknown, type Maybe, mapKnown, not, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { exactly, intersectionOf, type PartialSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { inputOf, type Resource } from "../resource.js";
import { internetOutside } from "./addresses.js";
import type { PublicFamilies } from "./families.js";
import type { Nic } from "./interfaces.js";
import type { LoadBalancers } from "./load-balancers.js";
import type { Networks, Place } from "./networks.js";
import { conditional, families } from "./public-addresses.js";
import type { Routes } from "./routes.js";
import { types } from "./types.js";

/**
 * The ways out to the internet: a public address, a NAT gateway, a load balancer, Azure's default outbound access.
 * Without any, packets to public addresses are dropped (documentation, "Default outbound access in Azure").
 */
export class Exits {
  private readonly associations: readonly Resource[];

  constructor(
    resources: readonly Resource[],
    private readonly networks: Networks,
    private readonly addresses: PublicFamilies,
    private readonly balancers: LoadBalancers,
    private readonly routes: Routes,
  ) {
    const kinds = types.subnetNatAssociation as readonly string[];
    this.associations = resources.filter(({ type }) => kinds.includes(type));
  }

  layer(nic: Nic, network: PartialSet): Layer {
    const { place } = nic;
    const at = isUnknown(place) ? (place.unknown[0] ?? nic.resource.urn) : place.input.at;
    const rules = families.flatMap(({ key, every, called }): FilterRule[] => {
      const says = `no way out to the internet over ${called}: no public address, NAT gateway, load balancer or default outbound access`;
      const rule: FilterRule = {
        id: `${at} (${called})`,
        action: "deny",
        protocol: "any",
        ports: PortSet.all,
        peers: intersectionOf(internetOutside(network), exactly(every)),
        evidence: { kind: "code", at, says },
      };
      return conditional(rule, not(this.hasWay(nic, key)));
    });
    return {
      name: "way out",
      combine: "first-match",
      rules,
      otherwise: {
        action: "allow",
        evidence: { kind: "code", at, says: "has a way out to the internet, or the destination is inside" },
      },
      incomplete: [],
    };
  }

  private hasWay(nic: Nic, family: "ipv4" | "ipv6"): Maybe<boolean> {
    const { place } = nic;
    const own = [this.addresses.ofNic(nic)[family], this.balancers.outbound(nic, family)];
    if (isUnknown(place)) return any(...own, place);
    const detours = this.routes.detours(place);
    const around = detours.length > 0 ? [unknown(...detours)] : [];
    // NAT gateways and default outbound access are for IPv4; the newer kind of NAT gateway is for both.
    const nat =
      family === "ipv4" ? this.natOf(place) : mapKnown(this.natOf(place), (has) => has && unknown(place.input.at));
    return any(...own, nat as Maybe<boolean>, ...around, ...(family === "ipv4" ? [this.defaultOf(place)] : []));
  }

  private natOf(place: Place): Maybe<boolean> {
    const found = this.associations.map((each): Maybe<boolean> => {
      const { certain, open } = this.networks.ofAssociation(each);
      return certain === place || (open.length > 0 ? unknown(...open) : false);
    });
    const inline = place.input.member("natGateway");
    return any(!inline.isAbsent, ...found);
  }

  /** Left out, it depends on the version of the API: since 2025-07-01 new subnets are private. */
  private defaultOf({ holder, input }: Place): Maybe<boolean> {
    const native = input.member("defaultOutboundAccess");
    if (!native.isAbsent) return native.boolean() ?? false;
    const classic = input.member("defaultOutboundAccessEnabled");
    if (!classic.isAbsent) return classic.boolean() ?? false;
    return holder.type.startsWith("azure:") ? true : unknown(inputOf(holder, "defaultOutboundAccess").at);
  }
}
