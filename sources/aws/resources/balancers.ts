import type { NetworkInterface as Eni } from "@aws-sdk/client-ec2";
import type { LoadBalancerDescription } from "@aws-sdk/client-elastic-load-balancing";
import type { Listener } from "@aws-sdk/client-elastic-load-balancing-v2";
import { unknown } from "../../../model/maybe.js";
import type { Resource } from "../../pulumi/resource.js";
import type { GroupOfTargets, NetworkBalancer } from "../balancers.js";
import type { Inventory } from "../inventory.js";
import { isUnread, itemsOf, type Unread } from "../lists.js";
import { cidr, described } from "./described.js";
import type { Machine } from "./machines.js";

const balancerType = "aws:lb/loadBalancer:LoadBalancer";
const listenerType = "aws:lb/listener:Listener";
const targetGroupType = "aws:lb/targetGroup:TargetGroup";
const targetType = "aws:lb/targetGroupAttachment:TargetGroupAttachment";
const classicType = "aws:elb/loadBalancer:LoadBalancer";

/** A load balancer as AWS calls it in the description of its interfaces: `net/NAME/ID`, or `NAME` of a classic one. */
function nameIn({ Description = "" }: Eni): string | undefined {
  return /^ELB (?!app\/|gwy\/)(\S+)$/.exec(Description)?.[1];
}

/** The interfaces of load balancers that can carry mail, by the name in their description. */
export function frontInterfaces({ enis }: Inventory): Map<string, Eni[]> {
  const found = new Map<string, Eni[]>();
  for (const eni of enis) {
    const name = nameIn(eni);
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), eni]);
  }
  return found;
}

/** Network and classic load balancers; those that may not be read stand where their interfaces are. */
export function balancerResources(
  { balancers: { network, classic }, region }: Inventory,
  fronts: ReadonlyMap<string, readonly Eni[]>,
  machines: readonly Machine[],
): Resource[] {
  const hidden = [...fronts].filter(([name]) => isUnread(name.startsWith("net/") ? network : classic));
  const unread = isUnread(network) ? network : isUnread(classic) ? classic : undefined;
  return [
    ...itemsOf(network).flatMap((each) => networkResources(each, fronts, new Hosts(machines))),
    ...itemsOf(classic).map((each) => classicResource(each, fronts, region)),
    ...(unread ? hidden.flatMap(([name, enis]) => hiddenResources(name, enis, unread)) : []),
  ];
}

/** Finds the machine at which a target stands. */
class Hosts {
  private readonly byId = new Map<string, string>();

  constructor(machines: readonly Machine[]) {
    for (const { resource, enis } of machines) {
      const id = String(resource.id);
      for (const eni of enis) {
        const addresses = [eni.PrivateIpAddress, ...(eni.PrivateIpAddresses ?? []).map((one) => one.PrivateIpAddress)];
        for (const address of addresses) if (address) this.byId.set(`${eni.VpcId} ${address}`, id);
        // Traffic for an instance goes to its first interface ("Register targets by instance ID").
        const { InstanceId, DeviceIndex } = eni.Attachment ?? {};
        if (InstanceId && (DeviceIndex ?? 0) === 0) this.byId.set(InstanceId, id);
      }
    }
  }

  at(target: string | undefined, vpc: string | undefined): string | undefined {
    return target === undefined ? undefined : (this.byId.get(target) ?? this.byId.get(`${vpc} ${target}`) ?? target);
  }
}

function networkResources(
  { balancer, listeners, groups }: NetworkBalancer,
  fronts: ReadonlyMap<string, readonly Eni[]>,
  hosts: Hosts,
): Resource[] {
  const { LoadBalancerArn: id = "", LoadBalancerName, AvailabilityZones = [] } = balancer;
  const enis = fronts.get(id.slice(id.indexOf(":loadbalancer/") + ":loadbalancer/".length)) ?? [];
  const front = described({
    ...{ type: balancerType, id, name: LoadBalancerName },
    inputs: {
      ...{
        loadBalancerType: "network",
        internal: balancer.Scheme === "internal",
        ipAddressType: balancer.IpAddressType,
      },
      securityGroups: balancer.SecurityGroups ?? [],
      subnets: AvailabilityZones.flatMap(({ SubnetId }) => SubnetId ?? []),
      subnetMappings: mappings(enis),
    },
  });
  return [
    front,
    ...(isUnread(listeners)
      ? [unseenListener(id, listeners)]
      : listeners.map((each) => listenerResource(each, isUnread(groups) ? groups : undefined))),
    ...itemsOf(groups).flatMap((each) => targetResources(each, hosts)),
  ];
}

