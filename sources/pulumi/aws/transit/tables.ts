import { AddressSet } from "../../../../model/addresses.js";
import { isUnknown, type Maybe, unknown } from "../../../../model/maybe.js";
import { onceFor } from "../../../../model/once.js";
import { differenceOf, everybody, exactly, nobody, type PartialSet, undecidedSet } from "../../../../model/partial.js";
import { ipv4 } from "../../../layers.js";
import { reachedBy } from "../../../routing.js";
import { referenceOf } from "../../references.js";
import { inputOf, type Resource } from "../../resource.js";
import type { PrefixLists } from "../prefix-lists.js";
import { prefixOf } from "../routes.js";
import { block } from "../rules.js";
import type { Subnets } from "../subnets.js";
import {
  type Attachment,
  listType,
  propagationType,
  routeType,
  type TransitAttachments,
  type TransitTable,
} from "./attachments.js";

const vpnGatewayType = "aws:ec2/vpnGateway:VpnGateway";
const defaultPropagationType = "aws:ec2transitgateway/defaultRouteTablePropagation:DefaultRouteTablePropagation";

/** Attachments that make routes which no program shows, with the input that names the gateway. */
const dynamicTypes: Readonly<Record<string, string>> = {
  "aws:ec2/vpnConnection:VpnConnection": "transitGatewayId",
  "aws:ec2transitgateway/connect:Connect": "transitGatewayId",
  "aws:dx/gatewayAssociation:GatewayAssociation": "associatedGatewayId",
};

/** One route of a transit gateway's table. */
export interface TransitRoute {
  readonly to: PartialSet;
  /** Undefined: not known; the route then counts last, in doubt. */
  readonly prefix: number | undefined;
  /** Of routes to one block the highest wins: static, by a prefix list, propagated (user guide, "Route evaluation order"). */
  readonly rank: 0 | 1 | 2;
  readonly target: Maybe<Attachment | "blackhole">;
  /** Of a target that is not known: it is no attachment of the program. */
  readonly isForeign?: true;
  readonly at: string;
}

/** The route tables of the transit gateways of a program. */
export class TransitTables {
  private readonly given = new Map<TransitTable, TransitRoute[]>();

  constructor(
    private readonly attachments: TransitAttachments,
    private readonly subnets: Subnets,
    private readonly lists: PrefixLists,
  ) {
    for (const each of attachments.resources) {
      if (each.type === routeType) this.addTo(each, this.staticRoute(each));
      if (each.type === listType) this.addTo(each, ...this.listRoutes(each));
      if (each.type === propagationType) this.addTo(each, ...this.propagated(each));
    }
    for (const each of attachments.all) this.addByDefault(each);
    for (const each of attachments.resources) this.addDynamic(each);
    const { unplaced } = attachments;
    if (unplaced.length > 0)
      for (const each of attachments.gateways.resources) this.put(each, foreign(unplaced, unplaced[0] ?? each.urn));
  }

  /** The routes of a table, the one that wins last. */
  readonly routesOf = onceFor((table: TransitTable): readonly TransitRoute[] => {
    const given = (this.given.get(table) ?? []).map((route, _, all) => inDoubtBeside(route, all));
    const hosts = given.filter(isForOne);
    const routes = given.map((each) => (each.prefix === undefined ? besideHosts(each, hosts) : each));
    return routes.sort((a, b) => (a.prefix ?? 129) - (b.prefix ?? 129) || a.rank - b.rank);
  });

  /** The addresses whose packets a table sends to an attachment. */
  readonly towards = onceFor((table: TransitTable) =>
    onceFor((attachment: Attachment) =>
      reachedBy(this.routesOf(table), ({ target, isForeign }) => {
        if (isUnknown(target)) return isForeign ? nobody : undecidedSet(target.unknown);
        return target === attachment ? everybody : nobody;
      }),
    ),
  );

  /** Where it is not known which table a route stands in, it may stand in any. */
  private addTo(holder: Resource, ...routes: TransitRoute[]): void {
    const { certain, doubtful, missing } = this.attachments.tablesOf(holder);
    const { at } = inputOf(holder, "transitGatewayRouteTableId");
    for (const table of certain) this.put(table, ...routes);
    const unsure = routes.map((each) => doubted(each, [at]));
    const perhaps = missing.length > 0 ? this.attachments.tables.resources : doubtful;
    for (const table of perhaps) if (!certain.includes(table)) this.put(table, ...unsure);
  }

  private put(table: TransitTable, ...routes: TransitRoute[]): void {
    this.given.set(table, [...(this.given.get(table) ?? []), ...routes]);
  }

  private targetOf(holder: Resource): TransitRoute["target"] {
    const blackhole = inputOf(holder, "blackhole").boolean() ?? false;
    if (isUnknown(blackhole)) return blackhole;
    if (blackhole) return "blackhole";
    const { attachment, missing } = this.attachments.named(holder);
    return attachment ?? unknown(...missing);
  }

  private staticRoute(route: Resource): TransitRoute {
    const input = inputOf(route, "destinationCidrBlock");
    const text = input.text();
    const prefix = typeof text === "string" ? prefixOf(text) : undefined;
    return { to: block(input, AddressSet.everything), prefix, rank: 2, target: this.targetOf(route), at: input.at };
  }

  private listRoutes(reference: Resource): TransitRoute[] {
    const input = inputOf(reference, "prefixListId");
    const shared = { rank: 1, target: this.targetOf(reference), at: input.at } as const;
    const entries = this.lists.entriesOf(reference, "prefixListId", input);
    if (entries === undefined) return [{ to: undecidedSet([input.at]), prefix: undefined, ...shared }];
    return entries.map((each) => ({ to: exactly(AddressSet.of(each)), prefix: prefixOf(each), ...shared }));
  }

