import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { FilterRule } from "../../../model/network.js";
import { type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import {
  addressBlock,
  addressBlocks,
  type Direction,
  doubtful,
  everyIpv4,
  everyIpv6,
  filterRule,
  portsWritten,
  protocolNamed,
  spelledIn,
} from "../filter-rules.js";
import type { Input } from "../input.js";
import { referenceOf, Targets } from "../references.js";
import { inputOf, type Resource } from "../resource.js";

const prefixListType = "alicloud:ecs/ecsPrefixList:EcsPrefixList";

/** A rule with its priority, 1 to 100: the lowest number decides. */
export interface RankedRule extends FilterRule {
  readonly priority: Maybe<number>;
}

/** Says which addresses a group or a list stands for. */
export interface Peers {
  ofGroup(holder: Resource, property: string, id: Input): PartialSet;
  ofList(holder: Resource, property: string, id: Input): PartialSet;
}

/** The addresses of the prefix lists of a program. */
export class PrefixLists {
  private readonly targets: Targets;

  constructor(resources: readonly Resource[]) {
    const lists = resources.filter(({ type }) => type === prefixListType);
    this.targets = new Targets(lists, [prefixListType]);
  }

  of(holder: Resource, property: string, id: Input): PartialSet {
    const [list] = referenceOf(holder, property, id, this.targets).certain;
    if (!list) return undecidedSet([id.at]);
    const entries = inputOf(list, "entries");
    const items = entries.items() ?? [];
    return isUnknown(items)
      ? (addressBlocks(entries) ?? undecidedSet([entries.at]))
      : unionOf(...items.map((each) => addressBlock(each.member("cidr"))));
  }
}

/**
 * Reads a `SecurityGroupRule`.
 * @throws InputError for an address or a port range that Alibaba Cloud does not accept.
 */
export function ruleOf(resource: Resource, direction: Direction, peers: Peers): RankedRule[] {
  const input = (name: string) => inputOf(resource, name);
  const protocol = mapKnown(input("ipProtocol").text() ?? unknown(input("ipProtocol").at), (text) =>
    protocolNamed(text, ["all"], input("ipProtocol").at),
  );
  const action = actionOf(input("policy"), "accept");
  const priority = input("priority").number() ?? 1;
  const stated = {
    at: resource.urn,
    direction,
    protocol,
    ports: portsOf(input("portRange"), protocol),
    peers: peersOf(resource, peers),
    ...spelledIn(input("cidrIp"), input("ipv6CidrIp")),
  };
  return actionsOf(action).map((each) => ({
    ...doubtful(filterRule({ ...stated, action: each }), ...(isUnknown(action) ? action.unknown : [])),
    priority,
  }));
}

/** The provider leaves out a prefix list that stands beside another source. */
function peersOf(resource: Resource, peers: Peers): PartialSet {
  const input = (name: string) => inputOf(resource, name);
  const isGiven = (name: string) => !input(name).isAbsent && input(name).text() !== "";
  const sets = [
    ...(isGiven("cidrIp") ? [addressBlock(input("cidrIp"), everyIpv4)] : []),
    ...(isGiven("ipv6CidrIp") ? [addressBlock(input("ipv6CidrIp"), everyIpv6)] : []),
    ...(isGiven("sourceSecurityGroupId")
      ? [peers.ofGroup(resource, "sourceSecurityGroupId", input("sourceSecurityGroupId"))]
      : []),
  ];
  if (sets.length > 0) return unionOf(...sets);
  if (isGiven("prefixListId")) return peers.ofList(resource, "prefixListId", input("prefixListId"));
  return undecidedSet([input("cidrIp").at], everyIpv4);
}

export function actionOf(policy: Input, absent: string): Maybe<"allow" | "deny"> {
  return mapKnown(policy.text() ?? absent, (text) => (text.toLowerCase() === "accept" ? "allow" : "deny"));
}

export function actionsOf(action: Maybe<"allow" | "deny">): readonly ("allow" | "deny")[] {
  return isUnknown(action) ? ["deny", "allow"] : [action];
}

/** `587/587`; `-1/-1` is every port, and only of protocols without ports (provider documentation of `portRange`). */
export function portsOf(range: Input, protocol: FilterRule["protocol"]): Maybe<PortSet> {
  if (protocol === "any") return PortSet.all;
  if (protocol === "other") return PortSet.empty;
  const text = range.text() ?? "-1/-1";
  return isUnknown(protocol) && text === "-1/-1" ? PortSet.all : portsWritten(range, "/");
}

/** By priority, of equals those that deny first. One of unknown priority stands at both ends, first in doubt. */
export function inOrder(rules: readonly RankedRule[]): FilterRule[] {
  const late = ({ action }: FilterRule) => (action === "deny" ? 0 : 1);
  return rules
    .flatMap((rule): { rule: FilterRule; priority: number }[] => {
      const { priority } = rule;
      if (!isUnknown(priority)) return [{ rule, priority }];
      return [
        { rule: doubtful<FilterRule>(rule, ...priority.unknown), priority: 1 },
        { rule, priority: 100 },
      ];
    })
    .sort((a, b) => a.priority - b.priority || late(a.rule) - late(b.rule) || (a.rule.id < b.rule.id ? -1 : 1))
    .map(({ rule }) => rule);
}
