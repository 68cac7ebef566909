import { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import type { FilterRule, Layer, NetworkInterface } from "../../model/network.js";
import { exactly, undecidedSet } from "../../model/partial.js";
import { PortSet } from "../../model/ports.js";
import { everyPacket, familySets, isEmpty } from "./box.js";
import { flatten, matchOf } from "./flatten.js";
import type { BaseChain, Hook, Rule, Ruleset } from "./ruleset.js";
import { differingFlags, flagBits, type Packet } from "./tests.js";

const { syn, ack, psh } = flagBits;
/** A connection's first packet, its first answer and what follows, and what follows from the side that began. */
const first = { state: "new", flags: [syn] } as const;
const answers = { state: "established", flags: [syn | ack, ack, psh | ack] } as const;
const later = { state: "established", flags: [ack, psh | ack] } as const;

const hooks: Readonly<Record<Packet["side"], readonly Hook[]>> = {
  in: ["prerouting", "input"],
  out: ["output", "postrouting"],
};
/** NF_IP_PRI_CONNTRACK: chains before it run on packets whose connection is not known yet. */
const tracking = -200;

/** What a host's own rules let through, packet by packet of a connection: the filters keep no state but `ct state`. */
export function layersOf(
  ruleset: Ruleset,
): Required<Pick<NetworkInterface, "ingress" | "egress" | "ingressAnswers" | "egressAnswers">> {
  const of = (side: Packet["side"], kind: Omit<Packet, "side">) => bySegment(ruleset, { side, ...kind });
  return {
    ingress: withUnsaid(of("in", first), ruleset),
    egress: withUnsaid(of("out", first), ruleset),
    ingressAnswers: [...of("out", answers), ...of("in", later).map(turned)],
    egressAnswers: [...of("in", answers), ...of("out", later).map(turned)],
  };
}

/** The packets of one kind together; apart where a rule tells them apart by their flags. */
function bySegment(ruleset: Ruleset, packet: Packet): Layer[] {
  const together = layersFor(ruleset, packet);
  const differing = together.some(({ rules }) => rules.some(({ peers }) => peers.missing.includes(differingFlags)));
  if (!differing) return together;
  return packet.flags.flatMap((byte) => layersFor(ruleset, { ...packet, flags: [byte] }));
}

function layersFor(ruleset: Ruleset, packet: Packet): Layer[] {
  const bases = ruleset.bases
    .filter(({ hook, nat }) => hooks[packet.side].includes(hook) && (packet.state === "new" || !nat))
    .sort((a, b) => hooks[packet.side].indexOf(a.hook) - hooks[packet.side].indexOf(b.hook) || a.priority - b.priority);
  const doubt = untracked(bases, packet);
  return [...group(bases.map((base, i) => diverted(base, bases.slice(0, i)))).values()]
    .map((parts) => layerOf(parts, (base) => ({ ...packet, state: stateAt(base, packet, doubt) })))
    .filter((layer, _, all) => canStop(layer) || (packet.state === "new" && all.length === 1));
}

/** The chains of both families that are one layer to their user: `INPUT` of iptables and of ip6tables. */
function group(bases: readonly BaseChain[]): Map<string, BaseChain[]> {
  const grouped = new Map<string, BaseChain[]>();
  for (const base of bases) {
    const parts = grouped.get(base.layer) ?? [];
    parts.push(base);
    grouped.set(base.layer, parts);
  }
  return grouped;
}

/** A packet that an earlier chain may send elsewhere (DNAT, REDIRECT) meets the later ones with another port or address. */
function diverted(base: BaseChain, before: readonly BaseChain[]): BaseChain {
  const chains = before.filter(({ hook, nat }) => nat || hook === "prerouting");
  const unclear = [...new Set(rulesIn(chains, ({ verdict }) => verdict.kind === "unclear"))];
  return unclear.length === 0 ? base : { ...base, chain: { ...base.chain, rules: [...unclear, ...base.chain.rules] } };
}

/** The rules of some chains, and of those that they can call, of which `isWanted` holds. */
function* rulesIn(bases: readonly BaseChain[], isWanted: (rule: Rule) => boolean): Generator<Rule> {
  for (const { chain, chains } of bases)
    for (const { rules } of new Set([chain, ...chains.values()]))
      for (const rule of rules) if (isWanted(rule)) yield rule;
}

function untracked(bases: readonly BaseChain[], packet: Packet): string | undefined {
  const taking = rulesIn(bases, (rule) => rule.verdict.kind === "notrack" && !isEmpty(matchOf(rule, packet)));
  const [first] = taking;
  return first && `whether ${first.at} takes the packet out of connection tracking`;
}

function stateAt({ hook, priority }: BaseChain, packet: Packet, doubt: string | undefined): Packet["state"] {
  if (hook !== "input" && hook !== "postrouting" && priority <= tracking) {
    return priority < tracking ? "invalid" : { doubt: `the order of chains at priority ${tracking}` };
  }
  return doubt === undefined ? packet.state : { doubt };
}

function layerOf(parts: readonly BaseChain[], packetAt: (base: BaseChain) => Packet): Layer {
  const lists = parts.map((base) => {
    const within = AddressSet.union(...base.families.map((family) => familySets[family]));
    const arriving = within.equals(AddressSet.everything) ? everyPacket : { ...everyPacket, peers: within };
    return flatten(base, packetAt(base), arriving).concat(unclearPolicy(base, within));
  });
  const rules: readonly FilterRule[] = ([] as FilterRule[]).concat(...lists);
  const seen = AddressSet.union(...parts.flatMap(({ families }) => families.map((family) => familySets[family])));
  const denying = parts.filter(({ policy }) => policy === "drop");
  const [head] = parts as [BaseChain];
  const name = head.layer;
  if (denying.length === parts.length && seen.equals(AddressSet.everything)) {
    return {
      name,
      combine: "first-match",
      rules: rules.concat(denying.slice(1).map(policyRule)),
      otherwise: { action: "deny", evidence: policyOf(head) },
      incomplete: [],
    };
  }
  const accepting = parts.find(({ policy }) => policy !== "drop");
  return {
    name,
    combine: "first-match",
    rules: rules.concat(denying.map(policyRule)),
    otherwise: { action: "allow", evidence: accepting ? policyOf(accepting) : unseen(head) },
    incomplete: [],
  };
}

/** A policy that holds for one family only: each family's own is named. */
function policyRule(base: BaseChain): FilterRule {
  const peers = AddressSet.union(...base.families.map((family) => familySets[family]));
  const evidence = policyOf(base);
  return {
    id: `${base.chain.at} policy`,
    action: "deny",
    protocol: "any",
    ports: PortSet.all,
    peers: exactly(peers),
    evidence,
  };
}

function unclearPolicy(base: BaseChain, peers: AddressSet): FilterRule[] {
  if (base.policy !== "unclear") return [];
  const missing = `the policy of chain ${base.chain.name}`;
  const evidence: Evidence = { kind: "code", at: base.chain.at, says: `${missing} is not in the file` };
  const all = { protocol: "any", ports: PortSet.all, peers: undecidedSet([missing], peers), evidence } as const;
  return [{ id: `${base.chain.at} policy`, action: "deny", ...all }];
}

function policyOf({ chain, policy }: BaseChain): Evidence {
  const verb = policy === "drop" ? "drops: the sender sees a timeout" : "accepts";
  return { kind: "code", at: chain.at, says: `what no rule decides, the policy of chain ${chain.name} ${verb}` };
}

function unseen({ chain, families }: BaseChain): Evidence {
  const other = families[0] === "ipv4" ? "IPv6" : "IPv4";
  return { kind: "code", at: chain.at, says: `chain ${chain.name} sees no ${other} packets` };
}

/** A file for one family says nothing of the other: its packets may be stopped by rules that we were not given. */
function withUnsaid(layers: readonly Layer[], { unsaid }: Ruleset): Layer[] {
  const rules = unsaid.map(({ family, missing }): FilterRule => {
    const evidence: Evidence = { kind: "code", at: missing, says: "was not given" };
    const peers = undecidedSet([missing], familySets[family]);
    return { id: missing, action: "deny", protocol: "any", ports: PortSet.all, peers, evidence };
  });
  const [head] = rules;
  if (!head) return [...layers];
  const host = layers.find(({ otherwise }) => otherwise.action === "allow");
  if (host) return layers.map((layer) => (layer === host ? { ...layer, rules: [...rules, ...layer.rules] } : layer));
  const otherwise = { action: "allow", evidence: head.evidence } as const;
  return [...layers, { name: "host firewall", combine: "first-match", rules, otherwise, incomplete: [] }];
}

/** So many unions are made one by one, each of which copies the set; beyond them all parts are told apart at once. */
const fewUnions = 16;

/** False for a layer that lets every packet through, which is not worth a line of evidence. */
function canStop({ rules, otherwise }: Layer): boolean {
  const sure = rules.filter(({ action, protocol }) => action === "deny" || protocol === "any");
  let through = AddressSet.empty;
  let more: AddressSet[] = [];
  let unions = 0;
  for (const { action, peers } of sure) {
    if (action === "allow") more.push(peers.certain);
    else {
      if (more.length > 0) through = AddressSet.join([through, ...more]);
      if (more.length > 0 && ++unions > fewUnions) return anyStops(sure, otherwise.action);
      more = [];
      if (!through.contains(peers.possible)) return true;
    }
  }
  return otherwise.action === "deny" && !AddressSet.join([through, ...more]).equals(AddressSet.everything);
}

/** As `canStop`, in near-linear time whatever the order: a rule that stops nobody takes nothing from those behind it. */
function anyStops(rules: readonly FilterRule[], otherwise: "allow" | "deny"): boolean {
  const sets = rules.map(({ action, peers }) => (action === "deny" ? peers.possible : peers.certain));
  const own = AddressSet.firstComers(sets);
  if (rules.some(({ action }, i) => action === "deny" && !own[i]?.isEmpty)) return true;
  return otherwise === "deny" && !AddressSet.join(sets).equals(AddressSet.everything);
}

/** Packets of the side that began the connection, seen from the answers, whose ports are the other way round. */
function turned(layer: Layer): Layer {
  return {
    ...layer,
    name: `${layer.name} (later packets)`,
    rules: layer.rules.map(turnedRule),
  };
}

function turnedRule({
  id,
  action,
  protocol,
  ports,
  sourcePorts = PortSet.all,
  peers,
  written,
  evidence,
}: FilterRule): FilterRule {
  const found = { id, action, protocol, ports: sourcePorts, sourcePorts: ports, peers, evidence };
  return written ? { ...found, written } : found;
}
