import type { Evidence } from "../../../model/evidence.js";
import { isUnknown, type Maybe } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { everybody } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { doubtful } from "../filter-rules.js";
import { inputOf, type Resource } from "../resource.js";
import { type AdminPolicy, adminPolicy } from "./admin-policies.js";
import { foreignPolicy, kindOf } from "./kinds.js";
import { SelectorIndex } from "./label-index.js";
import { selects } from "./labels.js";
import { type NetworkPolicy, networkPolicy } from "./network-policies.js";
import { missingHere, nameOf, namespaceOf, placeOf, same } from "./objects.js";
import type { Cluster } from "./peers.js";
import type { Pods } from "./pods.js";
import { type Clause, clausesOf, type Direction, filterRule } from "./rules.js";

/** How clauses are seen from where the question is asked: through Services, or by a client that another one hides. */
export type View = (clauses: readonly Clause[]) => Clause[];

interface Met {
  readonly policy: NetworkPolicy;
  readonly doubts: readonly string[];
  readonly rules: readonly FilterRule[];
}

/** All policies of a program. */
export class Policies {
  private readonly index: SelectorIndex<NetworkPolicy>;

  private constructor(
    private readonly own: readonly NetworkPolicy[],
    private readonly admin: readonly AdminPolicy[],
    private readonly foreign: readonly Resource[],
    private readonly cluster: Cluster,
  ) {
    this.index = new SelectorIndex(own);
  }

  /** @throws InputError for a port, range, block or peer that is none. */
  static of(resources: readonly Resource[], cluster: Cluster): Policies {
    const ofKind = (...kinds: string[]) => resources.filter((each) => kinds.includes(kindOf(each) ?? ""));
    return new Policies(
      ofKind("NetworkPolicy").map((each) => networkPolicy(each, cluster)),
      ofKind("AdminNetworkPolicy", "BaselineAdminNetworkPolicy").map((each) => adminPolicy(each, cluster)),
      resources.filter((each) => foreignPolicy(each) !== undefined),
      cluster,
    );
  }

  /** Policies that are for no pods seen here. */
  get unused(): readonly NetworkPolicy[] {
    return this.own.filter((policy) => {
      const near = this.cluster.index.near(policy.namespace, policy.wanted.known);
      return near.every((pods) => policy.appliesTo(pods) === false);
    });
  }

  /** One policy as it acts on pods that it is for, where nothing else is. */
  only(policy: NetworkPolicy): Policies {
    return new Policies([{ ...policy, appliesTo: () => true }], [], [], this.cluster);
  }

  /** What the policies let these pods receive or send, by the ports of the pods themselves. */
  layer(pods: Pods, direction: Direction, view: View = (clauses) => [...clauses]): Layer {
    const met = this.met(pods, direction, view);
    const sure = met.filter(({ doubts }) => doubts.length === 0);
    const isolated = this.isolation(pods, direction, met);
    const admin = this.tier("admin", pods, direction, view);
    const baseline = this.tier("baseline", pods, direction, view);
    const incomplete = this.foreign.flatMap((each) => (this.mayConcern(each, pods) ? [saysForeign(each)] : []));
    const shared = { name: "network policy", incomplete };
    if (admin.length + baseline.length + incomplete.length === 0) {
      return met.length === 0
        ? { ...shared, combine: "union", rules: [], otherwise: open(pods, direction) }
        : {
            ...shared,
            combine: "union",
            rules: [...isolated.unless, ...this.lets(met, sure.length > 0)],
            otherwise: { action: "deny", evidence: isolated.evidence },
          };
    }
    const end = met.length === 0 ? [] : [...isolated.unless, everything("deny", isolated.evidence)];
    const staged = (stage: string, rules: readonly FilterRule[]) => rules.map((rule) => ({ ...rule, stage }));
    return {
      ...shared,
      combine: "first-match",
      rules: [
        ...admin,
        ...staged("network policies", [...this.lets(met, sure.length > 0), ...end]),
        ...staged("baseline", baseline),
      ],
      otherwise: open(pods, direction),
    };
  }

  /** Do outgoing mail rules forget name resolution? Those policies that isolate these pods and let nothing to UDP 53. */
  private forgetsNames(met: readonly { policy: NetworkPolicy }[]): boolean {
    const rules = met.flatMap(({ policy }) => policy.rules.egress);
    return !rules.some(({ traffic }) => traffic.some(({ resolves }) => resolves));
  }

  private met(pods: Pods, direction: Direction, view: View): Met[] {
    const found = this.index.near(pods).flatMap((policy) => {
      const [applies, isolates] = [policy.appliesTo(pods), policy.isolates[direction]];
      if (applies === false || isolates === false) return [];
      return [{ policy, doubts: [applies, isolates].flatMap((each) => (isUnknown(each) ? each.unknown : [])) }];
    });
    const note =
      direction === "egress" && this.forgetsNames(found) ? "; but no policy lets out name resolution (UDP 53)" : "";
    const clauses = found.map(({ policy }) =>
      policy.rules[direction].flatMap((rule) => clausesOf(rule, pods, direction, this.cluster.pods)),
    );
    const owner = new Map(clauses.flatMap((list, i) => list.map((each) => [each.id, i] as const)));
    const seen = view(clauses.flat());
    return found.map((each, i) => ({
      ...each,
      rules: seen.filter(({ id }) => owner.get(id) === i).map((clause) => filterRule(clause, note)),
    }));
  }

