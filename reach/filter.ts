import { AddressSet } from "../model/addresses.js";
import type { Evidence } from "../model/evidence.js";
import { isUnknown, missingOf } from "../model/maybe.js";
import type { FilterRule, Layer } from "../model/network.js";
import { exactly, intersectionOf, nobody, type PartialSet, undecidedPart, undecidedSet } from "../model/partial.js";

/** Who gets through all layers on one port, and what decides it for those who do, who do not, and who may. */
export interface Admission {
  readonly allowed: PartialSet;
  readonly opens: readonly Evidence[];
  readonly closes: readonly Evidence[];
  readonly undecided: readonly Evidence[];
  readonly openings: readonly Opening[];
}

/** An allow rule that takes part in letting the port through, with the peers it is for. */
export interface Opening {
  readonly rule: FilterRule;
  readonly peers: PartialSet;
}

/** A rule with the peers it matches on the port in question: nobody when it is about other traffic. */
interface Match {
  readonly rule: FilterRule;
  readonly peers: PartialSet;
}

interface Verdict {
  readonly layer: Layer;
  readonly matches: readonly Match[];
  readonly allowed: PartialSet;
}

/** The ports that a TCP segment carries. */
export interface Segment {
  readonly to: number;
  readonly from: number;
}

/**
 * Sends a TCP segment through the layers; every layer has to let it pass. Three-valued: `allowed.missing` names only those
 * inputs that change the answer.
 * @param asked the peers in question: `opens`, `closes` and `undecided` name only what decides for some of them.
 */
export function admitted(layers: readonly Layer[], segment: Segment, asked = AddressSet.everything): Admission {
  const verdicts = layers.map((layer) => judge(layer, segment));
  const all = intersectionOf(...verdicts.map((verdict) => verdict.allowed));
  const allowed = narrowed(
    all.certain,
    all.possible,
    verdicts.map((verdict) => verdict.allowed),
  );
  return {
    allowed,
    opens: verdicts.flatMap((verdict) => opens(verdict, allowed.certain.intersect(asked))),
    closes: verdicts.flatMap((verdict) => closes(verdict, asked)),
    undecided: verdicts.flatMap((verdict) => undecided(verdict, undecidedPart(allowed).intersect(asked))),
    openings: verdicts.flatMap(openingsOf),
  };
}

function judge(layer: Layer, segment: Segment): Verdict {
  const matches = layer.rules
    .map((rule) => ({ rule, peers: peersAt(rule, segment) }))
    .filter(({ peers }) => !peers.possible.isEmpty);
  const certain = outcome(layer, matches, "least");
  const possible = outcome(layer, matches, "most");
  const unread = layer.incomplete.length === 0 ? [] : [undecidedSet(layer.incomplete)];
  const bounds: [AddressSet, AddressSet] =
    layer.incomplete.length === 0
      ? [certain, possible]
      : layer.combine === "union"
        ? [certain, AddressSet.everything]
        : [AddressSet.empty, AddressSet.everything];
  return { layer, matches, allowed: narrowed(...bounds, [...matches.map((match) => match.peers), ...unread]) };
}

/** The peers for which a rule speaks about TCP with these ports. */
function peersAt({ protocol, ports, sourcePorts, peers }: FilterRule, { to, from }: Segment): PartialSet {
  if (protocol === "other") return nobody;
  if (protocol === "any") return peers;
  const misses = (set: typeof sourcePorts, port: number) => set !== undefined && !isUnknown(set) && !set.has(port);
  if (misses(ports, to) || misses(sourcePorts, from)) return nobody;
  const doubts = missingOf(protocol, ports, sourcePorts);
  return doubts.length === 0 ? peers : undecidedSet([...new Set([...doubts, ...peers.missing])].sort(), peers.possible);
}

/**
 * Who passes in the least and in the most open of the worlds that the unknowns allow. Each peer is in one world apart from
 * the others, so both bounds are exact.
 */
function outcome(layer: Layer, matches: readonly Match[], world: "least" | "most"): AddressSet {
  const otherwise = layer.otherwise.action === "allow" ? AddressSet.everything : AddressSet.empty;
  if (layer.combine === "union") {
    if (layer.otherwise.action === "allow") return otherwise;
    const reach = ({ peers }: Match) => (world === "most" ? peers.possible : peers.certain);
    return AddressSet.union(...matches.filter(({ rule }) => rule.action === "allow").map(reach));
  }
  // From the last rule to the first: who passes from here on, and who passes from the next stage on.
  let here = otherwise;
  let nextStage = otherwise;
  let stage = matches.at(-1)?.rule.stage;
  for (const { rule, peers } of [...matches].reverse()) {
    if (rule.stage !== stage) nextStage = here;
    stage = rule.stage;
    const hit = rule.action === "allow" ? AddressSet.everything : rule.action === "deny" ? AddressSet.empty : nextStage;
    const doubtful = world === "most" ? hit.union(here) : hit.intersect(here);
    here = AddressSet.union(
      peers.certain.intersect(hit),
      undecidedPart(peers).intersect(doubtful),
      here.subtract(peers.possible),
    );
  }
  return here;
}

