import type { FilterRule, Layer } from "../model/network.js";
import { type PartialSet, undecidedPart, unionOf } from "../model/partial.js";
import { alike } from "./connection.js";
import { decidersOf, judge, type Segment } from "./verdict.js";

/** An allow rule that lets a port through, with the peers for which it decides. */
export interface Opening {
  readonly rule: FilterRule;
  readonly peers: PartialSet;
}

/** Layers that lie as they lie; nobody writes rules into them. */
const circumstances = ["route", "public address", "pod address", "provider"];

/** False for a layer that has no rule list to write into. */
export function hasRules({ name }: Layer): boolean {
  return !circumstances.includes(name);
}

/**
 * The rules that open a TCP port, from whatever port of the client. A network ACL lets pass what another layer has to
 * let in: its allow rules open nothing by themselves.
 */
export function openingsTo(layers: readonly Layer[], port: number): Opening[] {
  const deciding = layers.filter((layer) => !layer.stateless && hasRules(layer));
  const all = alike(deciding, []).flatMap((ports) => {
    const segment = { to: port, from: ports.ranges[0]?.[0] ?? 0 };
    return deciding.flatMap((layer) => openingsOf(layer, segment));
  });
  if (all.length < 2) return all;
  const found = new Map<FilterRule, PartialSet[]>();
  for (const { rule, peers } of all) {
    const known = found.get(rule);
    if (known) known.push(peers);
    else found.set(rule, [peers]);
  }
  return [...found].map(([rule, peers]) => ({ rule, peers: peers[1] ? unionOf(...peers) : (peers[0] as PartialSet) }));
}

function openingsOf(layer: Layer, segment: Segment): Opening[] {
  const verdict = judge(layer, segment);
  const allowing = verdict.matches.filter(({ rule }) => rule.action === "allow");
  if (layer.combine === "union") return allowing;
  const own = new Map(decidersOf(verdict).rules.map(({ rule, peers }) => [rule, peers]));
  return allowing
    .map(({ rule, peers }): Opening => {
      const certain = own.get(rule) ?? peers.certain;
      if (peers.missing.length === 0) return { rule, peers: { certain, possible: certain, missing: [] } };
      const possible = certain.union(undecidedPart(peers).intersect(verdict.allowed.possible));
      return { rule, peers: { certain, possible, missing: certain.equals(possible) ? [] : peers.missing } };
    })
    .filter(({ peers }) => !peers.possible.isEmpty);
}
