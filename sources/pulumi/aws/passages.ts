import { privateNetworks } from "../../../model/addresses.js";
import { isUnknown } from "../../../model/maybe.js";
import { onceFor } from "../../../model/once.js";
import {
  differenceOf,
  everybody,
  exactly,
  intersectionOf,
  nobody,
  type PartialSet,
  undecidedSet,
  unionOf,
} from "../../../model/partial.js";
import { ipv4, ipv6, within } from "../../layers.js";
import { inputOf, type Resource } from "../resource.js";
import type { RouteTables } from "./route-tables.js";
import type { Route, Way } from "./routes.js";
import type { Place, Subnets } from "./subnets.js";

/** Of the packets that take a route, those that get on by it. */
export type Passes = (route: Route) => PartialSet;

/** The three things that are asked of the routes around a place. */
export interface Asked {
  /** Clients at these addresses can connect. */
  readonly letsIn: Passes;
  /** There is a way out to these addresses. */
  readonly letsOut: Passes;
  /** What leaves by an internet gateway under the machine's own public address. */
  readonly leavesDirectly: Passes;
}

/** What becomes of the packets that take a route, as far as the program shows it. */
export class Passages {
  constructor(
    private readonly tables: RouteTables,
    private readonly subnets: Subnets,
  ) {}

  /** The same functions for the same place, so that answers are found again. */
  readonly of = onceFor(
    (place: Place): Asked => ({
      letsIn: (route) => this.letsIn(place, route),
      letsOut: (route) => this.letsOut(place, route),
      leavesDirectly: (route) => this.leavesDirectly(place, route),
    }),
  );

  private letsIn(place: Place, route: Route): PartialSet {
    const { way, at, gateway } = route;
    if (isUnknown(way)) return undecidedSet(way.unknown);
    if (way === "local") return everybody;
    if (way === "internet gateway") return this.comingIn(place, undefined, at);
    if (way === "peering") return this.beyond(route);
    // What the gateway does with it is a layer of its own.
    if (way === "transit gateway") return everybody;
    if (way === "firewall" && gateway) {
      return intersectionOf(this.comingIn(place, gateway, at), this.behind(gateway, at, isInternetGateway));
    }
    // What another network brings in, and whether it takes the answers out, is not seen here.
    return way === "other network" ? undecidedSet([at]) : nobody;
  }

  private letsOut(place: Place, route: Route): PartialSet {
    const { way, at, gateway } = route;
    if (isUnknown(way)) return undecidedSet(way.unknown);
    if (way === "local") return everybody;
    if (way === "internet gateway") return this.comingIn(place, undefined, at);
    if (way === "nowhere") return nobody;
    if (way === "egress-only gateway") return exactly(ipv6);
    if (way === "peering") return this.beyond(route);
    if (way === "transit gateway") return everybody;
    if (way === "NAT gateway") return within(this.natLetsOut(route, place, undefined), ipv4);
    if (way !== "firewall" || gateway === undefined) return undecidedSet([at]);
    return this.behind(gateway, at, (next) => {
      if (isUnknown(next.way)) return undecidedSet(next.way.unknown);
      if (next.way === "internet gateway") return this.comingIn(place, gateway, at);
      if (next.way === "NAT gateway") return within(this.natLetsOut(next, place, gateway), ipv4);
      return next.way === "nowhere" ? nobody : undecidedSet([next.at]);
    });
  }

  private leavesDirectly(place: Place, route: Route): PartialSet {
    const { way, at, gateway } = route;
    if (isUnknown(way)) return undecidedSet(way.unknown);
    if (way === "internet gateway") return this.comingIn(place, undefined, at);
    if (way !== "firewall" || gateway === undefined) return nobody;
    const direct = this.behind(gateway, at, isInternetGateway);
    return intersectionOf(direct, this.comingIn(place, gateway, at));
  }

  /** Packets from the internet gateway have to come the way that their answers go, or a firewall sees only half of it. */
  private comingIn(place: Place, firewall: Resource | undefined, at: string): PartialSet {
    const edge = this.tables.edgeOf(place);
    const expected = firewall ?? "nothing";
    return unionOf(
      ...(
        [
          ["ipv4", ipv4],
          ["ipv6", ipv6],
        ] as const
      ).map(([family, bound]) => {
        const between = edge[family];
        if (between === expected) return exactly(bound);
        return undecidedSet(isUnknown(between) ? between.unknown : [at], bound);
      }),
    );
  }

