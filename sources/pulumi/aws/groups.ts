import { AddressSet } from "../../../model/addresses.js";
import type { Evidence } from "../../../model/evidence.js";
import { isUnknown } from "../../../model/maybe.js";
import type { FilterRule } from "../../../model/network.js";
import { everybody, exactly, type PartialSet, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { type Direction, layerName, membersBound, sentenceOf } from "../../aws-rules.js";
import { doubtful } from "../filter-rules.js";
import type { Input } from "../input.js";
import { referenceOf, referencesOf, Targets } from "../references.js";
import { flowingInto, inputOf, inputsOf, knownId, ofTypes, outputOf, type Resource } from "../resource.js";
import { ExclusiveRules } from "./exclusive-rules.js";
import { GroupSight } from "./group-sight.js";
import type { PrefixLists } from "./prefix-lists.js";
import { rulesOf } from "./rules.js";
import { type Subnets, vpcTypes } from "./subnets.js";
import { clusterType } from "./workloads.js";
import type { Members } from "./world.js";

const groupType = "aws:ec2/securityGroup:SecurityGroup";
export const defaultGroupType = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
export const groupTypes = [groupType, defaultGroupType];

/** The types that add one rule to a group; `SecurityGroupRule` says its direction itself. */
const ruleTypes: Readonly<Record<string, Direction | "stated">> = {
  "aws:ec2/securityGroupRule:SecurityGroupRule": "stated",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "ingress",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "egress",
};

const directions = ["ingress", "egress"] as const;

/** A security group: of this program, or an existing one that the program adds rules to or attaches. */
export interface Group {
  /** URN, or the cloud's id of a group that the program does not define. */
  readonly id: string;
  readonly name: string;
  readonly cloudId?: string;
  readonly resource?: Resource;
  readonly rules: Readonly<Record<Direction, FilterRule[]>>;
  /** Rules that another owner's writing may remove, and why. */
  readonly conflicts: Evidence[];
  /** Inputs that could add rules and are not known. */
  readonly incomplete: Readonly<Record<Direction, string[]>>;
}

/** All groups that a program defines or names. */
export class Groups {
  readonly targets: Targets;
  private readonly byKey = new Map<Resource | string, Group>();

  /** By the id of a rule, the groups whose members it lets in: URNs, and ids of groups outside the program. */
  private readonly references = new Map<string, ReadonlySet<string>>();
  private readonly exclusives: ExclusiveRules;
  private readonly clusters: readonly Resource[];
  private readonly sight: GroupSight;

  constructor(
    resources: readonly Resource[],
    private readonly lists: PrefixLists,
    private readonly subnets: Subnets,
  ) {
    this.sight = new GroupSight(resources, subnets);
    this.clusters = ofTypes(resources, clusterType);
    const defined = ofTypes(resources, ...groupTypes);
    this.targets = new Targets(defined, groupTypes);
    const rules = resources.filter(({ type }) => ruleTypes[type] !== undefined);
    this.exclusives = new ExclusiveRules(resources, rules, this.targets);
    for (const resource of defined) this.byKey.set(resource, this.define(resource));
    this.tellTwins();
    for (const resource of resources) {
      const direction = ruleTypes[resource.type];
      if (direction) this.addRule(resource, direction);
    }
    for (const group of this.byKey.values()) this.addUnmanaged(group);
  }

  /** Two resources with one id write to the same group: which rules stand is then not known. */
  private tellTwins(): void {
    const first = new Map<string, Group>();
    for (const group of this.byKey.values()) {
      if (group.cloudId === undefined) continue;
      const twin = first.get(group.cloudId);
      if (!twin) first.set(group.cloudId, group);
      else
        for (const { id, incomplete } of [twin, group])
          for (const direction of directions) incomplete[direction].push(`${id}#id`);
    }
  }

  /** The groups whose members a rule lets in. */
  referredBy(rule: FilterRule): ReadonlySet<string> {
    return this.references.get(rule.id) ?? new Set();
  }

  /** The rules that refer to groups let in these groups' members: as many of them as are known. */
  resolve(membersOf: (groupId: string) => Members): void {
    const definedAs = new Map([...this.byKey.values()].map(({ id, resource }) => [id, resource]));
    for (const { rules, resource } of this.byKey.values()) {
      const seen = (id: string): Members =>
        this.sight.between(resource, definedAs.get(id))
          ? membersOf(id)
          : { addresses: AddressSet.empty, areAll: false };
      for (const direction of directions) {
        rules[direction].forEach((rule, i) => {
          if (rule.peers.missing.length === 0) return;
          const referred = this.references.get(rule.id);
          const own = rule.peers.missing.every((each) => each.startsWith(rule.id));
          if (!referred || !own) return;
          const members = [...referred].map(seen);
          const known = AddressSet.union(...members.map(({ addresses }) => addresses));
          const { certain, possible } = rule.peers;
          const called = members.flatMap((each) => (each.areAll ? [] : (each.called ?? [])));
          const missing = called.length > 0 ? called : rule.peers.missing;
          const peers =
            members.length > 0 && members.every(({ areAll }) => areAll)
              ? exactly(known)
              : { certain: certain.union(known), possible: possible.union(known), missing };
          const says = sentenceOf(direction, rule.protocol, rule.ports, peers);
          rules[direction][i] = { ...rule, peers, evidence: { ...rule.evidence, says } };
        });
      }
    }
  }

  /** The default group of a network that the program defines and whose group nothing else manages. */
  defaultOf(vpc: Resource): Group {
    return this.madeByAws(vpc, `${vpc.urn}#defaultSecurityGroupId`, `default of ${vpc.name}`);
  }

  /** The group that EKS makes for a cluster and puts on its nodes (EKS user guide, "Cluster security group"). */
  ofCluster(cluster: Resource): Group {
    return this.madeByAws(cluster, `${cluster.urn}#vpcConfig.clusterSecurityGroupId`, `cluster ${cluster.name}`);
  }

  /** Members reach each other, and everything is let out. */
  private madeByAws(owner: Resource, id: string, name: string): Group {
    const known = this.byKey.get(owner);
    if (known) return known;
    const rule = (direction: Direction, peers: PartialSet, says: string): FilterRule => ({
      ...{ id: `${id} (${direction})`, action: "allow", protocol: "any", ports: PortSet.all, peers },
      evidence: { kind: "default", at: id, says, layer: { name: layerName, decision: "allow" } },
    });
    const ingress = rule(
      "ingress",
      undecidedSet([`${id} (ingress)`], membersBound),
      "lets in what comes from its own members",
    );
    const egress = rule("egress", everybody, "lets out everything");
    this.references.set(ingress.id, new Set([id]));
    const group: Group = {
      ...{ id, name, rules: { ingress: [ingress], egress: [egress] } },
      ...{ incomplete: { ingress: [], egress: [] }, conflicts: [] },
    };
    this.byKey.set(owner, group);
    return group;
  }

  all(): Group[] {
    return [...this.byKey.values()];
  }

  of(resource: Resource): Group {
    return this.byKey.get(resource) as Group;
  }

  /** A group that exists outside the program: it may have rules that we cannot see. */
  outside(id: string, at: string): Group {
    const vpc = this.subnets.vpcReporting("defaultSecurityGroupId", id);
    const cluster = this.clusters.find((each) => clusterGroupId(each) === id);
    const known = this.byKey.get(id) ?? (vpc && this.defaultOf(vpc)) ?? (cluster && this.ofCluster(cluster));
    if (known) return known;
    const group: Group = {
      id,
      name: id,
      cloudId: id,
      rules: { ingress: [], egress: [] },
      incomplete: { ingress: [at], egress: [at] },
      conflicts: [],
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
      conflicts: [],
    };
    for (const direction of directions) this.readInline(group, resource, direction);
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
    const reader = this.lists.readerFor(resource, direction, () => countUnknownLists(blocks));
    for (const block of blocks) {
      const names = block.names();
      if (names.length === 0) group.incomplete[direction].push(block.at);
      else
        group.rules[direction].push(
          ...this.noted(rulesOf(block, direction, reader), resource, direction, block, group),
        );
    }
  }

  private addRule(resource: Resource, stated: Direction | "stated"): void {
    const whole = inputsOf(resource);
    for (const { direction, certain } of directionsOf(whole, stated)) {
      const property = whole.member("prefixListId").isAbsent ? "prefixListIds" : "prefixListId";
      const reader = this.lists.readerFor(resource, property, () => countUnknownLists([whole]));
      const rules = this.noted(rulesOf(whole, direction, reader), resource, undefined, whole, undefined);
      this.place(resource, direction, certain ? rules : rules.map((rule) => doubtful(rule, `${resource.urn}#type`)));
    }
  }

  /** Puts separate rules into their group; into every group they may belong to when that is not known. */
  private place(resource: Resource, direction: Direction, rules: readonly FilterRule[]): void {
    const id = inputOf(resource, "securityGroupId");
    const found = referenceOf(resource, "securityGroupId", id, this.targets);
    for (const each of found.certain) this.append(this.of(each), direction, rules);
    for (const each of found.outside) this.append(this.outside(each.id, each.at), direction, rules);
    const [owner, ...others] = flowingInto(resource, "securityGroupId", new Set([...vpcTypes, clusterType]));
    if (owner && others.length === 0 && found.missing.length > 0 && found.doubtful.length === 0) {
      const group = owner.type === clusterType ? this.ofCluster(owner) : this.defaultOf(owner);
      this.append(group, direction, rules);
      return;
    }
    if (found.missing.length + found.doubtful.length === 0) return;
    const anyGroup = found.doubtful.length > 0 ? found.doubtful.map((each) => this.of(each)) : this.all();
    for (const group of anyGroup) group.rules[direction].push(...rules.map((rule) => doubtful(rule, id.at)));
    this.outside(resource.urn, id.at).rules[direction].push(...rules);
  }

  /** Inline rules make the provider remove every other rule at its next turn: separate ones may or may not stand. */
  private append(group: Group, direction: Direction, added: readonly FilterRule[]): void {
    const inline = group.resource && inputOf(group.resource, direction);
    const contested = inline && !inline.isAbsent ? inline.at : this.exclusives.strike(group, direction, added);
    for (const rule of added) if (rule.id.endsWith("self")) this.references.set(rule.id, new Set([group.id]));
    group.rules[direction].push(...(contested ? added.map((rule) => doubtful(rule, contested)) : added));
    const says = `${contested} manages all ${direction} rules of security group ${group.name}: it removes this one, and the next deployment writes it again`;
    if (contested) group.conflicts.push(...added.map(({ id }): Evidence => ({ kind: "code", at: id, says })));
  }

  /** Writes down which groups a rule refers to. */
  private noted(
    rules: FilterRule[],
    holder: Resource,
    property: string | undefined,
    block: Input,
    group: Group | undefined,
  ): FilterRule[] {
    // The members of a group are never all known.
    if (rules.every(({ peers }) => peers.missing.length === 0)) return rules;
    for (const name of ["securityGroups", "sourceSecurityGroupId", "referencedSecurityGroupId"]) {
      const input = block.member(name);
      if (input.isAbsent) continue;
      const find = name === "securityGroups" ? referencesOf : referenceOf;
      const { certain, outside } = find(holder, property ?? name, input, this.targets);
      this.references.set(input.at, new Set([...certain.map(({ urn }) => urn), ...outside.map(({ id }) => id)]));
    }
    if (group) this.references.set(block.member("self").at, new Set([group.id]));
    return rules;
  }

  /** Rules of the last deployment that the program does not manage may still stand: leaving the input out keeps them. */
  private addUnmanaged(group: Group): void {
    const { resource, rules } = group;
    if (!resource || this.exclusives.of(group)) return;
    for (const direction of directions) {
      if (!inputOf(resource, direction).isAbsent) continue;
      const left = outputOf(resource, direction);
      const blocks = left.items();
      if (blocks === undefined || isUnknown(blocks)) continue;
      const reader = this.lists.readerFor(resource, direction, () => countUnknownLists(blocks));
      const found = blocks.flatMap((block) => rulesOf(block, direction, reader));
      rules[direction].push(...found.map((rule) => doubtful(rule, left.at)));
    }
  }
}

function clusterGroupId(cluster: Resource): string | undefined {
  const id = outputOf(cluster, "vpcConfig").member("clusterSecurityGroupId").text();
  return typeof id === "string" && id !== "" ? id : undefined;
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
