import type { AddressSet } from "../model/addresses.js";
import { isUnknown } from "../model/maybe.js";
import type { FilterRule, Layer } from "../model/network.js";
import { exactly } from "../model/partial.js";
import { PortSet } from "../model/ports.js";
import type { LayerAnswer } from "./answer.js";
import { lowestClientPort } from "./connection.js";
import { hasRules } from "./openings.js";

/**
 * One step of a change. `add`: a new rule, which has to stand before another one where the order counts. `narrow`: a rule
 * no longer matches this port from these peers. `arrange`: nobody writes rules there; what stands in the way has to go.
 */
export type Edit =
  | { readonly kind: "add"; readonly layer: Layer; readonly rule: FilterRule; readonly before?: FilterRule }
  | { readonly kind: "narrow"; readonly layer: Layer; readonly rule: FilterRule; readonly peers: AddressSet }
  | { readonly kind: "arrange"; readonly layer: Layer };

export interface Change {
  readonly edits: readonly Edit[];
  /** One sentence an edit, with its place. */
  readonly says: readonly string[];
}

/** The ports that a rule of the layer has to be about: the server's, or on the way back the clients'. */
function portsOf({ isOnTheWayBack }: LayerAnswer, port: number): PortSet {
  return isOnTheWayBack ? PortSet.range(lowestClientPort, 65535) : PortSet.of(port);
}

/** Every layer that stops some has to change, each by one rule for those that it stops. */
export function opening(blockers: readonly LayerAnswer[], port: number, preposition: "from" | "to"): Change {
  const edits = blockers.map((blocker): Edit => {
    const { source: layer, stopped } = blocker;
    return hasRules(layer) ? added(layer, "allow", portsOf(blocker, port), stopped) : { kind: "arrange", layer };
  });
  // A host's own rules see the packets that follow as well: one new rule in the list lets them all pass.
  const places = edits.map(placeOf);
  const says = edits.flatMap((edit, i) =>
    places.indexOf(placeOf(edit)) < i ? [] : [inWords(edit, blockers[i] as LayerAnswer, port, preposition)],
  );
  return { edits, says };
}

function placeOf(edit: Edit): string {
  if (edit.kind === "narrow") return edit.rule.evidence.at;
  return edit.kind === "add" && edit.before ? edit.before.evidence.at : edit.layer.otherwise.evidence.at;
}

/** One shut layer shuts the way: the one that takes the fewest edits, and of those one that guards this machine alone. */
export function closing(
  layers: readonly LayerAnswer[],
  port: number,
  asked: AddressSet,
  preposition: "from" | "to",
): Change {
  const changes = layers
    .filter(({ source, isOnTheWayBack }) => hasRules(source) && !isOnTheWayBack)
    .map((answer) => ({ answer, edits: shutting(answer, port, asked) }))
    .filter(({ edits }) => edits.length > 0)
    .sort((a, b) => a.edits.length - b.edits.length || weight(a.answer.source) - weight(b.answer.source));
  const [least] = changes;
  if (!least) return { edits: [], says: [] };
  return { edits: least.edits, says: least.edits.map((edit) => inWords(edit, least.answer, port, preposition)) };
}

function weight({ stateless, combine }: Layer): number {
  return stateless ? 2 : combine === "first-match" ? 1 : 0;
}

function shutting({ source: layer }: LayerAnswer, port: number, asked: AddressSet): Edit[] {
  if (layer.combine === "first-match") return [added(layer, "deny", PortSet.of(port), asked)];
  if (layer.otherwise.action === "allow" || layer.incomplete.length > 0) return [];
  return layer.rules
    .filter((rule) => rule.action === "allow" && concerns(rule, PortSet.of(port), asked))
    .map((rule): Edit => ({ kind: "narrow", layer, rule, peers: rule.peers.possible.intersect(asked) }));
}

/** The rule stands before the first one that could decide otherwise; behind all where none could. */
function added(layer: Layer, action: "allow" | "deny", ports: PortSet, peers: AddressSet): Edit {
  const before =
    layer.combine === "union"
      ? undefined
      : layer.rules.find((rule) => rule.action !== action && concerns(rule, ports, peers));
  const stage = (before ?? layer.rules.at(-1))?.stage;
  const { evidence } = before ?? layer.otherwise;
  const rule: FilterRule = {
    ...{ id: `new rule at ${evidence.at}`, action, protocol: "tcp", ports, peers: exactly(peers), evidence },
    ...(stage === undefined ? {} : { stage }),
  };
  return { kind: "add", layer, rule, ...(before ? { before } : {}) };
}

/** Can the rule match TCP to one of these ports with one of these peers? */
function concerns({ protocol, ports, peers }: FilterRule, asked: PortSet, others: AddressSet): boolean {
  if (protocol === "other" || !peers.possible.overlaps(others)) return false;
  return isUnknown(protocol) || protocol === "any" || isUnknown(ports) || !ports.intersect(asked).isEmpty;
}

/** What helps where no rule can be written, before the place. */
const arranging: Readonly<Record<string, string>> = {
  "public address": "give it a public address at",
  route: "give it a route at",
  "pod address": "publish it with a Service, a host port or the host's network, see",
};

function inWords(
  edit: Edit,
  { layer, decidedBy, isOnTheWayBack }: LayerAnswer,
  port: number,
  preposition: "from" | "to",
): string {
  if (edit.kind === "arrange") {
    const inTheWay = decidedBy.find((each) => each.layer?.decision === "deny") ?? decidedBy[0];
    // The place is a page of the provider's, which nobody can change.
    if (layer === "provider" && inTheWay?.kind === "default")
      return `${layer}: ask for the block to be lifted, or use another port: ${inTheWay.says}`;
    return `${layer}: ${arranging[layer] ?? "change"} ${inTheWay?.at}: ${inTheWay?.says}`;
  }
  if (edit.kind === "narrow") {
    const { rule, peers } = edit;
    const isAll = !isUnknown(rule.ports) && rule.ports.size === 1 && peers.contains(rule.peers.possible);
    if (isAll) return `${layer}: remove ${rule.evidence.at}`;
    return `${layer}: narrow ${rule.evidence.at} so that it no longer matches TCP ${behind(edit.layer, PortSet.of(port))} ${preposition} ${peers}`;
  }
  const { rule, before } = edit;
  const where = `${before ? "before" : "at"} ${placeOf(edit)}`;
  const towards = isOnTheWayBack ? (preposition === "from" ? "to" : "from") : preposition;
  if (layer === "container port") return `${layer}: state a containerPort ${rule.ports} at ${placeOf(edit)}`;
  const verb = rule.action === "allow" ? "allows" : "denies";
  return `${layer}: add a rule ${where} that ${verb} TCP ${behind(edit.layer, rule.ports as PortSet)} ${towards} ${rule.peers.certain}`;
}

/** The ports as the layer's own rules name them, where they stand behind a translation. */
function behind({ translation = [] }: Layer, ports: PortSet): string {
  const met = translation.filter(({ listen }) => ports.has(listen));
  if (met.length === 0 || ports.size !== met.length) return ports.toString();
  const targets = met.flatMap(({ target }) => (isUnknown(target) ? [] : [target]));
  return targets.length === met.length ? PortSet.of(...targets).toString() : `the port behind ${ports}`;
}