  /** What gets on from the subnets of a firewall's endpoints; where they differ, either may be the one. */
  private behind(firewall: Resource, at: string, passes: Passes): PartialSet {
    const around = this.subnets.all(firewall).map((place) => this.tables.around(place));
    const reached = around.map((each) => each?.reached(passes) ?? undecidedSet([at]));
    if (reached.length === 0) return undecidedSet([at]);
    const certain = intersectionOf(...reached).certain;
    const { possible, missing } = unionOf(...reached);
    return { certain, possible, missing: certain.equals(possible) ? [] : missing.length > 0 ? missing : [at] };
  }

  /** A public NAT gateway has an address; its subnet has to lead to an internet gateway. A private one cannot use that. */
  private natLetsOut({ gateway, at }: Route, place: Place, firewall: Resource | undefined): PartialSet {
    if (gateway === undefined) return undecidedSet([at]);
    const type = inputOf(gateway, "connectivityType");
    const connectivity = type.text() ?? "public";
    if (isUnknown(connectivity)) return undecidedSet(connectivity.unknown);
    const there = this.subnets.of(gateway);
    const around = there === undefined ? undefined : this.tables.around(there);
    if (connectivity === "private") return around?.reached(leavesElsewhere) ?? undecidedSet([type.at]);
    if (there === undefined || around === undefined) return firewall ? undecidedSet([at]) : everybody;
    const out = around.reached(this.of(there).leavesDirectly);
    return intersectionOf(out, this.comingBack(there, place, firewall, at));
  }

  /** The answers have to find the firewall again, by a route of the NAT gateway's subnet to the machine's one. */
  private comingBack(nat: Place, place: Place, firewall: Resource | undefined, at: string): PartialSet {
    const blocks = within(this.subnets.blocksOf(place), ipv4).possible;
    const around = this.tables.around(nat);
    const through = around?.reached(this.through(firewall));
    if (firewall) return through?.certain.contains(blocks) ? everybody : undecidedSet([at]);
    const inspected = around?.routes.some(({ to, way }) => way === "firewall" && blocks.contains(to.possible));
    return inspected ? undecidedSet([at]) : everybody;
  }

  private readonly through = onceFor(
    (gateway: Resource | undefined): Passes =>
      (route) =>
        gateway !== undefined && route.gateway === gateway ? everybody : nobody,
  );

  /** The addresses beside the network's own ones whose packets go to a network that is not seen. */
  leavingFor(place: Place): PartialSet {
    const around = this.tables.around(place);
    if (!around?.routes.some(({ way }) => way === "other network")) return nobody;
    return differenceOf(around.reached(leavesForAnother), this.localTo(place));
  }

  /** The addresses whose packets go to a gateway of the program; those of the network itself where a route says so. */
  via(place: Place, gateway: Resource): PartialSet {
    const around = this.tables.around(place);
    if (around === undefined) return nobody;
    const reached = around.reached(this.through(gateway));
    const local = this.localTo(place);
    const narrow = around.routes.filter(
      ({ to }) => local.possible.contains(to.possible) && !to.possible.contains(local.certain),
    );
    return unionOf(differenceOf(reached, local), intersectionOf(reached, unionOf(...narrow.map(({ to }) => to))));
  }

  private localTo(place: Place): PartialSet {
    const vpc = typeof place === "object" ? this.subnets.vpcOf(place) : undefined;
    return typeof vpc === "object" ? this.subnets.ownBlocksOf(vpc) : exactly(privateNetworks);
  }

  /** A peering leads to the blocks of the networks at its ends, where the program shows both. */
  private beyond({ gateway, at }: Route): PartialSet {
    const ends = gateway ? [this.subnets.vpcOf(gateway), this.subnets.vpcOf(gateway, "peerVpcId")] : [];
    const blocks = ends.map((each) => (typeof each === "object" ? this.subnets.ownBlocksOf(each) : undefined));
    const known = blocks.filter((each) => each !== undefined);
    return known.length < 2 ? undecidedSet([at]) : unionOf(...known);
  }
}

function isInternetGateway({ way, at }: Route): PartialSet {
  if (isUnknown(way)) return undecidedSet(way.unknown);
  if (way === "transit gateway") return undecidedSet([at]);
  return way === "internet gateway" ? everybody : nobody;
}

function leavesForAnother({ way }: Route): PartialSet {
  return way === "other network" ? everybody : nobody;
}

function leavesElsewhere({ way, at }: Route): PartialSet {
  if (isUnknown(way)) return undecidedSet(way.unknown);
  const leading: readonly Way[] = ["other network", "transit gateway", "peering", "firewall"];
  return leading.includes(way) ? undecidedSet([at]) : nobody;
}
