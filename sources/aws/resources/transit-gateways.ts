import type { TransitGatewayAttachment, TransitGatewayRoute, TransitGatewayVpcAttachment } from "@aws-sdk/client-ec2";
import { unknown } from "../../../model/maybe.js";
import type { Resource } from "../../pulumi/resource.js";
import type { Inventory } from "../inventory.js";
import { isUnread } from "../lists.js";
import type { TableWithRoutes } from "../transit-gateways.js";
import { cidr, described, nameTag } from "./described.js";

const gatewayType = "aws:ec2transitgateway/transitGateway:TransitGateway";
const attachmentType = "aws:ec2transitgateway/vpcAttachment:VpcAttachment";
const tableType = "aws:ec2transitgateway/routeTable:RouteTable";
const associationType = "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation";
const routeType = "aws:ec2transitgateway/route:Route";

const gone: readonly (string | undefined)[] = ["deleted", "deleting", "failed", "rejected", "rejecting"];
/** Of a default table nothing is taken for granted: associations and routes are read as they stand. */
const asRead = { defaultRouteTableAssociation: "disable", defaultRouteTablePropagation: "disable" };

/**
 * Transit gateways with what hangs on them. One of another account shows no route tables: it is left out, and what its
 * routes lead to is not seen.
 */
export function transitResources({ transit }: Inventory): Resource[] {
  if (isUnread(transit)) return [];
  const { gateways, attachments, networks, tables } = transit;
  const seen = new Set(tables.map(({ table }) => table.TransitGatewayId));
  return [
    ...gateways
      .filter(({ TransitGatewayId, State }) => seen.has(TransitGatewayId) && !gone.includes(State))
      .map(({ TransitGatewayId: id = "", Tags }) =>
        described({ type: gatewayType, id, name: nameTag(Tags), inputs: asRead }),
      ),
    ...networks.filter(({ State }) => !gone.includes(State)).map(attachmentResource),
    ...attachments.filter(({ State }) => !gone.includes(State)).flatMap(associationResource),
    ...tables.flatMap(tableResources),
  ];
}

function attachmentResource(attachment: TransitGatewayVpcAttachment): Resource {
  const { TransitGatewayAttachmentId: id = "", TransitGatewayId, VpcId, SubnetIds = [], Options, Tags } = attachment;
  const inputs = {
    ...{ transitGatewayId: TransitGatewayId, vpcId: VpcId, subnetIds: SubnetIds, ipv6Support: Options?.Ipv6Support },
    ...{ transitGatewayDefaultRouteTableAssociation: false, transitGatewayDefaultRouteTablePropagation: false },
  };
  return described({ type: attachmentType, id, name: nameTag(Tags), inputs });
}

/** An association that is being made or taken away may hold or not. */
function associationResource({ TransitGatewayAttachmentId: id, Association }: TransitGatewayAttachment): Resource[] {
  const { TransitGatewayRouteTableId: table, State } = Association ?? {};
  if (id === undefined || table === undefined || State === "disassociated") return [];
  const at = `association of ${id} (${State})`;
  const inputs = {
    transitGatewayAttachmentId: id,
    transitGatewayRouteTableId: State === "associated" ? table : unknown(at),
  };
  return [described({ type: associationType, id: `${table}_${id}`, inputs, place: () => at })];
}

function tableResources({ table, routes, isWhole }: TableWithRoutes): Resource[] {
  const { TransitGatewayRouteTableId: id = "", TransitGatewayId, Tags } = table;
  const rest = `${id} (routes that the API does not list)`;
  return [
    described({ type: tableType, id, name: nameTag(Tags), inputs: { transitGatewayId: TransitGatewayId } }),
    ...routes.map((each) => routeResource(each, id)),
    ...(isWhole
      ? []
      : [
          described({
            ...{ type: routeType, id: rest },
            inputs: {
              transitGatewayRouteTableId: id,
              ...{ destinationCidrBlock: unknown(rest), transitGatewayAttachmentId: unknown(rest) },
            },
          }),
        ]),
  ];
}

/** A table lists of each block the route that wins: static, by a prefix list or propagated alike. */
function routeResource(route: TransitGatewayRoute, table: string): Resource {
  const { DestinationCidrBlock, TransitGatewayAttachments = [], State } = route;
  const id = `${table}#${DestinationCidrBlock ?? route.PrefixListId ?? ""}`;
  const [first, ...others] = TransitGatewayAttachments;
  const target = others.length > 0 || State === "pending" ? unknown(id) : first?.TransitGatewayAttachmentId;
  return described({
    ...{ type: routeType, id },
    inputs: {
      transitGatewayRouteTableId: table,
      destinationCidrBlock: cidr(DestinationCidrBlock, id) ?? unknown(id),
      blackhole: State === "blackhole",
      transitGatewayAttachmentId: State === "blackhole" ? undefined : (target ?? unknown(id)),
    },
    place: () => id,
  });
}
