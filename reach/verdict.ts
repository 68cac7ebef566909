import { AddressSet } from "../model/addresses.js";
import { isUnknown, missingOf } from "../model/maybe.js";
import type { FilterRule, Layer } from "../model/network.js";
import { exactly, nobody, type PartialSet, undecidedPart, undecidedSet } from "../model/partial.js";

/** A rule with the peers it matches on the port in question. */
export interface Match {
  readonly rule: FilterRule;
  readonly peers: PartialSet;
  /** As `peers`, where its stage stands. */
  readonly ifStands?: PartialSet;
}

/** What one layer alone does with a TCP segment. */
export interface Verdict {
  readonly layer: Layer;
  readonly matches: readonly Match[];
  readonly allowed: PartialSet;
  /** Worked out when first asked for. */
  deciders: Deciders | undefined;
}

/** The ports that a TCP segment carries. */
export interface Segment {
  readonly to: number;
  readonly from: number;
}

/** A layer is asked for its verdict, for what opens a port and for its dead rules, and machines share layers. */
const verdictsOf = new WeakMap<Layer, Map<number, Verdict>>();

/** Who passes; `allowed.missing` names only those inputs that change it. */
export function judge(layer: Layer, segment: Segment): Verdict {
  const verdicts = verdictsOf.get(layer) ?? new Map<number, Verdict>();
  verdictsOf.set(layer, verdicts);
  const key = segment.to * 65536 + segment.from;
  const verdict = verdicts.get(key) ?? judged(layer, segment);
  verdicts.set(key, verdict);
  return verdict;
}

function judged(layer: Layer, segment: Segment): Verdict {
  const matches: Match[] = [];
  for (const rule of layer.rules) {
    const peers = peersAt(rule, segment);
    if (peers.possible.isEmpty) continue;
    const { ifStands } = rule;
    const standing = ifStands && peersAt({ ...rule, peers: ifStands }, segment);
    matches.push(standing ? { rule, peers, ifStands: standing } : { rule, peers });
  }
  return { layer, matches, allowed: passing(layer, matches), deciders: undefined };
}

function passing(layer: Layer, matches: readonly Match[]): PartialSet {
  const isKnown = matches.every(({ peers }) => peers.missing.length === 0);
  const least = outcome(layer, matches, "least");
  if (isKnown && layer.incomplete.length === 0) return exactly(least);
  const parts = matches.map(({ peers }) => peers);
  if (layer.incomplete.length === 0) return narrowed(least, outcome(layer, matches, "most"), parts);
  const sure = layer.combine === "union" ? least : AddressSet.empty;
  return narrowed(sure, AddressSet.everything, [...parts, undecidedSet(layer.incomplete)]);
}

/** Keeps the missing inputs of those parts whose own doubt touches what is undecided. */
export function narrowed(certain: AddressSet, possible: AddressSet, parts: readonly PartialSet[]): PartialSet {
  const open = possible.subtract(certain);
  if (open.isEmpty) return exactly(certain);
  const touching = parts.filter((part) => part.missing.length > 0 && undecidedPart(part).overlaps(open));
  return { certain, possible, missing: [...new Set(touching.flatMap((part) => part.missing))].sort() };
}

/** The peers for which a rule speaks about TCP with these ports. */
export function peersAt({ protocol, ports, sourcePorts, peers }: FilterRule, { to, from }: Segment): PartialSet {
  if (protocol === "other") return nobody;
  if (protocol === "any") return peers;
  if (misses(ports, to) || misses(sourcePorts, from)) return nobody;
  if (!isUnknown(protocol) && !isUnknown(ports) && !isUnknown(sourcePorts)) return peers;
  const doubts = missingOf(protocol, ports, sourcePorts);
  return undecidedSet([...new Set([...doubts, ...peers.missing])].sort(), peers.possible);
}

function misses(set: FilterRule["sourcePorts"], port: number): boolean {
  return set !== undefined && !isUnknown(set) && !set.has(port);
}

/**
 * Who passes in the least and in the most open of the worlds that the unknowns allow. Each peer is in one world apart from
 * the others, so both bounds are exact.
 */
