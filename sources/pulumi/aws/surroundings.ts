import { AddressSet } from "../../../model/addresses.js";
import { isUnknown } from "../../../model/maybe.js";
import type { Layer } from "../../../model/network.js";
import { differenceOf, everybody, exactly, type PartialSet, unionOf } from "../../../model/partial.js";
import { routeLayerName } from "../../aws-rules.js";
import { eitherOf, wall } from "../../layers.js";
import type { Resource } from "../resource.js";
import type { NetworkAcls } from "./acls.js";
import { BlockPublicAccess } from "./block-public-access.js";
import { FirewallPolicies } from "./firewall/policies.js";
import { Hops, type Met } from "./hops.js";
import { Passages } from "./passages.js";
import type { PrefixLists } from "./prefix-lists.js";
import type { PublicAddresses } from "./public-addresses.js";
import { type RoutesAround, RouteTables } from "./route-tables.js";
import type { Place, Subnets } from "./subnets.js";

/** What lies between the subnets of a program and the internet: address, route, gateways, firewalls. */
export class Surroundings {
  private readonly tables: RouteTables;
  private readonly passages: Passages;
  private readonly hops: Hops;
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
    const firewalls = this.firewallsBefore(places, own);
    return { layers: [...route, ...(block ? [block] : []), ...firewalls.layers], answers: firewalls.answers };
  }

  private routeIn(places: readonly Place[], around: readonly RoutesAround[]): Layer {
    const open = unionOf(...places.map((place, i) => around[i]?.reached(this.passages.of(place).letsIn) ?? everybody));
    return this.routeLayer(places, open, around, {
      denies: "no route of the subnet's table leads to an internet gateway for them, so the internet cannot reach it",
      allows: "the subnet's route table has a way to them",
    });
  }

  /** Of several places only what stands before all of them alike is known to be met. */
  private firewallsBefore(places: readonly Place[], own: () => PartialSet): Met {
    const met = places.map((place) => this.hops.firewalls(place, "peer", own));
    const [first] = met;
    if (first === undefined || met.every(({ layers }) => layers.length === 0)) return { layers: [], answers: [] };
    if (met.length === 1) return first;
    const at = this.tables.around(places[0] as Place)?.at ?? "";
    const either = (pick: (each: Met) => readonly Layer[]) => {
      const layers = met.flatMap(pick);
      const found = eitherOf(
        [...layers, ...met.flatMap((each) => (pick(each).length === 0 ? passing(layers) : []))],
        at,
      );
      return found ? [found] : [];
    };
    return { layers: either(({ layers }) => layers), answers: either(({ answers }) => answers) };
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
    const hops = [this.hops.firewalls(place, "machine", own), this.hops.throughNat(place, own)];
    return {
      layers: [...found.filter((each) => each !== undefined), ...hops.flatMap(({ layers }) => layers)],
      answers: hops.flatMap(({ answers }) => answers),
    };
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
    const within = differenceOf(exactly(inside), unionOf(...led));
    const stopped = differenceOf(everybody, unionOf(open, within));
    return wall({ name: routeLayerName, at: around[0]?.at ?? "", stopped, ...says });
  }
}

/** A way on which no such layer stands. */
function passing([layer]: readonly Layer[]): Layer[] {
  if (layer === undefined) return [];
  return [{ ...layer, rules: [], otherwise: { ...layer.otherwise, action: "allow" } }];
}
