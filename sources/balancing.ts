import { isUnknown, type Maybe } from "../model/maybe.js";
import type { FilterRule, Layer } from "../model/network.js";
import { type PartialSet, unionOf } from "../model/partial.js";
import type { PortSet } from "../model/ports.js";
import { ipv4, ipv6, portsApart, seenAs, within } from "./layers.js";
import { translated } from "./translation.js";

/** Ports on which something takes connections, and the port of the target; absent: the same one. */
export interface Door {
  readonly listen: PortSet;
  readonly target?: Maybe<number>;
}

/** A layer of a target as it is seen through one door, and through no other port. */
export function through(layer: Layer, { listen, target }: Door): Layer {
  const port = listen.ranges[0]?.[0] ?? 0;
  const mapped = target === undefined ? layer : translated(layer, [{ listen: port, target }]);
  return {
    ...mapped,
    rules: mapped.rules.flatMap((rule): FilterRule[] => {
      if (rule.protocol === "other") return [];
      const ports =
        rule.protocol === "any" ? listen : isUnknown(rule.ports) ? rule.ports : rule.ports.intersect(listen);
      const protocol = rule.protocol === "any" ? "tcp" : rule.protocol;
      return !isUnknown(ports) && ports.isEmpty ? [] : [{ ...rule, protocol, ports }];
    }),
  };
}

/**
 * A layer of a target as clients of its balancer meet it: it sees them, or the balancer's own address in their place.
 * Clients of version 6 it never sees, for targets are of version 4 (Elastic Load Balancing, "Client IP preservation").
 */
export function asSeen(layer: Layer, preserved: Maybe<boolean>, balancer: PartialSet, at: string): Layer {
  const apart = portsApart(layer);
  const hidden = seenAs(apart, balancer, at).rules;
  const rules = apart.rules.map((rule, i): FilterRule => {
    const own = hidden[i]?.peers ?? rule.peers;
    const seen = unionOf(within(rule.peers, ipv4), within(own, ipv6));
    if (!isUnknown(preserved)) return { ...rule, peers: preserved ? seen : own };
    const certain = seen.certain.intersect(own.certain);
    const possible = seen.possible.union(own.possible);
    return {
      ...rule,
      peers: { certain, possible, missing: [...new Set([...preserved.unknown, ...seen.missing])].sort() },
    };
  });
  return { ...layer, rules };
}

/** One layer of the layers of several doors: no packet meets the rules of two, for their ports differ. */
export function together(layers: readonly Layer[], otherwise: Layer["otherwise"], name: string): Layer {
  return {
    ...(layers[0] ?? { combine: "union", rules: [], incomplete: [] }),
    name,
    rules: layers.flatMap(({ rules }) => rules),
    otherwise,
    incomplete: [...new Set(layers.flatMap(({ incomplete }) => incomplete))].sort(),
    ...(layers.some(({ translation }) => translation)
      ? { translation: layers.flatMap(({ translation = [] }) => translation) }
      : {}),
  };
}
