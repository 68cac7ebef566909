import { AddressSet } from "../../../../model/addresses.js";
import { isUnknown, type Maybe, unknown } from "../../../../model/maybe.js";
import type { FilterRule } from "../../../../model/network.js";
import { everybody, type PartialSet, undecidedSet, unionOf } from "../../../../model/partial.js";
import { PortSet } from "../../../../model/ports.js";
import type { Input } from "../../input.js";
import { inputOf, type Resource } from "../../resource.js";
import { block } from "../rules.js";
import { anything, type FirewallRule } from "./rule.js";

const verdicts: Readonly<Record<string, FirewallRule["verdict"]>> = {
  "aws:pass": "pass",
  "aws:drop": "drop",
  "aws:forward_to_sfe": "forward",
};

/** What a list of actions does with a packet: one of the three, beside actions that only count (`CustomAction`). */
export function verdictOf(actions: Input): Maybe<FirewallRule["verdict"]> {
  const items = actions.items() ?? [];
  if (isUnknown(items)) return items;
  const names = items.map((each) => each.text() ?? "");
  const found = names.flatMap((each) => (isUnknown(each) ? [] : (verdicts[each] ?? [])));
  return found[0] ?? unknown(...names.flatMap((each) => (isUnknown(each) ? each.unknown : [])), actions.at);
}

/**
 * The rules of a stateless group, by ascending priority; of two with one priority Network Firewall takes neither.
 * @throws InputError for an address that is none.
 */
export function statelessRulesOf(group: Resource): FirewallRule[] {
  const source = inputOf(group, "ruleGroup").member("rulesSource").member("statelessRulesAndCustomActions");
  const list = source.member("statelessRules");
  const items = list.items() ?? [];
  const all = {
    from: everybody,
    fromPorts: PortSet.all,
    to: everybody,
    toPorts: PortSet.all,
    protocol: "any",
  } as const;
  const says = "rules that are not known yet";
  if (isUnknown(items)) return anything({ id: list.at, at: list.at, ...all, doubts: items.unknown, says });
  const placed = items.map((item) => ({ item, priority: item.member("priority").number() }));
  const unplaced = placed.flatMap(({ priority }) => (isUnknown(priority) ? priority.unknown : []));
  const number = (value: Maybe<number> | undefined) => (typeof value === "number" ? value : 0);
  return placed.sort((a, b) => number(a.priority) - number(b.priority)).flatMap(({ item }) => ruleOf(item, unplaced));
}

function ruleOf(item: Input, doubts: readonly string[]): FirewallRule[] {
  const definition = item.member("ruleDefinition");
  const match = definition.member("matchAttributes");
  const actions = definition.member("actions");
  const verdict = verdictOf(actions);
  const flags = match.member("tcpFlags");
  const some = flags.items() ?? [];
  // A rule about flags matches some packets of a connection and not others.
  const more = isUnknown(some) ? some.unknown : some.length > 0 ? [flags.at] : [];
  const rule = {
    ...{ id: item.at, at: item.at, protocol: protocolOf(match.member("protocols")) },
    from: addresses(match.member("sources")),
    fromPorts: ports(match.member("sourcePorts")),
    to: addresses(match.member("destinations")),
    toPorts: ports(match.member("destinationPorts")),
    doubts: [...doubts, ...more, ...(isUnknown(verdict) ? verdict.unknown : [])],
    says: `stateless rule ${String(item.member("priority").text())} ${isUnknown(verdict) ? "decides" : doing[verdict]}`,
  };
  return isUnknown(verdict) ? anything(rule) : [{ ...rule, verdict }];
}

const doing = { pass: "lets it pass", drop: "drops it", forward: "hands it to the stateful rules" } as const;

/** None given: every protocol. 6 is TCP. */
function protocolOf(list: Input): FilterRule["protocol"] {
  const items = list.items() ?? [];
  if (isUnknown(items)) return items;
  const numbers = items.map((each) => each.number());
  if (numbers.length === 0) return "any";
  if (numbers.includes(6)) return "tcp";
  return numbers.some(isUnknown) ? unknown(list.at) : "other";
}

/** None given: every address. */
function addresses(list: Input): PartialSet {
  const items = list.items() ?? [];
  if (isUnknown(items)) return undecidedSet(items.unknown);
  const found = items.map((each) => block(each.member("addressDefinition"), AddressSet.everything));
  return found.length === 0 ? everybody : unionOf(...found);
}

/** None given: every port. */
function ports(list: Input): Maybe<PortSet> {
  const items = list.items() ?? [];
  if (isUnknown(items)) return items;
  const found = items.map((each): Maybe<PortSet> => {
    const from = each.member("fromPort").number();
    const to = each.member("toPort").number() ?? from;
    if (isUnknown(from) || isUnknown(to)) return unknown(each.at);
    return from === undefined || to === undefined || from > to ? unknown(each.at) : PortSet.range(from, to);
  });
  if (found.some(isUnknown)) return unknown(...found.flatMap((each) => (isUnknown(each) ? each.unknown : [])));
  return found.length === 0 ? PortSet.all : PortSet.union(...(found as PortSet[]));
}
