import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import { PortSet } from "../../../model/ports.js";
import type { Door } from "../../balancing.js";
import type { Input } from "../input.js";
import { type References, referenceOf, referencesOf, Targets } from "../references.js";
import { inputOf, type Resource } from "../resource.js";
import {
  type Attachments,
  balancerTypes,
  classicType,
  instanceType,
  interfaceType,
  scalingGroupType,
} from "./attachments.js";
import { setAddresses } from "./private-addresses.js";
import { serviceType, workloadOf } from "./workloads.js";

const listenerTypes = ["aws:lb/listener:Listener", "aws:alb/listener:Listener"];
const groupTypes = ["aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup"];
const attachmentTypes = [
  "aws:lb/targetGroupAttachment:TargetGroupAttachment",
  "aws:alb/targetGroupAttachment:TargetGroupAttachment",
];
const classicAttachment = "aws:elb/attachment:Attachment";
export const acceleratorListenerType = "aws:globalaccelerator/listener:Listener";
export const endpointGroupType = "aws:globalaccelerator/endpointGroup:EndpointGroup";
const scalingAttachment = "aws:autoscaling/attachment:Attachment";

/** A machine that gets the connections of a door. */
export interface Target {
  readonly machine: Resource;
  readonly door: Door;
}

/** One listener with the machines behind it. */
export interface Listening {
  readonly at: string;
  readonly port: Maybe<number>;
  readonly protocol: Maybe<"tcp" | "tls" | "other">;
  readonly targets: readonly Target[];
  /** Targets that are not seen. */
  readonly missing: readonly string[];
  /** Do the targets see the clients' own addresses? */
  readonly preserved: Maybe<boolean>;
}

/** The listeners of a program's load balancers, and what they lead to. */
export class Listeners {
  private readonly groups: Targets;
  private readonly machines: Targets;
  private readonly interfaces: Targets;
  private readonly fronts: Targets;
  private readonly accelerated: Targets;
  /** Machines to which a load balancer leads that is not wholly seen. */
  readonly elsewhere = new Set<Resource>();
  private readonly members = new Map<Resource, { readonly machine: Resource; readonly port: Input }[]>();
  private readonly unseen = new Map<Resource, string[]>();
  private readonly byFront = new Map<Resource, Listening[]>();

  /** @param areAll the resources are all there are: a group without targets has none. */
  constructor(
    private readonly resources: readonly Resource[],
    private readonly attachments: Attachments,
    private readonly areAll: boolean,
  ) {
    const ofType = (...types: readonly string[]) => resources.filter((each) => types.includes(each.type));
    this.groups = new Targets(ofType(...groupTypes), groupTypes);
    const machineTypes = [instanceType, scalingGroupType];
    this.machines = new Targets(ofType(...machineTypes), machineTypes);
    this.interfaces = new Targets(ofType(interfaceType), [interfaceType]);
    this.fronts = new Targets(ofType(...balancerTypes, classicType), [...balancerTypes, classicType]);
    this.accelerated = new Targets(ofType(acceleratorListenerType), [acceleratorListenerType]);
    for (const each of ofType(...attachmentTypes)) this.register(each);
    for (const each of ofType(scalingGroupType)) this.registerScaling(each, each, "targetGroupArns");
    for (const each of ofType(serviceType)) this.registerService(each);
    for (const each of ofType(scalingAttachment)) this.registerScaling(each, undefined, "lbTargetGroupArn");
    for (const each of ofType(...listenerTypes)) this.listen(each);
    for (const each of ofType(classicType)) this.listenClassic(each);
    if (!areAll) this.findElsewhere();
  }

  of(front: Resource): readonly Listening[] {
    return this.byFront.get(front) ?? [];
  }

  private register(attachment: Resource): void {
    const { certain, doubtful, missing } = this.named(attachment, "targetGroupArn", this.groups);
    const target = inputOf(attachment, "targetId");
    const found = this.machineOf(attachment, "targetId", target);
    for (const group of certain) {
      if (found === undefined) this.unseen.set(group, [...(this.unseen.get(group) ?? []), ...target.lacks()]);
      else this.join(group, found, inputOf(attachment, "port"));
    }
    const perhaps = missing.length > 0 ? this.groups.resources : doubtful;
    for (const group of perhaps) this.unseen.set(group, [...(this.unseen.get(group) ?? []), target.at]);
  }

