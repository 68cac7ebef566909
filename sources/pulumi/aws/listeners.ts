import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import { PortSet } from "../../../model/ports.js";
import { speechOf } from "../balancers.js";
import type { Input } from "../input.js";
import { type References, referenceOf, referencesOf, type Targets, targetsOf } from "../references.js";
import { inputOf, ofTypes, type Resource } from "../resource.js";
import { type Attachments, balancerTypes, classicType, scalingGroupType } from "./attachments.js";
import { attachmentTypes, preservedBy, type Target, TargetGroups, type Task } from "./target-groups.js";
import { serviceType } from "./workloads.js";

const listenerTypes = ["aws:lb/listener:Listener", "aws:alb/listener:Listener"];
const classicAttachment = "aws:elb/attachment:Attachment";
export const acceleratorListenerType = "aws:globalaccelerator/listener:Listener";
export const endpointGroupType = "aws:globalaccelerator/endpointGroup:EndpointGroup";

/** Of AWS's API reference: CreateListener, and Listener of the classic load balancers. */
const protocols = {
  tcp: "tcp",
  tcp_udp: "tcp",
  tcp_quic: "tcp",
  tls: "tls",
  udp: "other",
  quic: "other",
  http: "other",
  https: "other",
  geneve: "other",
} as const;
const classicProtocols = { tcp: "tcp", ssl: "tls", http: "other", https: "other" } as const;

/** One listener with the machines behind it. */
export interface Listening {
  readonly at: string;
  readonly port: Maybe<number>;
  readonly protocol: Maybe<"tcp" | "tls" | "other">;
  readonly targets: readonly Target[];
  /** Containers of services; where they have machines of their own, these are among the targets too. */
  readonly tasks?: readonly Task[];
  /** Targets that are not seen. */
  readonly missing: readonly string[];
  /** Do the targets see the clients' own addresses? */
  readonly preserved: Maybe<boolean>;
}

/** The listeners of a program's load balancers, and what they lead to. */
export class Listeners {
  private readonly groups: TargetGroups;
  private readonly machines: Targets;
  private readonly fronts: Targets;
  private readonly accelerated: Targets;
  /** Machines to which a load balancer leads that is not wholly seen. */
  readonly elsewhere = new Set<Resource>();
  private readonly byFront = new Map<Resource, Listening[]>();

  /** @param areAll the resources are all there are: a group without targets has none. */
  constructor(
    private readonly resources: readonly Resource[],
    attachments: Attachments,
    private readonly areAll: boolean,
  ) {
    const ofType = (...types: readonly string[]) => ofTypes(resources, ...types);
    this.groups = new TargetGroups(resources, attachments, areAll);
    this.machines = this.groups.machines;
    this.fronts = targetsOf(resources, ...balancerTypes, classicType);
    this.accelerated = targetsOf(resources, acceleratorListenerType);
    for (const each of ofType(...listenerTypes)) this.listen(each);
    for (const each of ofType(classicType)) this.listenClassic(each);
    if (!areAll) this.findElsewhere();
  }

  of(front: Resource): readonly Listening[] {
    return this.byFront.get(front) ?? [];
  }

  private listen(listener: Resource): void {
    const { certain } = this.named(listener, "loadBalancerArn", this.fronts);
    const given = inputOf(listener, "port").number() ?? unknown(inputOf(listener, "port").at);
    const { groups, missing } = this.forwardedTo(listener);
    const found = groups.map((group) => this.groups.behind(group, given));
    const [first] = groups;
    const listening: Listening = {
      at: listener.urn,
      port: given,
      protocol: protocolOf(inputOf(listener, "protocol")),
      targets: found.flatMap(({ targets }) => targets),
      tasks: groups.flatMap((group) => this.groups.tasksBehind(group, given)),
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
    const found = ids.map((id) => referenceOf(listener, property, id, this.groups.targets));
    return {
      groups: [...new Set(found.flatMap(({ certain }) => certain))],
      missing: found.flatMap(({ certain }, i) => (certain.length > 0 ? [] : [ids[i]?.at ?? given.at])),
    };
  }

  private listenClassic(front: Resource): void {
    const listeners = inputOf(front, "listeners");
    const items = listeners.items() ?? [];
    const attached = ofTypes(this.resources, classicAttachment);
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
        protocol: speechOf(item.member("lbProtocol"), classicProtocols),
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
    const services = ofTypes(this.resources, serviceType);
    for (const each of services) if (!inputOf(each, "loadBalancers").isAbsent) add(each);
    for (const each of ofTypes(this.resources, ...attachmentTypes)) {
      const id = inputOf(each, "targetId");
      const { certain, outside } = referenceOf(each, "targetId", id, this.machines);
      const machine = certain[0] ?? this.groups.machineOf(each, "targetId", id);
      const address = machine === undefined && !outside.some((one) => one.id.startsWith("i-"));
      if (machine || (address && !this.isSeen(each))) add(machine);
    }
    for (const each of ofTypes(this.resources, classicAttachment)) {
      const { certain } = this.named(each, "instance", this.machines);
      for (const machine of certain) add(machine);
    }
    const accelerated = ofTypes(this.resources, endpointGroupType);
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
    const { certain } = this.named(attachment, "targetGroupArn", this.groups.targets);
    return certain.some((group) =>
      this.resources.some((each) => listenerTypes.includes(each.type) && this.forwardedTo(each).groups.includes(group)),
    );
  }

  private named(holder: Resource, property: string, among: Targets): References {
    return referenceOf(holder, property, inputOf(holder, property), among);
  }
}

/** A listener of a Gateway Load Balancer has none, and in Terraform's state an empty one. */
function protocolOf(stated: Input): Listening["protocol"] {
  if (stated.isAbsent) return "tcp";
  return stated.text() === "" ? "other" : speechOf(stated, protocols);
}
