import { AddressSet } from "../../../../model/addresses.js";
import { all, isUnknown, type Maybe } from "../../../../model/maybe.js";
import {
  differenceOf,
  everybody,
  intersectionOf,
  nobody,
  type PartialSet,
  undecidedSet,
  unionOf,
} from "../../../../model/partial.js";
import { within } from "../../../layers.js";
import { reachedBy } from "../../../routing.js";
import { inputOf, type Resource } from "../../resource.js";
import type { Subnets } from "../subnets.js";
import type { Attachment, TransitAttachments, TransitTable } from "./attachments.js";
import { covers, type FarSide, families, gated, notServed, type Own, type Reached, type Stop } from "./far-side.js";
import type { TransitTables } from "./tables.js";
import type { Crossed, Way } from "./ways.js";
import { serves } from "./zones.js";

/** What a transit gateway makes of the packets of a place: there and back. */
export class Crossings {
  constructor(
    private readonly attachments: TransitAttachments,
    private readonly tables: TransitTables,
    private readonly far: FarSide,
    private readonly subnets: Subnets,
  ) {}

  /** The attachment through which a place reaches a gateway, where that is one that the program shows. */
  nearOf(place: Resource, gateway: Resource): Attachment | undefined {
    const [near, ...others] = this.attachments.of(gateway, this.subnets.vpcOf(place));
    return others.length === 0 ? near : undefined;
  }

  /**
   * Who gets through. What stops others is told in the order in which their packets and the answers meet it.
   * @param opener who opens the connections in question.
   * @param at the route that leads to the gateway.
   * @param addresses of the machine, as far as they are of this place.
   */
  through(place: Resource, gateway: Resource, opener: "machine" | "peer", at: string, addresses: PartialSet): Crossed {
    const near = this.nearOf(place, gateway);
    if (near === undefined) return { ways: [], elsewhere: undecidedSet([at]), passes: undecidedSet([at]), stops: [] };
    const served = serves(near, place, this.subnets);
    const table = this.attachments.tableOf(near);
    const own = this.far.ownOf(place, addresses);
    const targets = table === undefined || isUnknown(table) ? [] : this.targetsOf(table);
    const found = targets.map((far) => {
      const sent = this.sentTo(near, far);
      const there = this.delivery(far, opener, own);
      const answering = sent.certain.intersect(there.passes.possible);
      const back = opener === "machine" ? this.lostOnTheWay(near, far, answering, own, "no answer") : [];
      const stops = there.stops.map((each) => ({ ...each, peers: each.peers.intersect(sent.certain) }));
      const passes = gated(this.carried(near, far, sent, there.passes, own), served);
      return { far, sent, passes, stops: [...stops, ...back] };
    });
    const neighbours = opener === "peer" ? this.neighbours(near) : [];
    const silent = neighbours.filter((far) => !targets.includes(far));
    const ways = [...found, ...silent.map((far) => ({ far, sent: nobody, passes: nobody }))].map(
      ({ far, sent, passes }): Way => ({
        far,
        sent,
        passes,
        comes: opener === "peer" ? unionOf(sent, this.blocksOf(far)) : sent,
      }),
    );
    const mine = [
      ...(served === false ? [{ peers: AddressSet.everything, ...notServed(near, place) }] : []),
      ...(table === undefined ? [{ peers: AddressSet.everything, ...unassociated(near) }] : []),
      ...(table === undefined || isUnknown(table) ? [] : this.dropped(table)),
    ];
    const theirs = neighbours.flatMap((far) => this.comingFrom(near, far, own));
    const elsewhere = table === undefined ? nobody : gated(this.sentElsewhere(table), served);
    return {
      ...{ ways, elsewhere, passes: unionOf(...found.map(({ passes }) => passes), elsewhere) },
      stops: [...theirs, ...mine, ...found.flatMap(({ stops }) => stops)],
    };
  }

  /** What goes where it is not known, and may come back from there. */
  private sentElsewhere(table: Maybe<TransitTable>): PartialSet {
    if (isUnknown(table)) return undecidedSet(table.unknown);
    return reachedBy(this.tables.routesOf(table), ({ target }) =>
      isUnknown(target) ? undecidedSet(target.unknown) : nobody,
    );
  }

  private sentTo(near: Attachment, far: Attachment): PartialSet {
    const table = this.attachments.tableOf(near);
    return table === undefined || isUnknown(table) ? nobody : this.tables.towards(table)(far);
  }

  private neighbours(near: Attachment): Attachment[] {
    return this.attachments.all.filter(({ gateway, vpc }) => gateway === near.gateway && vpc && vpc !== near.vpc);
  }

  private targetsOf(table: TransitTable): Attachment[] {
    const targets = this.tables.routesOf(table).map(({ target }) => target);
    return [...new Set(targets.filter((each) => each !== "blackhole" && !isUnknown(each)))] as Attachment[];
  }