  private registerScaling(holder: Resource, machine: Resource | undefined, property: string): void {
    const input = inputOf(holder, property);
    const found =
      machine === undefined
        ? this.named(holder, property, this.groups)
        : referencesOf(holder, property, input, this.groups);
    const own = machine ?? this.machineOf(holder, "autoscalingGroupName", inputOf(holder, "autoscalingGroupName"));
    for (const group of found.certain) {
      if (own) this.join(group, own, input.member("port"));
      else this.unseen.set(group, [...(this.unseen.get(group) ?? []), input.at]);
    }
    for (const group of found.missing.length > 0 ? this.groups.resources : found.doubtful)
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
      const { certain, doubtful, missing } = referenceOf(service, property, front, this.groups);
      const own = workloadOf(service) !== undefined && !isUnknown(items);
      for (const group of certain) {
        if (own) this.join(group, service, ports[i] ?? list);
        else this.unseen.set(group, [...(this.unseen.get(group) ?? []), front.at]);
      }
      for (const group of missing.length > 0 ? this.groups.resources : doubtful)
        this.unseen.set(group, [...(this.unseen.get(group) ?? []), front.at]);
    });
  }

  private join(group: Resource, machine: Resource, port: Input): void {
    this.members.set(group, [...(this.members.get(group) ?? []), { machine, port }]);
  }

  /** A machine by its id, by the address that the program gives it, or by the name of its scaling group. */
  private machineOf(holder: Resource, property: string, id: Input): Resource | undefined {
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

  private listen(listener: Resource): void {
    const { certain } = this.named(listener, "loadBalancerArn", this.fronts);
    const given = inputOf(listener, "port").number() ?? unknown(inputOf(listener, "port").at);
    const { groups, missing } = this.forwardedTo(listener);
    const found = groups.map((group) => this.behind(group, given));
    const [first] = groups;
    const listening: Listening = {
      at: listener.urn,
      port: given,
      protocol: mapKnown(inputOf(listener, "protocol").text() ?? "TCP", protocolNamed),
      targets: found.flatMap(({ targets }) => targets),
      missing: [...missing, ...found.flatMap((each) => each.missing)],
      preserved: first ? preservedBy(first) : unknown(inputOf(listener, "defaultActions").at),
    };
    for (const front of certain) this.byFront.set(front, [...this.of(front), listening]);
  }

  private forwardedTo(listener: Resource): { groups: Resource[]; missing: string[] } {
    const property = "defaultActions";
    const given = inputOf(listener, property);
    const actions = given.items() ?? [];
    if (isUnknown(actions)) return { groups: [], missing: [...actions.unknown] };
    const ids = actions.flatMap((action) => {
      const one = action.member("targetGroupArn");
      const several = action.member("forward").member("targetGroups").items() ?? [];
      const listed = isUnknown(several) ? [action.member("forward")] : several.map((each) => each.member("arn"));
      return one.isAbsent ? listed : [one];
    });
    const found = ids.map((id) => referenceOf(listener, property, id, this.groups));
    return {
      groups: [...new Set(found.flatMap(({ certain }) => certain))],
      missing: found.flatMap(({ certain }, i) => (certain.length > 0 ? [] : [ids[i]?.at ?? given.at])),
    };
  }

  private behind(group: Resource, listen: Maybe<number>): { targets: Target[]; missing: readonly string[] } {
    const own = inputOf(group, "port");
    const targets = (this.members.get(group) ?? []).map(({ machine, port }): Target => {
      const target = (port.isAbsent ? own : port).number() ?? unknown(own.at);
      return { machine, door: { listen: isUnknown(listen) ? PortSet.empty : PortSet.of(listen), target } };
    });
    const open = this.unseen.get(group) ?? [];
    return { targets, missing: targets.length + open.length > 0 || this.areAll ? open : [group.urn] };
  }

  private listenClassic(front: Resource): void {
    const listeners = inputOf(front, "listeners");
    const items = listeners.items() ?? [];
    const attached = this.resources.filter((each) => each.type === classicAttachment);
    const named = attached.filter((each) => this.named(each, "elb", this.fronts).certain.includes(front));
    const listed = referencesOf(front, "instances", inputOf(front, "instances"), this.machines);
    const found: References[] = [listed, ...named.map((each) => this.named(each, "instance", this.machines))];
    const scaling = this.resources.filter(
      (each) =>
        each.type === scalingGroupType &&
        referencesOf(each, "loadBalancers", inputOf(each, "loadBalancers"), this.fronts).certain.includes(front),
    );
    const machines = [...new Set([...found.flatMap(({ certain }) => certain), ...scaling])];
    const missing = found.flatMap((each) => [...each.missing, ...each.outside.map(({ at }) => at)]);
    const read = (isUnknown(items) ? [listeners] : items).map((item): Listening => {
      const port = item.member("lbPort").number() ?? unknown(item.at);
      const target = item.member("instancePort").number() ?? unknown(item.at);
      const listen = isUnknown(port) ? PortSet.empty : PortSet.of(port);
      return {
        ...{
          at: item.at,
          port,
          preserved: false,
          missing: machines.length + missing.length > 0 || this.areAll ? missing : [front.urn],
        },
        protocol: mapKnown(item.member("lbProtocol").text() ?? unknown(item.at), protocolNamed),
        targets: machines.map((machine) => ({ machine, door: { listen, target } })),
      };
    });
    this.byFront.set(front, read);
  }

  /** What a target group leads to whose listener is of another program, or an accelerator. */
  private findElsewhere(): void {
    const seen = new Set(
      [...this.byFront.values()].flat().flatMap(({ targets }) => targets.map(({ machine }) => machine)),
    );
    const add = (machine: Resource | undefined) => {
      if (machine === undefined) for (const each of this.machines.resources) this.elsewhere.add(each);
      else if (!seen.has(machine)) this.elsewhere.add(machine);
    };
    const services = this.resources.filter(({ type }) => type === serviceType);
    for (const each of services) if (!inputOf(each, "loadBalancers").isAbsent) add(each);
    for (const each of this.resources.filter(({ type }) => attachmentTypes.includes(type))) {
      const id = inputOf(each, "targetId");
      const { certain, outside } = referenceOf(each, "targetId", id, this.machines);
      const machine = certain[0] ?? this.machineOf(each, "targetId", id);
      const address = machine === undefined && !outside.some((one) => one.id.startsWith("i-"));
      if (machine || (address && !this.isSeen(each))) add(machine);
    }
    for (const each of this.resources.filter(({ type }) => type === classicAttachment)) {
      const { certain } = this.named(each, "instance", this.machines);
      for (const machine of certain) add(machine);
    }
    const accelerated = this.resources.filter(({ type }) => type === endpointGroupType);
    for (const each of accelerated.filter((group) => !this.isAccelerated(group))) {
      const list = inputOf(each, "endpointConfigurations");
      const items = list.items() ?? [];
      const ids = isUnknown(items) ? [list] : items.map((item) => item.member("endpointId"));
      for (const id of ids) {
        const { certain, outside } = referenceOf(each, "endpointConfigurations", id, this.machines);
        if (certain[0]) add(certain[0]);
        else if (!outside.some((one) => /^(i-|arn:)/.test(one.id))) add(undefined);
      }
    }
  }

  /** An accelerator of the program leads to it, and is judged as such. */
  private isAccelerated(group: Resource): boolean {
    return this.named(group, "listenerArn", this.accelerated).certain.length > 0;
  }

  /** Its group is one that a load balancer of the program leads to. */
  private isSeen(attachment: Resource): boolean {
    const { certain } = this.named(attachment, "targetGroupArn", this.groups);
    return certain.some((group) =>
      this.resources.some((each) => listenerTypes.includes(each.type) && this.forwardedTo(each).groups.includes(group)),
    );
  }

  private named(holder: Resource, property: string, among: Targets): References {
    return referenceOf(holder, property, inputOf(holder, property), among);
  }
}

function protocolNamed(name: string): "tcp" | "tls" | "other" {
  const spelling = name.toUpperCase();
  if (spelling === "TCP" || spelling === "TCP_UDP") return "tcp";
  return spelling === "TLS" || spelling === "SSL" ? "tls" : "other";
}

/** By default instances see the client, addresses do not (Elastic Load Balancing, "Client IP preservation"). */
function preservedBy(group: Resource): Maybe<boolean> {
  const stated = inputOf(group, "preserveClientIp").text();
  const type = inputOf(group, "targetType").text() ?? "instance";
  if (stated !== undefined && stated !== "") return mapKnown(stated, (text) => text === "true");
  return mapKnown(type, (text) => text === "instance");
}
