import type { FilterRule, Layer } from "../../../model/network.js";
import { nobody, type PartialSet, unionOf } from "../../../model/partial.js";
import { eitherOf, ipv4, ipv6, portsApart, seenAs, within } from "../../layers.js";

/** The layers of one direction, and those that its answers meet. */
export interface Met {
  readonly layers: readonly Layer[];
  readonly answers: readonly Layer[];
}

export function joined(found: readonly Met[]): Met {
  return { layers: found.flatMap(({ layers }) => layers), answers: found.flatMap(({ answers }) => answers) };
}

/** Of several ways only what stands on all of them alike is known to be met. */
export function either(met: readonly Met[], at: string): Met {
  const [first] = met;
  if (first === undefined || met.every(({ layers }) => layers.length === 0)) return { layers: [], answers: [] };
  if (met.length === 1) return first;
  const alike = (pick: (each: Met) => readonly Layer[]) => {
    const layers = met.flatMap(pick);
    const open = met.flatMap((each) => (pick(each).length === 0 ? passing(layers) : []));
    const found = eitherOf([...layers, ...open], at);
    return found ? [found] : [];
  };
  return { layers: alike(({ layers }) => layers), answers: alike(({ answers }) => answers) };
}

/** A way on which no such layer stands. */
function passing([layer]: readonly Layer[]): Layer[] {
  if (layer === undefined) return [];
  return [{ ...layer, rules: [], otherwise: { ...layer.otherwise, action: "allow" } }];
}

/** The layer where the machine is the other end, under an address of the family in question. */
export function seenFrom(layer: Layer, own: PartialSet, at: string): Layer {
  const apart = portsApart(layer);
  const [four, six] = [ipv4, ipv6].map((family) => seenAs(apart, within(own, family), at).rules);
  const rules = apart.rules.map((rule, i): FilterRule => {
    const peers = [within(four?.[i]?.peers ?? nobody, ipv4), within(six?.[i]?.peers ?? nobody, ipv6)];
    return { ...rule, peers: unionOf(...peers) };
  });
  return { ...layer, rules };
}
