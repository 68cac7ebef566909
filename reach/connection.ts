import { AddressSet } from "../model/addresses.js";
import type { Evidence } from "../model/evidence.js";
import { isUnknown, type Maybe, unknown } from "../model/maybe.js";
import type { FilterRule, Layer } from "../model/network.js";
import { everybody, intersectionOf, type PartialSet, undecidedPart, unionOf } from "../model/partial.js";
import { PortSet } from "../model/ports.js";
import { type Admission, admitted } from "./filter.js";

/** Ports that clients connect from: 1024 and up covers Linux, Windows, address translation and load balancers. */
export const lowestClientPort = 1024;

/** How connections with some peers that are let in fare: the client ports for which they fail, `none` when for none. */
export interface Return {
  readonly peers: AddressSet;
  readonly lost: Maybe<PortSet>;
  /** Those that fail whatever the missing inputs are. */
  readonly surely: PortSet;
  readonly evidence: readonly Evidence[];
}

export interface Connection extends Admission {
  /** The peers whose SYN gets through, whatever becomes of the answer. */
  readonly syn: PartialSet;
  /** Where no stateless layer stands on the way back, only those peers that some rule tells apart by their ports. */
  readonly returns: readonly Return[];
}

/** The part of a connection's client ports that all rules treat alike, and how it fares there. */
interface Piece {
  readonly ports: PortSet;
  readonly there: Admission;
  readonly back: Admission;
  readonly both: PartialSet;
}

/**
 * A TCP connection: the SYN passes `forward`, the answer passes the stateless layers of `answers`. `allowed` holds the
 * peers that connect from at least one client port; `returns` tells for which of their ports they do not.
 * @param asked the peers in question: evidence names only what decides for some of them.
 */
export function connection(
  forward: readonly Layer[],
  answers: readonly Layer[],
  port: number,
  asked = AddressSet.everything,
): Connection {
  const parts = alike(forward, answers);
  if (parts === undivided && answers.length === 0) {
    const there = admitted(forward, { to: port, from: lowestClientPort }, asked);
    const { allowed, opens, closes, undecided } = there;
    return {
      syn: allowed,
      allowed,
      opens: distinct(opens),
      closes: distinct(closes),
      undecided: distinct(undecided),
      returns: [],
    };
  }
  const pieces = parts.map((ports): Piece => {
    const from = ports.ranges[0]?.[0] ?? lowestClientPort;
    const there = admitted(forward, { to: port, from }, asked);
    if (answers.length === 0) return { ports, there, back: unhindered, both: there.allowed };
    const back = admitted(answers, { to: from, from: port }, asked);
    return { ports, there, back, both: intersectionOf(there.allowed, back.allowed) };
  });
  const allowed = unionOf(...pieces.map(({ both }) => both));
  const gather = (pick: (admission: Admission) => readonly Evidence[]) =>
    distinct(pieces.flatMap(({ there, back }) => [...pick(there), ...pick(back)]));
  return {
    syn: unionOf(...pieces.map(({ there }) => there.allowed)),
    allowed,
    opens: !allowed.certain.overlaps(asked) ? [] : gather(({ opens }) => opens),
    closes: allowed.certain.contains(asked) ? [] : gather(({ closes }) => closes),
    undecided: !undecidedPart(allowed).overlaps(asked) ? [] : gather(({ undecided }) => undecided),
    returns: returnsOf(pieces, allowed.certain).filter(
      ({ lost }) => answers.length > 0 || isUnknown(lost) || !lost.isEmpty,
    ),
  };
}

/** Where answers meet no filter. */
const unhindered: Admission = { allowed: everybody, opens: [], closes: [], undecided: [] };

