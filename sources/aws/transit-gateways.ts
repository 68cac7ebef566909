import type {
  TransitGateway,
  TransitGatewayAttachment,
  TransitGatewayRoute,
  TransitGatewayRouteTable,
  TransitGatewayVpcAttachment,
} from "@aws-sdk/client-ec2";
import { isUnread, type Lists, type Unread } from "./lists.js";
import type { Session } from "./session.js";

/** The transit gateways that an account sees. */
export interface Transit {
  readonly gateways: readonly TransitGateway[];
  /** Of every kind, with the table that each is associated with. */
  readonly attachments: readonly TransitGatewayAttachment[];
  readonly networks: readonly TransitGatewayVpcAttachment[];
  readonly tables: readonly TableWithRoutes[];
}

export interface TableWithRoutes {
  readonly table: TransitGatewayRouteTable;
  readonly routes: readonly TransitGatewayRoute[];
  /** Whether the API has told all of its routes. */
  readonly isWhole: boolean;
}

export const noTransit: Transit = { gateways: [], attachments: [], networks: [], tables: [] };

const perPage = 1_000;

/**
 * Reads them where a route names one; one list that may not be read leaves what they do unknown.
 * @throws InputError for every failure but a missing permission.
 */
export async function readTransit({ sdk, client }: Session, lists: Lists): Promise<Transit | Unread> {
  const { options } = lists;
  const paging = { client, pageSize: perPage };
  const [gateways, attachments, networks, tables] = await Promise.all([
    lists.allowed(
      "ec2:DescribeTransitGateways",
      sdk.paginateDescribeTransitGateways(paging, {}, options),
      (p) => p.TransitGateways,
    ),
    lists.allowed(
      "ec2:DescribeTransitGatewayAttachments",
      sdk.paginateDescribeTransitGatewayAttachments(paging, {}, options),
      (p) => p.TransitGatewayAttachments,
    ),
    lists.allowed(
      "ec2:DescribeTransitGatewayVpcAttachments",
      sdk.paginateDescribeTransitGatewayVpcAttachments(paging, {}, options),
      (p) => p.TransitGatewayVpcAttachments,
    ),
    lists.allowed(
      "ec2:DescribeTransitGatewayRouteTables",
      sdk.paginateDescribeTransitGatewayRouteTables(paging, {}, options),
      (p) => p.TransitGatewayRouteTables,
    ),
  ]);
  if (isUnread(gateways)) return gateways;
  if (isUnread(attachments)) return attachments;
  if (isUnread(networks)) return networks;
  if (isUnread(tables)) return tables;
  const whole: TableWithRoutes[] = [];
  for (const table of tables) {
    let isWhole = true;
    const asked = {
      TransitGatewayRouteTableId: table.TransitGatewayRouteTableId ?? "",
      Filters: [{ Name: "state", Values: ["active", "blackhole", "pending"] }],
    };
    const routes = await lists.allowed(
      "ec2:SearchTransitGatewayRoutes",
      sdk.paginateSearchTransitGatewayRoutes({ client }, asked, options),
      (page) => {
        isWhole = page.NextToken !== undefined || !page.AdditionalRoutesAvailable;
        return page.Routes;
      },
    );
    if (isUnread(routes)) return routes;
    whole.push({ table, routes, isWhole });
  }
  return { gateways, attachments, networks, tables: whole };
}
