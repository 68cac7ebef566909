import type { Evidence } from "../../../model/evidence.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { intersectionOf } from "../../../model/partial.js";
import type { Input } from "../input.js";
import { inputOf, inputsOf, knownId, type Resource } from "../resource.js";
import { defaultPath, defaults } from "./default-rules.js";
import { type Ends, endsOf, ownOf, peersOf, type Surroundings, spelledBy } from "./ends.js";
import { Ids, openEnds, parentNamed } from "./ids.js";
import type { Nic } from "./interfaces.js";
import {
  type Direction,
  directionOf,
  filterRules,
  inOrder,
  portsAmong,
  protocolOf,
  type StatedRule,
  sourcePortsOf,
} from "./rules.js";
import { types } from "./types.js";

interface GroupRule extends StatedRule<Ends> {
  readonly access: Maybe<"allow" | "deny">;
}

/** The network security groups of a program with their rules, inline and separate. */
export class SecurityGroups {
  readonly ids: Ids;
  private readonly separate: readonly { readonly rule: Resource; readonly group: ReturnType<typeof parentNamed> }[];
  /** Ids that several resources have. */
  private readonly twins: ReadonlySet<string>;
  private readonly read = new Map<Resource, readonly GroupRule[]>();
  /** Rules of groups that are written inline and separately at once. */
  private readonly contested = new Map<Resource, readonly GroupRule[]>();

  constructor(
    resources: readonly Resource[],
    private readonly applicationGroups: Ids,
  ) {
    this.ids = new Ids(resources, "securityGroup");
    const known = this.ids.resources.flatMap((each) => knownId(each)?.toLowerCase() ?? []);
    this.twins = new Set(known.length > new Set(known).size ? known.filter((id, i) => known.indexOf(id) !== i) : []);
    const kinds = types.securityRule as readonly string[];
    this.separate = resources
      .filter(({ type }) => kinds.includes(type))
      .map((rule) => ({ rule, group: parentNamed(rule, "networkSecurityGroupName", this.ids) }));
  }

  /** Rules for a group that this program does not define. */
  get astray(): readonly Resource[] {
    return this.separate.flatMap(({ rule, group }) => (group.outside.length > 0 ? [rule] : []));
  }

  /** Rules that two ways of writing take from each other, so that it changes with every deployment which stand. */
  conflictsOf(group: Resource): Evidence[] {
    this.rulesOf(group);
    const says = `${group.name} lists its rules and has separate ones: each deployment of one removes the other's`;
    return (this.contested.get(group) ?? []).map(({ at }) => ({ kind: "code", at, says }));
  }

  /** What a group does to the traffic of a network interface. */
  layer(group: Resource, nic: Nic, around: Surroundings, direction: Direction, name: string): Layer {
    const list = inputOf(group, "securityRules");
    const incomplete = [...(isUnknown(list.items()) ? [list.at] : []), ...this.twinOf(group)];
    return {
      name,
      combine: "first-match",
      rules: [...this.written(this.rulesOf(group), nic, around, direction), ...defaults(group, around, direction)],
      otherwise: {
        action: "deny",
        evidence: {
          kind: "default",
          at: defaultPath(group, direction === "ingress" ? "DenyAllInBound" : "DenyAllOutBound"),
          says: `what no rule ${direction === "ingress" ? "lets in is kept out" : "lets out is kept in"} (default rule 65500)`,
        },
      },
      incomplete,
    };
  }

  /** Two resources with one id write to the same group: which rules stand is then not known. */
  private twinOf(group: Resource): string[] {
    return this.twins.has(knownId(group)?.toLowerCase() ?? "") ? [`${group.urn}#id`] : [];
  }

  /** A rule whose group is not seen: all that is known of that group. */
  astrayLayer(rule: Resource, nic: Nic, around: Surroundings, direction: Direction, name: string): Layer {
    const at = inputOf(rule, "networkSecurityGroupName").at;
    return {
      name,
      combine: "first-match",
      rules: this.written([this.ruleOf(rule, undefined, inputsOf(rule), rule.urn, [])], nic, around, direction),
      otherwise: {
        action: "deny",
        evidence: { kind: "code", at, says: "a network security group outside this program" },
      },
      incomplete: [at],
    };
  }

