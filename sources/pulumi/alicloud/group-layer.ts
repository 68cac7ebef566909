import { isUnknown, type Maybe, mapKnown } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { everybody, type PartialSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import type { Attached, Group } from "../filter-groups.js";
import { type Direction, doubtful } from "../filter-rules.js";
import { inputOf } from "../resource.js";
import { inOrder, type RankedRule } from "./rules.js";

/** Says which other machines carry the group. */
export type FellowReader = (group: Group<RankedRule>, at: string) => PartialSet;

/**
 * The groups of a machine as one list: members of a basic group among themselves before all rules (ECS API,
 * ModifySecurityGroupPolicy), then the rules by priority, of equals those that drop first (AuthorizeSecurityGroup). What no
 * rule matches is kept out; a basic group lets it out, an enterprise one does not ("Security group rules").
 */
export function groupLayer(
  attached: Attached<RankedRule>,
  direction: Direction,
  at: string,
  fellows: FellowReader,
): Layer {
  const groups = attached.groups();
  const [first] = groups;
  const types = groups.map(isEnterprise);
  const enterprise: Maybe<boolean> = types.includes(true) ? true : (types.find(isUnknown) ?? false);
  const open = direction === "egress" && enterprise !== true;
  const typeAt = first?.resource ? inputOf(first.resource, "securityGroupType").at : at;
  return {
    name: "security group",
    combine: "first-match",
    rules: [
      ...groups.flatMap((group) => inner(group, attached, fellows)),
      ...inOrder(attached.rules(direction)),
      ...(open && isUnknown(enterprise) ? [doubtful(rest(typeAt), ...enterprise.unknown)] : []),
    ],
    otherwise:
      open && !isUnknown(enterprise)
        ? { action: "allow", evidence: rest(typeAt).evidence }
        : closed(attached, direction, at),
    incomplete: attached.incomplete(direction),
  };
}

function isEnterprise({ resource }: Group<RankedRule>): Maybe<boolean> {
  if (!resource) return false;
  return mapKnown(inputOf(resource, "securityGroupType").text() ?? "normal", (type) => type === "enterprise");
}

function rest(at: string): FilterRule {
  const says = "a basic security group lets out what no rule keeps in";
  const evidence = { kind: "default", at, says } as const;
  return { id: at, action: "allow", protocol: "any", ports: PortSet.all, peers: everybody, evidence };
}

function closed(attached: Attached<RankedRule>, direction: Direction, at: string): Layer["otherwise"] {
  const says = `${attached.called("security group")}: what no ${direction} rule accepts is dropped`;
  return { action: "deny", evidence: { kind: "code", at, says } };
}

/** `innerAccessPolicy` is Accept unless it is said otherwise; enterprise groups keep their members apart. */
function inner(group: Group<RankedRule>, attached: Attached<RankedRule>, fellows: FellowReader): FilterRule[] {
  if (!group.resource) return [];
  const policy = inputOf(group.resource, "innerAccessPolicy");
  const older = inputOf(group.resource, "innerAccess");
  const stated = policy.isAbsent
    ? mapKnown(older.boolean() ?? true, (is) => is)
    : mapKnown(policy.text() ?? "Accept", (text) => text.toLowerCase() === "accept");
  const enterprise = isEnterprise(group);
  if (stated === false || enterprise === true) return [];
  const peers = fellows(group, policy.at);
  if (peers.possible.isEmpty) return [];
  const perhaps = attached.certain.has(group) ? undefined : attached.doubtful.get(group);
  const missing = [stated, enterprise].flatMap((each) => (isUnknown(each) ? each.unknown : []));
  const says = `members of ${group.name} reach each other (innerAccessPolicy)`;
  const rule: FilterRule = {
    ...{ id: policy.at, action: "allow", protocol: "any", ports: PortSet.all, peers },
    evidence: { kind: policy.isAbsent ? "default" : "code", at: policy.at, says },
  };
  return [doubtful(rule, ...missing, ...(perhaps === undefined ? [] : [perhaps]))];
}
