import { outside } from "../../../model/addresses.js";
import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
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
import { ipv4, ipv6, wall, within } from "../../layers.js";
import { reachedBy } from "../../routing.js";
import type { Input } from "../input.js";
import { referenceOf } from "../references.js";
import { inputOf, type Resource } from "../resource.js";
import { block, type Nic } from "./instances.js";
import { isNone, overlap, tagsOf } from "./labels.js";
import { both } from "./members.js";
import { Named } from "./named.js";
import { type Networks, type Place, samePlace } from "./networks.js";

const routeType = "gcp:compute/route:Route";
const routerType = "gcp:compute/router:Router";
const natType = "gcp:compute/routerNat:RouterNat";
const subnetworkType = "gcp:compute/subnetwork:Subnetwork";

/** A route as one instance meets it. */
interface Route {
  readonly to: PartialSet;
  readonly prefix: number;
  readonly priority: number;
  /** `internet`: the default internet gateway. Unknown: an appliance, a tunnel, or not known yet. */
  readonly way: Maybe<"internet">;
}

interface Stated extends Route {
  readonly place: Place;
  readonly resource: Resource;
}

/** The routes of a program's networks and its Cloud NAT gateways: where packets leave to the internet. */
export class Routes {
  private readonly routes: readonly Stated[];
  private readonly nats: readonly Resource[];
  private readonly routers: Named;
  private readonly subnetworks: Named;

  constructor(
    resources: readonly Resource[],
    private readonly networks: Networks,
  ) {
    this.routes = resources.filter(({ type }) => type === routeType).map((each) => this.read(each));
    this.nats = resources.filter(({ type }) => type === natType);
    this.routers = new Named(resources, [routerType]);
    this.subnetworks = new Named(resources, [subnetworkType]);
  }

  /** Nothing for a network that the program does not define: its routes are not seen. */
  inward(nic: Nic): Layer[] {
    const network = nic.place.resource;
    if (network === undefined) return [];
    return [this.layer(network, this.reached(nic), "no route leads back to them: the answers are lost")];
  }

  outward(nic: Nic): Layer[] {
    const network = nic.place.resource;
    if (network === undefined) return [];
    const route = this.layer(network, this.reached(nic), "no route leads out to them");
    return [route, this.addressLayer(nic)];
  }

  private layer(network: Resource, reached: PartialSet, denies: string): Layer {
    const stopped = within(differenceOf(everybody, reached), outside);
    const allows = "the network has a route to them, or they are inside";
    return wall({ name: "route", at: network.urn, stopped, denies, allows });
  }

  /** A new network has default routes (VPC documentation, "Routes": `System-generated default routes`). */
  private reached(nic: Nic): PartialSet {
    const network = nic.place.resource as Resource;
    const removal = inputOf(network, "deleteDefaultRoutesOnCreate");
    const removed = removal.boolean() ?? false;
    const standing = (family: typeof ipv4): PartialSet =>
      isUnknown(removed) ? undecidedSet(removed.unknown, family) : removed ? nobody : exactly(family);
    const defaults = [ipv4, ipv6].map(
      (family): Route => ({ to: standing(family), prefix: 0, priority: 1000, way: "internet" }),
    );
    const own = this.routes.flatMap((route): Route[] => {
      const tags = tagsOf(inputOf(route.resource, "tags"));
      const meets = both(samePlace(route.place, nic.place), isNone(tags) ? true : overlap(tags, nic.tags));
      if (meets === false) return [];
      return [
        isUnknown(meets)
          ? { ...route, to: undecidedSet([...meets.unknown, ...route.to.missing], route.to.possible) }
          : route,
      ];
    });
    const ordered = [...defaults, ...own].sort((a, b) => a.prefix - b.prefix || b.priority - a.priority);
    return reachedBy(ordered, ({ way }) => (isUnknown(way) ? undecidedSet(way.unknown) : everybody));
  }

  private read(resource: Resource): Stated {
    const destination = inputOf(resource, "destRange");
    const text = destination.text() ?? unknown(destination.at);
    const priority = inputOf(resource, "priority").number() ?? 1000;
    const length = isUnknown(text) ? Number.NaN : Number(text.split("/")[1] ?? 128);
    const set = isUnknown(text) ? undecidedSet(text.unknown) : exactly(block(destination));
    return {
      resource,
      place: this.networks.named(resource, "network", inputOf(resource, "network")),
      to: isUnknown(priority) ? undecidedSet(priority.unknown, set.possible) : set,
      prefix: Number.isNaN(length) ? 129 : length,
      priority: isUnknown(priority) ? -1 : priority,
      way: wayOf(resource),
    };
  }