function outcome({ combine, otherwise }: Layer, matches: readonly Match[], world: "least" | "most"): AddressSet {
  // Who passes from the next stage on; the last stage is followed by what happens to the unmatched.
  let after = otherwise.action === "allow" ? AddressSet.everything : AddressSet.empty;
  if (combine === "union") {
    const own = [after];
    for (const match of matches) if (match.rule.action === "allow") own.push(taken(match, after, world));
    return AddressSet.join(own);
  }
  for (const stage of stagesOf(matches).reverse()) {
    const isDoubtful = stage.every(({ ifStands }) => ifStands !== undefined);
    const own = isDoubtful ? stage.map(({ rule, ifStands: peers = nobody }) => ({ rule, peers })) : stage;
    const parts = AddressSet.firstComers(own.map((match) => taken(match, after, world)));
    const [allowed, denied] = (["allow", "deny"] as const).map((action) =>
      AddressSet.join(parts.filter((_, i) => stage[i]?.rule.action === action)),
    ) as [AddressSet, AddressSet];
    const standing = allowed.union(after.subtract(denied));
    after = !isDoubtful ? standing : world === "least" ? after.intersect(standing) : after.union(standing);
  }
  return after;
}

/** The peers that a rule takes for itself, its doubts settled to keep out as many (`least`) or as few (`most`) as can be. */
function taken({ rule, peers }: Match, after: AddressSet, world: "least" | "most"): AddressSet {
  if (peers.missing.length === 0) return peers.certain;
  const through = { allow: AddressSet.everything, deny: AddressSet.empty, next: after }[rule.action];
  const doubt = undecidedPart(peers);
  return peers.certain.union(world === "most" ? doubt.intersect(through) : doubt.subtract(through));
}

function stagesOf(matches: readonly Match[]): Match[][] {
  const stages: Match[][] = [];
  for (const match of matches) {
    const last = stages.at(-1);
    if (last && last[0]?.rule.stage === match.rule.stage) last.push(match);
    else stages.push([match]);
  }
  return stages;
}

/** Rules with the peers for whom they decide, those for whom they decide if they match, and the peers for whom none surely does. */
export interface Deciders {
  readonly rules: readonly Decider[];
  readonly rest: AddressSet;
}

export interface Decider {
  readonly rule: FilterRule;
  readonly peers: AddressSet;
  readonly ifMet: AddressSet;
  /** The inputs that settle whether the rule matches. */
  readonly missing: readonly string[];
}

/** Of security groups every rule that surely lets a peer in; elsewhere the first that surely matches and does not pass it on. */
export function decidersOf({ layer, matches }: Verdict): Deciders {
  if (layer.combine !== "union") return inOrder(matches, () => []);
  const rules = matches
    .filter(({ rule }) => rule.action === "allow")
    .map(({ rule, peers }) => ({ rule, peers: peers.certain, ifMet: AddressSet.empty, missing: peers.missing }));
  return { rules, rest: AddressSet.join(rules.map(({ peers }) => peers)).complement() };
}

/** As `decidersOf`, and of a list that goes by order also the rules that decide before those if they match. */
export function possibleDecidersOf(verdict: Verdict): Deciders {
  verdict.deciders ??= decidersInDoubt(verdict);
  return verdict.deciders;
}

/** Where no rule is about the port. */
const noDeciders: Deciders = { rules: [], rest: AddressSet.everything };

function decidersInDoubt(verdict: Verdict): Deciders {
  if (verdict.matches.length === 0) return noDeciders;
  return verdict.layer.combine === "union" ? decidersOf(verdict) : inOrder(verdict.matches, doubtsIn);
}

function inOrder(
  matches: readonly Match[],
  doubtsOf: (stage: readonly Match[], reaching: AddressSet) => readonly AddressSet[],
): Deciders {
  let rest = AddressSet.everything;
  const rules = stagesOf(matches).flatMap((stage) => {
    const own = AddressSet.firstComers([rest.complement(), ...stage.map(({ peers }) => peers.certain)]).slice(1);
    const doubts = doubtsOf(stage, rest);
    const isDeciding = (i: number) => stage[i]?.rule.action !== "next";
    const taken = AddressSet.join(own.filter((_, i) => isDeciding(i)));
    rest = rest.subtract(taken).union(AddressSet.join(doubts.filter((_, i) => !isDeciding(i))));
    return stage
      .map(({ rule, peers: { missing } }, i) => {
        return { rule, peers: own[i] as AddressSet, ifMet: doubts[i] ?? AddressSet.empty, missing };
      })
      .filter((_, i) => isDeciding(i));
  });
  return { rules, rest };
}

/** For whom each rule decides if it matches: those whom no rule before it surely takes. */
function doubtsIn(stage: readonly Match[], reaching: AddressSet): AddressSet[] {
  let left = reaching;
  let before: AddressSet[] = [];
  return stage.map(({ peers }) => {
    if (peers.missing.length > 0) {
      left = left.subtract(AddressSet.join(before));
      before = [];
    }
    before.push(peers.certain);
    return peers.missing.length > 0 ? undecidedPart(peers).intersect(left) : AddressSet.empty;
  });
}
