import { AddressSet } from "../model/addresses.js";
import type { Evidence } from "../model/evidence.js";
import type { FilterRule, Layer } from "../model/network.js";
import { everybody, intersectionOf, nobody, type PartialSet, undecidedSet } from "../model/partial.js";
import { PortSet } from "../model/ports.js";

/** What a layer that is no rule list keeps out, and the sentences of both verdicts. */
export interface Wall {
  readonly name: string;
  readonly at: string;
  readonly stopped: PartialSet;
  readonly denies: string;
  readonly allows: string;
}

/** A layer that stops some peers on every port, whatever the rules say: no route, no address. */
export function wall({ name, at, stopped, denies, allows }: Wall): Layer {
  const evidence = (decision: "allow" | "deny", says: string) =>
    ({ kind: "code", at, says, layer: { name, decision } }) as const;
  const rule = { id: at, action: "deny", protocol: "any", ports: PortSet.all, peers: stopped } as const;
  return {
    name,
    combine: "first-match",
    rules: stopped.possible.isEmpty ? [] : [{ ...rule, evidence: evidence("deny", denies) }],
    otherwise: { action: "allow", evidence: evidence("allow", allows) },
    incomplete: [],
  };
}

/** The same layer where only traffic with these peers meets it; `evidence` says so of the others. */
export function onlyFor(layer: Layer, peers: PartialSet, evidence: Evidence): Layer {
  const { certain, possible, missing } = peers;
  const others = { certain: possible.complement(), possible: certain.complement(), missing };
  const pass = {
    id: evidence.at,
    action: "allow",
    protocol: "any",
    ports: PortSet.all,
    peers: others,
    evidence,
  } as const;
  return { ...layer, rules: [pass, ...layer.rules] };
}

/**
 * A layer that sees one of `seen` as the other end of every connection, whoever it is: behind an address translation.
 * @param at the input that leaves open which of them it is.
 */
export function seenAs(layer: Layer, seen: PartialSet, at: string): Layer {
  const rules = layer.rules.map((rule): FilterRule => {
    if (!rule.peers.possible.overlaps(seen.possible)) return { ...rule, peers: nobody };
    const surely = rule.peers.certain.contains(seen.possible);
    const missing = [...rule.peers.missing, ...seen.missing];
    const peers = surely ? everybody : undecidedSet(missing.length > 0 ? [...new Set(missing)].sort() : [at]);
    return { ...rule, peers };
  });
  return { ...layer, rules };
}

/** Several ways, of which it is not known which one a packet takes; alike they are one. */
export function eitherOf(layers: readonly Layer[], at: string): Layer | undefined {
  const [first, ...others] = layers;
  if (first === undefined || others.every((each) => alike(each, first))) return first;
  const evidence = { kind: "code", at, says: "which of several ways is taken is not known" } as const;
  return {
    ...first,
    rules: [],
    otherwise: { action: "deny", evidence: { ...evidence, layer: { name: first.name, decision: "unknown" } } },
    incomplete: [at],
  };
}

function alike(a: Layer, b: Layer): boolean {
  const rules = (layer: Layer) => layer.rules.map(({ id }) => id).join("\n");
  return a === b || (rules(a) === rules(b) && a.otherwise.action === b.otherwise.action);
}

export const ipv4 = AddressSet.of("0.0.0.0/0");
export const ipv6 = AddressSet.of("::/0");

export function within(set: PartialSet, bound: AddressSet): PartialSet {
  return intersectionOf(set, { certain: bound, possible: bound, missing: [] });
}
