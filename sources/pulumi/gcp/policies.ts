import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import type { FilterRule } from "../../../model/network.js";
import { everybody } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { doubtful } from "../filter-rules.js";
import { Input } from "../input.js";
import { type References, referenceOf } from "../references.js";
import { inputOf, outputOf, type Resource } from "../resource.js";
import { Hierarchy } from "./hierarchy.js";
import type { Target } from "./instances.js";
import type { Accounts } from "./labels.js";
import { both, type Members } from "./members.js";
import { Named } from "./named.js";
import { type Networks, samePlace } from "./networks.js";
import { PolicyRules } from "./policy-rules.js";
import { type Direction, perhapsStanding, type StatedRule, stageOf } from "./rules.js";
import type { SecureTags } from "./secure-tags.js";

/** The stages around the VPC's own rules, in the order in which packets meet them. */
export interface Stages {
  readonly above: readonly FilterRule[];
  readonly before: readonly FilterRule[];
  readonly after: readonly FilterRule[];
  /** Inputs that decide whether the VPC's own rules come before those after them, and are not known. */
  readonly order: readonly string[];
}

/** The firewall policies of a program: hierarchical ones, global and regional ones of networks. */
export class Policies {
  private readonly hierarchical: PolicyKind;
  private readonly global: PolicyKind;
  private readonly regional: PolicyKind;
  private readonly hierarchy: Hierarchy;

  constructor(
    resources: readonly Resource[],
    private readonly networks: Networks,
    accounts: Accounts,
    secure: SecureTags,
    members: Members,
  ) {
    const reader = new PolicyRules(resources, networks, accounts, secure, members);
    this.hierarchy = new Hierarchy(resources);
    this.hierarchical = new PolicyKind("firewallPolicy", resources, reader);
    this.global = new PolicyKind("networkFirewallPolicy", resources, reader);
    this.regional = new PolicyKind("regionNetworkFirewallPolicy", resources, reader);
  }

  /** `AFTER_CLASSIC_FIREWALL` is the default order: the network's policies come after its VPC rules. */
  around(target: Target, direction: Direction, hasVpcRules: boolean): Stages {
    const above = this.above(target, direction);
    const own = [this.global, this.regional].flatMap((kind) =>
      kind.associations.flatMap((each) => kind.stage(each, this.isAssociated(each, kind, target), target, direction)),
    );
    const { resource } = target.place;
    const order = resource && inputOf(resource, "networkFirewallPolicyEnforcementOrder").text();
    if (isUnknown(order) && own.length > 0 && hasVpcRules) {
      return { above, before: own, after: [], order: order.unknown };
    }
    return order === "BEFORE_CLASSIC_FIREWALL"
      ? { above, before: own, after: [], order: [] }
      : { above, before: [], after: own, order: [] };
  }

  /** All rules of all policies. */
  stated(): StatedRule[] {
    return [this.hierarchical, this.global, this.regional].flatMap((kind) => kind.stated());
  }

  /** The organization's policy first, then those of the folders from the top down. */
  private above(target: Target, direction: Direction): FilterRule[] {
    const placed = this.hierarchical.associations.map((association) => {
      const node = this.hierarchy.node(association, "attachmentTarget");
      return {
        association,
        ...this.hierarchy.below(target.resource, node, inputOf(association, "attachmentTarget").at),
      };
    });
    return placed
      .sort((a, b) => a.depth - b.depth)
      .flatMap(({ association, is }) => this.hierarchical.stage(association, is, target, direction));
  }

  private isAssociated(association: Resource, kind: PolicyKind, target: Target): Maybe<boolean> {
    const place = this.networks.named(association, "attachmentTarget", inputOf(association, "attachmentTarget"));
    const inNetwork = samePlace(place, target.place);
    return kind === this.regional ? both(inNetwork, isInRegion(association, target)) : inNetwork;
  }
}

/** One of the three kinds of policies, which are alike but for what they are associated with. */
class PolicyKind {
  readonly associations: readonly Resource[];
  private readonly policies: Named;
  private readonly rules = new Map<Resource, StatedRule[]>();
  /** Per policy, the inputs that may hold rules and are not known. */
  private readonly unread = new Map<Resource, string[]>();

