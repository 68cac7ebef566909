import { type AddressSet, type Family, privateNetworks } from "../../../../model/addresses.js";
import { all, isUnknown, type Maybe, unknown } from "../../../../model/maybe.js";
import { onceFor } from "../../../../model/once.js";
import {
  differenceOf,
  everybody,
  exactly,
  intersectionOf,
  nobody,
  type PartialSet,
  undecidedSet,
  unionOf,
} from "../../../../model/partial.js";
import { ipv4, ipv6, within } from "../../../layers.js";
import { inputOf, outputOf, type Resource } from "../../resource.js";
import type { BlockPublicAccess } from "../block-public-access.js";
import type { Passages, Passes } from "../passages.js";
import type { RouteTables } from "../route-tables.js";
import type { Route } from "../routes.js";
import type { Place, Subnets } from "../subnets.js";
import type { Attachment } from "./attachments.js";
import { serves } from "./zones.js";

export const families: readonly (readonly [Family, AddressSet])[] = [
  ["ipv4", ipv4],
  ["ipv6", ipv6],
];

/** Addresses that surely do not get through, and why. */
export interface Stop {
  readonly peers: AddressSet;
  readonly at: string;
  readonly says: string;
}

/** Those who are reached, and what surely stops others. */
export interface Reached {
  readonly passes: PartialSet;
  readonly stops: readonly Stop[];
}

/** The addresses in question at the near side, by family; empty where it has none of that family. */
export type Own = Readonly<Record<Family, PartialSet>>;

/** What becomes of packets that a gateway hands to a network, and of their answers. */
export class FarSide {
  constructor(
    private readonly tables: RouteTables,
    private readonly passages: Passages,
    private readonly subnets: Subnets,
    private readonly blocks: BlockPublicAccess,
  ) {}

  /** The blocks that addresses of a place are taken from; of those that are told, the ones in them. */
  ownOf(place: Resource, told?: PartialSet): Own {
    const given = (name: string) => !inputOf(place, name).isAbsent || !outputOf(place, name).isAbsent;
    const [four, six] = [
      within(this.subnets.blocksOf(place), ipv4),
      given("ipv6CidrBlock") ? within(this.subnets.blocksOf(place, "ipv6CidrBlock"), ipv6) : nobody,
    ].map((block) => {
      const own = told ? intersectionOf(block, told) : block;
      return own.possible.isEmpty ? block : own;
    });
    return { ipv4: four ?? nobody, ipv6: six ?? nobody };
  }

  /** The addresses of a network that its attachment's subnets deliver to: all but those that a narrower route takes aside. */
  delivered(attachment: Attachment, vpc: Resource): PartialSet {
    const local = this.subnets.ownBlocksOf(vpc);
    const aside = attachment.subnets.certain.flatMap((place) =>
      (this.tables.around(place)?.routes ?? []).filter(
        ({ to, way }) =>
          way !== "local" && local.possible.contains(to.possible) && !to.possible.contains(local.certain),
      ),
    );
    const taken = aside.map(({ to, at }) => undecidedSet([at], to.possible));
    return differenceOf(local, unionOf(...taken));
  }

  /** The network's own addresses whose questions and answers find the near side, of those that are delivered. */
  inside(attachment: Attachment, vpc: Resource, own: Own): Reached {
    const delivered = this.delivered(attachment, vpc);
    const seen = this.subnets.within(vpc);
    const parts = seen.map((subnet) => this.ofSubnet(attachment, vpc, subnet, own));
    const blocks = unionOf(
      ...seen.flatMap((each) => [this.subnets.blocksOf(each), this.subnets.blocksOf(each, "ipv6CidrBlock")]),
    );
    // Other programs may put subnets there.
    const gap = delivered.possible.subtract(blocks.certain);
    const unseen = undecidedSet([`${vpc.urn} (a subnet that is not seen)`], gap);
    const reached = unionOf(...parts.map(({ passes }) => passes), unseen);
    return { passes: intersectionOf(reached, delivered), stops: parts.flatMap(({ stops }) => stops) };
  }

