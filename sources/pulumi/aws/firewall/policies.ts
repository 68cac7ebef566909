import { isUnknown, type Maybe, missingOf, unknown } from "../../../../model/maybe.js";
import { everybody, type PartialSet, undecidedSet } from "../../../../model/partial.js";
import { PortSet } from "../../../../model/ports.js";
import type { Input } from "../../input.js";
import { referenceOf, type Targets, targetsOf } from "../../references.js";
import { flowingInto, inputOf, type Resource } from "../../resource.js";
import type { Subnets } from "../subnets.js";
import { anything, type FirewallRule } from "./rule.js";
import { statefulRulesOf } from "./stateful.js";
import { statelessRulesOf, verdictOf } from "./stateless.js";
import { variablesOf } from "./variables.js";

const policyType = "aws:networkfirewall/firewallPolicy:FirewallPolicy";
const groupType = "aws:networkfirewall/ruleGroup:RuleGroup";

/** What the two engines of a firewall do, rule by rule. */
export interface Engines {
  /** By priority of groups and rules; what no rule takes, the default takes as the last one. */
  readonly stateless: readonly FirewallRule[];
  /** In the order in which they decide. */
  readonly stateful: readonly FirewallRule[];
  /** What the stateful engine does with a connection that no rule takes: `established` lets only the handshake pass. */
  readonly end: Maybe<End>;
  readonly endAt: string;
}

export type End = "pass" | "drop" | "drop established";

/** The policies and rule groups of Network Firewall in a program. */
export class FirewallPolicies {
  private readonly policies: Targets;
  private readonly groups: Targets;
  private readonly known = new Map<Resource, Engines>();

  constructor(
    resources: readonly Resource[],
    private readonly subnets: Subnets,
  ) {
    this.policies = targetsOf(resources, policyType);
    this.groups = targetsOf(resources, groupType);
  }

  /** @throws InputError for a stateless rule with an address that is none. */
  enginesOf(firewall: Resource): Engines {
    const known = this.known.get(firewall);
    if (known) return known;
    const id = inputOf(firewall, "firewallPolicyArn");
    const [policy] = referenceOf(firewall, "firewallPolicyArn", id, this.policies).certain;
    const engines = policy ? this.read(firewall, policy) : { ...nothing, stateless: unseen(id) };
    this.known.set(firewall, engines);
    return engines;
  }

  private read(firewall: Resource, policy: Resource): Engines {
    const own = inputOf(policy, "firewallPolicy");
    if (own.names().length === 0) return { ...nothing, stateless: unseen(own) };
    const order = own.member("statefulEngineOptions").member("ruleOrder");
    const isStrict = order.text() ?? "DEFAULT_ACTION_ORDER";
    const stateful = this.statefulOf(firewall, policy, own, isStrict === "STRICT_ORDER");
    const placed = isUnknown(isStrict) ? stateful.map((each) => inDoubt(each, order.at)) : stateful;
    const actions = own.member("statefulDefaultActions");
    return {
      stateless: this.statelessOf(policy, own),
      stateful: placed,
      end: endOf(actions),
      endAt: actions.isAbsent ? own.at : actions.at,
    };
  }

  private statelessOf(policy: Resource, own: Input): FirewallRule[] {
    const groups = this.grouped(policy, own.member("statelessRuleGroupReferences"), "STATELESS", true);
    const rules = groups.flatMap(({ group, at, doubts }) => {
      const found = group ? statelessRulesOf(group) : unseen(at);
      return found.map((each) => inDoubt(each, ...doubts));
    });
    const actions = own.member("statelessDefaultActions");
    const verdict = verdictOf(actions);
    const rest = { ...everything, id: actions.at, at: actions.at, doubts: [], says: "what no stateless rule takes" };
    return [...rules, ...(isUnknown(verdict) ? unseen(actions) : [{ ...rest, verdict }])];
  }