/** Its own addresses, from which it sends to targets. */
function mappings(enis: readonly Eni[]) {
  const found = enis.flatMap(({ SubnetId, PrivateIpAddress, NetworkInterfaceId = "" }) =>
    SubnetId && PrivateIpAddress
      ? [{ subnetId: SubnetId, privateIpv4Address: cidr(PrivateIpAddress, NetworkInterfaceId) }]
      : [],
  );
  return found.length > 0 ? found : undefined;
}

function listenerResource(listener: Listener, unread: Unread | undefined): Resource {
  const { ListenerArn: id = "", LoadBalancerArn, Port, Protocol, DefaultActions = [] } = listener;
  const defaultActions = DefaultActions.map(({ TargetGroupArn, ForwardConfig }) => ({
    targetGroupArn: TargetGroupArn,
    forward: ForwardConfig && {
      targetGroups: (ForwardConfig.TargetGroups ?? []).map((each) => ({ arn: each.TargetGroupArn })),
    },
  }));
  return described({
    ...{ type: listenerType, id },
    inputs: {
      ...{ loadBalancerArn: LoadBalancerArn, port: Port ?? unknown(id), protocol: Protocol ?? unknown(id) },
      defaultActions: unread ? unknown(unread.unread) : defaultActions,
    },
  });
}

function unseenListener(balancer: string, { unread }: Unread): Resource {
  return described({
    ...{ type: listenerType, id: `listeners of ${balancer}` },
    inputs: { loadBalancerArn: balancer, port: unknown(unread), protocol: unknown(unread), defaultActions: [] },
  });
}

function targetResources({ group, targets, preserved }: GroupOfTargets, hosts: Hosts): Resource[] {
  const { TargetGroupArn: id = "", TargetGroupName, Port, Protocol, TargetType, VpcId } = group;
  const preserveClientIp = typeof preserved === "object" ? unknown(preserved.unread) : preserved;
  const inputs = { port: Port, protocol: Protocol, targetType: TargetType, preserveClientIp };
  const attached = isUnread(targets)
    ? [{ targetGroupArn: id, targetId: unknown(targets.unread) }]
    : targets.map((each) => ({ targetGroupArn: id, targetId: hosts.at(each.Id, VpcId), port: each.Port }));
  return [
    described({ type: targetGroupType, id, name: TargetGroupName, inputs }),
    ...attached.map((one, i) => described({ type: targetType, id: `target ${i} of ${id}`, inputs: one })),
  ];
}

function classicResource(
  balancer: LoadBalancerDescription,
  fronts: ReadonlyMap<string, readonly Eni[]>,
  region: string,
): Resource {
  const { LoadBalancerName: id = "", ListenerDescriptions = [], Instances = [] } = balancer;
  return described({
    ...{ type: classicType, id, urn: `classic load balancer ${id} in ${region}` },
    inputs: {
      ...{ name: id, internal: balancer.Scheme === "internal" },
      ...{ securityGroups: balancer.SecurityGroups ?? [], subnets: balancer.Subnets ?? [] },
      subnetMappings: mappings(fronts.get(id) ?? []),
      instances: Instances.flatMap(({ InstanceId }) => InstanceId ?? []),
      listeners: ListenerDescriptions.map(({ Listener: one }) => ({
        ...{ lbPort: one?.LoadBalancerPort, lbProtocol: one?.Protocol },
        ...{ instancePort: one?.InstancePort, instanceProtocol: one?.InstanceProtocol },
      })),
    },
  });
}

/** A load balancer of which its interfaces alone are seen. */
function hiddenResources(name: string, enis: readonly Eni[], unread: Unread): Resource[] {
  const id = `load balancer ${name}`;
  const groups = enis.flatMap(({ Groups = [] }) => Groups.flatMap(({ GroupId }) => GroupId ?? []));
  const missing = unknown(unread.unread);
  const front: Partial<Record<string, unknown>> = {
    ...{ loadBalancerType: "network", internal: missing, ipAddressType: missing },
    ...{ securityGroups: [...new Set(groups)], subnets: enis.flatMap(({ SubnetId }) => SubnetId ?? []) },
    subnetMappings: mappings(enis),
  };
  return [described({ type: balancerType, id, name: shortName(name), inputs: front }), unseenListener(id, unread)];
}

function shortName(name: string): string {
  return name.split("/")[1] ?? name;
}
