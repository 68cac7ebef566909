import type { NatGateway, NetworkAcl, NetworkAclEntry, Vpc } from "@aws-sdk/client-ec2";
import { unknown } from "../../../model/maybe.js";
import type { Resource } from "../../pulumi/resource.js";
import type { Inventory } from "../inventory.js";
import { isUnread, itemsOf } from "../lists.js";
import { cidr, described, nameTag } from "./described.js";

/** A subnet in which something stands, seen or not. */
export interface Place {
  readonly subnetId: string;
  readonly vpcId: string | undefined;
}

/** Every subnet that is listed or that something says it stands in. */
export function placesOf({ subnets, enis, nats, balancers }: Inventory): Place[] {
  const found = [
    ...itemsOf(subnets).map(({ SubnetId, VpcId }) => ({ subnetId: SubnetId, vpcId: VpcId })),
    ...enis.map(({ SubnetId, VpcId }) => ({ subnetId: SubnetId, vpcId: VpcId })),
    ...itemsOf(nats).map(({ SubnetId, VpcId }) => ({ subnetId: SubnetId, vpcId: VpcId })),
    ...itemsOf(balancers.network).flatMap(({ balancer: { AvailabilityZones = [], VpcId } }) =>
      AvailabilityZones.map(({ SubnetId }) => ({ subnetId: SubnetId, vpcId: VpcId })),
    ),
    ...itemsOf(balancers.classic).flatMap(({ Subnets = [], VPCId }) =>
      Subnets.map((subnetId) => ({ subnetId, vpcId: VPCId })),
    ),
  ];
  const known = new Map<string, Place>();
  for (const { subnetId, vpcId } of found) {
    if (subnetId !== undefined && !known.has(subnetId)) known.set(subnetId, { subnetId, vpcId });
  }
  return [...known.values()];
}

/** Networks and subnets with their blocks; NAT gateways. */
export function networkResources(inventory: Inventory, places: readonly Place[]): Resource[] {
  const { vpcs, subnets, nats } = inventory;
  const blocks = new Map(itemsOf(subnets).map((each) => [each.SubnetId, each]));
  const listed = new Map(itemsOf(vpcs).map((each) => [each.VpcId, each]));
  const ids = new Set([...listed.keys(), ...places.map(({ vpcId }) => vpcId)].filter((id) => id !== undefined));
  return [
    ...[...ids].flatMap((id) => vpcResources(id, listed.get(id))),
    ...places.map(({ subnetId: id, vpcId }) => {
      const subnet = blocks.get(id);
      const sixes = subnet?.Ipv6CidrBlockAssociationSet ?? [];
      const standing = sixes.find(({ Ipv6CidrBlockState }) => Ipv6CidrBlockState?.State !== "disassociated");
      const inputs = {
        vpcId,
        cidrBlock: cidr(subnet?.CidrBlock, id),
        ipv6CidrBlock: cidr(standing?.Ipv6CidrBlock, id),
        availabilityZoneId: subnet?.AvailabilityZoneId,
      };
      return described({ type: "aws:ec2/subnet:Subnet", id, name: nameTag(subnet?.Tags), inputs });
    }),
    ...natResources(inventory, nats),
  ];
}

/** The type of an adopted network: what AWS or others have made of its default group is read, and not taken for granted. */
function vpcResources(id: string, vpc: Vpc | undefined): Resource[] {
  const fours = (vpc?.CidrBlockAssociationSet ?? []).filter((each) => each.CidrBlockState?.State !== "disassociated");
  const sixes = (vpc?.Ipv6CidrBlockAssociationSet ?? []).filter(
    (each) => each.Ipv6CidrBlockState?.State !== "disassociated",
  );
  const further = (type: string, name: string, blocks: readonly (string | undefined)[]) =>
    blocks.map((block, i) =>
      described({ type, id: `${id} ${name} ${i}`, inputs: { vpcId: id, [name]: cidr(block, id) } }),
    );
  return [
    described({
      ...{ type: "aws:ec2/defaultVpc:DefaultVpc", id, name: nameTag(vpc?.Tags) },
      inputs: { cidrBlock: cidr(vpc?.CidrBlock, id) },
    }),
    ...further(
      "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
      "cidrBlock",
      fours.map(({ CidrBlock }) => CidrBlock),
    ),
    ...further(
      "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation",
      "ipv6CidrBlock",
      sixes.map(({ Ipv6CidrBlock }) => Ipv6CidrBlock),
    ),
  ];
}

