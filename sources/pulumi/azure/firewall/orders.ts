import { isUnknown } from "../../../../model/maybe.js";
import type { Collection, Engine } from "./rule.js";

/** Orders of collections that are followed, of each firewall. */
const mostOrders = 64;

/**
 * A firewall's DNAT rules in every order that unknown priorities of their collections leave, by priorities that are known;
 * none where the orders are too many.
 */
export function ordersOf(engine: Engine): Engine[] {
  let found: Engine["levels"][] = [[]];
  for (const level of engine.levels) {
    const orders = arranged(level.filter(({ translations }) => translations.length > 0));
    if (orders.length * found.length > mostOrders || orders.length === 0) return [];
    found = found.flatMap((before) => orders.map((order) => [...before, order]));
  }
  return found.map((levels) => ({ ...engine, levels }));
}

function arranged(collections: readonly Collection[]): Collection[][] {
  const known = collections.filter(({ priority }) => !isUnknown(priority));
  const sorted = [...known].sort((a, b) => (a.priority as number) - (b.priority as number));
  let orders: Collection[][] = [sorted];
  for (const open of collections.filter(({ priority }) => isUnknown(priority))) {
    if (orders.length * (sorted.length + 1) > mostOrders) return [];
    orders = orders.flatMap((order) =>
      Array.from({ length: order.length + 1 }, (_, i) => [...order.slice(0, i), open, ...order.slice(i)]),
    );
  }
  return orders.map((order) => order.map((each, priority) => ({ ...each, priority })));
}
