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
import { reachedBy } from "../../routing.js";
import type { Input } from "../input.js";
import type { Resource } from "../resource.js";
import type { Firewall, Firewalls } from "./firewall/firewalls.js";
import type { Networks, Place } from "./networks.js";
import { system, written } from "./route-rules.js";
import { hopOf, type Route, RouteTables, sureFirst } from "./route-tables.js";

/** The user-defined routes around subnets, with Azure's own. */
export class Routes {
  private readonly tables: RouteTables;
  private readonly led = new Map<Input, Map<Firewall, PartialSet>>();

  constructor(
    resources: readonly Resource[],
    private readonly networks: Networks,
    firewalls: Firewalls,
  ) {
    this.tables = new RouteTables(resources, networks, firewalls);
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
    const { routes, missing } = this.tables.around(place);
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
    const { routes, missing } = this.tables.around(place);
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
      incomplete: this.tables.around(place).missing,
    };
  }

  /** The firewalls that routes of a subnet lead to. */
  firewallsFrom(place: Maybe<Place>): Firewall[] {
    if (isUnknown(place)) return [];
    return [...new Set(this.tables.around(place).routes.flatMap(({ hop }) => (hop ? [hop.firewall] : [])))];
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
    const { routes } = this.tables.around(place);
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
}

/** Azure's own routes to nowhere (documentation, "Virtual network traffic routing", system routes). */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

interface Entry {
  readonly length: number;
  readonly to: PartialSet;
  readonly firewall?: Firewall | undefined;
  readonly rules: readonly FilterRule[];
}

function undecidedOf(set: PartialSet): PartialSet[] {
  return set.missing.length === 0 ? [] : [undecidedSet(set.missing, undecidedPart(set))];
}
