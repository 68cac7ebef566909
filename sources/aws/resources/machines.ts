import type { NetworkInterface as Eni } from "@aws-sdk/client-ec2";
import { type Maybe, unknown } from "../../../model/maybe.js";
import type { Place } from "../../pulumi/input.js";
import type { Resource } from "../../pulumi/resource.js";
import type { Inventory, OwnedInstance } from "../inventory.js";
import { arnMaker, cidr, described, nameTag } from "./described.js";
import { ipv4Of, ipv6Of } from "./members.js";

const instanceType = "aws:ec2/instance:Instance";
const interfaceType = "aws:ec2/networkInterface:NetworkInterface";

/** Stands in a network where a global accelerator leads to (Global Accelerator developer guide, "Client IP address preservation"). */
const ofAccelerators = "global_accelerator_managed";

/** Interfaces of AWS's own gateways: nothing listens or sends there for itself. */
const ofGateways: readonly (string | undefined)[] = [
  ofAccelerators,
  "nat_gateway",
  "transit_gateway",
  "gateway_load_balancer",
  "gateway_load_balancer_endpoint",
];

/** A machine of the account as a resource, and what it says of itself. */
export interface Machine {
  readonly resource: Resource;
  readonly says: string;
  /** The interfaces that make it. */
  readonly enis: readonly Eni[];
}

/**
 * One machine an instance where all its interfaces carry the same groups in the same subnet, else one an interface.
 * @param others interfaces that are something else's.
 */
export function machinesOf(inventory: Inventory, others: ReadonlySet<Eni>): Machine[] {
  const enis = inventory.enis.filter((each) => !others.has(each) && !ofGateways.includes(each.InterfaceType));
  const byInstance = new Map<string, Eni[]>();
  for (const eni of enis) {
    const id = eni.Attachment?.InstanceId;
    if (id) byInstance.set(id, [...(byInstance.get(id) ?? []), eni]);
  }
  const ofInstance = ({ instance }: OwnedInstance) => byInstance.get(instance.InstanceId ?? "") ?? [];
  const whole = inventory.instances.filter((each) => areAlike(ofInstance(each)));
  const covered = new Set(whole.map(({ instance }) => instance.InstanceId));
  const single = enis.filter((eni) => !covered.has(eni.Attachment?.InstanceId));
  return [
    ...whole.map((each) => instanceMachine(each, ofInstance(each), inventory)),
    ...single.map((eni) => interfaceMachine(eni, inventory)),
  ];
}

/** The interfaces of a machine, where they are resources of their own beside it. */
export function interfacesBeside({ resource, enis }: Machine, inventory: Inventory): Resource[] {
  return resource.type === instanceType ? enis.map((eni) => interfaceMachine(eni, inventory).resource) : [];
}

function instanceMachine({ instance, ownerId }: OwnedInstance, enis: readonly Eni[], inventory: Inventory): Machine {
  const { region } = inventory;
  const id = instance.InstanceId ?? "";
  const state = instance.State?.Name ? ` (${instance.State.Name})` : "";
  const resource = described({
    ...{ type: instanceType, id, urn: arnMaker(region)("instance", id, ownerId), name: nameTag(instance.Tags) },
    inputs: {
      vpcSecurityGroupIds: groupsOf(enis),
      subnetId: enis[0]?.SubnetId,
      networkInterfaces: enis.map(({ NetworkInterfaceId }) => ({ networkInterfaceId: NetworkInterfaceId })),
      associatePublicIpAddress: publicAddress(enis, inventory),
    },
    place: groupsByName(groupsOf(enis)),
  });
  return { resource, says: `instance ${id}${state} carries ${listed(groupsOf(enis))}`, enis };
}

function interfaceMachine(eni: Eni, inventory: Inventory): Machine {
  const { region } = inventory;
  const id = eni.NetworkInterfaceId ?? "";
  const groups = groupsOf([eni]);
  const host = eni.Attachment?.InstanceId ? ` of ${eni.Attachment.InstanceId}` : "";
  const resource = described({
    ...{
      type: interfaceType,
      id,
      urn: arnMaker(region)("network-interface", id, eni.OwnerId),
      name: nameTag(eni.TagSet),
    },
    inputs: {
      securityGroups: groups,
      subnetId: eni.SubnetId,
      privateIps: ipv4Of(eni).map((text) => cidr(text, id)),
      ipv6Addresses: ipv6Of(eni).map((text) => cidr(text, id)),
      associatePublicIpAddress: publicAddress([eni], inventory),
    },
    place: groupsByName(groups),
  });
  return { resource, says: `network interface ${id}${host} carries ${listed(groups)}`, enis: [eni] };
}

/** A group that cannot be read is missing by its own name. */
function groupsByName(groups: readonly string[]): Place {
  return ([list, i]) => (list === "vpcSecurityGroupIds" || list === "securityGroups" ? groups[Number(i)] : undefined);
}

function areAlike(enis: readonly Eni[]): boolean {
  return new Set(enis.map((eni) => `${eni.SubnetId} ${groupsOf([eni])}`)).size === 1;
}

/** Who has none may still be reached through an accelerator of its network: which machines those lead to is not read. */
function publicAddress(enis: readonly Eni[], inventory: Inventory): Maybe<boolean> {
  if (enis.some(hasPublicAddress)) return true;
  const accelerators = inventory.enis.filter(
    ({ InterfaceType, VpcId }) => InterfaceType === ofAccelerators && enis.some((each) => each.VpcId === VpcId),
  );
  const missing = accelerators.map(
    ({ NetworkInterfaceId }) => `${NetworkInterfaceId} (global accelerators are not read)`,
  );
  return missing.length > 0 ? unknown(...missing) : false;
}

function hasPublicAddress({ Association, PrivateIpAddresses = [] }: Eni): boolean {
  return [Association, ...PrivateIpAddresses.map((each) => each.Association)].some(
    (each) => each?.PublicIp !== undefined || each?.CarrierIp !== undefined,
  );
}

function groupsOf(enis: readonly Eni[]): string[] {
  return [...new Set(enis.flatMap((eni) => (eni.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? [])))].sort();
}

function listed(groups: readonly string[]): string {
  return groups.length > 0 ? groups.join(", ") : "no security group";
}