  /** Packets leave from an address: IPv4 ones from one of their own or through Cloud NAT. */
  private addressLayer(nic: Nic): Layer {
    const { input } = nic;
    const [four, six] = [input.member("accessConfigs"), input.member("ipv6AccessConfigs")];
    const translated = this.translated(nic);
    const stopped = unionOf(
      given(four) === true ? nobody : without(ipv4, either(given(four), translated)),
      given(six) === true ? nobody : without(ipv6, given(six)),
    );
    return wall({
      ...{ name: "public address", at: four.at, stopped: within(stopped, outside) },
      denies: "no external address and no Cloud NAT for this subnetwork, so nothing can leave to the internet",
      allows: "leaves from an external address or through Cloud NAT, or the destination is inside",
    });
  }

  /** Is there a public Cloud NAT for the interface's subnetwork? */
  private translated(nic: Nic): Maybe<boolean> {
    return either(...this.nats.map((each) => this.covers(each, nic)));
  }

  private covers(nat: Resource, nic: Nic): Maybe<boolean> {
    const type = inputOf(nat, "type").text() ?? "PUBLIC";
    if (isUnknown(type) || type !== "PUBLIC") return isUnknown(type) ? type : false;
    const router = inputOf(nat, "router");
    const { certain } = referenceOf(nat, "router", router, this.routers);
    const [found] = certain;
    const place = found && this.networks.named(found, "network", inputOf(found, "network"));
    const network = place ? samePlace(place, nic.place) : unknown(router.at);
    return both(network, this.sameRegion(nat, nic), this.lists(nat, nic));
  }

  private sameRegion(nat: Resource, nic: Nic): Maybe<boolean> {
    const region = inputOf(nat, "region").text() ?? unknown(inputOf(nat, "region").at);
    const zone = inputOf(nic.resource, "zone").text() ?? inputOf(nic.resource, "region").text();
    if (isUnknown(region)) return region;
    if (zone === undefined || isUnknown(zone)) return zone ?? unknown(inputOf(nic.resource, "zone").at);
    return zone === region || zone.startsWith(`${region}-`);
  }

  private lists(nat: Resource, nic: Nic): Maybe<boolean> {
    const ranges = inputOf(nat, "sourceSubnetworkIpRangesToNat");
    const kind = ranges.text() ?? unknown(ranges.at);
    if (isUnknown(kind)) return kind;
    if (kind !== "LIST_OF_SUBNETWORKS") return true;
    const list = inputOf(nat, "subnetworks");
    const items = list.items() ?? [];
    if (isUnknown(items)) return items;
    const own = referenceOf(nic.resource, "networkInterfaces", nic.input.member("subnetwork"), this.subnetworks);
    const named = items.map((each) => referenceOf(nat, "subnetworks", each.member("name"), this.subnetworks));
    const mine = own.certain[0];
    if (mine && named.some(({ certain }) => certain.includes(mine))) return true;
    return mine && named.every(({ certain }) => certain.length > 0) ? false : unknown(list.at);
  }
}

function wayOf(resource: Resource): Maybe<"internet"> {
  const gateway = inputOf(resource, "nextHopGateway");
  const text = gateway.text();
  if (typeof text === "string" && text.endsWith("default-internet-gateway")) return "internet";
  const other = ["nextHopInstance", "nextHopIp", "nextHopIlb", "nextHopVpnTunnel"].map((name) =>
    inputOf(resource, name),
  );
  return unknown((other.find((each) => !each.isAbsent) ?? gateway).at);
}

function given(configs: Input): Maybe<boolean> {
  const items = configs.items() ?? [];
  return isUnknown(items) ? items : items.length > 0;
}

function without(family: typeof ipv4, leaves: Maybe<boolean>): PartialSet {
  if (leaves === true) return nobody;
  return isUnknown(leaves) ? undecidedSet(leaves.unknown, family) : exactly(family);
}

function either(...conditions: readonly Maybe<boolean>[]): Maybe<boolean> {
  if (conditions.includes(true)) return true;
  const missing = conditions.flatMap((each) => (isUnknown(each) ? each.unknown : []));
  return missing.length > 0 ? unknown(...missing) : false;
}
