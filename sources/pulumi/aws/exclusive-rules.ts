import { isUnknown } from "../../../model/maybe.js";
import type { FilterRule } from "../../../model/network.js";
import type { Direction } from "../../aws-rules.js";
import { referenceOf, type Targets } from "../references.js";
import { inputOf, knownId, ofTypes, type Resource } from "../resource.js";

const exclusiveType = "aws:ec2/vpcSecurityGroupRulesExclusive:VpcSecurityGroupRulesExclusive";

/** A security group: of the program, or by its id. */
interface Owner {
  readonly id: string;
  readonly resource?: Resource;
}

/** Lists that take all rules of a group but those they name. */
export class ExclusiveRules {
  private readonly lists: readonly Resource[];
  private readonly ruleIds = new Map<string, string>();

  /** @param rules the resources that add one rule to a group. */
  constructor(
    resources: readonly Resource[],
    rules: readonly Resource[],
    private readonly groups: Targets,
  ) {
    this.lists = ofTypes(resources, exclusiveType);
    for (const rule of rules) {
      const id = knownId(rule);
      if (id !== undefined) this.ruleIds.set(id, rule.urn);
    }
  }

  /** The list of the group's only lawful rules, where one of these is not in it. */
  strike(group: Owner, direction: Direction, added: readonly FilterRule[]): string | undefined {
    const exclusive = this.of(group);
    const [rule] = added;
    if (exclusive === undefined || rule === undefined) return undefined;
    const urn = rule.id.slice(0, rule.id.indexOf("#"));
    const list = inputOf(exclusive, `${direction}RuleIds`);
    const named = exclusive.propertyDependencies[`${direction}RuleIds`] ?? [];
    const ids = list.items() ?? [];
    const known = !isUnknown(ids) && ids.some((id) => this.ruleIds.get(String(id.text())) === urn);
    return known || named.some((each) => each.urn === urn) ? undefined : list.at;
  }

  /** The list that stands for a group, where there is one. */
  of(group: Owner): Resource | undefined {
    return this.lists.find((each) => {
      const { certain, outside } = referenceOf(each, "securityGroupId", inputOf(each, "securityGroupId"), this.groups);
      return certain.some((one) => one === group.resource) || outside.some(({ id }) => id === group.id);
    });
  }
}