  private written(rules: readonly GroupRule[], nic: Nic, around: Surroundings, direction: Direction): FilterRule[] {
    return inOrder(rules, (rule, doubts) => {
      const way = mapKnown(rule.direction, (stated) => stated === direction);
      if (way === false) return [];
      const open = [...rule.doubts, ...doubts, ...(isUnknown(way) ? way.unknown : [])];
      const [theirs, ours] =
        direction === "ingress" ? [rule.source, rule.destination] : [rule.destination, rule.source];
      const peers = intersectionOf(peersOf(theirs, around), ownOf(ours, nic, around.network));
      const spelled = spelledBy([theirs.one, theirs.several]);
      const { access } = rule;
      if (!isUnknown(access)) return filterRules({ rule, peers, spelled }, access, direction, open);
      return (["allow", "deny"] as const).flatMap((action) =>
        filterRules({ rule, peers, spelled }, action, direction, [...open, ...access.unknown]),
      );
    });
  }

  private rulesOf(group: Resource): readonly GroupRule[] {
    const known = this.read.get(group);
    if (known) return known;
    const items = inputOf(group, "securityRules").items() ?? [];
    const inline = isUnknown(items) ? [] : items;
    const separate = this.separate.filter(
      (each) =>
        each.group.certain.includes(group) || each.group.doubtful.includes(group) || each.group.missing.length > 0,
    );
    const own = inline.map((input) => this.ruleOf(group, "securityRules", input, input.at, []));
    const added = separate.map(({ rule, group: parent }) =>
      this.ruleOf(
        rule,
        undefined,
        inputsOf(rule),
        rule.urn,
        openEnds({ ...parent, outside: [] }, parentInput(rule).at),
      ),
    );
    // What is read of a deployed group lists its separate rules too.
    const alone = own.filter((rule) => !added.some((each) => sameRule(rule, each)));
    const sure = separate.some((each) => each.group.certain.includes(group));
    // Each of the two ways of writing rules takes away what the other wrote, when its turn comes.
    const mixed = alone.length > 0 && sure ? [`${group.urn}#securityRules`] : [];
    const rules = [...alone, ...added].map((rule) => ({ ...rule, doubts: [...rule.doubts, ...mixed] }));
    if (mixed.length > 0) this.contested.set(group, rules);
    const settled = withoutTies(rules);
    this.read.set(group, settled);
    return settled;
  }

  private ruleOf(
    holder: Resource,
    property: string | undefined,
    input: Input,
    at: string,
    doubts: readonly string[],
  ): GroupRule {
    const ends = (side: "source" | "destination") => endsOf(holder, property, input, side, this.applicationGroups);
    const ports = portsAmong(input.member("destinationPortRange"), input.member("destinationPortRanges"), at);
    return {
      at,
      direction: directionOf(input.member("direction")),
      priority: input.member("priority").number() ?? unknown(input.member("priority").at),
      protocol: protocolOf(input.member("protocol")),
      ports: ports.length > 0 ? ports : [{ ports: unknown(input.member("destinationPortRange").at), at }],
      sourcePorts: sourcePortsOf(input.member("sourcePortRange"), input.member("sourcePortRanges")),
      source: ends("source"),
      destination: ends("destination"),
      doubts,
      access: mapKnown(input.member("access").text() ?? unknown(input.member("access").at), (text) =>
        text.toLowerCase() === "allow" ? "allow" : "deny",
      ),
    };
  }
}

function parentInput(rule: Resource): Input {
  return inputOf(rule, "networkSecurityGroupName");
}

function sameRule(a: GroupRule, b: GroupRule): boolean {
  return a.priority === b.priority && a.direction === b.direction && a.access === b.access;
}

/** Azure refuses a second rule of the same priority and direction: which of them stands is not known. */
function withoutTies(rules: readonly GroupRule[]): GroupRule[] {
  const key = ({ priority, direction }: GroupRule) =>
    isUnknown(priority) || isUnknown(direction) ? undefined : `${direction} ${priority}`;
  const count = new Map<string, number>();
  for (const rule of rules) {
    const own = key(rule);
    if (own !== undefined) count.set(own, (count.get(own) ?? 0) + 1);
  }
  return rules.map((rule) =>
    (count.get(key(rule) ?? "") ?? 0) > 1
      ? { ...rule, doubts: [...rule.doubts, `${rule.at}${rule.at.includes("#") ? "." : "#"}priority`] }
      : rule,
  );
}