  /**
   * Where it is not known whether any policy is for the pods, a single one lets the same pass either way; of several
   * it is not known which.
   */
  private lets(met: readonly Met[], sure: boolean): FilterRule[] {
    return met.flatMap(({ doubts, rules }) =>
      !sure && met.length === 1 ? rules : rules.map((rule) => doubtful(rule, ...doubts)),
    );
  }

  private isolation(pods: Pods, direction: Direction, met: readonly Met[]) {
    const names = met.map(({ policy }) => policy.title).join(", ");
    const [first] = met;
    const way = direction === "ingress" ? "incoming" : "outgoing";
    const evidence = {
      kind: "code",
      at: first?.policy.at ?? pods.at,
      says: `${names} isolates ${pods.title} for ${way} connections: what no policy lets pass is dropped`,
    } as const;
    const sure = met.some(({ doubts }) => doubts.length === 0);
    const doubts = [...(sure ? [] : met.flatMap((each) => each.doubts)), ...hostNetworkDoubts(pods)];
    if (doubts.length === 0 || met.length === 0) return { evidence, unless: [] };
    const says = "it is not known whether a policy isolates these pods";
    return { evidence, unless: [doubtful(everything("allow", { ...evidence, says }), ...doubts)] };
  }

  /** Rules in the order of the policies' priority; among equals it is not known which one comes first. */
  private tier(tier: AdminPolicy["tier"], pods: Pods, direction: Direction, view: View): FilterRule[] {
    const met = this.admin
      .filter((policy) => policy.tier === tier)
      .map((policy) => ({ policy, applies: policy.appliesTo(pods) }))
      .filter(({ applies }) => applies !== false);
    const rank = (priority: Maybe<number>) => (isUnknown(priority) ? Number.POSITIVE_INFINITY : priority);
    const ordered = [...met].sort((a, b) => rank(a.policy.priority) - rank(b.policy.priority));
    const listed = ordered.map(({ policy, applies }) => {
      const twins = met.filter((other) => other.policy.priority === policy.priority).length > 1;
      const doubts = [
        ...(isUnknown(applies) ? applies.unknown : []),
        ...(isUnknown(policy.priority) ? policy.priority.unknown : []),
        ...(twins ? [`${policy.at}: two policies of one priority`] : []),
      ];
      const clauses = policy.rules[direction].flatMap((rule) => clausesOf(rule, pods, direction, this.cluster.pods));
      const rules = view(clauses).map((clause) => ({ ...filterRule(clause), stage: tier }));
      return {
        priority: policy.priority,
        rules: rules.map((rule) => doubtful(rule, ...doubts)),
      };
    });
    // One of unknown priority can come first as well as last: both places give both extremes.
    const early = listed.filter(({ priority }) => isUnknown(priority));
    return [...early, ...listed].flatMap(({ rules }) => rules);
  }

  private mayConcern(policy: Resource, pods: Pods): boolean {
    const spec = inputOf(policy, "spec");
    const isCluster = /Cluster|Global|Admin/.test(policy.type);
    // Istio's root namespace, as it is called by default: what stands there is for all namespaces (Istio, AuthorizationPolicy).
    const isRoot = policy.type.includes("istio.io") && same(namespaceOf(policy), "istio-system") !== false;
    if (!isCluster && !isRoot && same(namespaceOf(policy), pods.namespace) === false) return false;
    const selector = spec.member("endpointSelector");
    if (selector.isAbsent || missingHere(selector).length > 0) return true;
    return selects(selector, pods.labels) !== false;
  }
}

function everything(action: FilterRule["action"], evidence: Evidence): FilterRule {
  return { id: evidence.at, action, protocol: "any", ports: PortSet.all, peers: everybody, evidence };
}

function hostNetworkDoubts({ hostNetwork, at }: Pods): readonly string[] {
  return hostNetwork === false ? [] : isUnknown(hostNetwork) ? hostNetwork.unknown : [`${at}: hostNetwork`];
}

function open(pods: Pods, direction: Direction): Layer["otherwise"] {
  const way = direction === "ingress" ? "incoming" : "outgoing";
  return {
    action: "allow",
    evidence: {
      kind: "default",
      at: pods.at,
      says: `no policy selects ${pods.title} for ${way} connections: all are let through (Kubernetes default)`,
    },
  };
}

function saysForeign(resource: Resource): string {
  return `${foreignPolicy(resource)} ${nameOf(resource)} (${placeOf(resource)})`;
}
