import { internet } from "../../../model/addresses.js";
import { isUnknown, mapKnown, unknown } from "../../../model/maybe.js";
import { type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { Attached, type Group, Groups, isLeftOut } from "../filter-groups.js";
import { addressBlock, type Direction, doubtful, sidesOf } from "../filter-rules.js";
import type { Input } from "../input.js";
import { referenceOf, referencesOf, Targets } from "../references.js";
import { inputOf, outputOf, type Resource } from "../resource.js";
import { type Peers, PrefixLists, type RankedRule, ruleOf } from "./rules.js";

const groupType = "alicloud:ecs/securityGroup:SecurityGroup";
const ruleType = "alicloud:ecs/securityGroupRule:SecurityGroupRule";
export const instanceType = "alicloud:ecs/instance:Instance";
const templateType = "alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate";
const interfaceTypes = [
  "alicloud:ecs/ecsNetworkInterface:EcsNetworkInterface",
  "alicloud:vpc/networkInterface:NetworkInterface",
];

/** Private addresses alone: groups reach each other over the internal network. */
const inside = internet.complement();

/** The instances and interfaces of a program with the groups on them. */
export class Machines {
  readonly groups: Groups<RankedRule>;
  readonly all: readonly Resource[];
  private readonly attached = new Map<Resource, Attached<RankedRule>>();
  private readonly interfaces: Targets;
  private readonly templates: Targets;

  /** @throws InputError for an address or a port range of a rule that Alibaba Cloud does not accept. */
  constructor(resources: readonly Resource[]) {
    const ofType = (...types: string[]) => resources.filter(({ type }) => types.includes(type));
    this.groups = new Groups(new Targets(ofType(groupType), [groupType]));
    this.interfaces = new Targets(ofType(...interfaceTypes), interfaceTypes);
    this.templates = new Targets(ofType(templateType), [templateType]);
    this.all = ofType(instanceType, ...interfaceTypes);
    for (const each of this.all) this.attached.set(each, this.groupsOn(each));
    const lists = new PrefixLists(resources);
    const peers: Peers = {
      ofGroup: (holder, property, id) => this.named(holder, property, id),
      ofList: (holder, property, id) => lists.of(holder, property, id),
    };
    for (const rule of ofType(ruleType)) this.addRule(rule, peers);
  }

  of(machine: Resource): Attached<RankedRule> {
    return this.attached.get(machine) as Attached<RankedRule>;
  }

  /** The private addresses of all that carry the group, without those of one machine. */
  membersOf(group: Group<RankedRule>, at: string, but?: Resource): PartialSet {
    const sets = this.all.flatMap((each): PartialSet[] => {
      if (each === but) return [];
      const attached = this.of(each);
      const own = addressOf(each);
      if (attached.certain.has(group)) return [own];
      const doubts = [attached.doubtful.get(group) ?? [], ...attached.missing].flat();
      return doubts.length === 0 ? [] : [undecidedSet([...own.missing, ...doubts], own.possible)];
    });
    return sets.length > 0 || but !== undefined ? unionOf(...sets) : undecidedSet([at], inside);
  }

  private named(holder: Resource, property: string, id: Input): PartialSet {
    const [only] = referenceOf(holder, property, id, this.groups.targets).certain;
    return only ? this.membersOf(this.groups.of(only), id.at) : undecidedSet([id.at], inside);
  }

  /** A group without `vpcId` is of the classic network, where `nicType` says which card its rules are for. */
  private addRule(rule: Resource, peers: Peers): void {
    const type = inputOf(rule, "type");
    const direction = mapKnown(
      type.text() ?? unknown(type.at),
      (text): Direction => (text.toLowerCase() === "egress" ? "egress" : "ingress"),
    );
    for (const { direction: side, missing } of sidesOf(direction)) {
      const rules = ruleOf(rule, side, peers);
      const id = inputOf(rule, "securityGroupId");
      const [group] = referenceOf(rule, "securityGroupId", id, this.groups.targets).certain;
      const classic = group && inputOf(group, "vpcId").isAbsent ? [inputOf(rule, "nicType").at] : [];
      this.groups.add(
        rule,
        "securityGroupId",
        side,
        rules.map((each) => doubtful(each, ...missing, ...classic)),
      );
    }
  }

  private groupsOn(machine: Resource): Attached<RankedRule> {
    const attached = new Attached<RankedRule>();
    const names = machine.type === instanceType ? ["securityGroups"] : ["securityGroupIds", "securityGroups"];
    const inputs = names.flatMap((name) =>
      [inputOf(machine, name), outputOf(machine, name)].map((list) => ({ name, list })),
    );
    const given = inputs.find(({ list }) => !isLeftOut(list));
    if (given) {
      const found = referencesOf(machine, given.name, given.list, this.groups.targets);
      attached.add(found, given.list.at, this.groups);
    } else {
      this.borrow(machine, attached);
    }
    return attached;
  }

  /** Without groups of its own an instance has those of its primary interface, or of its launch template. */
  private borrow(machine: Resource, attached: Attached<RankedRule>): void {
    const sources = [
      ["networkInterfaceId", this.interfaces, ["securityGroupIds", "securityGroups"]],
      ["launchTemplateId", this.templates, ["securityGroupIds"]],
    ] as const;
    for (const [property, targets, lists] of sources) {
      const [holder] = referenceOf(machine, property, inputOf(machine, property), targets).certain;
      const name = holder && lists.find((each) => !isLeftOut(inputOf(holder, each)));
      if (!holder || !name) continue;
      const ids = inputOf(holder, name);
      attached.add(referencesOf(holder, name, ids, this.groups.targets), ids.at, this.groups);
      return;
    }
    attached.missing.add(inputOf(machine, "securityGroups").at);
  }
}

function addressOf(machine: Resource): PartialSet {
  const names = ["privateIp", "primaryIpAddress"];
  const given = names.flatMap((name) => [inputOf(machine, name), outputOf(machine, name)]);
  const known = given.find((each) => typeof each.text() === "string" && each.text() !== "");
  const sixth = inputOf(machine, "ipv6Addresses");
  const own = known ? addressBlock(known) : undecidedSet([inputOf(machine, "privateIp").at], inside);
  const items = sixth.items() ?? [];
  return isUnknown(items)
    ? unionOf(own, undecidedSet(items.unknown))
    : unionOf(own, ...items.map((each) => addressBlock(each)));
}
