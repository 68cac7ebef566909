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

  /** Each network that packets of a place are sent to, with the addresses for which they are. */
  sentFrom(place: Resource, gateway: Resource): { readonly far: Attachment; readonly sent: PartialSet }[] {
    const near = this.nearOf(place, gateway);
    const table = near && this.attachments.tableOf(near);
    if (table === undefined || isUnknown(table)) return [];
    return this.targetsOf(table).map((far) => ({ far, sent: this.tables.towards(table)(far) }));
  }

  /**
   * Who gets through.
   * @param opener who opens the connections in question.
   * @param at the route that leads to the gateway.
   * @param addresses of the machine, as far as they are of this place.
   */
  through(place: Resource, gateway: Resource, opener: "machine" | "peer", at: string, addresses: PartialSet): Reached {
    const near = this.nearOf(place, gateway);
    if (near === undefined) return { passes: undecidedSet([at]), stops: [] };
    const served = serves(near, place, this.subnets);
    const table = this.attachments.tableOf(near);
    if (served === false)
      return { passes: nobody, stops: [{ peers: AddressSet.everything, ...notServed(near, place) }] };
    if (isUnknown(table)) return { passes: undecidedSet(table.unknown), stops: [] };
    if (table === undefined)
      return { passes: nobody, stops: [{ peers: AddressSet.everything, ...unassociated(near) }] };
    const own = this.far.ownOf(place, addresses);
    const targets = this.targetsOf(table);
    const found = targets.map((far) => this.delivery(near, far, this.tables.towards(table)(far), opener, own));
    const unclear = reachedBy(this.tables.routesOf(table), ({ target }) =>
      isUnknown(target) ? undecidedSet(target.unknown) : nobody,
    );
    const passes = gated(unionOf(...found.map((each) => each.passes), unclear), served);
    return { passes, stops: [...this.dropped(table), ...found.flatMap(({ stops }) => stops)] };
  }

  private targetsOf(table: TransitTable): Attachment[] {
    const targets = this.tables.routesOf(table).map(({ target }) => target);
    return [...new Set(targets.filter((each) => each !== "blackhole" && !isUnknown(each)))] as Attachment[];
  }

  private delivery(near: Attachment, far: Attachment, sent: PartialSet, opener: "machine" | "peer", own: Own): Reached {
    const { vpc, resource } = far;
    const back = this.attachments.tableOf(far);
    if (vpc === undefined)
      return { passes: intersectionOf(sent, undecidedSet([inputOf(resource, "vpcId").at])), stops: [] };
    if (isUnknown(back)) return { passes: intersectionOf(sent, undecidedSet(back.unknown)), stops: [] };
    if (back === undefined) return { passes: nobody, stops: [{ peers: sent.certain, ...unassociated(far) }] };
    const home = families.map(([family, bound]) => ({ bound, is: this.findsHome(near, back, own[family]) }));
    const inside = this.far.inside(far, vpc, own);
    const reached = unionOf(inside.passes, this.far.beyond(far, vpc, opener, own));
    const passes = unionOf(...home.map(({ bound, is }) => gated(intersectionOf(sent, within(reached, bound)), is)));
    const lost = AddressSet.union(...home.flatMap(({ bound, is }) => (is === false ? [bound] : [])));
    const says = `route table ${nameOf(back)} sends no answer of attachment ${resource.name} back to attachment ${near.resource.name}`;
    const stops = inside.stops.map((each) => ({ ...each, peers: each.peers.intersect(sent.certain) }));
    return { passes, stops: [{ peers: sent.certain.intersect(lost), at: back.urn, says }, ...stops] };
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