  private ofSubnet(attachment: Attachment, vpc: Resource, subnet: Resource, own: Own): Reached {
    const served = serves(attachment, subnet, this.subnets);
    const theirs = this.apart(vpc, subnet);
    const found = families.map(([family]) => {
      const back = this.leadsBack(subnet, vpc, attachment.gateway, own[family]);
      const stopped = back === false ? "route" : served === false ? "zone" : undefined;
      return { passes: gated(theirs[family], all(served, back)), stopped, peers: theirs[family].certain };
    });
    const stops = found.flatMap(({ stopped, peers }): Stop[] => {
      if (stopped === undefined || peers.isEmpty) return [];
      if (stopped === "zone") return [{ peers, ...notServed(attachment, subnet) }];
      return [{ peers, ...this.noWayBack(attachment, subnet) }];
    });
    return { passes: unionOf(...found.map(({ passes }) => passes)), stops };
  }

  /** A subnet's blocks; where one is not known, it is none that another subnet of the network has. */
  apart(vpc: Resource, subnet: Resource): Own {
    const own = this.ownOf(subnet);
    if (families.every(([family]) => own[family].missing.length === 0)) return own;
    const others = this.subnets.within(vpc).filter((each) => each !== subnet);
    const left = (family: Family) =>
      differenceOf(own[family], exactly(unionOf(...others.map((each) => this.ownOf(each)[family])).certain));
    return { ipv4: left("ipv4"), ipv6: left("ipv6") };
  }

  /** Whether packets from a subnet to the near side take this gateway. */
  leadsBack(place: Place, vpc: Resource, gateway: Resource, own: PartialSet): Maybe<boolean> {
    if (own.possible.isEmpty) return false;
    const around = this.tables.around(place);
    const name = typeof place === "string" ? place : place.urn;
    if (around === undefined) return unknown(`${name} (its route table is not seen)`);
    const reached = differenceOf(around.reached(this.takes(gateway)), this.subnets.ownBlocksOf(vpc));
    return covers(reached, own, around.at);
  }

  private readonly takes = onceFor(
    (gateway: Resource): Passes =>
      (route) => {
        if (isUnknown(route.way)) return undecidedSet(route.way.unknown);
        // A firewall may hand it on to the gateway.
        if (route.way === "firewall") return undecidedSet([route.at]);
        return route.gateway === gateway ? everybody : nobody;
      },
  );

  private noWayBack({ gateway }: Attachment, subnet: Resource): Omit<Stop, "peers"> {
    const at = this.tables.around(subnet)?.at ?? subnet.urn;
    return { at, says: `no route of subnet ${subnet.name} leads back by transit gateway ${gateway.name}` };
  }

  /** What leaves the network again to addresses that are not its own: to the internet by its NAT gateways alone. */
  beyond(attachment: Attachment, vpc: Resource, opener: "machine" | "peer", own: Own): Reached {
    const local = this.subnets.ownBlocksOf(vpc);
    const found = attachment.subnets.certain.map((place) => {
      const around = this.tables.around(place);
      const name = typeof place === "string" ? place : place.urn;
      if (around === undefined) return undecidedSet([`${name} (its route table is not seen)`]);
      return around.reached((route) => this.onward(attachment, vpc, place, route, opener, own));
    });
    const { subnets, resource } = attachment;
    const open = subnets.doubtful.length + subnets.missing.length > 0 || found.length === 0;
    const every = [...found, ...(open ? [undecidedSet([inputOf(resource, "subnetIds").at])] : [])];
    const { certain } = intersectionOf(...every);
    const { possible, missing } = unionOf(...every);
    const names = missing.length > 0 ? missing : [inputOf(resource, "subnetIds").at];
    const either = { certain, possible, missing: certain.equals(possible) ? [] : names };
    const stops = subnets.certain.flatMap((place) => this.stopsBeyond(attachment, vpc, place, own));
    const outside = local.possible.complement();
    return {
      passes: differenceOf(either, local),
      stops: stops.map((each) => ({ ...each, peers: each.peers.intersect(outside) })),
    };
  }

