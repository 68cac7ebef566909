import { AddressSet } from "../model/addresses.js";
import { isUnknown } from "../model/maybe.js";
import type { FilterRule, Layer, NetworkInterface } from "../model/network.js";
import type { PortSet } from "../model/ports.js";
import { alike } from "./connection.js";
import { decidersOf, judge, type Verdict } from "./verdict.js";

/** A rule written for a mail port that changes nothing, and the rules that take everything it is about. */
export interface DeadRule {
  readonly rule: FilterRule;
  /** `shadowed`: rules before it decide for all of its peers. `redundant`: others let all of its peers in as well. */
  readonly kind: "shadowed" | "redundant";
  readonly by: readonly FilterRule[];
}

/**
 * The dead rules about each port of each interface, without those that decide at another port or for another interface:
 * a group or an ACL serves many, and each of its rules is needed while one of them needs it.
 */
export function deadEverywhere(
  interfaces: readonly NetworkInterface[],
  portsOf: (nic: NetworkInterface) => readonly number[],
  mailPorts: PortSet,
): (nic: NetworkInterface, port: number) => readonly DeadRule[] {
  const found = new Map<NetworkInterface, ReturnType<typeof deadRules>>();
  const ids = new Set<string>();
  for (const nic of interfaces) {
    const dead = deadRules(nic.ingress, portsOf(nic), mailPorts);
    if (dead.size > 0) found.set(nic, dead);
    for (const rules of dead.values()) for (const { rule } of rules) ids.add(rule.id);
  }
  if (ids.size === 0) return () => [];
  const needed = new Set<string>();
  for (const nic of interfaces) {
    const dead = found.get(nic);
    for (const rule of nic.ingress.flatMap(({ rules }) => rules)) {
      if (!ids.has(rule.id)) continue;
      const lives = (port: number) => canMatch(rule, port) && !dead?.get(port)?.some((each) => each.rule === rule);
      if (portsOf(nic).some(lives)) needed.add(rule.id);
    }
  }
  return (nic, port) => (found.get(nic)?.get(port) ?? []).filter(({ rule }) => !needed.has(rule.id));
}

function canMatch({ protocol, ports, peers }: FilterRule, port: number): boolean {
  return protocol !== "other" && !peers.possible.isEmpty && (isUnknown(ports) || ports.has(port));
}

/**
 * The dead rules about each of some TCP ports; ports without one are left out. Only rules for mail ports alone are looked
 * at, and only those that are wholly known: what an unknown one is about may be more than the others cover.
 */
export function deadRules(
  layers: readonly Layer[],
  ports: readonly number[],
  mailPorts: PortSet,
): ReadonlyMap<number, readonly DeadRule[]> {
  const dead = new Map<number, DeadRule[]>();
  for (const layer of layers) {
    const written = layer.rules.filter((rule) => isMailRule(rule, mailPorts));
    if (written.length === 0) continue;
    for (const port of ports) {
      const found = deadAmong(
        written.filter((rule) => rule.ports.has(port)),
        layer,
        port,
      );
      if (found.length > 0) dead.set(port, (dead.get(port) ?? []).concat(found));
    }
  }
  return dead;
}

/** A rule for mail ports alone that is wholly known. */
interface MailRule extends FilterRule {
  readonly ports: PortSet;
}

function isMailRule(rule: FilterRule, mailPorts: PortSet): rule is MailRule {
  const { action, protocol, ports, sourcePorts, peers } = rule;
  if (action === "next" || protocol !== "tcp" || isUnknown(ports) || isUnknown(sourcePorts)) return false;
  return peers.missing.length === 0 && !peers.certain.isEmpty && mailPorts.contains(ports);
}

/** @param about the layer's mail rules for the port. */
function deadAmong(about: readonly MailRule[], layer: Layer, port: number): DeadRule[] {
  if (about.length === 0) return [];
  const verdicts = alike([layer], []).map((ports) => judge(layer, { to: port, from: ports.ranges[0]?.[0] ?? 0 }));
  // What matches alone decides.
  if (verdicts.every(({ matches }) => matches.length < 2)) return [];
  const written = new Set<FilterRule>(about);
  const dead = verdicts.map((verdict) =>
    layer.combine === "union" ? redundant(verdict, (rule) => written.has(rule)) : shadowed(verdict),
  );
  const isMet = ({ matches }: Verdict, rule: FilterRule) => matches.some((match) => match.rule === rule);
  // Dead from every client port from which it matches at all.
  return [...written].flatMap((rule): DeadRule[] => {
    const told = dead.filter((_, i) => isMet(verdicts[i] as Verdict, rule)).map((found) => found.get(rule));
    const [first] = told;
    if (first === undefined || told.includes(undefined)) return [];
    const by = [...new Set(told.flatMap((each) => each ?? []))];
    return [{ rule, kind: layer.combine === "union" ? "redundant" : "shadowed", by }];
  });
}

type Dead = ReadonlyMap<FilterRule, readonly FilterRule[]>;

function shadowed(verdict: Verdict): Dead {
  const own = new Map(decidersOf(verdict).rules.map(({ rule, peers }) => [rule, peers]));
  const { matches } = verdict;
  const dead = matches.filter(({ rule, peers }) => peers.missing.length === 0 && own.get(rule)?.isEmpty);
  return new Map(
    dead.map((match) => {
      const before = matches
        .slice(0, matches.indexOf(match))
        .map(({ rule, peers }) => ({ rule, peers: peers.certain }));
      return [match.rule, covering(match.peers.certain, before)];
    }),
  );
}

/**
 * Security groups: without any of them, the same peers get in. Of two that are alike the first one stays, and one that is
 * no mail rule.
 */
function redundant({ matches }: Verdict, isWritten: (rule: FilterRule) => boolean): Dead {
  const rules = matches
    .filter(({ rule }) => rule.action === "allow")
    .map(({ rule, peers }) => ({ rule, peers: peers.certain }));
  if (rules.length < 2) return new Map();
  const first = AddressSet.firstComers(rules.map(({ peers }) => peers));
  const last = AddressSet.firstComers(rules.map(({ peers }) => peers).reverse()).reverse();
  // First and last to come by is only he who is alone there.
  const isNeeded = rules.map((_, i) => (first[i] as AddressSet).overlaps(last[i] as AddressSet));
  const rank = (i: number) => (isNeeded[i] ? 0 : isWritten((rules[i] as (typeof rules)[number]).rule) ? 2 : 1);
  const inOrder = [0, 1, 2].flatMap((each) => rules.filter((_, i) => rank(i) === each));
  const own = AddressSet.firstComers(inOrder.map(({ peers }) => peers));
  return new Map(
    inOrder.flatMap(({ rule, peers }, i) =>
      own[i]?.isEmpty ? [[rule, covering(peers, inOrder.slice(0, i))] as const] : [],
    ),
  );
}

/** As many of the rules, in their order, as it takes to cover the peers. */
function covering(peers: AddressSet, rules: readonly { rule: FilterRule; peers: AddressSet }[]): FilterRule[] {
  const by: FilterRule[] = [];
  let rest = peers;
  for (const each of rules) {
    if (rest.isEmpty) break;
    if (!each.peers.overlaps(rest)) continue;
    by.push(each.rule);
    rest = rest.subtract(each.peers);
  }
  return by;
}
