import { AddressSet } from "../../../model/addresses.js";
import { isUnknown, type Maybe } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import {
  everybody,
  exactly,
  nobody,
  type PartialSet,
  undecidedPart,
  undecidedSet,
  unionOf,
} from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { reachedBy } from "../../routing.js";
import type { Input } from "../input.js";
import { referenceOf } from "../references.js";
import { inputOf, inputsOf, type Resource } from "../resource.js";
import { block, isTag } from "./addresses.js";
import type { Firewall, Firewalls, NextHop } from "./firewall/firewalls.js";
import { Ids, idIn, openEnds, parentNamed } from "./ids.js";
import type { Networks, Place } from "./networks.js";
import { types } from "./types.js";

/** A route of a table, with the block it is for where that is known. */
interface Route {
  readonly input: Input;
  readonly at: string;
  readonly to: AddressSet | undefined;
  readonly length: number;
  readonly doubts: readonly string[];
  /** The firewall that it leads to. */
  readonly hop: NextHop | undefined;
}

/** The user-defined routes around subnets, with Azure's own. */
export class Routes {
  private readonly tables: Ids;
  private readonly separate: readonly Resource[];
  private readonly associations: readonly Resource[];
  /** Machines share subnets. */
  private readonly read = new Map<Input, Around>();
  private readonly led = new Map<Input, Map<Firewall, PartialSet>>();

  constructor(
    resources: readonly Resource[],
    private readonly networks: Networks,
    private readonly firewalls: Firewalls,
  ) {
    this.tables = new Ids(resources, "routeTable");
    const of = (kinds: readonly string[]) => resources.filter(({ type }) => kinds.includes(type));
    this.separate = of(types.route);
    this.associations = of(types.subnetRouteAssociation);
  }

  /**
   * The prefixes of user-defined routes, which the service tag VirtualNetwork covers as well; it "might also contain
   * default routes" (documentation, "Virtual network service tags").
   */
  prefixes(place: Maybe<Place>): PartialSet {
    return this.prefixesOf(place, () => true);
  }

  /** Those of them from which packets may come in by another way than a public address: a firewall's rules say who comes. */
  entrances(place: Maybe<Place>): PartialSet {
    return this.prefixesOf(place, ({ hop }) => hop === undefined);
  }

  private prefixesOf(place: Maybe<Place>, wanted: (route: Route) => boolean): PartialSet {
    if (isUnknown(place)) return nobody;
    const { routes, missing } = this.around(place);
    return unionOf(
      ...routes
        .filter(wanted)
        .map(({ to, at, length, doubts }) =>
          to !== undefined && length > 0 && doubts.length === 0
            ? exactly(to)
            : undecidedSet([at], to ?? AddressSet.everything),
        ),
      ...(missing.length > 0 ? [undecidedSet(missing)] : []),
    );
  }

  /** Destinations that leave by another way than Azure's own, or may: through a firewall, an appliance or a gateway. */
  detours(place: Maybe<Place>): PartialSet {
    if (isUnknown(place)) return nobody;
    const { routes, missing } = this.around(place);
    const others = routes.filter(
      ({ input, hop }) => hop === undefined && !["internet", "none", "vnetlocal"].includes(hopOf(input) ?? ""),
    );
    return unionOf(
      ...this.firewallsFrom(place).map((firewall) => this.via(place, firewall)),
      ...others.map(({ to, at }) => undecidedSet([at], to ?? AddressSet.everything)),
      ...(missing.length > 0 ? [undecidedSet(missing)] : []),
    );
  }

  /** The route with the longest prefix decides; of equal ones the user's. */
  layer(place: Maybe<Place>): Layer {
    const at = isUnknown(place) ? (place.unknown[0] ?? "") : place.input.at;
    const says = "Azure's own route to the internet";
    const base = {
      name: "route",
      combine: "first-match",
      otherwise: { action: "allow", evidence: { kind: "default", at, says } },
    } as const;
    if (isUnknown(place)) return { ...base, rules: [], incomplete: place.unknown };
    return {
      ...base,
      rules: this.entries(place).flatMap(({ rules }) => rules),
      incomplete: this.around(place).missing,
    };
  }

