import type { Evidence } from "../../../../model/evidence.js";
import { isUnknown, type Unknown } from "../../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../../model/network.js";
import { type PartialSet, undecidedSet, unionOf } from "../../../../model/partial.js";
import { PortSet } from "../../../../model/ports.js";
import { ipv4, ipv6, within } from "../../../layers.js";
import { doubtful } from "../../filter-rules.js";
import type { Engines } from "./policies.js";
import { type FirewallRule, firewallLayerName } from "./rule.js";

/** A firewall on the way of a machine's connections: what it does with their SYN, and with the answers. */
export interface Hop {
  readonly forward: Layer;
  readonly answers: Layer | undefined;
}

/** Who sends a packet: the machine, or the other end of the connection. */
type Sender = "machine" | "peer";

/**
 * What a firewall does with the connections of a machine.
 * @param opener who opens them: the machine, or a peer.
 * @param own the machine's addresses as the firewall sees them.
 * @param at the input that leaves open which of them it is.
 */
export function hopOf({ stateless, stateful, end, endAt }: Engines, opener: Sender, own: PartialSet, at: string): Hop {
  const answerer = opener === "machine" ? "peer" : "machine";
  const seen = (rule: FirewallRule, sender: Sender) => seenBy(rule, sender, own, at);
  const first = stateless.flatMap((rule): FilterRule[] =>
    seen(rule, opener).map((each) => ({ ...each, stage: "stateless", action: actions[rule.verdict] })),
  );
  const onward = stateful.flatMap((rule) => seen(rule, opener).map((each) => ({ ...each, stage: "stateful" })));
  // A drop of everything takes the SYN itself; else the answer is looked at as well, and with it the connection goes on.
  const answered = stateful.flatMap((rule) => seen(rule, answerer).map((each) => answering(each)));
  const open = isUnknown(end) ? { strict: perhaps("deny", endAt, end), rest: perhaps("allow", endAt, end) } : undefined;
  const back = end === "drop" ? [] : open ? [open.strict, ...answered, open.rest] : answered;
  const evidence: Evidence = {
    ...{ kind: "code", at: endAt, says: isUnknown(end) ? unsaid : endings[end] },
    layer: { name: firewallLayerName, decision: end === "pass" ? "allow" : "deny" },
  };
  const forward: Layer = {
    ...{ name: firewallLayerName, combine: "first-match", stateless: true, incomplete: [] },
    rules: [...first, ...onward, ...back],
    otherwise: { action: end === "pass" ? "allow" : "deny", evidence },
  };
  return { forward, answers: answersOf(stateless, opener, seen, evidence) };
}

const actions = { pass: "allow", drop: "deny", forward: "next" } as const;

const endings = {
  pass: "what no stateful rule takes passes",
  drop: "what no stateful rule passes is dropped",
  "drop established":
    "what no stateful rule passes is dropped once the connection stands: no word of SMTP gets through",
} as const;

const unsaid = "what becomes of what no stateful rule takes is not known yet";

/** What an end that is not known does: one that drops everything comes before the answer is looked at. */
function perhaps(action: "allow" | "deny", at: string, { unknown: missing }: Unknown): FilterRule {
  const every = { protocol: "any", ports: PortSet.all, peers: undecidedSet(missing), stage: "stateful" } as const;
  return { id: `${at} (${action})`, action, ...every, evidence: { kind: "code", at, says: unsaid } };
}

/** Answers meet the stateless rules; the stateful engine takes them as a part of their connection. */
function answersOf(
  stateless: readonly FirewallRule[],
  opener: Sender,
  seen: (rule: FirewallRule, sender: Sender) => FilterRule[],
  passing: Evidence,
): Layer | undefined {
  const speaking = stateless.filter(({ protocol }) => protocol !== "other");
  const mixed =
    speaking.some(({ verdict }) => verdict === "pass") && speaking.some(({ verdict }) => verdict === "forward");
  const drops = speaking.some(({ verdict, doubts }) => verdict === "drop" || doubts.length > 0);
  if (!mixed && !drops) return undefined;
  const answerer = opener === "machine" ? "peer" : "machine";
  const split = mixed && !isSymmetric(speaking) ? speaking.filter(({ verdict }) => verdict === "pass") : [];
  // One engine sees the SYN and the other one the answer: what becomes of that depends on its exceptions for streams.
  const doubts = split.flatMap((rule) =>
    [opener, answerer].flatMap((sender) =>
      seen(rule, sender as Sender).map((each): FilterRule => {
        const { sourcePorts: _, ...plain } = doubtful(each, rule.at);
        return { ...plain, id: `${each.id} (${sender})`, action: "deny", protocol: "any", ports: PortSet.all };
      }),
    ),
  );
  const rules = speaking.flatMap((rule) =>
    seen(rule, answerer).map((each): FilterRule => ({ ...each, action: rule.verdict === "drop" ? "deny" : "allow" })),
  );
  return {
    ...{ name: firewallLayerName, combine: "first-match", stateless: true, incomplete: [] },
    rules: [...doubts, ...rules],
    otherwise: { action: "allow", evidence: passing },
  };
}

