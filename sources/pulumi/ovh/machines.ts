import { isUnknown, mapKnown } from "../../../model/maybe.js";
import { type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { Attached, type Group, Groups } from "../filter-groups.js";
import { addressBlock, type Direction, doubtful, sidesOf } from "../filter-rules.js";
import type { Input } from "../input.js";
import { addDefaultEgress } from "../openstack/groups.js";
import { type RemoteReader, ruleOf } from "../openstack/rules.js";
import { referenceOf, referencesOf, Targets } from "../references.js";
import { inputOf, outputOf, type Resource } from "../resource.js";

const groupType = "ovh:index/cloudSecurityGroup:CloudSecurityGroup";
const instanceType = "ovh:index/cloudInstance:CloudInstance";
const projectInstanceType = "ovh:CloudProject/instance:Instance";
export const instanceTypes: readonly string[] = [instanceType, projectInstanceType];

/** The security groups of a Public Cloud project, which are OpenStack's, with the instances that they are on. */
export class Machines {
  readonly groups: Groups;
  readonly instances: readonly Resource[];
  private readonly attached = new Map<Resource, Attached>();

  /** @throws InputError for an address or a port range of a rule that is none. */
  constructor(resources: readonly Resource[]) {
    const defined = resources.filter(({ type }) => type === groupType);
    this.groups = new Groups(new Targets(defined, [groupType]));
    this.instances = resources.filter(({ type }) => instanceTypes.includes(type));
    for (const each of this.instances) this.attached.set(each, this.groupsOn(each));
    for (const group of this.groups.all()) if (group.resource) this.fill(group, group.resource);
  }

  of(instance: Resource): Attached {
    return this.attached.get(instance) as Attached;
  }

  /** Left out, the platform puts the project's default group on it; an empty list is no group at all. */
  private groupsOn(instance: Resource): Attached {
    const attached = new Attached();
    const list = inputOf(instance, "securityGroupIds");
    const reported = outputOf(instance, "securityGroupIds");
    const ids = list.isAbsent ? reported : list;
    if (ids.isAbsent || instance.type !== instanceType) attached.missing.add(list.at);
    else attached.add(referencesOf(instance, "securityGroupIds", ids, this.groups.targets), ids.at, this.groups);
    return attached;
  }

  private fill(group: Group, resource: Resource): void {
    addDefaultEgress(group, `${resource.urn}#rules`, "OVHcloud gives a new group rules that let out everything");
    const list = inputOf(resource, "rules");
    const items = list.items() ?? [];
    if (isUnknown(items)) {
      for (const inputs of Object.values(group.incomplete)) inputs.push(...items.unknown);
      return;
    }
    const remote: RemoteReader = (id, bound) => {
      const [only] = referenceOf(resource, "rules", id, this.groups.targets).certain;
      return only ? this.membersOf(this.groups.of(only), id, bound) : undecidedSet([id.at], bound);
    };
    for (const item of items) {
      const direction = mapKnown(
        item.member("direction").text() ?? "INGRESS",
        (text): Direction => (text.toLowerCase() === "egress" ? "egress" : "ingress"),
      );
      for (const { direction: side, missing } of sidesOf(direction)) {
        const rules = ruleOf(item, side, remote, "ethernetType");
        group.rules[side].push(...rules.map((rule) => doubtful(rule, ...missing)));
      }
    }
  }

  private membersOf(group: Group, id: Input, bound: PartialSet["possible"]): PartialSet {
    const sets = this.instances.flatMap((each): PartialSet[] => {
      const attached = this.of(each);
      if (!attached.certain.has(group)) {
        const doubts = [attached.doubtful.get(group) ?? [], ...attached.missing].flat();
        return doubts.length === 0 ? [] : [undecidedSet(doubts, bound)];
      }
      const addresses = reportedAddresses(each);
      return [
        addresses.length > 0 ? unionOf(...addresses.map((one) => addressBlock(one))) : undecidedSet([id.at], bound),
      ];
    });
    return sets.length === 0 ? undecidedSet([id.at], bound) : unionOf(...sets);
  }
}

/** What the last deployment reported. */
export function reportedAddresses(instance: Resource): Input[] {
  const listed = (list: Input, ...path: string[]): Input[] => {
    const items = list.items() ?? [];
    const [name = "", ...rest] = path;
    return isUnknown(items)
      ? []
      : items.flatMap((each) => (rest.length === 0 ? [each.member(name)] : listed(each.member(name), ...rest)));
  };
  const found = [
    ...listed(outputOf(instance, "addresses"), "ip"),
    ...listed(outputOf(instance, "currentState").member("networks"), "addresses", "ip"),
  ];
  return found.filter((each) => typeof each.text() === "string");
}