  /** The firewalls that routes of a subnet lead to. */
  firewallsFrom(place: Maybe<Place>): Firewall[] {
    if (isUnknown(place)) return [];
    return [...new Set(this.around(place).routes.flatMap(({ hop }) => (hop ? [hop.firewall] : [])))];
  }

  /** The destinations that routes of a subnet send to a firewall. */
  via(place: Maybe<Place>, firewall: Firewall): PartialSet {
    if (isUnknown(place)) return nobody;
    const known = this.led.get(place.input) ?? new Map<Firewall, PartialSet>();
    this.led.set(place.input, known);
    const entries = () => this.entries(place).reverse();
    const via =
      known.get(firewall) ?? reachedBy(entries(), (each) => (each.firewall === firewall ? everybody : nobody));
    known.set(firewall, via);
    return via;
  }

  /** The routes by the length of their prefixes, the longest first; of equal ones the user's. */
  private entries(place: Place): Entry[] {
    const { routes } = this.around(place);
    const at = place.input.at;
    const local = this.networks.addressesOf(place);
    const connected = isUnknown(place.network) ? nobody : this.networks.connected(place.network);
    const entries: Entry[] = [
      ...routes.map((route) => ({
        length: route.length,
        to: route.to && route.doubts.length === 0 ? exactly(route.to) : undecidedSet(route.doubts, route.to),
        firewall: route.hop?.firewall,
        rules: written(route),
      })),
      ...[...undecidedOf(local), ...undecidedOf(connected)].map((peers) => ({
        length: sureFirst,
        to: peers,
        rules: [system(`${at} (local)`, "allow", peers, "a route within the virtual network")],
      })),
      ...[...local.certain.toCidrs(), ...connected.certain.toCidrs()].map((cidr) => ({
        length: Number(cidr.split("/")[1]),
        to: exactly(AddressSet.of(cidr)),
        rules: [system(`${at} (local)`, "allow", exactly(AddressSet.of(cidr)), "a route within the virtual network")],
      })),
      ...privateRanges.map((cidr) => ({
        length: Number(cidr.split("/")[1]),
        to: exactly(AddressSet.of(cidr)),
        rules: [
          system(
            `${at} (none)`,
            "deny",
            exactly(AddressSet.of(cidr)),
            "Azure drops what goes to private addresses outside the virtual network",
          ),
        ],
      })),
    ];
    return entries.sort((a, b) => b.length - a.length);
  }

  private around(place: Place): Around {
    const around = this.read.get(place.input) ?? this.readAround(place);
    this.read.set(place.input, around);
    return around;
  }

  private readAround({ holder, input, within }: Place): Around {
    const place = this.networks.places.find((each) => each.input === input);
    const { property, id } = idIn(input, "routeTable", "routeTableId");
    const inline = referenceOf(holder, within ?? property, id, this.tables);
    const found = this.associations.flatMap((each) => {
      const { certain, open } = this.networks.ofAssociation(each);
      const table = inputOf(each, "routeTableId");
      const reference = referenceOf(each, "routeTableId", table, this.tables);
      if (certain === place) return [{ ...reference, open: openEnds(reference, table.at) }];
      return open.length > 0 ? [{ ...reference, certain: [], open }] : [];
    });
    const all = [{ ...inline, open: openEnds(inline, id.at) }, ...found];
    const tables = all.flatMap(({ certain }) => certain);
    const read = tables.map((table) => this.routesOf(table));
    return {
      routes: read.flatMap(({ routes }) => routes),
      missing: [...new Set([...all.flatMap(({ open }) => open), ...read.flatMap(({ missing }) => missing)])].sort(),
    };
  }

