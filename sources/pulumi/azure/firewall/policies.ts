import { any, isUnknown, type Maybe, mapKnown, unknown } from "../../../../model/maybe.js";
import type { Input } from "../../input.js";
import { type References, referenceOf } from "../../references.js";
import { inputOf, inputsOf, type Resource } from "../../resource.js";
import { Ids, openEnds, parentNamed, referred } from "../ids.js";
import { type Kind, types } from "../types.js";
import { collectionOf, type Holder, missingIn, type RuleKind } from "./collections.js";
import { IpGroups } from "./ip-groups.js";
import type { Collection, Engine, TranslationRule } from "./rule.js";

interface Level {
  readonly collections: readonly Collection[];
  readonly missing: readonly string[];
}

/** The rules that firewalls follow: their own ones ("classic rules"), or those of their policies. */
export class FirewallPolicies {
  private readonly policies: Ids;
  private readonly firewalls: Ids;
  private readonly groups: readonly Resource[];
  private readonly separate: readonly { readonly collection: Resource; readonly kind: RuleKind }[];
  private readonly ipGroups: IpGroups;
  private readonly known = new Map<Resource, Engine>();

  constructor(resources: readonly Resource[]) {
    this.policies = new Ids(resources, "firewallPolicy");
    this.firewalls = new Ids(resources, "firewall");
    const of = (kind: Kind) => resources.filter(({ type }) => (types[kind] as readonly string[]).includes(type));
    this.groups = of("firewallGroup");
    this.separate = [
      ...of("firewallNetworkCollection").map((collection) => ({ collection, kind: "network" as const })),
      ...of("firewallNatCollection").map((collection) => ({ collection, kind: "nat" as const })),
      ...of("firewallApplicationCollection").map((collection) => ({ collection, kind: "application" as const })),
    ];
    this.ipGroups = new IpGroups(resources);
  }

  /** What a firewall does. */
  of(firewall: Resource): Engine {
    const known = this.known.get(firewall) ?? this.read(firewall);
    this.known.set(firewall, known);
    return known;
  }

  private read(firewall: Resource): Engine {
    const [native, classic] = [inputOf(firewall, "firewallPolicy"), inputOf(firewall, "firewallPolicyId")];
    if (native.isAbsent && classic.isAbsent) {
      const { collections, missing } = this.ownOf(firewall);
      return { levels: [withoutTies(collections)], missing, ...modeOf([firewall]) };
    }
    const at = native.isAbsent ? classic.at : native.member("id").at;
    const chain: Resource[] = [];
    const missing: string[] = [];
    let next: References = referred(firewall, "firewallPolicy", "firewallPolicyId", this.policies);
    let place = at;
    // A policy that inherits from itself is refused by Azure; here it ends the search.
    for (;;) {
      const [policy] = next.certain;
      missing.push(...openEnds(next, place));
      if (policy === undefined || chain.includes(policy)) break;
      chain.unshift(policy);
      place = inputOf(policy, inputOf(policy, "basePolicy").isAbsent ? "basePolicyId" : "basePolicy").at;
      next = referred(policy, "basePolicy", "basePolicyId", this.policies);
    }
    const heir = chain.at(-1);
    const levels = chain.flatMap((policy) =>
      policy === heir ? this.levelsOf(policy) : this.levelsOf(policy).map((level) => handedDown(level, heir)),
    );
    return {
      levels: levels.map(({ collections }) => withoutTies(collections)),
      missing: [...new Set([...missing, ...levels.flatMap((level) => level.missing)])].sort(),
      ...modeOf(chain.length > 0 ? chain : [firewall]),
    };
  }

  /** Rules without a policy: within the firewall in azure-native, resources of their own in the classic provider. */
  private ownOf(firewall: Resource): Level {
    const inline = this.collectionsOf({ resource: firewall });
    const separate = this.separate.flatMap(({ collection, kind }): Level[] => {
      const parent = parentNamed(collection, "azureFirewallName", this.firewalls);
      const input = inputsOf(collection);
      if (parent.certain.includes(firewall))
        return [
          {
            collections: [collectionOf({ resource: collection }, input, kind, this.ipGroups)],
            missing: missingIn(input),
          },
        ];
      const open = parent.doubtful.includes(firewall) || parent.missing.length > 0;
      return open ? [{ collections: [], missing: [inputOf(collection, "azureFirewallName").at] }] : [];
    });
    return together([...inline, ...separate]);
  }

