import { AddressSet, type Family } from "../../model/addresses.js";
import { PortSet } from "../../model/ports.js";

/**
 * The TCP packets that a match holds for: a product of three sets. With `doubts` it may hold for any of them, and
 * the doubts name the inputs that decide.
 */
export interface Box {
  /** The other machine: source of what comes in, destination of what goes out. */
  readonly peers: AddressSet;
  readonly ports: PortSet;
  readonly sourcePorts: PortSet;
  /** The match speaks of TCP alone; otherwise it holds for every protocol. */
  readonly tcp: boolean;
  readonly doubts: readonly string[];
}

export const everyPacket: Box = {
  peers: AddressSet.everything,
  ports: PortSet.all,
  sourcePorts: PortSet.all,
  tcp: false,
  doubts: [],
};
export const noPacket: Box = { ...everyPacket, peers: AddressSet.empty };
export const familySets: Readonly<Record<Family, AddressSet>> = {
  ipv4: AddressSet.of("0.0.0.0/0"),
  ipv6: AddressSet.of("::/0"),
};

export function perhaps(...doubts: string[]): Box {
  return { ...everyPacket, doubts };
}

export function isEmpty({ peers, ports, sourcePorts }: Box): boolean {
  return peers.isEmpty || ports.isEmpty || sourcePorts.isEmpty;
}

export function meet(a: Box, b: Box): Box {
  if (a === everyPacket) return b;
  if (b === everyPacket) return a;
  return {
    peers:
      a.peers === AddressSet.everything
        ? b.peers
        : b.peers === AddressSet.everything
          ? a.peers
          : a.peers.intersect(b.peers),
    ports: a.ports === PortSet.all ? b.ports : b.ports === PortSet.all ? a.ports : a.ports.intersect(b.ports),
    sourcePorts:
      a.sourcePorts === PortSet.all
        ? b.sourcePorts
        : b.sourcePorts === PortSet.all
          ? a.sourcePorts
          : a.sourcePorts.intersect(b.sourcePorts),
    tcp: a.tcp || b.tcp,
    doubts:
      a.doubts.length === 0 ? b.doubts : b.doubts.length === 0 ? a.doubts : [...new Set([...a.doubts, ...b.doubts])],
  };
}

/** What is left of `box` without `cut`, as disjoint boxes; where the cut is in doubt the rest stays, in doubt too. */
export function without(box: Box, cut: Box): Box[] {
  const common = meet(box, cut);
  if (isEmpty(common)) return [box];
  const pieces: Box[] = [
    { ...box, peers: box.peers.subtract(cut.peers) },
    { ...box, peers: common.peers, ports: box.ports.subtract(cut.ports) },
    { ...box, peers: common.peers, ports: common.ports, sourcePorts: box.sourcePorts.subtract(cut.sourcePorts) },
  ];
  if (cut.doubts.length > 0) pieces.push({ ...common, tcp: box.tcp });
  return pieces.filter((piece) => !isEmpty(piece));
}
