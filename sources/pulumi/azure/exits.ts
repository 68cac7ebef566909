import { all, any, isUnknown, type Maybe, not, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { differenceOf, exactly, intersectionOf, type PartialSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { referenceOf } from "../references.js";
import { inputOf, type Resource } from "../resource.js";
import { internetOutside } from "./addresses.js";
import { type PublicFamilies, skuOf } from "./families.js";
import { Ids } from "./ids.js";
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
  private readonly gateways: Ids;

  constructor(
    resources: readonly Resource[],
    private readonly networks: Networks,
    private readonly addresses: PublicFamilies,
    private readonly balancers: LoadBalancers,
    private readonly routes: Routes,
  ) {
    this.gateways = new Ids(resources, "natGateway");
    const kinds = types.subnetNatAssociation as readonly string[];
    this.associations = resources.filter(({ type }) => kinds.includes(type));
  }

  layer(nic: Nic, network: PartialSet): Layer {
    const { place } = nic;
    const at = isUnknown(place) ? (place.unknown[0] ?? nic.resource.urn) : place.input.at;
    const missingAt = isUnknown(place) ? at : place.input.member("natGateway").at;
    const rules = families.flatMap(({ key, every, called }): FilterRule[] => {
      const says = `no way out to the internet over ${called}: no public address, NAT gateway, load balancer or default outbound access`;
      const rule: FilterRule = {
        id: `${missingAt} (${called})`,
        action: "deny",
        protocol: "any",
        ports: PortSet.all,
        peers: differenceOf(intersectionOf(internetOutside(network), exactly(every)), this.routes.detours(place)),
        evidence: { kind: "code", at: missingAt, says },
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
    const byDefault = family === "ipv4" ? [this.defaultOf(place)] : [];
    return any(...own, ...this.gatewaysOf(place, family), ...byDefault);
  }

  /** NAT gateways translate IPv4; only those of the kind StandardV2 can do IPv6 as well. */
  private gatewaysOf(place: Place, family: "ipv4" | "ipv6"): Maybe<boolean>[] {
    const { holder, input, within } = place;
    const inline = input.member("natGateway").member("id");
    const property = within ?? "natGateway";
    const found = [
      ...(input.member("natGateway").isAbsent
        ? []
        : [{ stands: true as Maybe<boolean>, holder, property, id: inline }]),
      ...this.associations.map((each) => {
        const { certain, open } = this.networks.ofAssociation(each);
        const stands = certain === place || (open.length > 0 ? unknown(...open) : false);
        return { stands, holder: each, property: "natGatewayId", id: inputOf(each, "natGatewayId") };
      }),
    ];
    return found.map(({ stands, ...reference }) => {
      if (family === "ipv4") return stands;
      const [gateway] = referenceOf(reference.holder, reference.property, reference.id, this.gateways).certain;
      if (!gateway) return all(stands, unknown(reference.id.at));
      const sku = skuOf(gateway);
      return all(stands, isUnknown(sku) ? sku : sku.toLowerCase() === "standard" ? false : unknown(gateway.urn));
    });
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