  /** Its groups one after the other, where their priorities tell the order; else all of them as one. */
  private levelsOf(policy: Resource): Level[] {
    const own = this.groups.map((group) => ({ group, ...this.belongs(group, policy) })).filter(({ is }) => is);
    const doubts = this.groups.flatMap((group) => this.belongs(group, policy).missing);
    const found = own.map(({ group }) => ({ group, priority: priorityOf(group) }));
    const known = new Set(found.flatMap(({ priority }) => (isUnknown(priority) ? [] : [priority])));
    const levels =
      known.size === found.length
        ? found
            .sort((a, b) => Number(a.priority) - Number(b.priority))
            .map(({ group }) => together(this.collectionsOf({ resource: group })))
        : [together(found.flatMap(({ group, priority }) => this.collectionsOf({ resource: group, group: priority })))];
    return [...levels, { collections: [], missing: doubts }];
  }

  private belongs(group: Resource, policy: Resource): { readonly is: boolean; readonly missing: readonly string[] } {
    const id = inputOf(group, "firewallPolicyId");
    const { certain, doubtful, missing } = id.isAbsent
      ? parentNamed(group, "firewallPolicyName", this.policies)
      : referenceOf(group, "firewallPolicyId", id, this.policies);
    const open = doubtful.includes(policy) || (missing.length > 0 && certain.length === 0);
    return { is: certain.includes(policy), missing: open ? [`${group.urn} (of which policy it is)`] : [] };
  }

  private collectionsOf(holder: Holder): Level[] {
    return [
      this.listed({ ...holder, property: "ruleCollections" }, undefined),
      ...lists.map(({ name, kind }) => this.listed({ ...holder, property: name }, kind)),
    ];
  }

  private listed(holder: Holder & { readonly property: string }, kind: RuleKind | undefined): Level {
    const list = inputOf(holder.resource, holder.property);
    const items = list.items() ?? [];
    if (isUnknown(items)) return { collections: [], missing: items.unknown };
    return {
      collections: items.map((each) => collectionOf(holder, each, kind, this.ipGroups)),
      missing: items.flatMap(missingIn),
    };
  }
}

const lists = [
  { name: "networkRuleCollections", kind: "network" },
  { name: "natRuleCollections", kind: "nat" },
  { name: "applicationRuleCollections", kind: "application" },
] as const;

/**
 * Whether a policy hands down its DNAT rules, Microsoft's pages say differently: "Azure Firewall rule processing logic"
 * (23 March 2026) has a parent's come first, "Azure Firewall Manager policy overview" and "Azure Firewall and traffic
 * inspection" (17 June 2026) have them not inherited.
 */
function handedDown({ collections, missing }: Level, heir: Resource | undefined): Level {
  const doubts = [`${heir?.urn} (whether the DNAT rules of a parent count)`];
  const inDoubt = (rule: TranslationRule) => ({ ...rule, doubts });
  return {
    collections: collections.map((each) => ({ ...each, translations: each.translations.map(inDoubt) })),
    missing,
  };
}

function priorityOf(group: Resource): Maybe<number> {
  const priority = inputOf(group, "priority");
  return priority.number() ?? unknown(priority.at);
}

function together(levels: readonly Level[]): Level {
  return {
    collections: levels.flatMap(({ collections }) => collections),
    missing: levels.flatMap(({ missing }) => missing),
  };
}

/** Which of two collections of one priority comes first, nobody says. */
function withoutTies(collections: readonly Collection[]): Collection[] {
  return collections.map((each) => {
    const twin = collections.some(
      (other) => other !== each && !isUnknown(each.priority) && other.priority === each.priority && !alike(other, each),
    );
    return twin ? { ...each, priority: unknown(`${each.at}${each.at.includes("#") ? "." : "#"}priority`) } : each;
  });
}

/** Network rules of one action may come in any order, and DNAT rules come before them. */
function alike(a: Collection, b: Collection): boolean {
  if (a.translations.length > 0 || b.translations.length > 0)
    return a.translations.length * b.translations.length === 0;
  return !isUnknown(a.action) && a.action === b.action;
}

/** A child can only be stricter than its parent (documentation, "Azure Firewall Manager policy overview"). */
function modeOf(chain: readonly Resource[]): Pick<Engine, "denies" | "deniesAt"> {
  const modes = chain.map((each) => {
    const [native, classic] = [inputOf(each, "threatIntelMode"), inputOf(each, "threatIntelligenceMode")];
    return native.isAbsent ? classic : native;
  });
  const denies = modes.map((mode): Maybe<boolean> => mapKnown(mode.text() ?? "Alert", isDeny));
  const at = modes.find((mode: Input) => !mode.isAbsent)?.at ?? inputOf(chain[0] as Resource, "threatIntelMode").at;
  return { denies: any(...denies), deniesAt: at };
}

function isDeny(text: string): boolean {
  return text.toLowerCase() === "deny";
}
