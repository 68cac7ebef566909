import type { Route, RouteTable } from "@aws-sdk/client-ec2";
import { unknown } from "../../../model/maybe.js";
import type { Resource } from "../../pulumi/resource.js";
import type { Inventory } from "../inventory.js";
import { isUnread, itemsOf, type Reading } from "../lists.js";
import { cidr, described, nameTag } from "./described.js";
import type { Place } from "./networks.js";

const tableType = "aws:ec2/routeTable:RouteTable";
const associationType = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const mainType = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation";

/** Route tables and who uses them; subnets whose table is not seen have one of unknown routes. */
export function routeResources({ tables, serviceEndpoints, transit }: Inventory, places: readonly Place[]): Resource[] {
  const associations = itemsOf(tables).flatMap(standing);
  const subnets = new Set(associations.map(({ SubnetId }) => SubnetId));
  const mains = new Set(
    itemsOf(tables).flatMap((table) => (standing(table).some(({ Main }) => Main) ? table.VpcId : [])),
  );
  const unseen = places.filter(({ subnetId, vpcId }) => !subnets.has(subnetId) && !mains.has(vpcId));
  const missing = isUnread(tables) ? tables.unread : "a route table that this account cannot see";
  const standIn = "route table not seen";
  return [
    ...itemsOf(tables).flatMap((table) => tableResources(table, serviceEndpoints, transit)),
    ...(unseen.length > 0 ? [described({ type: tableType, id: standIn, inputs: { routes: unknown(missing) } })] : []),
    ...unseen.map(({ subnetId }) => association(subnetId, { subnetId, routeTableId: standIn })),
  ];
}

function standing({ Associations = [] }: RouteTable) {
  return Associations.filter(({ AssociationState }) => AssociationState?.State !== "disassociated");
}

function association(id: string, inputs: Record<string, unknown>): Resource {
  return described({ type: associationType, id: `route table of ${id}`, inputs });
}

function tableResources(table: RouteTable, endpoints: Reading<string>, transit: Inventory["transit"]): Resource[] {
  const { RouteTableId: id = "", VpcId, Routes = [], Tags } = table;
  const routes = Routes.filter((each) => !leadsToService(each, endpoints));
  return [
    described({
      ...{ type: tableType, id, name: nameTag(Tags) },
      inputs: { vpcId: VpcId, routes: routes.map((each) => routeInputs(each, id, endpoints, transit)) },
      place: ([list, i]) =>
        list === "routes" && typeof i === "number" ? `${id}#${destinationOf(routes[i] ?? {}) ?? ""}` : undefined,
    }),
    ...standing(table).flatMap(({ SubnetId, GatewayId, Main }) => {
      if (GatewayId) return [association(GatewayId, { gatewayId: GatewayId, routeTableId: id })];
      if (Main) return [described({ type: mainType, id: `main of ${id}`, inputs: { vpcId: VpcId, routeTableId: id } })];
      return SubnetId ? [association(SubnetId, { subnetId: SubnetId, routeTableId: id })] : [];
    }),
  ];
}

function destinationOf(route: Route): string | undefined {
  return route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId;
}

/** To S3 and DynamoDB through an endpoint: no mail goes there, whichever way. */
function leadsToService({ GatewayId }: Route, endpoints: Reading<string>): boolean {
  return GatewayId !== undefined && itemsOf(endpoints).includes(GatewayId);
}

function routeInputs(route: Route, table: string, endpoints: Reading<string>, transit: Inventory["transit"]) {
  const at = `${table}#${destinationOf(route) ?? ""}`;
  const isEndpoint = route.GatewayId?.startsWith("vpce-") ?? false;
  const appliance = route.NetworkInterfaceId ?? route.InstanceId;
  return {
    ...{ cidrBlock: cidr(route.DestinationCidrBlock, at), ipv6CidrBlock: cidr(route.DestinationIpv6CidrBlock, at) },
    ...{ destinationPrefixListId: route.DestinationPrefixListId, state: stateOf(route, at), origin: route.Origin },
    gatewayId: isEndpoint ? undefined : route.GatewayId,
    vpcEndpointId: isEndpoint ? (isUnread(endpoints) ? unknown(endpoints.unread) : route.GatewayId) : undefined,
    ...{ natGatewayId: route.NatGatewayId, egressOnlyGatewayId: route.EgressOnlyInternetGatewayId },
    networkInterfaceId: appliance,
    transitGatewayId: route.TransitGatewayId && isUnread(transit) ? unknown(transit.unread) : route.TransitGatewayId,
    vpcPeeringConnectionId: route.VpcPeeringConnectionId ?? route.OdbNetworkArn,
    ...{ localGatewayId: route.LocalGatewayId, carrierGatewayId: route.CarrierGatewayId },
    coreNetworkArn: route.CoreNetworkArn,
  };
}

/** A filtered route may or may not be in force. */
function stateOf({ State }: Route, at: string) {
  return State === "active" || State === "blackhole" || State === undefined ? State : unknown(at);
}
