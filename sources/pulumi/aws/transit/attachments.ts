import { all, isUnknown, type Maybe, mapKnown, unknown } from "../../../../model/maybe.js";
import { type References, referenceOf, type Targets, targetsOf } from "../../references.js";
import { inputOf, knownId, ofTypes, outputOf, type Resource } from "../../resource.js";
import { transitGatewayType } from "../routes.js";
import type { Place, Places, Subnets } from "../subnets.js";

export const attachmentType = "aws:ec2transitgateway/vpcAttachment:VpcAttachment";
export const accepterType = "aws:ec2transitgateway/vpcAttachmentAccepter:VpcAttachmentAccepter";
const tableType = "aws:ec2transitgateway/routeTable:RouteTable";
export const routeType = "aws:ec2transitgateway/route:Route";
export const listType = "aws:ec2transitgateway/prefixListReference:PrefixListReference";
export const propagationType = "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation";
const associationType = "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation";
const defaultAssociationType = "aws:ec2transitgateway/defaultRouteTableAssociation:DefaultRouteTableAssociation";
/** What names a table. */
const intoTables = [routeType, listType, propagationType, associationType];

/** A network that hangs on a transit gateway. */
export interface Attachment {
  readonly resource: Resource;
  readonly gateway: Resource;
  readonly vpc: Resource | undefined;
  readonly subnets: Places;
}

/** A route table of the program; the gateway itself stands for the one that AWS makes with it. */
export type TransitTable = Resource;

interface Association {
  readonly table: Maybe<TransitTable>;
  /** It takes the place of the one that AWS makes by itself, or is known to stand. */
  readonly prevails: boolean;
  readonly at: string;
}

/** The transit gateways of a program, what hangs on them, and which table each attachment's packets are looked up in. */
export class TransitAttachments {
  readonly all: readonly Attachment[];
  readonly gateways: Targets;
  /** What names the gateway of an attachment and is not known. */
  readonly unplaced: string[] = [];
  readonly tables: Targets;
  private readonly targets: Targets;
  private readonly accepters = new Map<Resource, Resource>();
  private readonly associations = new Map<Attachment, Association[]>();
  /** Associations that may be of any attachment. */
  readonly loose: { readonly resource: Resource; readonly at: string }[] = [];
  /** By its gateway, what changes which table is the default one. */
  private readonly redirected = new Map<Resource, string>();

  constructor(
    readonly resources: readonly Resource[],
    private readonly subnets: Subnets,
  ) {
    this.gateways = targetsOf(resources, transitGatewayType);
    this.tables = targetsOf(resources, tableType, transitGatewayType);
    this.targets = targetsOf(resources, attachmentType, accepterType);
    const own = targetsOf(resources, attachmentType);
    this.all = own.resources.flatMap((each) => this.read(each));
    for (const each of resources) {
      if (each.type === accepterType) {
        const named = inputOf(each, "transitGatewayAttachmentId");
        const [accepted] = referenceOf(each, "transitGatewayAttachmentId", named, own).certain;
        if (accepted) this.accepters.set(accepted, each);
      }
      if (each.type === associationType) this.associate(each);
      if (each.type === defaultAssociationType) this.redirect(each);
    }
  }

  /** The attachments that put a network on a gateway. */
  of(gateway: Resource, vpc: Place | undefined): Attachment[] {
    return this.all.filter((each) => each.gateway === gateway && each.vpc !== undefined && each.vpc === vpc);
  }

  /** The attachment that a resource names; undefined: something else, or nothing that the program shows. */
  named(holder: Resource): { readonly attachment: Attachment | undefined; readonly missing: readonly string[] } {
    const input = inputOf(holder, "transitGatewayAttachmentId");
    const { certain } = referenceOf(holder, "transitGatewayAttachmentId", input, this.targets);
    const [found] = certain;
    const accepted = [...this.accepters].find(([, accepter]) => accepter === found)?.[0];
    const attachment = this.all.find(({ resource }) => resource === (accepted ?? found));
    return { attachment, missing: attachment ? [] : input.lacks() };
  }

  /** The tables that a resource names. */
  tablesOf(holder: Resource): References {
    const input = inputOf(holder, "transitGatewayRouteTableId");
    const found = referenceOf(holder, "transitGatewayRouteTableId", input, this.tables);
    const reporting = found.outside.flatMap(({ id }) =>
      this.gateways.resources.filter((gateway) => defaultTablesOf(gateway).includes(id)),
    );
    if (reporting.length > 0) return { ...found, certain: [...found.certain, ...new Set(reporting)], outside: [] };
    if (found.outside.length === 0) return found;
    const silent = this.gateways.resources.filter((gateway) => defaultTablesOf(gateway).includes(undefined));
    return { ...found, doubtful: [...found.doubtful, ...silent] };
  }

