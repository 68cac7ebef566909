import { isUnknown, type Maybe, unknown } from "../../../../model/maybe.js";
import { exactly } from "../../../../model/partial.js";
import { PortSet } from "../../../../model/ports.js";
import type { Nic } from "../interfaces.js";
import type { AddressPlace, Translation } from "./rule.js";
import { standing } from "./translations.js";

/** Worlds that are followed for one port. */
const mostWorlds = 256;

/**
 * DNAT rules in every world that what is not known of them leaves: whether a rule counts, for which address it is, where it
 * leads, and whose packets it takes; none where the worlds are too many. The true one is among them; some may be none.
 * @param orders the rules in every order that they may have.
 * @param targets of a port behind that is not known: one port of each kind that makes a difference.
 * @param port the one that is asked for at the firewall.
 */
export function worldsOf(
  orders: readonly (readonly Translation[])[],
  nic: Nic,
  targets: readonly number[],
  port?: number,
): (readonly Translation[])[] {
  const done: (readonly Translation[])[] = [];
  const open = [...orders];
  for (let rules = open.pop(); rules !== undefined; rules = open.pop()) {
    const left = rules.filter(({ stands }) => stands !== false);
    const parts = split(left, nic, targets, port);
    if (parts) open.push(...parts);
    else done.push(left);
    if (done.length + open.length > mostWorlds) return [];
  }
  return done;
}

/** By the first thing that is not known; undefined where all is. */
function split(
  rules: readonly Translation[],
  nic: Nic,
  targets: readonly number[],
  port: number | undefined,
): Translation[][] | undefined {
  for (const rule of rules) {
    const { at, condition, listen, target, from } = rule;
    const same = (change: Partial<Translation>) =>
      rules.map((each) => (each.at === at ? { ...each, ...change } : each));
    if (isUnknown(condition)) {
      const [name = ""] = condition.unknown;
      return [true, false].map((is) => rules.map((each) => assuming(each, name, is)));
    }
    const place = rule.places.find(({ values = [] }) => values.length > 0);
    if (place) return (place.values ?? []).map((keys) => rules.map((each) => naming(each, place, keys)));
    if (isUnknown(rule.leadsTo(nic))) return [true, false].map((leads) => same({ leadsTo: () => leads }));
    if (isUnknown(listen) && port !== undefined) {
      const others = rules.filter((each) => each.listen !== listen);
      return [rules.map((each) => (each.listen === listen ? { ...each, listen: PortSet.of(port) } : each)), others];
    }
    if (isUnknown(target)) return targets.map((behind) => same({ target: behind }));
    if (from.missing.length > 0) {
      const alike = from.missing.join();
      return (["certain", "possible"] as const).map((bound) =>
        rules.map((each) => (each.from.missing.join() === alike ? { ...each, from: exactly(each.from[bound]) } : each)),
      );
    }
  }
  return undefined;
}

function assuming(rule: Translation, name: string, is: boolean): Translation {
  return standing({ ...rule, condition: given(rule.condition, name, is) });
}

function given(condition: Maybe<boolean>, name: string, is: boolean): Maybe<boolean> {
  if (!isUnknown(condition) || !condition.unknown.includes(name)) return condition;
  const others = condition.unknown.filter((each) => each !== name);
  return is && others.length > 0 ? unknown(...others) : is;
}

function naming(rule: Translation, place: AddressPlace, keys: readonly string[]): Translation {
  if (!rule.places.includes(place)) return rule;
  const known: AddressPlace = { keys, isPublic: keys.length > 0 };
  return standing({ ...rule, places: rule.places.map((each) => (each === place ? known : each)) });
}

/** The rules for one port alone, or of unknown ports. */
export function forPort(rules: readonly Translation[], port: number): Translation[] {
  return rules.flatMap((rule) => {
    if (isUnknown(rule.listen)) return [rule];
    return rule.listen.has(port) ? [{ ...rule, listen: PortSet.of(port) }] : [];
  });
}

/** The rules of each public address of the firewall, of which clients choose one. */
export function byAddress(rules: readonly Translation[]): (readonly Translation[])[] {
  const keys = [...new Set(rules.flatMap(({ destinations }) => destinations))];
  if (keys.includes(undefined) || keys.length < 2) return [rules];
  return keys.map((key) =>
    rules.filter(({ destinations }) => destinations.includes(key)).map((each) => ({ ...each, destinations: [key] })),
  );
}

/** What is not known of rules, as far as `worldsOf` follows it. */
export function openIn(rules: readonly Translation[], nic: Nic): string[] {
  const found = rules.flatMap(({ stands, target, listen, from, leadsTo }) => [
    ...[stands, target, listen, leadsTo(nic)].flatMap((each) => (isUnknown(each) ? each.unknown : [])),
    ...from.missing,
  ]);
  return [...new Set(found)].sort();
}