  constructor(
    kind: string,
    resources: readonly Resource[],
    private readonly reader: PolicyRules,
  ) {
    const token = (suffix: string) => `gcp:compute/${kind}${suffix}:${kind[0]?.toUpperCase()}${kind.slice(1)}${suffix}`;
    const ofType = (suffix: string) => resources.filter((each) => each.type === token(suffix));
    this.associations = ofType("Association");
    this.policies = new Named(resources, [token(""), token("WithRules")]);
    for (const policy of ofType("WithRules")) this.readInline(policy);
    for (const rule of ofType("Rule")) this.readSeparate(rule);
  }

  /** The rules of the associated policy that the target meets; `applies` tells whether it meets the policy at all. */
  stage(association: Resource, applies: Maybe<boolean>, target: Target, direction: Direction): FilterRule[] {
    if (applies === false) return [];
    const input = inputOf(association, "firewallPolicy");
    const found = referenceOf(association, "firewallPolicy", input, this.policies);
    const doubts = [...(isUnknown(applies) ? applies.unknown : []), ...(found.doubtful.length > 0 ? [input.at] : [])];
    const stages = [...found.certain, ...found.doubtful].flatMap((policy) => {
      const stage = `${association.urn} ${policy.urn}`;
      const unread = (this.unread.get(policy) ?? []).flatMap((at) => unseen(at, stage));
      return [...unread, ...stageOf(stage, this.rules.get(policy) ?? [], target, direction)];
    });
    const outside = [...found.outside.map(({ at }) => at), ...found.missing].flatMap((at) =>
      unseen(at, association.urn),
    );
    return [...stages, ...outside].map((rule) => (doubts.length > 0 ? perhapsStanding(rule, ...doubts) : rule));
  }

  stated(): StatedRule[] {
    return [...this.rules.values()].flat();
  }

  private readInline(policy: Resource): void {
    const items = inputOf(policy, "rules").items() ?? [];
    if (isUnknown(items)) this.unread.set(policy, [...items.unknown]);
    else this.add([policy], ...items.map((each) => this.reader.read(policy, each, () => "rules")));
  }

  /** A policy that lists its rules removes others at its next turn: a separate one may or may not stand. */
  private readSeparate(resource: Resource): void {
    const input = inputOf(resource, "firewallPolicy");
    const found: References = referenceOf(resource, "firewallPolicy", input, this.policies);
    const rule = this.reader.read(resource, Input.of(resource.inputs(), resource.urn), (member) => member);
    const uncertain = { ...rule, stands: both(rule.stands, unknown(input.at)) };
    for (const policy of found.certain) {
      this.add(
        [policy],
        policy.type.endsWith("WithRules")
          ? { ...rule, stands: both(rule.stands, unknown(`${policy.urn}#rules`)) }
          : rule,
      );
    }
    if (found.doubtful.length > 0) this.add(found.doubtful, uncertain);
    else if (found.missing.length > 0) this.add(this.policies.resources, uncertain);
  }

  private add(policies: readonly Resource[], ...rules: readonly StatedRule[]): void {
    for (const each of policies) this.rules.set(each, [...(this.rules.get(each) ?? []), ...rules]);
  }
}

/** A policy whose rules are not known can let pass or drop anything. */
function unseen(at: string, stage: string): FilterRule[] {
  const says = "a policy whose rules are not known";
  return (["allow", "deny"] as const).map((action) =>
    doubtful<FilterRule>(
      {
        ...{ id: at, action, stage, protocol: "any", ports: PortSet.all, peers: everybody },
        evidence: { kind: "code", at, says },
      },
      at,
    ),
  );
}

/** The region of a regional policy's association, against the zone of the instance. */
function isInRegion(association: Resource, target: Target): Maybe<boolean> {
  const region = textOf(association, "region");
  const placed = target.resource && inputOf(target.resource, "zone").isAbsent ? "region" : "zone";
  const zone = target.resource ? textOf(target.resource, placed) : unknown(inputOf(association, "attachmentTarget").at);
  if (isUnknown(region) || isUnknown(zone))
    return both(...[region, zone].map((each) => (isUnknown(each) ? each : true)));
  return lastPart(zone).replace(/-[a-z]$/, "") === lastPart(region);
}

function textOf(resource: Resource, name: string): Maybe<string> {
  const input = inputOf(resource, name);
  const given = input.text();
  if (typeof given === "string") return given;
  const reported = outputOf(resource, name).text();
  return typeof reported === "string" ? reported : unknown(input.at);
}

function lastPart(path: string): string {
  return path.split("/").at(-1) ?? path;
}