  private routesOf(table: Resource): { routes: Route[]; missing: readonly string[] } {
    const list = inputOf(table, "routes");
    const items = list.items() ?? [];
    const inline = isUnknown(items) ? [] : items.map((each) => this.routeOf(table, "routes", each, each.at, []));
    const separate = this.separate.flatMap((each) => {
      const parent = parentNamed(each, "routeTableName", this.tables);
      const open = parent.doubtful.includes(table) || parent.missing.length > 0;
      if (!parent.certain.includes(table) && !open) return [];
      const doubts = open ? [inputOf(each, "routeTableName").at] : [];
      return [this.routeOf(each, undefined, inputsOf(each), each.urn, doubts)];
    });
    return { routes: [...inline, ...separate], missing: isUnknown(items) ? items.unknown : [] };
  }

  private routeOf(
    holder: Resource,
    property: string | undefined,
    input: Input,
    at: string,
    doubts: readonly string[],
  ): Route {
    const name = input.member("nextHopIpAddress").isAbsent ? "nextHopInIpAddress" : "nextHopIpAddress";
    const isAppliance = hopOf(input) === "virtualappliance";
    const hop = isAppliance ? this.firewalls.at(holder, property ?? name, input.member(name)) : undefined;
    const prefix = input.member("addressPrefix");
    const text = prefix.text();
    if (typeof text !== "string" || isTag(text))
      return { input, at, hop, to: undefined, length: sureFirst, doubts: [...doubts, prefix.at] };
    const length = Number(text.split("/")[1] ?? (text.includes(":") ? 128 : 32));
    return { input, at, hop, to: block(prefix), length, doubts };
  }
}

interface Around {
  readonly routes: readonly Route[];
  readonly missing: readonly string[];
}

/** Azure's own routes to nowhere (documentation, "Virtual network traffic routing", system routes). */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/** Longer than any prefix: what is not known how long it is may win over all others. */
const sureFirst = 129;

interface Entry {
  readonly length: number;
  readonly to: PartialSet;
  readonly firewall?: Firewall | undefined;
  readonly rules: readonly FilterRule[];
}

function undecidedOf(set: PartialSet): PartialSet[] {
  return set.missing.length === 0 ? [] : [undecidedSet(set.missing, undecidedPart(set))];
}

function hopOf(input: Input): string | undefined {
  const text = input.member("nextHopType").text();
  return typeof text === "string" ? text.toLowerCase() : undefined;
}

function written({ input, at, to, doubts, hop: next }: Route): FilterRule[] {
  const hop = hopOf(input);
  const peers = to ?? AddressSet.everything;
  const rule = (action: "allow" | "deny", says: string, missing: readonly string[]): FilterRule =>
    system(at, action, missing.length > 0 ? undecidedSet(missing, peers) : exactly(peers), says, "code");
  if (hop === "none") return [rule("deny", "a route that drops the packet (next hop None)", doubts)];
  if (hop === "internet" || hop === "vnetlocal")
    return [rule("allow", `a route to ${input.member("nextHopType").text()}`, doubts)];
  if (next) {
    const { name } = next.firewall.resource;
    const lost = rule("deny", `a route to an address that may not be the firewall's`, [...doubts, ...next.doubts]);
    return [...(next.doubts.length > 0 ? [lost] : []), rule("allow", `a route through the firewall ${name}`, doubts)];
  }
  const who = hop === "virtualappliance" ? "an appliance" : hop === undefined ? "an unknown next hop" : "a gateway";
  const missing = [...doubts, `${input.member("nextHopType").at} (what ${who} does with the packet)`];
  return [
    rule("deny", `a route through ${who}, which may stop the packet`, missing),
    rule("allow", `a route through ${who}`, doubts),
  ];
}

function system(
  id: string,
  action: "allow" | "deny",
  peers: PartialSet,
  says: string,
  kind: "code" | "default" = "default",
): FilterRule {
  return { id, action, protocol: "any", ports: PortSet.all, peers, evidence: { kind, at: id, says } };
}
