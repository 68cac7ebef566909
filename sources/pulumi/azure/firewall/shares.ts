import { all, isUnknown, type Maybe, not, unknown } from "../../../../model/maybe.js";
import { differenceOf, type PartialSet, undecidedSet, unionOf } from "../../../../model/partial.js";
import type { PortSet } from "../../../../model/ports.js";
import type { Nic } from "../interfaces.js";
import type { Translation } from "./rule.js";

/**
 * What the DNAT rules before it leave of one that leads to a network interface: a part for each set of ports that they
 * treat alike, with the clients who get to it at one of its addresses at least.
 */
export function leftTo(nic: Nic, rule: Translation, before: readonly Translation[]): Translation[] {
  const others = before.filter(
    (other) => competes(other, rule) !== false && leadsElsewhere(nic, other, rule) !== false,
  );
  if (others.length === 0) return [rule];
  return partsOf(rule, others)
    .map((listen) => ({ ...rule, listen, from: clientsOf(nic, { ...rule, listen }, others) }))
    .filter(({ from }) => !from.possible.isEmpty);
}

/** Are both rules for one port at one address? */
export function competes(a: Translation, b: Translation): Maybe<boolean> {
  if (a.firewall !== b.firewall) return false;
  const ports = isUnknown(a.listen) ? a.listen : isUnknown(b.listen) ? b.listen : !a.listen.intersect(b.listen).isEmpty;
  const shared = a.destinations.some((key) => key !== undefined && b.destinations.includes(key));
  const open = a.destinations.includes(undefined) || b.destinations.includes(undefined);
  return all(ports, shared || (open ? unknown(`${b.at} (for which address it is)`) : false));
}

/** To another machine, or to another port: what both rules send the same way, either may take. */
function leadsElsewhere(nic: Nic, other: Translation, rule: Translation): Maybe<boolean> {
  return not(all(other.leadsTo(nic), sameTarget(other, rule)));
}

function sameTarget({ target }: Translation, { target: own }: Translation): Maybe<boolean> {
  if (target === undefined || own === undefined) return target === own;
  return isUnknown(target) ? target : isUnknown(own) ? own : target === own;
}

function partsOf({ listen }: Translation, others: readonly Translation[]): Maybe<PortSet>[] {
  if (isUnknown(listen)) return [listen];
  const cuts = others.flatMap((other) => (isUnknown(other.listen) ? [] : [other.listen]));
  return cuts.reduce<PortSet[]>(
    (parts, cut) => parts.flatMap((part) => [part.intersect(cut), part.subtract(cut)].filter((each) => !each.isEmpty)),
    [listen],
  );
}

/** @param rule of ports that each of the others takes all or none of. */
function clientsOf(nic: Nic, rule: Translation, others: readonly Translation[]): PartialSet {
  const left = rule.destinations.map((key) =>
    others.reduce((clients, other) => {
      const at = { ...rule, destinations: [key] };
      const takes = all(other.stands, competes(other, at), leadsElsewhere(nic, other, rule));
      if (takes === false) return clients;
      if (!isUnknown(takes)) return differenceOf(clients, other.from);
      return differenceOf(clients, undecidedSet(takes.unknown, other.from.possible));
    }, rule.from),
  );
  return unionOf(...left);
}