function returnsOf(pieces: readonly Piece[], connecting: AddressSet): Return[] {
  const whole = intersectionOf(...pieces.map(({ both }) => both));
  const lossy = byPeers(
    pieces.map(({ ports, both, there, back }) => ({
      peers: connecting.subtract(both.possible),
      lost: ports,
      evidence: [...there.closes, ...back.closes],
    })),
  );
  const kept = connecting.intersect(whole.certain);
  const open = AddressSet.join(pieces.map(({ both }) => undecidedPart(both))).intersect(connecting);
  const missing = [...new Set(pieces.flatMap(({ both }) => both.missing))].sort();
  const opens = distinct(pieces.flatMap(({ back }) => back.opens));
  const undecided = distinct(pieces.flatMap(({ there, back }) => [...there.undecided, ...back.undecided]));
  const returns: Return[] = [
    { peers: kept, lost: PortSet.empty, surely: PortSet.empty, evidence: opens },
    ...lossy.flatMap(({ peers, lost, evidence }): Return[] => [
      { peers: peers.subtract(open), lost, surely: lost, evidence },
      { peers: peers.intersect(open), lost: unknown(...missing), surely: lost, evidence: [...evidence, ...undecided] },
    ]),
    {
      peers: open.subtract(AddressSet.join(lossy.map(({ peers }) => peers))),
      ...{ lost: unknown(...missing), surely: PortSet.empty, evidence: undecided },
    },
  ];
  return returns.filter(({ peers }) => !peers.isEmpty);
}

/** Peers that lose answers in several pieces are cut so that each is told all of its lost ports at once. */
function byPeers(losses: readonly { peers: AddressSet; lost: PortSet; evidence: readonly Evidence[] }[]) {
  return losses.reduce<(typeof losses)[number][]>((all, loss) => {
    let rest = loss.peers;
    const cut = all.flatMap((each) => {
      const common = each.peers.intersect(rest);
      rest = rest.subtract(common);
      const more = {
        peers: common,
        lost: each.lost.union(loss.lost),
        evidence: distinct([...each.evidence, ...loss.evidence]),
      };
      return [{ ...each, peers: each.peers.subtract(common) }, more];
    });
    return [...cut, { ...loss, peers: rest }].filter(({ peers }) => !peers.isEmpty);
  }, []);
}

const undivided: readonly PortSet[] = [PortSet.range(lowestClientPort, 65535)];

/** The client ports, cut where any rule makes a difference between them. */
export function alike(forward: readonly Layer[], answers: readonly Layer[]): readonly PortSet[] {
  const starts: number[] = [];
  const cutAt = (set: FilterRule["sourcePorts"]) => {
    if (set === undefined || isUnknown(set)) return;
    for (const [low, high] of set.ranges) {
      if (low > lowestClientPort) starts.push(low);
      if (high >= lowestClientPort && high < 65535) starts.push(high + 1);
    }
  };
  for (const { rules } of forward) for (const { sourcePorts } of rules) cutAt(sourcePorts);
  for (const { rules } of answers) for (const { ports } of rules) cutAt(ports);
  if (starts.length === 0) return undivided;
  const sorted = [...new Set([lowestClientPort, ...starts])].sort((a, b) => a - b);
  return sorted.map((start, i) => PortSet.range(start, (sorted[i + 1] ?? 65536) - 1));
}

/** Of each port the first one in the list that no rule tells apart from it. */
export function likesOf(forward: readonly Layer[], answers: readonly Layer[], ports: readonly number[]): number[] {
  const told = new Set<PortSet>();
  const note = (set: FilterRule["sourcePorts"]) => {
    if (set !== undefined && set !== PortSet.all && !isUnknown(set)) told.add(set);
  };
  for (const { rules } of forward) for (const { ports: to } of rules) note(to);
  for (const { rules } of answers) for (const { sourcePorts } of rules) note(sourcePorts);
  const sets = [...told];
  const isLike = (a: number, b: number) => a === b || sets.every((set) => set.has(a) === set.has(b));
  return ports.map((port) => ports.find((other) => isLike(port, other)) ?? port);
}

export function distinct(evidence: readonly Evidence[]): readonly Evidence[] {
  if (evidence.length < 2) return evidence;
  return [...new Map(evidence.map((each) => [`${each.at}\n${each.says}\n${each.layer?.decision}`, each])).values()];
}
