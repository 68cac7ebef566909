import { AddressSet } from "../../../model/addresses.js";
import { isUnknown } from "../../../model/maybe.js";
import type { Layer } from "../../../model/network.js";
import { differenceOf, everybody, exactly, type PartialSet, unionOf } from "../../../model/partial.js";
import { routeLayerName } from "../../aws-rules.js";
import { wall } from "../../layers.js";
import type { Resource } from "../resource.js";
import type { AclLayers } from "./acl-layers.js";
import type { NetworkAcls } from "./acls.js";
import { BlockPublicAccess } from "./block-public-access.js";
import { FirewallPolicies } from "./firewall/policies.js";
import { Hops } from "./hops.js";
import { either, joined, type Met } from "./met.js";
import { Passages } from "./passages.js";
import type { PrefixLists } from "./prefix-lists.js";
import type { PublicAddresses } from "./public-addresses.js";
import { type RoutesAround, RouteTables } from "./route-tables.js";
import type { Place, Subnets } from "./subnets.js";
import { transitLayersOf } from "./transit/index.js";
import type { TransitLayers } from "./transit/layers.js";

/** What lies between the subnets of a program and the internet: address, route, gateways, firewalls. */
export class Surroundings {
  private readonly tables: RouteTables;
  private readonly passages: Passages;
  private readonly hops: Hops;
  private readonly transits: TransitLayers;
  private readonly blocks: BlockPublicAccess;

  constructor(
    resources: readonly Resource[],
    private readonly subnets: Subnets,
    acls: NetworkAcls,
    lists: PrefixLists,
  ) {
    this.tables = new RouteTables(resources, subnets, lists);
    this.passages = new Passages(this.tables, subnets);
    this.hops = new Hops(this.tables, this.passages, subnets, acls, new FirewallPolicies(resources, subnets));
    this.blocks = new BlockPublicAccess(resources, subnets);
    const { tables, passages, blocks } = this;
    this.transits = transitLayersOf(resources, { tables, passages, subnets, acls, lists, blocks });
  }

  /**
   * Clients of the internet need a route that lets them in; those inside pass. Several places: any of them will do.
   * @param own the addresses of what stands there.
   */
  inward(places: readonly Place[], own: () => PartialSet): Met {
    const around = places.map((place) => this.tables.around(place));
    const shown = around.filter((each) => each !== undefined);
    const [place] = places;
    const route = shown.length === places.length && shown.length > 0 ? [this.routeIn(places, shown)] : [];
    const block = this.blocks.around(place, "ingress", undefined);
    const before = this.before(places, own);
    return { layers: [...route, ...(block ? [block] : []), ...before.layers], answers: before.answers };
  }

  private routeIn(places: readonly Place[], around: readonly RoutesAround[]): Layer {
    const open = unionOf(...places.map((place, i) => around[i]?.reached(this.passages.of(place).letsIn) ?? everybody));
    return this.routeLayer(places, open, around, {
      denies: "no route of the subnet's table leads to an internet gateway for them, so the internet cannot reach it",
      allows: "the subnet's route table has a way to them",
    });
  }

  /** Of several places only what stands before all of them alike is known to be met. */
  private before(places: readonly Place[], own: () => PartialSet): Met {
    const met = places.map((place) =>
      joined([this.hops.firewalls(place, "peer", own), this.transit(place, "peer", own)]),
    );
    const [place] = places;
    return either(met, (place === undefined ? undefined : this.tables.around(place)?.at) ?? "");
  }

  private transit(place: Place, opener: "machine" | "peer", own: () => PartialSet): Met {
    return this.transits.around(place, opener, own, (far) => this.hops.throughNat(far, own));
  }

  /** An ACL around places of which some hold an attachment of a transit gateway. */
  aclBeside(places: readonly Place[], acl: AclLayers | undefined): AclLayers | undefined {
    return acl && this.transits.besideAttachment(places, acl);
  }

  /** Where the packets of a machine leave to the internet; nothing where the program does not show the routes. */
  outward(machine: Resource, place: Place | undefined, addresses: PublicAddresses, own: () => PartialSet): Met {
    const around = place === undefined ? undefined : this.tables.around(place);
    if (place === undefined || around === undefined) {
      const block = this.blocks.around(place, "egress", undefined);
      return { layers: block ? [block] : [], answers: [] };
    }
    const asked = this.passages.of(place);
    const direct = around.reached(asked.leavesDirectly);
    const route = this.routeLayer([place], around.reached(asked.letsOut), [around], {
      denies: "no route of the subnet's table leads out to them: no internet gateway, no NAT gateway",
      allows: "the subnet's route table has a way out to them",
    });
    const found = [route, addresses.outward(machine, direct), this.blocks.around(place, "egress", direct)];
    const shown = { layers: found.filter((each) => each !== undefined), answers: [] };
    return joined([
      shown,
      this.hops.firewalls(place, "machine", own),
      this.hops.throughNat(place, own),
      this.transit(place, "machine", own),
    ]);
  }

  private routeLayer(
    places: readonly Place[],
    open: PartialSet,
    around: readonly RoutesAround[],
    says: { readonly denies: string; readonly allows: string },
  ): Layer {
    const inside = AddressSet.union(
      ...places.map((place) => this.subnets.inside(typeof place === "string" ? undefined : place)),
    );
    // Inside nobody needs a route; but where there is one, it is taken.
    const led = around.flatMap(({ routes }) =>
      routes.filter(({ way, to }) => isUnknown(way) && inside.contains(to.possible)).map(({ to }) => to),
    );
    const away = places.map((place) => this.passages.leavingFor(place));
    const within = differenceOf(exactly(inside), unionOf(...led, ...away));
    const stopped = differenceOf(everybody, unionOf(open, within));
    return wall({ name: routeLayerName, at: around[0]?.at ?? "", stopped, ...says });
  }
}