const natType = "aws:ec2/natGateway:NatGateway";
const gone: readonly (string | undefined)[] = ["deleted", "deleting", "failed"];

/** Where they may not be read, those that routes name are there, and what they do is unknown. */
function natResources({ tables }: Inventory, nats: Inventory["nats"]): Resource[] {
  if (!isUnread(nats)) return nats.filter(({ State }) => !gone.includes(State)).map(natResource);
  const named = itemsOf(tables).flatMap(({ Routes = [] }) => Routes.flatMap(({ NatGatewayId }) => NatGatewayId ?? []));
  return [...new Set(named)].map((id) =>
    described({ type: natType, id, inputs: { connectivityType: unknown(nats.unread) } }),
  );
}

function natResource({ NatGatewayId: id = "", SubnetId, ConnectivityType, Tags }: NatGateway): Resource {
  const inputs = { subnetId: SubnetId, connectivityType: ConnectivityType };
  return described({ type: natType, id, name: nameTag(Tags), inputs });
}

const aclType = "aws:ec2/networkAcl:NetworkAcl";
/** The last rules, which deny what no other matches, are part of every ACL (VPC user guide, "Network ACL rules"). */
const lastNumbers = 32766;

/** Network ACLs; around subnets whose ACL is not seen stands one of unknown entries. */
export function aclResources({ acls }: Inventory, places: readonly Place[]): Resource[] {
  const guarded = new Set(itemsOf(acls).flatMap(subnetsOf));
  const unseen = places.map(({ subnetId }) => subnetId).filter((id) => !guarded.has(id));
  const missing = isUnread(acls) ? acls.unread : "a network ACL that this account cannot see";
  const standIn = { subnetIds: unseen, ingress: unknown(missing), egress: unknown(missing) };
  return [
    ...itemsOf(acls).map(aclResource),
    ...(unseen.length > 0 ? [described({ type: aclType, id: "network ACL not seen", inputs: standIn })] : []),
  ];
}

function subnetsOf({ Associations = [] }: NetworkAcl): string[] {
  return Associations.flatMap(({ SubnetId }) => SubnetId ?? []);
}

function aclResource(acl: NetworkAcl): Resource {
  const { NetworkAclId: id = "", VpcId, Entries = [], Tags } = acl;
  const own = Entries.filter(({ RuleNumber = 0 }) => RuleNumber <= lastNumbers);
  const side = (egress: boolean) => own.filter((each) => (each.Egress ?? false) === egress);
  const sides = { ingress: side(false), egress: side(true) };
  const inputs = {
    ...{ vpcId: VpcId, subnetIds: subnetsOf(acl) },
    ingress: sides.ingress.map((each) => entryInputs(each, id)),
    egress: sides.egress.map((each) => entryInputs(each, id)),
  };
  return described({
    ...{ type: aclType, id, name: nameTag(Tags), inputs },
    place: ([name, i]) =>
      (name === "ingress" || name === "egress") && typeof i === "number"
        ? `${id}#${name} ${sides[name][i]?.RuleNumber}`
        : undefined,
  });
}

function entryInputs(entry: NetworkAclEntry, id: string) {
  const { RuleNumber, RuleAction, Protocol, PortRange, CidrBlock, Ipv6CidrBlock } = entry;
  const at = `${id} ${RuleNumber}`;
  const { From, To } = PortRange ?? {};
  const sound = From !== undefined && To !== undefined && From >= 0 && From <= To && To <= 65535;
  return {
    ...{ ruleNo: RuleNumber ?? unknown(at), action: RuleAction ?? unknown(at), protocol: Protocol ?? unknown(at) },
    ...(sound ? { fromPort: From, toPort: To } : { fromPort: unknown(at), toPort: unknown(at) }),
    ...{ cidrBlock: cidr(CidrBlock, at), ipv6CidrBlock: cidr(Ipv6CidrBlock, at) },
  };
}
