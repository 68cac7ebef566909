import type { Evidence } from "../../../../model/evidence.js";
import type { FilterRule, Layer } from "../../../../model/network.js";
import {
  differenceOf,
  everybody,
  exactly,
  intersectionOf,
  nobody,
  type PartialSet,
  unionOf,
} from "../../../../model/partial.js";
import { PortSet } from "../../../../model/ports.js";
import { transitLayerName } from "../../../aws-rules.js";
import { wall } from "../../../layers.js";
import { inputOf, type Resource } from "../../resource.js";
import type { AclLayers } from "../acl-layers.js";
import { either, joined, type Met } from "../met.js";
import type { Passages } from "../passages.js";
import type { RouteTables } from "../route-tables.js";
import type { Place, Subnets } from "../subnets.js";
import { type AttachmentAcls, onlyBy, perhapsNotMet } from "./acls.js";
import type { Crossings } from "./crossings.js";
import type { Reached } from "./far-side.js";
import { type Crossed, meeting } from "./ways.js";

/** The transit gateways that routes of a place lead to: their tables, and the ACLs around the subnets of the attachments. */
export class TransitLayers {
  constructor(
    private readonly crossings: Crossings,
    private readonly tables: RouteTables,
    private readonly passages: Passages,
    private readonly subnets: Subnets,
    private readonly acls: AttachmentAcls,
  ) {}

  /**
   * @param opener who opens the connections in question.
   * @param own the machine's addresses, asked for where something stands there.
   * @param beyond what packets of a machine meet that leave another network again.
   */
  around(place: Place, opener: "machine" | "peer", own: () => PartialSet, beyond: (far: Place) => Met): Met {
    if (typeof place === "string") return joined([]);
    const lacking = this.lacking(place, opener);
    return joined([
      { layers: lacking ? [lacking] : [], answers: [] },
      ...this.gatewaysOf(place).map(([gateway, at]) => {
        const via = this.passages.via(place, gateway);
        const reached = this.crossings.through(place, gateway, opener, at, own());
        const only = onlyBy(via, gateway, at);
        const acls = this.acls.around(place, gateway, opener, own, via, reached);
        const after = opener === "machine" ? this.after(reached, gateway, via, at, beyond) : joined([]);
        return joined([{ layers: [only(layerOf(reached, gateway, at))], answers: [] }, acls, after]);
      }),
    ]);
  }

  /** An ACL around places of which some hold an attachment as well. */
  besideAttachment(places: readonly Place[], acl: AclLayers): AclLayers {
    const shared = places.flatMap((place) =>
      typeof place === "string"
        ? []
        : this.gatewaysOf(place)
            .filter(([gateway]) => this.crossings.nearOf(place, gateway)?.subnets.certain.includes(place))
            .map(([gateway, at]) => ({ at, via: this.passages.via(place, gateway) })),
    );
    const [first] = shared;
    if (first === undefined) return acl;
    return { ...acl, ingress: perhapsNotMet(acl.ingress, unionOf(...shared.map(({ via }) => via)), first.at) };
  }

  private gatewaysOf(place: Place): [gateway: Resource, at: string][] {
    const routes = this.tables.around(place)?.routes ?? [];
    const found = new Map<Resource, string>();
    for (const { gateway, way, at } of routes) if (way === "transit gateway" && gateway) found.set(gateway, at);
    return [...found];
  }

  /** Inside nobody needs a route, but those in the other networks of a gateway do. */
  private lacking(place: Resource, opener: "machine" | "peer"): Layer | undefined {
    const around = this.tables.around(place);
    const neighbours = this.crossings.neighboursOf(place);
    if (around === undefined || neighbours.possible.isEmpty) return undefined;
    const { letsIn, letsOut } = this.passages.of(place);
    const stopped = differenceOf(neighbours, around.reached(opener === "machine" ? letsOut : letsIn));
    if (stopped.possible.isEmpty) return undefined;
    const denies = `no route of subnet ${place.name} leads to them, although their network hangs on the same transit gateway`;
    return wall({ name: transitLayerName, at: around.at, stopped, denies, allows: "the subnet has a route to them" });
  }

  /** What stands on the way on from another network to addresses that are not its own. */
  private after(crossed: Crossed, gateway: Resource, via: PartialSet, at: string, beyond: (far: Place) => Met): Met {
    return joined(
      crossed.ways.map((way) => {
        const { far } = way;
        const local = far.vpc ? this.subnets.ownBlocksOf(far.vpc) : nobody;
        const only = onlyBy(differenceOf(intersectionOf(via, meeting(way.sent, way, crossed)), local), gateway, at);
        const met = either(far.subnets.certain.map(beyond), inputOf(far.resource, "subnetIds").at);
        return { layers: met.layers.map(only), answers: met.answers.map(only) };
      }),
    );
  }
}

/** The sentences of what surely stops come first; the rest of what does not pass is told by the way it would take. */
function layerOf({ passes, stops }: Reached, gateway: Resource, at: string): Layer {
  const evidence = (where: string, says: string, decision: "allow" | "deny"): Evidence => ({
    ...{ kind: "code", at: where, says, layer: { name: transitLayerName, decision } },
  });
  const deny = (where: string, says: string, peers: PartialSet, i: number): FilterRule => ({
    ...{ id: `${where} (${gateway.name} ${i})`, action: "deny", protocol: "any", ports: PortSet.all, peers },
    evidence: evidence(where, says, "deny"),
  });
  const told = stops.flatMap(({ peers, at: where, says }, i) => {
    const stopped = peers.subtract(passes.possible);
    return stopped.isEmpty ? [] : [deny(where, says, exactly(stopped), i)];
  });
  const rest = differenceOf(everybody, passes);
  const lost = `transit gateway ${gateway.name} does not carry it there and back`;
  return {
    ...{ name: transitLayerName, combine: "first-match", incomplete: [] },
    rules: [...told, deny(at, lost, rest, stops.length)],
    otherwise: {
      action: "allow",
      evidence: evidence(at, `transit gateway ${gateway.name} carries it there and back`, "allow"),
    },
  };
}