/** Keeps the missing inputs of those parts whose own doubt touches what is undecided. */
function narrowed(certain: AddressSet, possible: AddressSet, parts: readonly PartialSet[]): PartialSet {
  const open = possible.subtract(certain);
  if (open.isEmpty) return exactly(certain);
  const touching = parts.filter((part) => part.missing.length > 0 && undecidedPart(part).overlaps(open));
  return { certain, possible, missing: [...new Set(touching.flatMap((part) => part.missing))].sort() };
}

/** A network ACL lets pass what another layer has to let in; its allow rules open nothing by themselves. */
function openingsOf({ layer, matches, allowed }: Verdict): Opening[] {
  if (layer.stateless) return [];
  return matches
    .filter(({ rule }) => rule.action === "allow")
    .map(({ rule, peers }) => ({ rule, peers: layer.combine === "union" ? peers : intersectionOf(peers, allowed) }))
    .filter(({ peers }) => !peers.possible.isEmpty);
}

function opens(verdict: Verdict, through: AddressSet): Evidence[] {
  return deciding(verdict, "allow", through);
}

function closes(verdict: Verdict, asked: AddressSet): Evidence[] {
  return deciding(verdict, "deny", asked.subtract(verdict.allowed.possible));
}

/** What decides so for some of the peers, all of whom this layer treats so. */
function deciding(verdict: Verdict, action: "allow" | "deny", peers: AddressSet): Evidence[] {
  if (peers.isEmpty) return [];
  const { layer } = verdict;
  const { rules, rest } = layer.combine === "union" ? admitting(verdict) : firstOf(verdict);
  const evidence = rules
    .filter(({ rule, peers: own }) => rule.action === action && own.overlaps(peers))
    .map(({ rule }) => rule.evidence);
  const falls = layer.otherwise.action === action && rest.overlaps(peers);
  return [...evidence, ...(falls ? [layer.otherwise.evidence] : [])].map((each) => decided(layer, each, action));
}

/** Rules with the peers for which they surely decide, and the peers for whom none surely does. */
interface Deciders {
  readonly rules: readonly { readonly rule: FilterRule; readonly peers: AddressSet }[];
  readonly rest: AddressSet;
}

/** Every rule that lets a peer in decides for it. */
function admitting({ matches }: Verdict): Deciders {
  const rules = matches
    .filter(({ rule }) => rule.action === "allow")
    .map(({ rule, peers }) => ({ rule, peers: peers.certain }));
  return { rules, rest: AddressSet.union(...rules.map(({ peers }) => peers)).complement() };
}

/** The first rule that matches decides, unless it leaves that to the next stage. */
function firstOf({ matches }: Verdict): Deciders {
  let here = AddressSet.everything;
  let passedOn = AddressSet.empty;
  let stage = matches[0]?.rule.stage;
  const rules = matches.map(({ rule, peers }) => {
    if (rule.stage !== stage) [here, passedOn, stage] = [here.union(passedOn), AddressSet.empty, rule.stage];
    const own = peers.certain.intersect(here);
    here = here.subtract(own);
    if (rule.action === "next") passedOn = passedOn.union(own);
    return { rule, peers: own };
  });
  return { rules, rest: here.union(passedOn) };
}

function undecided({ layer, matches }: Verdict, open: AddressSet): Evidence[] {
  if (open.isEmpty) return [];
  const rules = matches.filter(({ peers }) => undecidedPart(peers).overlaps(open));
  const kind = layer.otherwise.evidence.kind;
  return [
    ...rules.map(({ rule }) => decided(layer, rule.evidence, "unknown")),
    ...layer.incomplete.map(
      (at): Evidence => decided(layer, { kind, at, says: "is not known yet and can add rules" }, "unknown"),
    ),
  ];
}

function decided(layer: Layer, evidence: Evidence, decision: "allow" | "deny" | "unknown"): Evidence {
  return { ...evidence, layer: { name: layer.name, decision } };
}