  isAssociated(attachment: Attachment): boolean {
    return this.associations.has(attachment);
  }

  /** The ids of tables that the program does not define: one of them may be that which AWS makes with a gateway. */
  idsOfUnseenTables(gateway: Resource): string[] {
    if (!defaultTablesOf(gateway).includes(undefined)) return [];
    const found = ofTypes(this.resources, ...intoTables).map((each) => this.tablesOf(each));
    return [...new Set(found.flatMap(({ outside }) => outside.map(({ id }) => id)))];
  }

  /** Whether a setting of an attachment lets the gateway's default hold: both have to say so, and do unless told. */
  byDefault({ resource, gateway }: Attachment, what: "Association" | "Propagation"): Maybe<boolean> {
    const name = `transitGatewayDefaultRouteTable${what}`;
    const holder = this.accepters.get(resource) ?? resource;
    const own = [inputOf(holder, name), outputOf(holder, name)].find((each) => !each.isAbsent)?.boolean() ?? true;
    return all(own, isEnabled(gateway, `defaultRouteTable${what}`));
  }

  /** What leaves open whether the default table is the one that AWS made. */
  redirectionOf(gateway: Resource): string | undefined {
    return this.redirected.get(gateway);
  }

  /** The table in which packets of an attachment are looked up; undefined: none, and they are dropped. */
  tableOf(attachment: Attachment): Maybe<TransitTable | undefined> {
    const explicit = this.associations.get(attachment) ?? [];
    const byDefault = this.byDefault(attachment, "Association");
    const redirected = this.redirected.get(attachment.gateway);
    const open = [...explicit.map(({ at }) => at), ...this.loose.map((each) => each.at)];
    const [only, ...others] = explicit;
    if (others.length > 0 || this.loose.length > 0) return unknown(...open);
    const at = inputOf(attachment.resource, "transitGatewayDefaultRouteTableAssociation").at;
    if (only) return only.prevails || byDefault === false ? only.table : unknown(...open, at);
    if (byDefault !== false && redirected) return unknown(redirected);
    return mapKnown(byDefault, (yes) => (yes ? attachment.gateway : undefined));
  }

  private read(resource: Resource): Attachment[] {
    const id = inputOf(resource, "transitGatewayId");
    const [gateway] = referenceOf(resource, "transitGatewayId", id, this.gateways).certain;
    if (gateway === undefined) {
      if (isUnknown(id.text())) this.unplaced.push(id.at);
      return [];
    }
    const subnets = this.subnets.listed(resource, "subnetIds");
    // All its subnets lie in its network.
    const [inside] = subnets.certain.filter((each) => typeof each === "object");
    const vpc = this.subnets.vpcOf(resource) ?? (inside && this.subnets.vpcOf(inside));
    return [{ resource, gateway, vpc: typeof vpc === "object" ? vpc : undefined, subnets }];
  }

  private associate(association: Resource): void {
    const { attachment } = this.named(association);
    const { at } = inputOf(association, "transitGatewayRouteTableId");
    if (attachment === undefined) {
      const named = inputOf(association, "transitGatewayAttachmentId");
      if (isUnknown(named.text())) this.loose.push({ resource: association, at: named.at });
      return;
    }
    const [table] = this.tablesOf(association).certain;
    const prevails =
      inputOf(association, "replaceExistingAssociation").boolean() === true || knownId(association) !== undefined;
    const known = this.associations.get(attachment) ?? [];
    this.associations.set(attachment, [...known, { table: table ?? unknown(at), prevails, at }]);
  }

  private redirect(resource: Resource): void {
    const id = inputOf(resource, "transitGatewayId");
    const { certain, missing } = referenceOf(resource, "transitGatewayId", id, this.gateways);
    const { at } = inputOf(resource, "transitGatewayRouteTableId");
    for (const each of missing.length > 0 ? this.gateways.resources : certain) this.redirected.set(each, at);
  }
}

/** The ids of the tables that AWS makes with a gateway; undefined: not told yet. */
function defaultTablesOf(gateway: Resource): (string | undefined)[] {
  return (["Association", "Propagation"] as const).flatMap((what) => {
    const id = outputOf(gateway, `${what.toLowerCase()}DefaultRouteTableId`).text();
    if (typeof id === "string") return [id];
    return isEnabled(gateway, `defaultRouteTable${what}`) === false ? [] : [undefined];
  });
}

/** Settings of a gateway are `enable` or `disable`. */
function isEnabled(gateway: Resource, name: string): Maybe<boolean> {
  const found = [inputOf(gateway, name), outputOf(gateway, name)].find((each) => !each.isAbsent)?.text() ?? "enable";
  return mapKnown(found, (text) => text === "enable");
}