  private propagated(propagation: Resource): TransitRoute[] {
    const { attachment, missing } = this.attachments.named(propagation);
    const input = inputOf(propagation, "transitGatewayAttachmentId");
    if (attachment) return this.routesTo(attachment, input.at);
    // An attachment of the program announces what it is known to announce.
    const perhaps = isUnknown(input.text()) ? this.attachments.all : [];
    const theirs = perhaps.flatMap((each) => this.routesTo(each, input.at));
    return [...theirs.map((each) => doubted(each, missing)), foreign(missing, input.at)];
  }

  /** The blocks of a network; those of version 6 where the attachment supports it (`Ipv6Support`). */
  private routesTo(attachment: Attachment, at: string): TransitRoute[] {
    const { vpc, resource } = attachment;
    if (vpc === undefined) return [unseen(inputOf(resource, "vpcId").lacks(), at)];
    const support = inputOf(resource, "ipv6Support");
    const six = support.text() ?? "disable";
    return this.subnets.eachBlockOf(vpc).flatMap(({ block: to, text }): TransitRoute[] => {
      const isSix = text === undefined ? to.possible.overlaps(AddressSet.of("::/0")) : text.includes(":");
      if (isSix && six === "disable") return [];
      const prefix = text === undefined ? undefined : prefixOf(text);
      const known = isSix && isUnknown(six) ? undecidedSet(six.unknown, to.possible) : to;
      return [{ to: known, prefix, rank: 0, target: attachment, at }];
    });
  }

  private addByDefault(attachment: Attachment): void {
    const { gateway, resource } = attachment;
    const yes = this.attachments.byDefault(attachment, "Propagation");
    if (yes === false) return;
    const { at } = inputOf(resource, "transitGatewayDefaultRouteTablePropagation");
    const elsewhere = this.redirections(gateway);
    const doubts = [...(isUnknown(yes) ? yes.unknown : []), ...elsewhere];
    const routes = this.routesTo(attachment, at).map((each) => doubted(each, doubts));
    const tables = elsewhere.length > 0 ? this.attachments.tables.resources : [gateway];
    for (const table of tables) this.put(table, ...routes);
  }

  /** What changes, or may change, which table is the default one for propagation. */
  private redirections(gateway: Resource): string[] {
    const { resources, gateways } = this.attachments;
    const redirecting = resources.filter((each) => {
      if (each.type !== defaultPropagationType) return false;
      const named = referenceOf(each, "transitGatewayId", inputOf(each, "transitGatewayId"), gateways);
      return named.certain.includes(gateway) || named.missing.length > 0;
    });
    return redirecting.map((each) => inputOf(each, "transitGatewayRouteTableId").at);
  }

  /** What a VPN, Connect or Direct Connect attachment announces is told by the other side. */
  private addDynamic(resource: Resource): void {
    const name = dynamicTypes[resource.type];
    if (name === undefined || inputOf(resource, "staticRoutesOnly").boolean() === true) return;
    if (inputOf(resource, "transitGatewayDefaultRouteTablePropagation").boolean() === false) return;
    const input = inputOf(resource, name);
    const { gateways } = this.attachments;
    const { certain, missing } = referenceOf(resource, name, input, gateways);
    const flowing = resource.propertyDependencies[name] ?? [];
    const isElsewhere = flowing.length > 0 && flowing.every(({ type }) => type === vpnGatewayType);
    for (const gateway of missing.length > 0 && !isElsewhere ? gateways.resources : certain) {
      if (inputOf(gateway, "defaultRouteTablePropagation").text() === "disable") continue;
      this.put(gateway, foreign([input.at], input.at));
    }
  }
}

/** A route to it is not known, nor where it leads. */
function unseen(missing: readonly string[], at: string): TransitRoute {
  return { to: undecidedSet([...missing]), prefix: undefined, rank: 0, target: unknown(...missing), at };
}

function foreign(missing: readonly string[], at: string): TransitRoute {
  return { ...unseen(missing, at), isForeign: true };
}

function doubted(route: TransitRoute, doubts: readonly string[]): TransitRoute {
  if (doubts.length === 0) return route;
  const missing = [...new Set([...route.to.missing, ...doubts])].sort();
  return { ...route, to: undecidedSet(missing, route.to.possible) };
}

/** Of networks with common addresses only the one that came first is propagated (user guide, "VPC attachments", limits). */
function inDoubtBeside(route: TransitRoute, all: readonly TransitRoute[]): TransitRoute {
  if (route.rank > 0 || isUnknown(route.target)) return route;
  const rivals = all.filter(
    (each) =>
      each.rank === 0 &&
      !isUnknown(each.target) &&
      each.target !== route.target &&
      each.to.possible.overlaps(route.to.possible),
  );
  return rivals.length === 0 ? route : doubted(route, [route.at, ...rivals.map(({ at }) => at)]);
}

function isForOne({ to, prefix = 0 }: TransitRoute): boolean {
  return !to.certain.isEmpty && prefix >= (ipv4.contains(to.certain) ? 32 : 128);
}

/** No block is longer than one address, and a table has one static route to a block: whatever this one is, those win. */
function besideHosts(route: TransitRoute, hosts: readonly TransitRoute[]): TransitRoute {
  const before = hosts.filter((each) => each !== route && (each.rank > route.rank || each.rank === 2));
  const taken = exactly(AddressSet.join(before.map(({ to }) => to.certain)));
  return { ...route, to: differenceOf(route.to, taken) };
}
