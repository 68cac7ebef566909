import { isUnknown, mapKnown } from "../../../model/maybe.js";
import { everybody } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { type Group, Groups } from "../filter-groups.js";
import { doubtful, sidesOf } from "../filter-rules.js";
import { Targets } from "../references.js";
import { inputOf, inputsOf, outputOf, type Resource } from "../resource.js";
import type { Members } from "./members.js";
import { novaRule, type RemoteReader, ruleOf } from "./rules.js";

export const groupType = "openstack:networking/secGroup:SecGroup";
const novaType = "openstack:compute/secGroup:SecGroup";
const ruleType = "openstack:networking/secGroupRule:SecGroupRule";

/** Groups are named by id on ports, and by name on instances. */
class GroupTargets extends Targets {
  override find(reference: string): Resource | undefined {
    const byName = () => {
      const same = this.resources.filter((each) => namesOf(each).includes(reference));
      return same.length === 1 ? same[0] : undefined;
    };
    return super.find(reference) ?? byName();
  }
}

function namesOf(resource: Resource): string[] {
  const texts = [inputOf(resource, "name").text(), outputOf(resource, "name").text()];
  return texts.filter((text): text is string => typeof text === "string");
}

/** The groups of a program, still without the rules of `fill`, because rules name groups and ports name them too. */
export function emptyGroups(resources: readonly Resource[]): Groups {
  const types = [groupType, novaType];
  const defined = resources.filter((each) => types.includes(each.type));
  return new Groups(new GroupTargets(defined, types));
}

/** @throws InputError for an address or a port range that OpenStack does not accept. */
export function fill(groups: Groups, resources: readonly Resource[], members: Members): void {
  for (const group of groups.all()) {
    if (!group.resource) continue;
    const deleted = inputOf(group.resource, "deleteDefaultRules");
    const is = deleted.boolean() ?? false;
    const says = "OpenStack gives a new group rules that let out everything (deleteDefaultRules is not set)";
    if (is !== true) addDefaultEgress(group, deleted.at, says, ...(isUnknown(is) ? is.unknown : []));
    if (group.resource.type === novaType) addNovaRules(group, group.resource, members);
  }
  for (const rule of resources.filter((each) => each.type === ruleType)) {
    const input = inputsOf(rule);
    const direction = mapKnown(input.member("direction").text() ?? "ingress", (text) =>
      text.toLowerCase() === "egress" ? "egress" : "ingress",
    );
    const remote: RemoteReader = (id, bound) => members.named(rule, "remoteGroupId", id, bound);
    for (const { direction: side, missing } of sidesOf(direction)) {
      groups.add(
        rule,
        "securityGroupId",
        side,
        ruleOf(input, side, remote).map((each) => doubtful(each, ...missing)),
      );
    }
  }
}

/** Networking API v2.0, "Security groups": a new group lets everything out. */
export function addDefaultEgress(group: Group, at: string, says: string, ...missing: readonly string[]): void {
  const rule = { id: at, action: "allow", protocol: "any", ports: PortSet.all, peers: everybody } as const;
  group.rules.egress.push(doubtful({ ...rule, evidence: { kind: "default", at, says } }, ...missing));
}

function addNovaRules(group: Group, resource: Resource, members: Members): void {
  const list = inputOf(resource, "rules");
  const items = list.items() ?? [];
  if (isUnknown(items)) {
    group.incomplete.ingress.push(...items.unknown);
    return;
  }
  for (const item of items) {
    const remote: RemoteReader = (id, bound) => members.named(resource, "rules", id, bound);
    group.rules.ingress.push(...novaRule(item, remote, (bound) => members.of(group, bound, item.member("self").at)));
  }
}
