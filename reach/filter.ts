import { AddressSet } from "../model/addresses.js";
import type { Evidence } from "../model/evidence.js";
import type { Layer } from "../model/network.js";
import { intersectionOf, type PartialSet, undecidedPart } from "../model/partial.js";
import { type Decider, judge, narrowed, possibleDecidersOf, type Segment, type Verdict } from "./verdict.js";

/** Who gets through all layers on one port, and what decides it for those who do, who do not, and who may. */
export interface Admission {
  readonly allowed: PartialSet;
  readonly opens: readonly Evidence[];
  readonly closes: readonly Evidence[];
  readonly undecided: readonly Evidence[];
}

/**
 * Sends a TCP segment through the layers; every layer has to let it pass. Three-valued: `allowed.missing` names only those
 * inputs that change the answer.
 * @param asked the peers in question: `opens`, `closes` and `undecided` name only what decides for some of them.
 */
export function admitted(layers: readonly Layer[], segment: Segment, asked = AddressSet.everything): Admission {
  const verdicts = layers.map((layer) => judge(layer, segment));
  const allowed = byAll(verdicts.map((verdict) => verdict.allowed));
  const through = allowed.certain.intersect(asked);
  const open = undecidedPart(allowed).intersect(asked);
  const shut = asked.subtract(allowed.possible);
  let opens: Evidence[] = [];
  let closes: Evidence[] = [];
  let doubts: Evidence[] = [];
  for (const verdict of verdicts) {
    opens = opens.concat(deciding(verdict, "allow", through));
    const out = asked.subtract(verdict.allowed.possible);
    closes = closes.concat(deciding(verdict, "deny", out), perhapsClosing(verdict, shut));
    doubts = doubts.concat(undecided(verdict, open));
  }
  return { allowed, opens, closes, undecided: doubts };
}

function byAll(sets: readonly PartialSet[]): PartialSet {
  if (sets.length === 1) return sets[0] as PartialSet;
  const all = intersectionOf(...sets);
  return narrowed(all.certain, all.possible, sets);
}

/**
 * What lets some of the peers pass, or keeps some of them out; this layer treats all of them alike, so that a rule which
 * may match before the one that surely does changes nothing but who decides.
 */
function deciding(verdict: Verdict, action: "allow" | "deny", peers: AddressSet): Evidence[] {
  const found: Evidence[] = [];
  if (peers.isEmpty) return found;
  const { layer } = verdict;
  const { rules, rest } = possibleDecidersOf(verdict);
  for (const each of rules) {
    if (each.rule.action !== action) continue;
    const evidence = named(each, peers);
    if (evidence) found.push(decided(layer, evidence, action));
  }
  const { otherwise } = layer;
  if (otherwise.action === action && rest.overlaps(peers)) found.push(decided(layer, otherwise.evidence, action));
  return found;
}

function named({ rule, peers: own, ifMet, missing }: Decider, peers: AddressSet): Evidence | undefined {
  if (own.overlaps(peers)) return rule.evidence;
  return ifMet.overlaps(peers) ? inDoubt(rule.evidence, missing) : undefined;
}

/** Of peers that another layer surely keeps out: what stops them here before or after, if it decides. */
function perhapsClosing(verdict: Verdict, shut: AddressSet): Evidence[] {
  const { layer, allowed } = verdict;
  const open = undecidedPart(allowed).intersect(shut);
  if (open.isEmpty || layer.combine === "union") return [];
  const { rules, rest } = possibleDecidersOf(verdict);
  const denying = rules.filter(
    ({ rule, peers, ifMet }) => rule.action === "deny" && (peers.overlaps(open) || ifMet.overlaps(open)),
  );
  const falls = layer.otherwise.action === "deny" && rest.overlaps(open);
  const all = [...denying.map(({ rule }) => rule.evidence), ...(falls ? [layer.otherwise.evidence] : [])];
  return all.map((each) => decided(layer, inDoubt(each, allowed.missing), "deny"));
}

function inDoubt(evidence: Evidence, missing: readonly string[]): Evidence {
  return { ...evidence, says: `${evidence.says}; whether it decides depends on ${missing.join(", ")}` };
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
  // As most sources put it themselves.
  if (evidence.layer?.name === layer.name && evidence.layer.decision === decision) return evidence;
  return { ...evidence, layer: { name: layer.name, decision } };
}
