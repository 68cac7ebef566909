import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import type { FilterRule } from "../../../model/network.js";
import { nobody, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import type { Peer } from "./peers.js";
import type { Pods } from "./pods.js";

export type Direction = "ingress" | "egress";

/** One element of `ports`. A named port means what the pods at the receiving end call so. */
export interface Traffic {
  readonly path: string;
  readonly at: string;
  readonly protocol: FilterRule["protocol"];
  readonly ports: Maybe<PortSet> | { readonly name: string };
  /** May it be for name resolution, UDP 53? */
  readonly resolves: boolean;
}

/** A rule as a policy states it. */
export interface StatedRule {
  readonly policy: string;
  readonly action: FilterRule["action"];
  readonly traffic: readonly Traffic[];
  readonly peers: readonly Peer[];
}

/** One element of `ports` with its peers, as it acts on pods: peers of the two kinds apart. */
export interface Clause {
  readonly id: string;
  readonly at: string;
  readonly policy: string;
  readonly action: FilterRule["action"];
  readonly direction: Direction;
  readonly protocol: FilterRule["protocol"];
  readonly ports: Maybe<PortSet>;
  readonly blocks: PartialSet;
  readonly pods: PartialSet;
  readonly written: readonly string[] | undefined;
  /** Whom it is for, and at which of their ports, by which those that it may let pass are found. */
  readonly peers: readonly Peer[];
  readonly traffic: Traffic;
  /** Does it let traffic pass to a port of these pods? For what is sent to them through a Service. */
  readonly lets: (pods: Pods, port: Maybe<number>) => Maybe<boolean>;
}

/** The rule as it acts on these pods. */
export function clausesOf(rule: StatedRule, own: Pods, direction: Direction, others: readonly Pods[]): Clause[] {
  const { policy, action, peers, traffic } = rule;
  const spelled = peers.map((peer) => peer.spelled);
  const isTold = spelled.every((each) => each !== undefined);
  const written = isTold ? spelled.flat() : undefined;
  return traffic.flatMap((each): Clause[] => {
    const { path: id, at, protocol } = each;
    const lets = (pods: Pods, port: Maybe<number>) => meets(each, peers, pods, port);
    const clause = (ports: Maybe<PortSet>, blocks: PartialSet, pods: PartialSet): Clause => ({
      ...{ id, at, policy, action, direction, protocol, ports, blocks, pods, written, peers, traffic: each, lets },
    });
    const [blocks, pods] = [unionOf(...peers.map((peer) => peer.blocks)), unionOf(...peers.map((peer) => peer.pods))];
    if (isUnknown(each.ports) || each.ports instanceof PortSet) return [clause(each.ports, blocks, pods)];
    if (direction === "ingress") return [clause(portsAt(each, own) as Maybe<PortSet>, blocks, pods)];
    return [clause(unknown(at), blocks, nobody), ...towards(each, peers, others, clause)];
  });
}

/** A named port in an egress rule is another number at each of the pods that it leads to. */
function towards(
  traffic: Traffic,
  peers: readonly Peer[],
  others: readonly Pods[],
  clause: (ports: Maybe<PortSet>, blocks: PartialSet, pods: PartialSet) => Clause,
): Clause[] {
  const [only, ...more] = peers;
  const near = more.length === 0 ? (only?.found ?? others) : others;
  return near.flatMap((pods) => {
    const is = peers.map((peer) => peer.covers(pods));
    if (is.every((each) => each === false)) return [];
    const sure = is.includes(true);
    const doubts = is.flatMap((each) => (isUnknown(each) ? each.unknown : []));
    const addresses = sure
      ? pods.addresses
      : undecidedSet([...doubts, ...pods.addresses.missing], pods.addresses.possible);
    return [clause(portsAt(traffic, pods), nobody, addresses)];
  });
}

function portsAt({ ports, protocol }: Traffic, pods: Pods): Maybe<PortSet> {
  if (isUnknown(ports) || ports instanceof PortSet) return ports;
  if (protocol !== "tcp") return PortSet.empty;
  const port = pods.namedPort(ports.name, "TCP");
  return isUnknown(port) ? port : port === undefined ? PortSet.empty : PortSet.of(port);
}

function meets(traffic: Traffic, peers: readonly Peer[], pods: Pods, port: Maybe<number>): Maybe<boolean> {
  if (traffic.protocol === "other") return false;
  const ports = traffic.protocol === "any" ? PortSet.all : portsAt(traffic, pods);
  if (!isUnknown(ports) && ports.isEmpty) return false;
  const atPort =
    !isUnknown(ports) && ports.equals(PortSet.all)
      ? true
      : isUnknown(ports) || isUnknown(port)
        ? unknown(...(isUnknown(ports) ? ports.unknown : []), ...(isUnknown(port) ? port.unknown : []))
        : ports.has(port);
  if (atPort === false) return false;
  const covered = peers.map((peer) => peer.covers(pods));
  if (covered.every((each) => each === false)) return false;
  const doubts = [
    ...(isUnknown(atPort) ? atPort.unknown : []),
    ...(covered.includes(true) ? [] : covered.flatMap((each) => (isUnknown(each) ? each.unknown : []))),
  ];
  return doubts.length > 0
    ? unknown(...doubts, ...(isUnknown(traffic.protocol) ? traffic.protocol.unknown : []))
    : isUnknown(traffic.protocol)
      ? traffic.protocol
      : true;
}

/** The clause as a rule of a packet filter. */
export function filterRule(clause: Clause, note = ""): FilterRule {
  const { id, action, protocol, ports, at, written } = clause;
  const peers = unionOf(clause.blocks, clause.pods);
  return {
    ...{ id, action, protocol, ports, peers, ...(written ? { written } : {}) },
    evidence: { kind: "code", at, says: `${sentence(clause, peers)}${note}` },
  };
}

function sentence({ policy, action, direction, protocol, ports }: Clause, peers: PartialSet): string {
  const verbs = {
    ingress: { allow: "lets in", deny: "keeps out", next: "passes on" },
    egress: { allow: "lets out", deny: "keeps in", next: "passes on" },
  };
  const what =
    protocol === "any"
      ? "every port"
      : isUnknown(protocol) || isUnknown(ports)
        ? "ports that are not known yet"
        : protocol === "tcp"
          ? `tcp ${ports}`
          : "a protocol other than tcp";
  const who = peers.missing.length > 0 ? "pods whose addresses are not known yet" : peers.certain.toString();
  return `${policy} ${verbs[direction][action]} ${what} ${direction === "ingress" ? "from" : "to"} ${who}`;
}
