import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import { onceFor } from "../../../model/once.js";
import { type PartialSet, undecidedSet } from "../../../model/partial.js";
import { ipv4, ipv6, within } from "../../layers.js";
import { reachedBy } from "../../routing.js";
import { referenceOf, type Targets, targetsOf } from "../references.js";
import { flowingInto, inputOf, inputsOf, ofTypes, outputOf, type Resource } from "../resource.js";
import type { PrefixLists } from "./prefix-lists.js";
import { doubtfulRoute, Gateways, type Named, type Route, routesOf } from "./routes.js";
import { type Place, type Places, type Subnets, vpcTypes } from "./subnets.js";

const tableType = "aws:ec2/routeTable:RouteTable";
const defaultTableType = "aws:ec2/defaultRouteTable:DefaultRouteTable";
const tableTypes = [tableType, defaultTableType];
const routeType = "aws:ec2/route:Route";
const associationType = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const internetGatewayType = "aws:ec2/internetGateway:InternetGateway";
const vpnGatewayType = "aws:ec2/vpnGateway:VpnGateway";
const gatewayAttachmentType = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment";
const mainType = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation";

/** Of the packets that take a route, those that get on by it. */
type Passes = (route: Route) => PartialSet;

/** A route table of an internet gateway, which says where what comes in goes next; the gateway where it is seen. */
interface Edge {
  readonly gateway: Resource | undefined;
  readonly id?: string;
  readonly table: Table | { readonly missing: string };
  readonly at: string;
}

/** The routes around a place. */
export interface RoutesAround {
  readonly routes: readonly Route[];
  readonly at: string;
  /** The addresses to which there is a way that `passes` lets be taken. */
  readonly reached: (passes: Passes) => PartialSet;
}

/** What stands between an internet gateway and a place: nothing, or this firewall. */
export type Between = Maybe<"nothing" | Resource>;

function undecidedRoutes(missing: readonly string[]): RoutesAround {
  return { routes: [], at: missing[0] ?? "", reached: () => undecidedSet(missing) };
}

/** The table of a subnet: of the program, or outside it where its routes cannot be seen. */
type Table = Resource | "outside";

function isResource(table: Edge["table"]): table is Resource {
  return table !== "outside" && !("missing" in table);
}

/** What a gateway's table does with packets for some addresses. */
function edgeFor(
  addresses: PartialSet,
  edges: readonly Edge[],
  routesOf: (table: Resource) => readonly Route[],
): Between {
  if (addresses.possible.isEmpty) return "nothing";
  const found = edges.map(({ table, at }): Between => {
    if (!isResource(table)) return unknown(table === "outside" ? at : table.missing);
    const route = routesOf(table).findLast(({ to }) => to.possible.overlaps(addresses.possible));
    if (route === undefined || route.way === "local") return "nothing";
    if (!route.to.certain.contains(addresses.possible)) return unknown(...addresses.missing, route.at);
    if (isUnknown(route.way)) return route.way;
    return route.way === "firewall" && route.gateway ? route.gateway : unknown(route.at);
  });
  const [first = "nothing", ...others] = found;
  if (others.every((each) => each === first)) return first;
  return unknown(...edges.map(({ at }) => at));
}

/** The route tables of a program and the subnets that use them. */
export class RouteTables {
  private readonly tables: Targets;
  private readonly named: Named;
  private readonly routes = new Map<Resource, Route[]>();
  private readonly bySubnet = new Map<Place, Table | { readonly missing: string }>();
  private readonly mains = new Map<Place, Table>();
  private readonly edges: Edge[] = [];
  private readonly gateways: Targets;
  /** By an internet gateway, the attachments that put it before a network. */
  private readonly attachments: readonly Resource[];
  /** Associations that may be of any subnet. */
  private readonly loose: { readonly places: Places; readonly at: string }[] = [];

  constructor(
    resources: readonly Resource[],
    private readonly subnets: Subnets,
    lists: PrefixLists,
  ) {
    const ofType = (types: readonly string[]) => ofTypes(resources, ...types);
    this.tables = targetsOf(resources, ...tableTypes);
    this.named = { gateways: new Gateways(resources), lists };
    this.gateways = targetsOf(resources, internetGatewayType, vpnGatewayType);
    this.attachments = ofType([gatewayAttachmentType]);
    for (const table of this.tables.resources) this.routes.set(table, this.inlineRoutes(table));
    for (const route of ofType([routeType])) this.addRoute(route);
    for (const table of this.tables.resources) this.addUnmanaged(table);
    for (const each of ofType([associationType])) this.associate(each);
    for (const each of ofType([mainType])) this.makeMain(this.subnets.vpcOf(each), this.tableOf(each));
    for (const each of ofType([defaultTableType])) this.makeMain(this.vpcOfDefault(each), each);
  }

  /** The routes that a place's packets take. Undefined: the program does not show them. */
  readonly around = onceFor((place: Place) => this.routesAround(place));

  private routesAround(place: Place): RoutesAround | undefined {
    const own = this.bySubnet.get(place);
    if (own === undefined) {
      const perhaps = this.loose.filter(({ places }) => places.missing.length > 0 || places.doubtful.includes(place));
      const [first] = perhaps;
      if (first) return undecidedRoutes(perhaps.map(({ at }) => at));
    }
    const vpc = typeof place === "string" ? undefined : this.subnets.vpcOf(place);
    const table = own ?? (vpc === undefined ? undefined : this.mains.get(vpc));
    if (table === undefined || table === "outside") return undefined;
    if ("missing" in table) return undecidedRoutes([table.missing]);
    const routes = this.sorted(table);
    return { routes, at: inputOf(table, "routes").at, reached: onceFor((passes: Passes) => reachedBy(routes, passes)) };
  }

