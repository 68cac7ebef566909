import { isUnknown, type Maybe, mapKnown } from "../model/maybe.js";
import type { FilterRule, Layer, PortMapping } from "../model/network.js";
import { undecidedSet } from "../model/partial.js";
import { PortSet } from "../model/ports.js";

/**
 * A layer behind a port translation, as it is seen from before: the ports of its rules become the listen ports whose
 * target lies in them. A port that nothing maps meets no rule with ports; that nobody listens on it, another layer says.
 */
export function translated(layer: Layer, mappings: readonly PortMapping[]): Layer {
  return { ...layer, rules: layer.rules.flatMap((rule) => throughMap(rule, mappings)), translation: mappings };
}

function throughMap(rule: FilterRule, mappings: readonly PortMapping[]): FilterRule[] {
  const { protocol, ports } = rule;
  if (protocol === "any" || protocol === "other" || isUnknown(ports)) return [rule];
  const listening = (wanted: boolean | undefined) =>
    PortSet.of(...mappings.filter(({ target }) => meets(target, ports) === wanted).map(({ listen }) => listen));
  const missing = mappings.flatMap(({ target }) => (isUnknown(target) ? target.unknown : []));
  const inputs = [...new Set([...rule.peers.missing, ...missing])].sort();
  const met: FilterRule = { ...rule, ports: listening(true) };
  const { ifStands: _, ...plain } = rule;
  const perhaps: FilterRule = {
    ...plain,
    ports: listening(undefined),
    peers: undecidedSet(inputs, rule.peers.possible),
  };
  return [met, perhaps].filter((each) => !isUnknown(each.ports) && !each.ports.isEmpty);
}

/** `undefined`: it depends on what the target is. */
function meets(target: Maybe<number>, ports: PortSet): boolean | undefined {
  const met = mapKnown(target, (known) => ports.has(known));
  if (!isUnknown(met)) return met;
  return ports.equals(PortSet.all) ? true : ports.isEmpty ? false : undefined;
}
