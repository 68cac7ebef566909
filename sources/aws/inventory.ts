import type {
  NetworkInterface as Eni,
  Instance,
  NatGateway,
  NetworkAcl,
  RouteTable,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  Vpc,
} from "@aws-sdk/client-ec2";
import { type Balancers, readBalancers } from "./balancers.js";
import { drain, isUnread, itemsOf, Lists, type Reading, type Unread } from "./lists.js";
import { type PublicAccess, readPublicAccess } from "./public-access.js";
import type { Session } from "./session.js";
import { noTransit, readTransit, type Transit } from "./transit-gateways.js";

/** What one Region of one account holds, as the API says it. */
export interface Inventory {
  readonly region: string;
  readonly groups: readonly SecurityGroup[];
  readonly rules: readonly SecurityGroupRule[];
  readonly enis: readonly Eni[];
  readonly instances: readonly OwnedInstance[];
  readonly vpcs: Reading<Vpc>;
  readonly subnets: Reading<Subnet>;
  readonly acls: Reading<NetworkAcl>;
  readonly tables: Reading<RouteTable>;
  readonly nats: Reading<NatGateway>;
  /** Ids of VPC endpoints that serve addresses of AWS's own services; read only where a route names an endpoint. */
  readonly serviceEndpoints: Reading<string>;
  /** Read only where a route names a transit gateway. */
  readonly transit: Transit | Unread;
  readonly publicAccess: PublicAccess;
  readonly balancers: Balancers;
  /** CIDR blocks by prefix list id, of the lists that rules and routes refer to; undefined: the account may not see it. */
  readonly prefixLists: ReadonlyMap<string, readonly string[] | Unread | undefined>;
}

export interface OwnedInstance {
  readonly instance: Instance;
  readonly ownerId: string | undefined;
}

const perPage = 1_000;
/** DescribeRouteTables and GetManagedPrefixListEntries take no more (EC2 API reference). */
const fewPerPage = 100;

/**
 * Reads everything, page by page. Groups, interfaces and instances have to be readable; of the layers around them each
 * may be left unread.
 * @throws InputError when a call is refused, unreachable, or does not end.
 */
export async function readInventory(session: Session): Promise<Inventory> {
  const { sdk, client, region } = session;
  const lists = new Lists(region);
  const { options } = lists;
  const paging = { client, pageSize: perPage };
  const few = { client, pageSize: fewPerPage };
  const [groups, rules, enis, reservations, vpcs, subnets, acls, tables, nats, publicAccess] = await Promise.all([
    lists.all(
      "DescribeSecurityGroups",
      sdk.paginateDescribeSecurityGroups(paging, {}, options),
      (p) => p.SecurityGroups,
    ),
    lists.all(
      "DescribeSecurityGroupRules",
      sdk.paginateDescribeSecurityGroupRules(paging, {}, options),
      (p) => p.SecurityGroupRules,
    ),
    lists.all(
      "DescribeNetworkInterfaces",
      sdk.paginateDescribeNetworkInterfaces(paging, {}, options),
      (p) => p.NetworkInterfaces,
    ),
    lists.all("DescribeInstances", sdk.paginateDescribeInstances(paging, {}, options), (p) => p.Reservations),
    lists.allowed("ec2:DescribeVpcs", sdk.paginateDescribeVpcs(paging, {}, options), (p) => p.Vpcs),
    lists.allowed("ec2:DescribeSubnets", sdk.paginateDescribeSubnets(paging, {}, options), (p) => p.Subnets),
    lists.allowed(
      "ec2:DescribeNetworkAcls",
      sdk.paginateDescribeNetworkAcls(paging, {}, options),
      (p) => p.NetworkAcls,
    ),
    lists.allowed("ec2:DescribeRouteTables", sdk.paginateDescribeRouteTables(few, {}, options), (p) => p.RouteTables),
    lists.allowed(
      "ec2:DescribeNatGateways",
      sdk.paginateDescribeNatGateways(paging, {}, options),
      (p) => p.NatGateways,
    ),
    readPublicAccess(session, lists),
  ]);
  const routes = itemsOf(tables).flatMap(({ Routes }) => Routes ?? []);
  const serviceEndpoints = routes.some(({ GatewayId }) => GatewayId?.startsWith("vpce-"))
    ? await readServiceEndpoints(session, lists)
    : [];
  const crosses = routes.some(({ TransitGatewayId }) => TransitGatewayId !== undefined);
  const toServices = new Set<string | undefined>(itemsOf(serviceEndpoints));
  const listIds = [
    ...rules.map((rule) => rule.PrefixListId),
    ...routes.filter(({ GatewayId }) => !toServices.has(GatewayId)).map((route) => route.DestinationPrefixListId),
  ].filter((id) => id !== undefined);
  return {
    ...{ region, groups, rules, enis, vpcs, subnets, acls, tables, nats, publicAccess, serviceEndpoints },
    instances: reservations.flatMap(({ Instances = [], OwnerId }) =>
      Instances.map((instance) => ({ instance, ownerId: OwnerId })),
    ),
    transit: crosses ? await readTransit(session, lists) : noTransit,
    balancers: await readBalancers(session, lists),
    prefixLists: await readPrefixLists(session, lists, new Set(listIds)),
  };
}

async function readServiceEndpoints({ sdk, client }: Session, lists: Lists): Promise<Reading<string>> {
  const pages = sdk.paginateDescribeVpcEndpoints({ client, pageSize: perPage }, {}, lists.options);
  const found = await lists.allowed("ec2:DescribeVpcEndpoints", pages, (p) => p.VpcEndpoints);
  if (isUnread(found)) return found;
  return found.flatMap(({ VpcEndpointType, VpcEndpointId }) =>
    VpcEndpointType === "Gateway" && VpcEndpointId ? [VpcEndpointId] : [],
  );
}

async function readPrefixLists({ sdk, client }: Session, lists: Lists, ids: ReadonlySet<string>) {
  const found = new Map<string, readonly string[] | Unread | undefined>();
  for (const id of ids) {
    const pages = sdk.paginateGetManagedPrefixListEntries(
      { client, pageSize: fewPerPage },
      { PrefixListId: id },
      lists.options,
    );
    const entries = await lists.once("ec2:GetManagedPrefixListEntries", () =>
      drain(pages, (page) => page.Entries).catch((error: unknown) => {
        if (error instanceof Error && error.name === "InvalidPrefixListID.NotFound") return undefined;
        throw error;
      }),
    );
    found.set(id, Array.isArray(entries) ? entries.flatMap(({ Cidr }) => Cidr ?? []) : entries);
  }
  return found;
}