  /** The one that wins comes last. */
  private sorted(table: Resource): Route[] {
    return [...(this.routes.get(table) ?? [])].sort((a, b) => (a.prefix ?? 129) - (b.prefix ?? 129) || a.rank - b.rank);
  }

  private inlineRoutes(table: Resource): Route[] {
    const given = inputOf(table, "routes");
    const blocks = given.items() ?? [];
    if (!isUnknown(blocks)) return blocks.flatMap((each) => routesOf(table, each, "routes", this.named));
    const to = undecidedSet(blocks.unknown);
    return [{ to, prefix: undefined, way: unknown(...blocks.unknown), destination: undefined, at: given.at, rank: 0 }];
  }

  /** Inline routes make the provider remove every other one at its next turn: separate ones may or may not stand. */
  private addRoute(resource: Resource): void {
    const routes = routesOf(resource, inputsOf(resource), undefined, this.named);
    const { certain, doubtful, missing } = this.referred(resource);
    const at = inputOf(resource, "routeTableId").at;
    for (const table of certain) {
      const inline = inputOf(table, "routes");
      const listed = new Set(this.routes.get(table)?.map(({ destination }) => destination));
      const added = routes.filter(({ destination }) => destination === undefined || !listed.has(destination));
      for (const each of added) this.put(table, inline.isAbsent ? each : doubtfulRoute(each, inline.at));
    }
    const perhaps = missing.length > 0 ? this.tables.resources.filter((each) => !certain.includes(each)) : doubtful;
    for (const table of perhaps) for (const each of routes) this.put(table, doubtfulRoute(each, at));
  }

  /** Routes of the last deployment that the program does not manage may still stand. */
  private addUnmanaged(table: Resource): void {
    const left = outputOf(table, "routes");
    const blocks = left.items() ?? [];
    if (!inputOf(table, "routes").isAbsent || isUnknown(blocks)) return;
    const managed = new Set(this.routes.get(table)?.map(({ destination }) => destination));
    for (const route of blocks.flatMap((each) => routesOf(table, each, "routes", this.named))) {
      if (!managed.has(route.destination)) this.put(table, doubtfulRoute(route, left.at));
    }
  }

  private put(table: Resource, route: Route): void {
    this.routes.get(table)?.push(route);
  }

  /**
   * What lies between the internet gateway and a place for the packets of one family that come in: nothing, or a firewall
   * (Amazon VPC user guide, "Gateway route tables").
   */
  readonly edgeOf = onceFor((place: Place) => {
    const blocks = typeof place === "object" ? this.subnets.ownBlocksOf(place) : undecidedSet([place]);
    const edges = this.edges.filter((edge) => this.mayLead(edge, place));
    return {
      ipv4: edgeFor(within(blocks, ipv4), edges, (table) => this.sorted(table)),
      ipv6: edgeFor(within(blocks, ipv6), edges, (table) => this.sorted(table)),
    };
  });

  /** False for a gateway that is surely another network's, or no internet gateway. */
  private mayLead({ gateway, id, table }: Edge, place: Place): boolean {
    if (gateway?.type === vpnGatewayType || id?.startsWith("vgw-")) return false;
    const attached = this.attachments.filter((each) => this.gatewayOf(each, "internetGatewayId") === gateway);
    const holders = [...(isResource(table) ? [table] : []), ...(gateway ? [gateway, ...attached] : [])];
    const vpc = holders.map((each) => this.subnets.vpcOf(each)).find((each) => each !== undefined);
    const own = typeof place === "object" ? this.subnets.vpcOf(place) : undefined;
    return vpc === undefined || own === undefined || vpc === own;
  }

  private gatewayOf(holder: Resource, property: string): Resource | undefined {
    return referenceOf(holder, property, inputOf(holder, property), this.gateways).certain[0];
  }

  private associate(association: Resource): void {
    const table = this.tableOf(association) ?? { missing: inputOf(association, "routeTableId").at };
    const edge = inputOf(association, "gatewayId");
    if (!edge.isAbsent) {
      const id = edge.text();
      const known = typeof id === "string" ? { id } : {};
      this.edges.push({ gateway: this.gatewayOf(association, "gatewayId"), table, at: edge.at, ...known });
    }
    if (inputOf(association, "subnetId").isAbsent) return;
    const places = this.subnets.named(association, "subnetId");
    for (const place of places.certain) this.bySubnet.set(place, table);
    if (places.doubtful.length + places.missing.length > 0) {
      this.loose.push({ places, at: inputOf(association, "subnetId").at });
    }
  }

  private makeMain(vpc: Place | undefined, table: Table | undefined): void {
    if (vpc !== undefined && table !== undefined) this.mains.set(vpc, table);
  }

  private vpcOfDefault(table: Resource): Place | undefined {
    const [vpc, ...others] = flowingInto(table, "defaultRouteTableId", new Set(vpcTypes));
    if (vpc && others.length === 0) return vpc;
    const id = inputOf(table, "defaultRouteTableId").text();
    const reporting = typeof id === "string" ? this.subnets.vpcReporting("defaultRouteTableId", id) : undefined;
    return reporting ?? this.subnets.vpcOf(table);
  }

  private tableOf(holder: Resource): Table | undefined {
    const { certain, outside } = this.referred(holder);
    return certain[0] ?? (outside.length > 0 ? "outside" : undefined);
  }

  private referred(holder: Resource) {
    return referenceOf(holder, "routeTableId", inputOf(holder, "routeTableId"), this.tables);
  }
}
