import type { AddressSet } from "../../../model/addresses.js";
import { isUnknown } from "../../../model/maybe.js";
import type { Input } from "../input.js";
import { referenceOf } from "../references.js";
import { inputOf, inputsOf, type Resource } from "../resource.js";
import { block, isTag } from "./addresses.js";
import type { Firewalls, NextHop } from "./firewall/firewalls.js";
import { Ids, idIn, openEnds, parentNamed } from "./ids.js";
import type { Networks, Place } from "./networks.js";
import { types } from "./types.js";

/** A route of a table, with the block it is for where that is known. */
export interface Route {
  readonly input: Input;
  readonly at: string;
  readonly to: AddressSet | undefined;
  readonly length: number;
  readonly doubts: readonly string[];
  /** The firewall that it leads to. */
  readonly hop: NextHop | undefined;
}

/** The routes around a subnet. */
export interface Around {
  readonly routes: readonly Route[];
  readonly missing: readonly string[];
}

/** Longer than any prefix: what is not known how long it is may win over all others. */
export const sureFirst = 129;

/** The route tables of a program, found by the subnets that they are bound to. */
export class RouteTables {
  private readonly tables: Ids;
  private readonly separate: readonly Resource[];
  private readonly associations: readonly Resource[];
  /** Machines share subnets. */
  private readonly read = new Map<Input, Around>();

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

  /** What the tables around a subnet say. */
  around(place: Place): Around {
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

/** The kind of a route's next hop, in small letters. */
export function hopOf(input: Input): string | undefined {
  const text = input.member("nextHopType").text();
  return typeof text === "string" ? text.toLowerCase() : undefined;
}
