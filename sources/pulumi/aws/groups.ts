import { isUnknown } from "../../../model/maybe.js";
import type { FilterRule } from "../../../model/network.js";
import type { Direction } from "../../aws-rules.js";
import type { Input } from "../input.js";
import { referenceOf, Targets } from "../references.js";
import { inputOf, inputsOf, knownId, outputOf, type Resource } from "../resource.js";
import type { PrefixLists } from "./prefix-lists.js";
import { doubtful, rulesOf } from "./rules.js";

const groupType = "aws:ec2/securityGroup:SecurityGroup";
export const defaultGroupType = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
export const groupTypes = [groupType, defaultGroupType];

/** The types that add one rule to a group; `SecurityGroupRule` says its direction itself. */
const ruleTypes: Readonly<Record<string, Direction | "stated">> = {
  "aws:ec2/securityGroupRule:SecurityGroupRule": "stated",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "ingress",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "egress",
};

/** A security group: of this program, or an existing one that the program adds rules to or attaches. */
export interface Group {
  /** URN, or the cloud's id of a group that the program does not define. */
  readonly id: string;
  readonly name: string;
  readonly cloudId?: string;
  readonly resource?: Resource;
  readonly rules: Readonly<Record<Direction, FilterRule[]>>;
  /** Inputs that could add rules and are not known. */
  readonly incomplete: Readonly<Record<Direction, string[]>>;
}

/** All groups that a program defines or names. */
export class Groups {
  readonly targets: Targets;
  private readonly byKey = new Map<Resource | string, Group>();

  constructor(
    resources: readonly Resource[],
    private readonly lists: PrefixLists,
  ) {
    const defined = resources.filter((each) => groupTypes.includes(each.type));
    this.targets = new Targets(defined, groupTypes);
    for (const resource of defined) this.byKey.set(resource, this.define(resource));
    for (const resource of resources) {
      const direction = ruleTypes[resource.type];
      if (direction) this.addRule(resource, direction);
    }
    for (const group of this.byKey.values()) this.addUnmanaged(group);
  }

  all(): Group[] {
    return [...this.byKey.values()];
  }

  of(resource: Resource): Group {
    return this.byKey.get(resource) as Group;
  }

  /** A group that exists outside the program: it may have rules that we cannot see. */
  outside(id: string, at: string): Group {
    const known = this.byKey.get(id);
    if (known) return known;
    const group: Group = {
      id,
      name: id,
      cloudId: id,
      rules: { ingress: [], egress: [] },
      incomplete: { ingress: [at], egress: [at] },
    };
    this.byKey.set(id, group);
    return group;
  }

  private define(resource: Resource): Group {
    const cloudId = knownId(resource);
    const group: Group = {
      id: resource.urn,
      name: resource.name,
      ...(cloudId === undefined ? {} : { cloudId }),
      resource,
      rules: { ingress: [], egress: [] },
      incomplete: { ingress: [], egress: [] },
    };
    for (const direction of ["ingress", "egress"] as const) this.readInline(group, resource, direction);
    return group;
  }

  private readInline(group: Group, resource: Resource, direction: Direction): void {
    const inline = inputOf(resource, direction);
    const blocks = inline.items();
    if (blocks === undefined) return;
    if (isUnknown(blocks)) {
      group.incomplete[direction].push(...blocks.unknown);
      return;
    }
    const reader = this.lists.readerFor(resource, direction, countUnknownLists(blocks));
    for (const block of blocks) {
      const names = block.names();
      if (names.length === 0) group.incomplete[direction].push(block.at);
      else group.rules[direction].push(...rulesOf(block, direction, reader));
    }
  }

  private addRule(resource: Resource, stated: Direction | "stated"): void {
    const whole = inputsOf(resource);
    for (const { direction, certain } of directionsOf(whole, stated)) {
      const property = whole.member("prefixListId").isAbsent ? "prefixListIds" : "prefixListId";
      const reader = this.lists.readerFor(resource, property, countUnknownLists([whole]));
      const rules = rulesOf(whole, direction, reader);
      this.place(resource, direction, certain ? rules : rules.map((rule) => doubtful(rule, `${resource.urn}#type`)));
    }
  }

  /** Puts separate rules into their group; into every group they may belong to when that is not known. */
  private place(resource: Resource, direction: Direction, rules: readonly FilterRule[]): void {
    const id = inputOf(resource, "securityGroupId");
    const found = referenceOf(resource, "securityGroupId", id, this.targets);
    for (const each of found.certain) this.append(this.of(each), direction, rules);
    for (const each of found.outside) this.append(this.outside(each.id, each.at), direction, rules);
    if (found.missing.length + found.doubtful.length === 0) return;
    const anyGroup = found.doubtful.length > 0 ? found.doubtful.map((each) => this.of(each)) : this.all();
    for (const group of anyGroup) group.rules[direction].push(...rules.map((rule) => doubtful(rule, id.at)));
    this.outside(resource.urn, id.at).rules[direction].push(...rules);
  }

  /** Inline rules make the provider remove every other rule at its next turn: separate ones may or may not stand. */
  private append({ resource, rules }: Group, direction: Direction, added: readonly FilterRule[]): void {
    const inline = resource && inputOf(resource, direction);
    const contested = inline && !inline.isAbsent ? inline.at : undefined;
    rules[direction].push(...(contested ? added.map((rule) => doubtful(rule, contested)) : added));
  }

  /** Rules of the last deployment that the program does not manage may still stand: leaving the input out keeps them. */
  private addUnmanaged({ resource, rules }: Group): void {
    if (!resource) return;
    for (const direction of ["ingress", "egress"] as const) {
      if (!inputOf(resource, direction).isAbsent) continue;
      const left = outputOf(resource, direction);
      const blocks = left.items();
      if (blocks === undefined || isUnknown(blocks)) continue;
      const reader = this.lists.readerFor(resource, direction, countUnknownLists(blocks));
      const found = blocks.flatMap((block) => rulesOf(block, direction, reader));
      rules[direction].push(...found.map((rule) => doubtful(rule, left.at)));
    }
  }
}

function directionsOf(rule: Input, stated: Direction | "stated"): { direction: Direction; certain: boolean }[] {
  if (stated !== "stated") return [{ direction: stated, certain: true }];
  const type = rule.member("type").text();
  if (type === undefined || isUnknown(type)) {
    return [
      { direction: "ingress", certain: false },
      { direction: "egress", certain: false },
    ];
  }
  return [{ direction: type === "egress" ? "egress" : "ingress", certain: true }];
}

function countUnknownLists(blocks: readonly Input[]): number {
  return blocks
    .flatMap((block) => {
      const many = block.member("prefixListIds").items() ?? [];
      const one = block.member("prefixListId");
      return [...(isUnknown(many) ? [many] : many.map((id) => id.text())), ...(one.isAbsent ? [] : [one.text()])];
    })
    .filter(isUnknown).length;
}
