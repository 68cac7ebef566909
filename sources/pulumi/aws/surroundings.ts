import { isUnknown } from "../../../model/maybe.js";
import type { Layer } from "../../../model/network.js";
import {
  differenceOf,
  everybody,
  exactly,
  nobody,
  type PartialSet,
  undecidedSet,
  unionOf,
} from "../../../model/partial.js";
import { routeLayerName } from "../../aws-rules.js";
import { ipv4, ipv6, onlyFor, seenAs, wall, within } from "../../layers.js";
import { inputOf, type Resource } from "../resource.js";
import type { NetworkAcls } from "./acls.js";
import { BlockPublicAccess } from "./block-public-access.js";
import type { PrefixLists } from "./prefix-lists.js";
import type { PublicAddresses } from "./public-addresses.js";
import { type RoutesAround, RouteTables } from "./route-tables.js";
import type { Route } from "./routes.js";
import type { Place, Subnets } from "./subnets.js";

/** The layers that packets with the internet meet beside filters: address, route, gateways. */
export interface Outward {
  readonly egress: readonly Layer[];
  readonly egressAnswers: readonly Layer[];
}

/** What lies between the subnets of a program and the internet. */
export class Surroundings {
  private readonly tables: RouteTables;
  private readonly blocks: BlockPublicAccess;

  constructor(
    resources: readonly Resource[],
    private readonly subnets: Subnets,
    private readonly acls: NetworkAcls,
    lists: PrefixLists,
  ) {
    this.tables = new RouteTables(resources, subnets, lists);
    this.blocks = new BlockPublicAccess(resources, subnets);
  }

  /** Clients of the internet need a route that lets them in; those inside pass. Several places: any of them will do. */
  inward(places: readonly Place[]): Layer[] {
    const around = places.map((place) => this.tables.around(place));
    const shown = around.filter((each) => each !== undefined);
    const [place] = places;
    const layers = shown.length === places.length && shown.length > 0 ? [this.routeIn(places, shown)] : [];
    const block = this.blocks.around(place, "ingress", undefined);
    return block ? [...layers, block] : layers;
  }

  private routeIn(places: readonly Place[], around: readonly RoutesAround[]): Layer {
    const open = unionOf(...around.map(({ reached }) => reached(letsIn)));
    return this.routeLayer(places, open, around[0]?.at ?? "", {
      denies: "no route of the subnet's table leads to an internet gateway for them, so the internet cannot reach it",
      allows: "the subnet's route table has a way to them",
    });
  }

  /** Where the packets of a machine leave to the internet; nothing where the program does not show the routes. */
  outward(machine: Resource, place: Place | undefined, addresses: PublicAddresses, own: () => PartialSet): Outward {
    const around = place === undefined ? undefined : this.tables.around(place);
    if (place === undefined || around === undefined) {
      const block = this.blocks.around(place, "egress", undefined);
      return { egress: block ? [block] : [], egressAnswers: [] };
    }
    const direct = around.reached(leavesDirectly);
    const route = this.routeLayer([place], around.reached(this.letsOut), around.at, {
      denies: "no route of the subnet's table leads out to them: no internet gateway, no NAT gateway",
      allows: "the subnet's route table has a way out to them",
    });
    const found = [route, addresses.outward(machine, direct), this.blocks.around(place, "egress", direct)];
    const nat = this.throughNat(place, around, own());
    return {
      egress: [...found.filter((each) => each !== undefined), ...nat.egress],
      egressAnswers: nat.egressAnswers,
    };
  }

  private routeLayer(
    places: readonly Place[],
    open: PartialSet,
    at: string,
    says: { readonly denies: string; readonly allows: string },
  ): Layer {
    const inside = places.map((place) => exactly(this.subnets.inside(typeof place === "string" ? undefined : place)));
    const stopped = differenceOf(everybody, unionOf(open, ...inside));
    return wall({ name: routeLayerName, at, stopped, ...says });
  }

  private readonly letsOut = (route: Route): PartialSet => {
    const { way, at } = route;
    if (isUnknown(way)) return undecidedSet(way.unknown);
    if (way === "internet gateway") return everybody;
    if (way === "nowhere") return nobody;
    if (way === "egress-only gateway") return exactly(ipv6);
    // What another network does with it is not seen here.
    return way === "other network" ? undecidedSet([at]) : within(this.natLetsOut(route), ipv4);
  };

  /** A public NAT gateway has an address; its subnet has to lead to an internet gateway. A private one cannot use that. */
  private natLetsOut({ gateway, at }: Route): PartialSet {
    if (gateway === undefined) return undecidedSet([at]);
    const type = inputOf(gateway, "connectivityType");
    const connectivity = type.text() ?? "public";
    if (isUnknown(connectivity)) return undecidedSet(connectivity.unknown);
    const place = this.subnets.of(gateway);
    const around = place === undefined ? undefined : this.tables.around(place);
    if (connectivity === "private") return around?.reached(leavesElsewhere) ?? undecidedSet([type.at]);
    return around?.reached(leavesDirectly) ?? everybody;
  }

  /** The network ACL of a NAT gateway's subnet is met four times (VPC user guide, "NAT gateways"). */
  private throughNat(place: Place, { routes, reached }: RoutesAround, own: PartialSet): Outward {
    const inside = exactly(this.subnets.inside(typeof place === "string" ? undefined : place));
    const gateways = new Set(routes.flatMap(({ gateway, way }) => (gateway && way === "NAT gateway" ? [gateway] : [])));
    const found = [...gateways].flatMap((gateway) => {
      const there = this.subnets.of(gateway);
      const acl = there === undefined || there === place ? undefined : this.acls.around(there);
      if (acl === undefined) return [];
      const via = differenceOf(
        reached((route) => (route.gateway === gateway ? everybody : nobody)),
        inside,
      );
      const at = inputOf(gateway, "subnetId").at;
      const says = "does not go through this NAT gateway";
      const layer = (each: Layer) => ({
        ...onlyFor(each, via, { kind: "code", at, says }),
        name: `${each.name} of NAT gateway ${gateway.name}`,
      });
      return [
        {
          egress: [layer(seenAs(acl.ingress, own, at)), layer(acl.egress)],
          egressAnswers: [layer(acl.ingress), layer(seenAs(acl.egress, own, at))],
        },
      ];
    });
    return {
      egress: found.flatMap(({ egress }) => egress),
      egressAnswers: found.flatMap(({ egressAnswers }) => egressAnswers),
    };
  }
}

function letsIn({ way }: Route): PartialSet {
  if (isUnknown(way)) return undecidedSet(way.unknown);
  return way === "internet gateway" || way === "other network" ? everybody : nobody;
}

function leavesDirectly({ way }: Route): PartialSet {
  if (isUnknown(way)) return undecidedSet(way.unknown);
  return way === "internet gateway" ? everybody : nobody;
}

function leavesElsewhere({ way, at }: Route): PartialSet {
  if (isUnknown(way)) return undecidedSet(way.unknown);
  return way === "other network" ? undecidedSet([at]) : nobody;
}
