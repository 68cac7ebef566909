import { AddressSet, type Family, loopback } from "../../model/addresses.js";
import { onceForEach } from "../../model/once.js";
import { PortSet } from "../../model/ports.js";
import { type Box, everyPacket, familySets, noPacket, perhaps } from "./box.js";

/** The packets that are followed: of a TCP connection with another machine, through no loopback interface. */
export interface Packet {
  readonly side: "in" | "out";
  /** What connection tracking says of it; unknown where a rule may take it out of tracking. */
  readonly state: "new" | "established" | "invalid" | { readonly doubt: string };
  /** The TCP flags it can carry. */
  readonly flags: readonly number[];
}

/** The packets of this kind that a match of a rule holds for. */
export interface Test {
  (packet: Packet): Box;
  /** The blocks that it names, as they are spelt. */
  readonly written?: readonly string[];
}

/** RFC 9293 section 3.1, lowest bit first. */
export const flagBits = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ecn: 64, cwr: 128 } as const;

export const always: Test = () => everyPacket;
export const never: Test = () => noPacket;
/** A match that asks nothing of the packet's kind. */
const known =
  (box: Box): Test =>
  () =>
    box;
export const inDoubt = (what: string): Test => known(perhaps(what));
const everyTcpPacket: Box = { ...everyPacket, tcp: true };
export const tcpOnly: Test = () => everyTcpPacket;
const families: Readonly<Record<Family, Test>> = {
  ipv4: known({ ...everyPacket, peers: familySets.ipv4 }),
  ipv6: known({ ...everyPacket, peers: familySets.ipv6 }),
};
export const ofFamily = (family: Family): Test => families[family];

/**
 * @param set within the families that the match can hold for.
 * @param written its blocks as they are spelt.
 */
export function address(
  end: "source" | "destination",
  set: AddressSet,
  families: AddressSet,
  written: readonly string[] = [],
): Test {
  // Most rules of a chain name the peer, and are never asked about ourselves.
  let own: Box | undefined;
  const test: Test = ({ side }) => {
    if ((end === "source") === (side === "in")) return { ...everyPacket, peers: set };
    own ??= reachOf(set, families);
    return own;
  };
  return written.length > 0 ? Object.assign(test, { written }) : test;
}

/** Our own address stands in no rule file. It is none of loopback, which no other machine can send to. */
function reachOf(set: AddressSet, families: AddressSet): Box {
  const own = set.subtract(loopback);
  if (own.isEmpty) return noPacket;
  const present = (["ipv4", "ipv6"] as const).filter((family) => own.overlaps(familySets[family]));
  const peers = AddressSet.union(...present.map((family) => familySets[family]));
  const whole = own.union(loopback).contains(peers.intersect(families));
  return { ...everyPacket, peers, doubts: whole ? [] : ["the host's address"] };
}

/** Rules repeat few sets of ports many times. */
export const destinationPort = onceForEach((ports: PortSet): Test => known({ ...everyTcpPacket, ports }));
export const sourcePort = onceForEach((sourcePorts: PortSet): Test => known({ ...everyTcpPacket, sourcePorts }));

export function others(ports: PortSet): PortSet {
  return PortSet.all.subtract(ports);
}

/** Names in lower case; those that are no state of a plain connection (`snat`, `dnat`) are in doubt. */
export function state(names: readonly string[], negated: boolean): Test {
  const plain = ["new", "established", "related", "invalid", "untracked"];
  const odd = names.filter((name) => !plain.includes(name));
  return (packet) => {
    if (typeof packet.state === "object") return perhaps(packet.state.doubt);
    if (names.includes(packet.state)) return negated ? noPacket : everyPacket;
    if (odd.length > 0) return perhaps(...odd.map((name) => `connection state ${name}`));
    return negated ? everyPacket : noPacket;
  };
}

export const differingFlags = "the TCP flags of later packets";

/** Holds for each flag byte that `matches` holds for; where the packets differ it is in doubt. */
export function flags(matches: (byte: number) => boolean): Test {
  return (packet) => {
    const isMatched = packet.flags.some(matches);
    if (isMatched !== packet.flags.every(matches)) return { ...perhaps(differingFlags), tcp: true };
    return isMatched ? everyTcpPacket : noPacket;
  };
}

/** Packets from outside come and go through some interface that is not `lo`. */
export function interfaceName(
  end: "in" | "out",
  names: readonly string[],
  negated: boolean,
  absent: "never equal" | "in doubt",
): Test {
  const [equal, unequal] = negated ? [noPacket, everyPacket] : [everyPacket, noPacket];
  if (names.includes("+") || names.includes("*")) return known(equal);
  const isForeign = names.some((name) => name !== "lo");
  const own = isForeign ? perhaps(end === "in" ? "the interface of the client" : "the outgoing interface") : unequal;
  const other = absent === "in doubt" ? perhaps(`the ${end === "in" ? "incoming" : "outgoing"} interface`) : unequal;
  return ({ side }) => (side === end ? own : other);
}

/** `LOCAL` is us; what a machine outside is to our routing table stands in no rule file. */
export function addressType(end: "source" | "destination", types: readonly string[], negated: boolean): Test {
  return ({ side }) => {
    const ours = (end === "destination") === (side === "in");
    if (!ours) return perhaps("addrtype");
    return types.includes("LOCAL") !== negated ? everyPacket : noPacket;
  };
}