/** Every rule that passes comes before those that hand on, and has its mirror image among them. */
function isSymmetric(rules: readonly FirewallRule[]): boolean {
  const firstForward = rules.findIndex(({ verdict }) => verdict === "forward");
  const passes = rules.filter(({ verdict }) => verdict === "pass");
  const before = passes.every((each) => rules.indexOf(each) < firstForward && each.doubts.length === 0);
  return before && passes.every((each) => passes.some((other) => mirrors(each, other)));
}

function mirrors(one: FirewallRule, other: FirewallRule): boolean {
  const same = (a: PartialSet, b: PartialSet) =>
    a.missing.length + b.missing.length === 0 && a.certain.equals(b.certain);
  const alike = (a: FirewallRule["toPorts"], b: FirewallRule["toPorts"]) =>
    !isUnknown(a) && !isUnknown(b) && a.equals(b);
  const ends = same(one.from, other.to) && same(one.to, other.from);
  return (
    ends &&
    alike(one.fromPorts, other.toPorts) &&
    alike(one.toPorts, other.fromPorts) &&
    one.protocol === other.protocol
  );
}

/** The part of a rule that is about packets from this sender, with the other end as the peers; nothing where none is. */
function seenBy(rule: FirewallRule, sender: Sender, own: PartialSet, at: string): FilterRule[] {
  const [mine, theirs] = sender === "machine" ? [rule.from, rule.to] : [rule.to, rule.from];
  const peers = unionOf(
    ...[ipv4, ipv6].map((family) => meeting(within(mine, family), within(own, family), within(theirs, family), at)),
  );
  if (peers.possible.isEmpty) return [];
  const { id, at: where, fromPorts, toPorts, says, doubts } = rule;
  const action = rule.verdict === "pass" ? "allow" : "deny";
  const isAny =
    rule.protocol === "any" && [fromPorts, toPorts].every((each) => !isUnknown(each) && each.equals(PortSet.all));
  const protocol = rule.protocol === "any" && !isAny ? "tcp" : rule.protocol;
  const evidence: Evidence = {
    ...{ kind: "code", at: where, says },
    layer: { name: firewallLayerName, decision: action },
  };
  const filter: FilterRule = {
    ...{ id: sender === "machine" ? id : `${id} (in)`, action, protocol, ports: toPorts, peers, evidence },
    ...(isAny ? {} : { sourcePorts: fromPorts }),
  };
  return [doubtful(filter, ...doubts)];
}

/** A rule about the answers, where it takes the place of one about the SYN. */
function answering(rule: FilterRule): FilterRule {
  const { ports, sourcePorts } = rule;
  const turned = sourcePorts === undefined ? rule : { ...rule, ports: sourcePorts, sourcePorts: ports };
  return { ...turned, id: `${rule.id} (answers)`, stage: "stateful" };
}

/** The peers of one family, where the machine's own addresses lie on the machine's side of the rule. */
function meeting(mine: PartialSet, own: PartialSet, peers: PartialSet, at: string): PartialSet {
  if (own.possible.isEmpty || !mine.possible.overlaps(own.possible))
    return { ...peers, certain: none, possible: none, missing: [] };
  if (mine.certain.contains(own.possible)) return peers;
  const missing = [...new Set([...mine.missing, ...own.missing, ...peers.missing])].sort();
  return undecidedSet(missing.length > 0 ? missing : [at], peers.possible);
}

const none = ipv4.intersect(ipv6);
