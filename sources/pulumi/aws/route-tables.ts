import { isUnknown } from "../../../model/maybe.js";
import type { Layer } from "../../../model/network.js";
import { differenceOf, everybody, exactly, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { routeLayerName } from "../../aws-rules.js";
import { referenceOf, Targets } from "../references.js";
import { flowingInto, inputOf, inputsOf, outputOf, type Resource } from "../resource.js";
import { clientsOf, doubtfulRoute, type Route, routeOf } from "./routes.js";
import { type Place, type Places, type Subnets, vpcTypes } from "./subnets.js";

const tableType = "aws:ec2/routeTable:RouteTable";
const defaultTableType = "aws:ec2/defaultRouteTable:DefaultRouteTable";
const tableTypes = [tableType, defaultTableType];
const routeType = "aws:ec2/route:Route";
const associationType = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const mainType = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation";
const gatewayTypes = ["aws:ec2/internetGateway:InternetGateway", "aws:ec2/vpnGateway:VpnGateway"];

/** The table of a subnet: of the program, or outside it where its routes cannot be seen. */
type Table = Resource | "outside";

/** The route tables of a program and the subnets that use them. */
export class RouteTables {
  private readonly tables: Targets;
  private readonly gateways: Targets;
  private readonly routes = new Map<Resource, Route[]>();
  private readonly bySubnet = new Map<Place, Table | { readonly missing: string }>();
  private readonly mains = new Map<Place, Table>();
  /** Associations that may be of any subnet. */
  private readonly loose: { readonly places: Places; readonly at: string }[] = [];

  constructor(
    resources: readonly Resource[],
    private readonly subnets: Subnets,
  ) {
    const ofType = (types: readonly string[]) => resources.filter((each) => types.includes(each.type));
    this.tables = new Targets(ofType(tableTypes), tableTypes);
    this.gateways = new Targets(ofType(gatewayTypes), gatewayTypes);
    for (const table of this.tables.resources) this.routes.set(table, this.inlineRoutes(table));
    for (const route of ofType([routeType])) this.addRoute(route);
    for (const table of this.tables.resources) this.addUnmanaged(table);
    for (const each of ofType([associationType])) this.associate(each);
    for (const each of ofType([mainType])) this.makeMain(this.subnets.vpcOf(each), this.tableOf(each));
    for (const each of ofType([defaultTableType])) this.makeMain(this.vpcOfDefault(each), each);
  }

  /** Clients of the internet need a route that lets them in; those inside pass. Undefined: the program does not show it. */
  around(place: Place): Layer | undefined {
    const own = this.bySubnet.get(place);
    if (own === undefined) {
      const perhaps = this.loose.filter(({ places }) => places.missing.length > 0 || places.doubtful.includes(place));
      if (perhaps.length > 0) return this.layer(place, undecidedSet(perhaps.map(({ at }) => at)), perhaps[0]?.at ?? "");
    }
    const vpc = typeof place === "string" ? undefined : this.subnets.vpcOf(place);
    const table = own ?? (vpc === undefined ? undefined : this.mains.get(vpc));
    if (table === undefined || table === "outside") return undefined;
    if ("missing" in table) return this.layer(place, undecidedSet([table.missing]), table.missing);
    return this.layer(place, clientsOf(this.routes.get(table) ?? []), inputOf(table, "routes").at);
  }

  private layer(place: Place, open: PartialSet, at: string): Layer {
    const inside = exactly(this.subnets.inside(typeof place === "string" ? undefined : place));
    const peers = differenceOf(everybody, unionOf(open, inside));
    const says =
      "no route of the subnet's table leads to an internet gateway for them, so the internet cannot reach it";
    const evidence = (decision: "allow" | "deny", sentence: string) =>
      ({ kind: "code", at, says: sentence, layer: { name: routeLayerName, decision } }) as const;
    const rule = { id: at, action: "deny", protocol: "any", ports: PortSet.all, peers } as const;
    return {
      name: routeLayerName,
      combine: "first-match",
      rules: peers.possible.isEmpty ? [] : [{ ...rule, evidence: evidence("deny", says) }],
      otherwise: { action: "allow", evidence: evidence("allow", "the subnet's route table has a way to them") },
      incomplete: [],
    };
  }

  private inlineRoutes(table: Resource): Route[] {
    const given = inputOf(table, "routes");
    const blocks = given.items() ?? [];
    if (!isUnknown(blocks)) return blocks.map((each) => routeOf(table, each, "routes", this.gateways));
    return [{ clients: undecidedSet(blocks.unknown), prefix: undefined, way: "open", destination: undefined }];
  }

  /** Inline routes make the provider remove every other one at its next turn: separate ones may or may not stand. */
  private addRoute(resource: Resource): void {
    const route = routeOf(resource, inputsOf(resource), undefined, this.gateways);
    const { certain, doubtful, missing } = this.referred(resource);
    const at = inputOf(resource, "routeTableId").at;
    for (const table of certain) {
      const inline = inputOf(table, "routes");
      const listed = this.routes
        .get(table)
        ?.some(({ destination }) => destination && destination === route.destination);
      if (!listed) this.put(table, inline.isAbsent ? route : doubtfulRoute(route, inline.at));
    }
    const perhaps = missing.length > 0 ? this.tables.resources.filter((each) => !certain.includes(each)) : doubtful;
    for (const table of perhaps) this.put(table, doubtfulRoute(route, at));
  }

  /** Routes of the last deployment that the program does not manage may still stand. */
  private addUnmanaged(table: Resource): void {
    const left = outputOf(table, "routes");
    const blocks = left.items() ?? [];
    if (!inputOf(table, "routes").isAbsent || isUnknown(blocks)) return;
    const managed = new Set(this.routes.get(table)?.map(({ destination }) => destination));
    for (const each of blocks) {
      const route = routeOf(table, each, "routes", this.gateways);
      if (!managed.has(route.destination)) this.put(table, doubtfulRoute(route, left.at));
    }
  }

  private put(table: Resource, route: Route): void {
    this.routes.get(table)?.push(route);
  }

  private associate(association: Resource): void {
    if (inputOf(association, "subnetId").isAbsent) return;
    const table = this.tableOf(association) ?? { missing: inputOf(association, "routeTableId").at };
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
