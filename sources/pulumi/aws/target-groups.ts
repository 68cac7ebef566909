import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import { PortSet } from "../../../model/ports.js";
import type { Door } from "../../balancing.js";
import type { Input } from "../input.js";
import { referenceOf, referencesOf, type Targets, targetsOf } from "../references.js";
import { inputOf, ofTypes, type Resource } from "../resource.js";
import { type Attachments, instanceType, interfaceType, scalingGroupType } from "./attachments.js";
import { setAddresses } from "./private-addresses.js";
import { serviceType, workloadOf } from "./workloads.js";

const groupTypes = ["aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup"];
export const attachmentTypes = [
  "aws:lb/targetGroupAttachment:TargetGroupAttachment",
  "aws:alb/targetGroupAttachment:TargetGroupAttachment",
];
const scalingAttachment = "aws:autoscaling/attachment:Attachment";

/** A machine that gets the connections of a door. */
export interface Target {
  readonly machine: Resource;
  readonly door: Door;
}

/** A container of a service that gets the connections of a door, whichever machine it runs on. */
export interface Task {
  readonly service: Resource;
  /** What the task definition calls the container. */
  readonly container: Maybe<string> | undefined;
  readonly door: Door;
  readonly at: string;
}

/** The target groups of a program, with the machines that attachments, scaling groups and services put into them. */
export class TargetGroups {
  readonly targets: Targets;
  readonly machines: Targets;
  private readonly interfaces: Targets;
  private readonly members = new Map<Resource, { readonly machine: Resource; readonly port: Input }[]>();
  private readonly unseen = new Map<Resource, string[]>();
  private readonly tasks = new Map<Resource, { readonly service: Resource; readonly entry: Input }[]>();

  /** @param areAll the resources are all there are: a group without targets has none. */
  constructor(
    resources: readonly Resource[],
    private readonly attachments: Attachments,
    private readonly areAll: boolean,
  ) {
    const ofType = (...types: readonly string[]) => ofTypes(resources, ...types);
    this.targets = targetsOf(resources, ...groupTypes);
    this.machines = targetsOf(resources, instanceType, scalingGroupType);
    this.interfaces = targetsOf(resources, interfaceType);
    for (const each of ofType(...attachmentTypes)) this.register(each);
    for (const each of ofType(scalingGroupType)) this.registerScaling(each, each, "targetGroupArns");
    for (const each of ofType(serviceType)) this.registerService(each);
    for (const each of ofType(scalingAttachment)) this.registerScaling(each, undefined, "lbTargetGroupArn");
  }

  /** What stands behind one group on one port. */
  behind(group: Resource, listen: Maybe<number>): { targets: Target[]; missing: readonly string[] } {
    const own = inputOf(group, "port");
    const targets = (this.members.get(group) ?? []).map(({ machine, port }): Target => {
      const target = (port.isAbsent ? own : port).number() ?? unknown(own.at);
      return { machine, door: { listen: isUnknown(listen) ? PortSet.empty : PortSet.of(listen), target } };
    });
    const open = this.unseen.get(group) ?? [];
    return { targets, missing: targets.length + open.length > 0 || this.areAll ? open : [group.urn] };
  }

  /** The containers that services put behind one group. */
  tasksBehind(group: Resource, listen: Maybe<number>): Task[] {
    return (this.tasks.get(group) ?? []).map(({ service, entry }): Task => {
      const port = entry.member("containerPort");
      return {
        ...{ service, container: entry.member("containerName").text(), at: entry.member("targetGroupArn").at },
        door: {
          listen: isUnknown(listen) ? PortSet.empty : PortSet.of(listen),
          target: port.number() ?? unknown(port.at),
        },
      };
    });
  }