  /** Whom a network hands packets on to, that sends what they answer to the gateway again. */
  private delivery(far: Attachment, opener: "machine" | "peer", own: Own): Reached {
    const { vpc, resource } = far;
    if (vpc === undefined) return { passes: undecidedSet([inputOf(resource, "vpcId").at]), stops: [] };
    const inside = this.far.inside(far, vpc, own);
    const beyond = this.far.beyond(far, vpc, opener, own);
    return { passes: unionOf(inside.passes, beyond.passes), stops: [...inside.stops, ...beyond.stops] };
  }

  /** Those of whom packets come back to the near side as well. */
  private carried(near: Attachment, far: Attachment, sent: PartialSet, there: PartialSet, own: Own): PartialSet {
    const back = this.attachments.tableOf(far);
    if (back === undefined) return nobody;
    const reached = intersectionOf(sent, there);
    if (isUnknown(back)) return intersectionOf(reached, undecidedSet(back.unknown));
    return unionOf(
      ...families.map(([family, bound]) => gated(within(reached, bound), this.findsHome(near, back, own[family]))),
    );
  }

  /** Another network may have the same addresses, so that they are not known to come from here. */
  private blocksOf({ vpc, resource }: Attachment): PartialSet {
    return vpc ? undecidedSet([resource.urn], this.subnets.ownBlocksOf(vpc).possible) : nobody;
  }

  /** What keeps packets of another network from the near side. */
  private comingFrom(near: Attachment, far: Attachment, own: Own): Stop[] {
    if (far.vpc === undefined) return [];
    const { certain } = this.subnets.ownBlocksOf(far.vpc);
    return [...this.far.inside(far, far.vpc, own).stops, ...this.lostOnTheWay(near, far, certain, own, "nothing")];
  }

  /** What the table of another attachment does with packets for the near side that do not get there. */
  private lostOnTheWay(near: Attachment, far: Attachment, peers: AddressSet, own: Own, what: string): Stop[] {
    const back = this.attachments.tableOf(far);
    if (isUnknown(back)) return [];
    if (back === undefined) return [{ peers, ...unassociated(far) }];
    const says = `route table ${nameOf(back)} sends ${what} of attachment ${far.resource.name} to attachment ${near.resource.name}`;
    return families.flatMap(([family, bound]): Stop[] => {
      if (this.findsHome(near, back, own[family]) !== false) return [];
      const drops = this.dropped(back).find((each) => each.peers.contains(own[family].possible));
      const isBlackhole = drops !== undefined && drops.at !== back.urn;
      return [
        { peers: peers.intersect(bound), at: isBlackhole ? drops.at : back.urn, says: isBlackhole ? drops.says : says },
      ];
    });
  }

  /** Whether a table sends packets for the near side to its attachment, whose subnets deliver them. */
  private findsHome(near: Attachment, back: TransitTable, own: PartialSet): Maybe<boolean> {
    if (own.possible.isEmpty || near.vpc === undefined) return false;
    const delivered = this.far.delivered(near, near.vpc);
    const sent = this.tables.towards(back)(near);
    return all(covers(sent, own, back.urn), covers(delivered, own, near.resource.urn));
  }

  /** What the table itself does not carry. */
  private dropped(table: TransitTable): Stop[] {
    const routes = this.tables.routesOf(table);
    const blackholes = routes.filter(({ target }) => target === "blackhole");
    const led = reachedBy(routes, () => everybody).possible;
    return [
      ...blackholes.map(({ at, ...route }): Stop => {
        const taken = reachedBy(routes, ({ target, to }) =>
          target === "blackhole" && to === route.to ? everybody : nobody,
        );
        return { peers: taken.certain, at, says: `route table ${nameOf(table)} drops it by a blackhole route` };
      }),
      { peers: led.complement(), at: table.urn, says: `route table ${nameOf(table)} has no route to it` },
    ];
  }

  /** The networks on the same gateways, without the place's own one: who is there needs a route. */
  neighboursOf(place: Resource): PartialSet {
    const own = this.subnets.vpcOf(place);
    if (typeof own !== "object") return nobody;
    const { all: every } = this.attachments;
    const blocks = every.flatMap((near) => {
      const isMine = near.vpc === own;
      if (!isMine && !isOpen(near)) return [];
      const others = every.filter(({ gateway, vpc }) => gateway === near.gateway && vpc !== own);
      return others.map(({ vpc, resource }) => {
        const theirs = vpc ? this.subnets.ownBlocksOf(vpc) : undecidedSet([inputOf(resource, "vpcId").at]);
        return isMine ? theirs : undecidedSet([inputOf(near.resource, "vpcId").at], theirs.possible);
      });
    });
    return blocks.length === 0 ? nobody : differenceOf(unionOf(...blocks), this.subnets.ownBlocksOf(own));
  }
}

/** It is not known which network hangs there. */
function isOpen({ resource, vpc }: Attachment): boolean {
  return vpc === undefined && isUnknown(inputOf(resource, "vpcId").text());
}

function unassociated({ resource }: Attachment): Omit<Stop, "peers"> {
  return { at: resource.urn, says: `attachment ${resource.name} is associated with no route table` };
}

/** The table that AWS makes with a gateway is called by its gateway. */
function nameOf(table: TransitTable): string {
  return table.type.endsWith(":TransitGateway") ? `${table.name} (default)` : table.name;
}