  /** What an attachment's subnet leads nowhere, and what comes back to a NAT gateway's subnet and no further. */
  private stopsBeyond(attachment: Attachment, vpc: Resource, place: Place, own: Own): Stop[] {
    const around = this.tables.around(place);
    if (around === undefined || typeof place === "string") return [];
    const says = `no route of the attachment's subnet ${place.name} leads on to it`;
    const led = around.reached(isLed).possible;
    return [
      { peers: led.complement(), at: around.at, says },
      ...around.routes.flatMap((route): Stop[] => {
        const there = route.way === "NAT gateway" && route.gateway && this.subnets.of(route.gateway);
        if (!there || typeof there === "string") return [];
        const peers = route.to.certain.subtract(privateNetworks);
        if (this.leadsBack(there, vpc, attachment.gateway, own.ipv4) === false)
          return [{ peers, ...this.noWayBack(attachment, there) }];
        return serves(attachment, there, this.subnets) === false ? [{ peers, ...notServed(attachment, there) }] : [];
      }),
    ];
  }

  private onward(
    attachment: Attachment,
    vpc: Resource,
    place: Place,
    route: Route,
    opener: "machine" | "peer",
    own: Own,
  ): PartialSet {
    const { way, at, gateway } = route;
    if (isUnknown(way)) return undecidedSet(way.unknown);
    if (way === "nowhere") return nobody;
    // An internet gateway knows the public addresses of its own network; what it does with others' of version 6 is not told.
    if (way === "internet gateway" || way === "egress-only gateway") {
      return opener === "peer" ? nobody : undecidedSet([at], ipv6);
    }
    if (way !== "NAT gateway") return undecidedSet([at]);
    if (opener === "peer") return nobody;
    const out = this.passages.of(place).letsOut(route);
    const there = gateway && this.subnets.of(gateway);
    if (there === undefined) return intersectionOf(out, undecidedSet([at]));
    const guards = this.tables.around(there)?.routes.filter((each) => each.way === "firewall") ?? [];
    const doubts = [...guards.map((each) => each.at), ...this.blocks.doubtsElsewhere];
    const back = all(serves(attachment, there, this.subnets), this.leadsBack(there, vpc, attachment.gateway, own.ipv4));
    const leaving = differenceOf(within(out, ipv4), exactly(privateNetworks));
    const sideways = within(this.tables.around(there)?.reached(sidewaysFromNat) ?? nobody, privateNetworks);
    return unionOf(gated(leaving, doubts.length > 0 ? all(back, unknown(...doubts)) : back), within(sideways, ipv4));
  }
}

/** An internet gateway drops what is for private addresses; another route may carry them on under the gateway's own address. */
function sidewaysFromNat({ way, at }: Route): PartialSet {
  if (isUnknown(way)) return undecidedSet(way.unknown);
  return way === "internet gateway" || way === "nowhere" || way === "local" ? nobody : undecidedSet([at]);
}

function isLed({ way }: Route): PartialSet {
  return way === "nowhere" || way === "local" ? nobody : everybody;
}

/** The sentence for a place without an attachment in its Availability Zone. */
export function notServed({ resource, gateway }: Attachment, place: Resource): Omit<Stop, "peers"> {
  const at = inputOf(resource, "subnetIds").at;
  return { at, says: `transit gateway ${gateway.name} has no subnet in the Availability Zone of subnet ${place.name}` };
}

/** Whether all of some addresses are in a set; unknown where a part of them is, because it is not known which ones are meant. */
export function covers(set: PartialSet, wanted: PartialSet, at: string): Maybe<boolean> {
  if (set.certain.contains(wanted.possible)) return true;
  if (!set.possible.overlaps(wanted.possible)) return false;
  const missing = [...set.missing, ...wanted.missing];
  return unknown(...(missing.length > 0 ? missing : [at]));
}

export function gated(set: PartialSet, condition: Maybe<boolean>): PartialSet {
  if (isUnknown(condition)) return undecidedSet([...set.missing, ...condition.unknown], set.possible);
  return condition ? set : nobody;
}
