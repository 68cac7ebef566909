import { AddressSet } from "../model/addresses.js";
import type { Evidence } from "../model/evidence.js";
import { isUnknown } from "../model/maybe.js";
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
 * All rules see the same one, so that a rule which takes all that those before it leave surely decides.
 * The rules keep their places; `portsApart` makes the answer exact where two rules share some of their ports.
 * @param at the input that leaves open which of them it is.
 */
export function seenAs(layer: Layer, seen: PartialSet, at: string): Layer {
  const before: FilterRule[] = [];
  const rules = layer.rules.map(({ ifStands: _, ...rule }): FilterRule => {
    const { certain, possible, missing } = rule.peers;
    if (!possible.overlaps(seen.possible)) return { ...rule, peers: nobody };
    const left = AddressSet.join(takenBy(before, rule, layer.combine))
      .complement()
      .intersect(seen.possible);
    before.push(rule);
    if (certain.contains(seen.possible)) return { ...rule, peers: everybody };
    if (!possible.overlaps(left)) return { ...rule, peers: nobody };
    const inputs = [...new Set([...missing, ...seen.missing])].sort();
    const peers = certain.contains(left) ? everybody : undecidedSet(inputs.length > 0 ? inputs : [at]);
    return { ...rule, peers };
  });
  return { ...layer, rules };
}

/** Whom the rules before one surely take on all of its ports; in a union only what lets in counts. */
function takenBy(before: readonly FilterRule[], rule: FilterRule, combine: Layer["combine"]): AddressSet[] {
  const counts = (each: FilterRule) =>
    combine === "union" ? each.action === "allow" : each.action !== "next" || each.stage === rule.stage;
  return before.filter((each) => each !== rule && counts(each) && covers(each, rule)).map(({ peers }) => peers.certain);
}

function covers(one: FilterRule, other: FilterRule): boolean {
  if (one.protocol === "any") return true;
  if (one.protocol !== "tcp" || isUnknown(one.ports) || one.sourcePorts !== undefined) return false;
  const ports = other.protocol === "any" ? PortSet.all : other.ports;
  return one.ports.contains(isUnknown(ports) ? PortSet.all : ports);
}

/** The same layer, its rules cut where those before them are for some of their ports alone. */
export function portsApart(layer: Layer): Layer {
  const cuts = new Map<string, PortSet>();
  const rules = layer.rules.flatMap((rule) => {
    const parts = [...cuts.values()].reduce(parted, [rule]);
    if (rule.protocol === "tcp" && !isUnknown(rule.ports)) cuts.set(rule.ports.toString(), rule.ports);
    return parts;
  });
  return { ...layer, rules };
}

function parted(rules: readonly FilterRule[], cut: PortSet): FilterRule[] {
  return rules.flatMap((rule) => {
    const ports = rule.protocol === "any" ? PortSet.all : rule.ports;
    if (rule.protocol === "other" || isUnknown(rule.protocol) || isUnknown(ports)) return [rule];
    const [inside, outside] = [ports.intersect(cut), ports.subtract(cut)];
    if (inside.isEmpty || outside.isEmpty) return [rule];
    return [inside, outside].map((each): FilterRule => ({ ...rule, protocol: "tcp", ports: each }));
  });
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