  private statefulOf(firewall: Resource, policy: Resource, own: Input, isStrict: boolean): FirewallRule[] {
    const groups = this.grouped(policy, own.member("statefulRuleGroupReferences"), "STATEFUL", isStrict);
    const rules = groups.flatMap(({ group, at, doubts, alertsOnly }) => {
      const found = group ? statefulRulesOf(group, variablesOf(group, policy, this.networkOf(firewall))) : unseen(at);
      const acting = alertsOnly ? found.filter(({ verdict }) => verdict !== "drop") : found;
      return acting.map((each) => inDoubt(each, ...doubts));
    });
    if (isStrict) return rules;
    // By default by action, whatever the order of groups (developer guide, "Managing evaluation order").
    const rank = ({ verdict, rejects }: FirewallRule) => (verdict === "pass" ? 0 : rejects ? 2 : 1);
    return [...rules].sort((a, b) => rank(a) - rank(b));
  }

  /** The groups of a list of references, by priority. Of ids not known yet, what flows in tells which groups there are. */
  private grouped(policy: Resource, list: Input, kind: "STATELESS" | "STATEFUL", ordered: boolean) {
    const items = list.items() ?? [];
    if (isUnknown(items)) return [{ group: undefined, at: list, doubts: [], alertsOnly: false }];
    const priority = (item: Input) => {
      const number = item.member("priority").number();
      return typeof number === "number" ? number : Number.MAX_SAFE_INTEGER;
    };
    const ids = [...items].sort((a, b) => priority(a) - priority(b));
    const ofKind = (each: Resource) => inputOf(each, "type").text() === kind;
    const named = ids.map((item) => this.groups.find(String(item.member("resourceArn").text())));
    const open = ids.filter((item) => isUnknown(item.member("resourceArn").text()));
    const flowing = flowingInto(policy, "firewallPolicy", this.groups.types).filter(ofKind);
    const candidates = flowing.filter((each) => !named.includes(each));
    const places = open.length === candidates.length ? [...candidates] : [];
    const guessed = ordered && open.length > 1;
    return ids.map((item, i) => {
      const at = item.member("resourceArn");
      const isOpen = open.includes(item);
      const override = item.member("override").member("action").text();
      return {
        group: isOpen ? places.shift() : named[i],
        ...{ at, alertsOnly: override === "DROP_TO_ALERT" },
        doubts: [
          ...(isOpen && guessed ? [at.at] : []),
          ...(isUnknown(override) ? override.unknown : []),
          ...(isUnknown(item.member("priority").number()) ? item.member("priority").lacks() : []),
        ],
      };
    });
  }

  /** What HOME_NET is by default: the blocks of the firewall's network. */
  private networkOf(firewall: Resource): PartialSet {
    const vpc = this.subnets.vpcOf(firewall);
    const at = inputOf(firewall, "vpcId").at;
    return typeof vpc === "object" ? this.subnets.ownBlocksOf(vpc) : undecidedSet([at]);
  }
}

function endOf(actions: Input): Maybe<End> {
  const items = actions.items() ?? [];
  if (isUnknown(items)) return items;
  const names = items.map((each) => each.text() ?? "");
  if (names.includes("aws:drop_strict")) return "drop";
  const missing = missingOf(...names);
  if (missing.length > 0) return unknown(...missing);
  return names.includes("aws:drop_established") ? "drop established" : "pass";
}

const everything: Pick<FirewallRule, "protocol" | "from" | "fromPorts" | "to" | "toPorts"> = {
  ...{ protocol: "any", from: everybody, fromPorts: PortSet.all, to: everybody, toPorts: PortSet.all },
};
const nothing: Engines = { stateless: [], stateful: [], end: "pass", endAt: "" };

function unseen(input: Input): FirewallRule[] {
  return anything({
    ...everything,
    id: input.at,
    at: input.at,
    doubts: input.lacks(),
    says: `${input.at} is not seen here`,
  });
}

function inDoubt(rule: FirewallRule, ...doubts: readonly string[]): FirewallRule {
  return doubts.length === 0 ? rule : { ...rule, doubts: [...new Set([...rule.doubts, ...doubts])].sort() };
}
