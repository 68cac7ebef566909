import { InputError } from "../../../model/errors.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { FilterRule } from "../../../model/network.js";
import { exactly, intersectionOf, nobody, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { checkedProtocol } from "../../protocols.js";
import { doubtful } from "../filter-rules.js";
import type { Input } from "../input.js";
import { block, everyIpv4, everyIpv6, type Target } from "./instances.js";
import type { Labels } from "./labels.js";

export type Direction = "ingress" | "egress";

export const layerName = "VPC firewall";

/** Protocol and destination ports of a rule. */
export interface Traffic {
  readonly protocol: FilterRule["protocol"];
  readonly ports: Maybe<PortSet>;
  readonly at: string;
}

/** A rule as Google Cloud evaluates it, of a VPC firewall or of a policy. */
export interface StatedRule {
  /** URN, or URN and path of a rule that stands within a policy. */
  readonly at: string;
  readonly direction: Maybe<Direction>;
  readonly priority: Maybe<number>;
  /** `inspect`: another product lets the connection pass or drops it. */
  readonly action: Maybe<"allow" | "deny" | "next" | "inspect">;
  readonly traffic: readonly Traffic[];
  readonly peers: PartialSet;
  /** Its peers where they depend on the target; absent: `peers`. */
  readonly peersFor?: (target: Target) => PartialSet;
  /** The blocks that it spells out, of its peers. */
  readonly spelled?: Pick<FilterRule, "written">;
  /** The part of the target's own addresses that it is for; absent: all of them. */
  readonly own?: PartialSet;
  /** The tags and the accounts that it is for. */
  readonly tags?: Labels;
  readonly accounts?: Labels;
  /** Whether it stands at all, as far as no target changes it: `false` when it is disabled. */
  readonly stands: Maybe<boolean>;
  appliesTo(target: Target): Maybe<boolean>;
}

/** The rules of one policy that a target meets, in evaluation order: by priority, of equals those that deny first. */
export function stageOf(
  stage: string,
  rules: readonly StatedRule[],
  target: Target,
  direction: Direction,
): FilterRule[] {
  const met = rules
    .map((rule) => ({ ...rule, written: filterRules(rule, target, direction).map((each) => ({ ...each, stage })) }))
    .filter(({ written }) => written.length > 0);
  const rank = ({ priority }: StatedRule) => (isUnknown(priority) ? Number.POSITIVE_INFINITY : priority);
  const late = ({ action }: StatedRule) => (action === "deny" ? 0 : 1);
  const ordered = met.sort((a, b) => {
    const [first, second] = [rank(a), rank(b)];
    return first === second ? late(a) - late(b) || (a.at < b.at ? -1 : 1) : first - second;
  });
  // One of unknown priority can come first as well as last: both places give both extremes.
  const early = ordered.flatMap(({ priority, written }) =>
    isUnknown(priority) ? written.map((each) => doubtful(each, ...priority.unknown)) : [],
  );
  return [...early, ...ordered.flatMap(({ written }) => written)];
}

function filterRules(rule: StatedRule, target: Target, direction: Direction): FilterRule[] {
  const conditions = [rule.stands, mapKnown(rule.direction, (stated) => stated === direction), rule.appliesTo(target)];
  if (conditions.includes(false)) return [];
  const doubts = conditions.flatMap((each) => (isUnknown(each) ? each.unknown : []));
  const theirs = rule.peersFor?.(target) ?? rule.peers;
  const peers = rule.own === undefined ? theirs : intersectionOf(theirs, reachedBy(rule.own, target));
  return rule.traffic.flatMap((traffic) => {
    const plain = (action: FilterRule["action"], ...missing: readonly string[]): FilterRule => {
      const { protocol, ports } = traffic;
      const whole: FilterRule = {
        id: traffic.at,
        action,
        protocol,
        ports,
        peers,
        ...rule.spelled,
        evidence: { kind: "code", at: traffic.at, says: sentenceOf(action, direction, traffic, peers) },
      };
      return doubtful(whole, ...missing, ...doubts);
    };
    if (isUnknown(rule.action)) {
      const { unknown: missing } = rule.action;
      return (["allow", "deny", "next"] as const).map((action) => plain(action, ...missing));
    }
    return rule.action === "inspect" ? [plain("allow", rule.at), plain("deny")] : [plain(rule.action)];
  });
}

/** A family of peers meets the rule when the target's address of that family is among the rule's. */
function reachedBy(own: PartialSet, target: Target): PartialSet {
  const families = [everyIpv4, everyIpv6].map((family): PartialSet => {
    const inFamily = exactly(family);
    const mine = intersectionOf(target.addresses, inFamily);
    const within = intersectionOf(own, inFamily);
    if (!within.possible.overlaps(mine.possible)) return nobody;
    if (within.certain.contains(mine.possible)) return inFamily;
    const surely = !mine.certain.isEmpty && within.certain.contains(mine.certain) && mine.missing.length === 0;
    return surely ? inFamily : undecidedSet([...mine.missing, ...within.missing].sort(), family);
  });
  return unionOf(...families);
}

/** A rule of a stage of which it is not known whether it stands: all of its rules, or none. */
export function perhapsStanding(rule: FilterRule, ...missing: readonly string[]): FilterRule {
  return { ...doubtful(rule, ...missing), ifStands: rule.peers };
}

/**
 * The traffic of one protocol. A rule without ports is for all of them.
 * @throws InputError for a port or range that is none.
 */
export function trafficOf(item: Input, protocolName: string): Traffic[] {
  const protocol = mapKnown(item.member(protocolName).text() ?? unknown(item.at), (text) =>
    protocolNamed(checkedProtocol(text, item.member(protocolName).at)),
  );
  const at = item.at;
  if (protocol === "other") return [{ protocol, ports: PortSet.empty, at }];
  if (protocol === "any") return [{ protocol, ports: PortSet.all, at }];
  const given = item.member("ports").items() ?? [];
  if (isUnknown(given)) return [{ protocol, ports: given, at }];
  if (given.length === 0) return [{ protocol, ports: PortSet.all, at }];
  const texts = given.map((port) => ({ port, text: port.text() ?? "" }));
  const known = texts.flatMap(({ port, text }) => (isUnknown(text) ? [] : [portsNamed(text, port.at)]));
  const open = texts.filter(({ text }) => isUnknown(text));
  return [
    ...(known.length > 0 ? [{ protocol, ports: PortSet.union(...known), at }] : []),
    ...open.map(({ port }) => ({ protocol, ports: unknown(port.at), at: port.at })),
  ];
}

/** A whole list of blocks of traffic. */
export function trafficList(list: Input, protocolName: string): Traffic[] {
  const items = list.items() ?? [];
  if (isUnknown(items)) return [{ protocol: items, ports: items, at: list.at }];
  return items.flatMap((item) => trafficOf(item, protocolName));
}

function protocolNamed(name: string): "any" | "tcp" | "other" {
  const spelling = name.trim().toLowerCase();
  if (spelling === "all") return "any";
  return spelling === "tcp" || spelling === "6" ? "tcp" : "other";
}

/** @throws InputError when it is neither a port nor a range. */
export function portsNamed(text: string, at: string): PortSet {
  const [low, high = low, ...more] = text
    .split("-")
    .map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  try {
    if (more.length > 0) throw new RangeError("more than two ends of a range");
    return PortSet.range(low ?? Number.NaN, high ?? Number.NaN);
  } catch (error) {
    throw new InputError(
      at,
      (error as RangeError).message,
      "Write a port as `587` or a range as `465-587`, 0 to 65535.",
    );
  }
}

/** The addresses of a list of blocks; `undefined` when there is none. */
export function rangesOf(list: Input): PartialSet | undefined {
  const items = list.items();
  if (items === undefined) return undefined;
  if (isUnknown(items)) return undecidedSet(items.unknown);
  if (items.length === 0) return undefined;
  return unionOf(...items.map((item) => (isUnknown(item.text()) ? undecidedSet([item.at]) : exactly(block(item)))));
}

export function directionOf(input: Input): Maybe<Direction> {
  return mapKnown(input.text() ?? "INGRESS", (text) => (text.toUpperCase() === "EGRESS" ? "egress" : "ingress"));
}

function sentenceOf(action: FilterRule["action"], direction: Direction, traffic: Traffic, peers: PartialSet): string {
  const { protocol, ports } = traffic;
  const what = isUnknown(protocol) || isUnknown(ports) ? "traffic not known yet" : trafficName(protocol, ports);
  const who = peers.missing.length > 0 ? "addresses not known yet" : peers.certain.toString();
  const verbs = { allow: ["lets in", "lets out"], deny: ["keeps out", "keeps in"], next: ["passes on", "passes on"] };
  const [inward, outward] = verbs[action];
  return direction === "ingress" ? `${inward} ${what} from ${who}` : `${outward} ${what} to ${who}`;
}

function trafficName(protocol: "any" | "tcp" | "other", ports: PortSet): string {
  if (protocol === "any") return "every protocol and port";
  return protocol === "tcp" ? `tcp ${ports}` : "a protocol other than tcp";
}