  private register(attachment: Resource): void {
    const { certain, doubtful, missing } = referenceOf(
      attachment,
      "targetGroupArn",
      inputOf(attachment, "targetGroupArn"),
      this.targets,
    );
    const target = inputOf(attachment, "targetId");
    const found = this.machineOf(attachment, "targetId", target);
    for (const group of certain) {
      if (found === undefined) this.unseen.set(group, [...(this.unseen.get(group) ?? []), ...target.lacks()]);
      else this.join(group, found, inputOf(attachment, "port"));
    }
    const perhaps = missing.length > 0 ? this.targets.resources : doubtful;
    for (const group of perhaps) this.unseen.set(group, [...(this.unseen.get(group) ?? []), target.at]);
  }

  private registerScaling(holder: Resource, machine: Resource | undefined, property: string): void {
    const input = inputOf(holder, property);
    const found =
      machine === undefined
        ? referenceOf(holder, property, input, this.targets)
        : referencesOf(holder, property, input, this.targets);
    const own = machine ?? this.machineOf(holder, "autoscalingGroupName", inputOf(holder, "autoscalingGroupName"));
    for (const group of found.certain) {
      if (own) this.join(group, own, input.member("port"));
      else this.unseen.set(group, [...(this.unseen.get(group) ?? []), input.at]);
    }
    for (const group of found.missing.length > 0 ? this.targets.resources : found.doubtful)
      this.unseen.set(group, [...(this.unseen.get(group) ?? []), input.at]);
  }

  /** A service registers its tasks; those that share their instances' network under ports that nobody sees. */
  private registerService(service: Resource): void {
    const property = "loadBalancers";
    const list = inputOf(service, property);
    const items = list.items() ?? [];
    const fronts = isUnknown(items) ? [list] : items.map((each) => each.member("targetGroupArn"));
    const ports = isUnknown(items) ? [list] : items.map((each) => each.member("containerPort"));
    fronts.forEach((front, i) => {
      const { certain, doubtful, missing } = referenceOf(service, property, front, this.targets);
      const own = workloadOf(service) !== undefined && !isUnknown(items);
      const entry = isUnknown(items) ? undefined : items[i];
      for (const group of certain) {
        if (entry) this.tasks.set(group, [...(this.tasks.get(group) ?? []), { service, entry }]);
        if (own) this.join(group, service, ports[i] ?? list);
        else this.unseen.set(group, [...(this.unseen.get(group) ?? []), front.at]);
      }
      for (const group of missing.length > 0 ? this.targets.resources : doubtful)
        this.unseen.set(group, [...(this.unseen.get(group) ?? []), front.at]);
    });
  }

  private join(group: Resource, machine: Resource, port: Input): void {
    this.members.set(group, [...(this.members.get(group) ?? []), { machine, port }]);
  }

  /** A machine by its id, by the address that the program gives it, or by the name of its scaling group. */
  machineOf(holder: Resource, property: string, id: Input): Resource | undefined {
    const { certain, outside } = referenceOf(holder, property, id, this.machines);
    const text = outside[0]?.id;
    if (certain[0] || text === undefined) return certain[0];
    const nic = this.interfaces.find(text);
    if (nic) return this.attachments.ownerOf(nic) ?? nic;
    const machines = this.machines.resources;
    const named = machines.find((each) => each.type === scalingGroupType && inputOf(each, "name").text() === text);
    return named ?? this.atAddress(text);
  }

  private atAddress(text: string): Resource | undefined {
    if (!/^[\d.]+$/.test(text)) return undefined;
    const owned = (each: Resource) => this.attachments.ownerOf(each) ?? each;
    const holders = [...this.machines.resources, ...this.interfaces.resources];
    const same = new Set(holders.filter((each) => setAddresses([each]).toString() === `${text}/32`).map(owned));
    return same.size === 1 ? [...same][0] : undefined;
  }
}

/** By default instances see the client, addresses do not (Elastic Load Balancing, "Client IP preservation"). */
export function preservedBy(group: Resource): Maybe<boolean> {
  const stated = inputOf(group, "preserveClientIp").text();
  const type = inputOf(group, "targetType").text() ?? "instance";
  if (stated !== undefined && stated !== "") return mapKnown(stated, (text) => text === "true");
  return mapKnown(type, (text) => text === "instance");
}
