import { AddressSet } from "../model/addresses.js";
import { isUnknown, type Maybe, missingOf, unknown } from "../model/maybe.js";
import type { Exact, Layer, NetworkInterface, Ways } from "../model/network.js";
import { intersectionOf, type PartialSet, undecidedPart, unionOf } from "../model/partial.js";
import { PortSet } from "../model/ports.js";
import { type Connection, connection, distinct, lowestClientPort, type Return } from "./connection.js";

export type Direction = "in" | "out";

/** The layers of one direction, and those that its answers pass. */
export function layersOf(
  ways: Ways,
  direction: Direction,
): readonly [forward: readonly Layer[], answers: readonly Layer[]] {
  return direction === "in" ? [ways.ingress, ways.ingressAnswers ?? []] : [ways.egress, ways.egressAnswers ?? []];
}

/** `connection` with an interface; where its layers leave something open, by the cases that it has. */
export function connectionOf(
  nic: NetworkInterface,
  direction: Direction,
  port: number,
  asked = AddressSet.everything,
): Connection {
  return refined(nic, port, asked, (ways) => connection(...layersOf(ways, direction), port, asked));
}

/** What holds of an interface, and where that is open what holds in all of its cases. */
export function refined(
  nic: NetworkInterface,
  port: number,
  asked: AddressSet,
  judge: (ways: Ways) => Connection,
): Connection {
  const whole = judge(nic);
  const { exact } = nic;
  if (!exact) return whole;
  const isOpen = undecidedPart(whole.allowed).overlaps(asked) || whole.returns.some(({ lost }) => isUnknown(lost));
  const cases = isOpen ? exact.cases(port) : [];
  return cases.length === 0
    ? whole
    : oneOf(
        whole,
        cases.map((doors) => anyOf(doors.map(judge), asked)),
        exact,
        asked,
      );
}

/** By several doors: whoever gets through one of them gets through. */
function anyOf(doors: readonly Connection[], asked: AddressSet): Connection {
  const [only, ...more] = doors as [Connection, ...Connection[]];
  if (more.length === 0) return only;
  const allowed = unionOf(...doors.map((each) => each.allowed));
  return {
    ...gathered(doors, allowed, asked),
    syn: unionOf(...doors.map(({ syn }) => syn)),
    returns: overlaid(doors, allowed.certain, every, (one, other) =>
      isUnknown(one) || isUnknown(other) ? eitherUnknown(one, other) : one.intersect(other),
    ),
  };
}

/** One of the cases is true: what they have in common is known. */
function oneOf(whole: Connection, cases: readonly Connection[], { inputs }: Exact, asked: AddressSet): Connection {
  const common = (pick: (each: Connection) => PartialSet): PartialSet => {
    const sets = cases.map(pick);
    const certain = intersectionOf(...sets).certain;
    const possible = unionOf(...sets).possible;
    if (certain.equals(possible)) return { certain, possible: certain, missing: [] };
    const differs = sets.some((set) => !set.certain.equals(certain) || !set.possible.equals(possible));
    return { certain, possible, missing: union(differs ? inputs : [], ...sets.map(({ missing }) => missing)) };
  };
  const allowed = common((each) => each.allowed);
  const { undecided, ...gathering } = gathered(cases, allowed, asked);
  const isOpen = undecidedPart(allowed).overlaps(asked);
  return {
    ...gathering,
    undecided: isOpen ? distinct([...whole.undecided, ...undecided]) : [],
    syn: common(({ syn }) => syn),
    returns: overlaid(cases, allowed.certain, PortSet.empty, (one, other) =>
      !isUnknown(one) && !isUnknown(other) && one.equals(other)
        ? one
        : unknown(...union(inputs, missingOf(one, other))),
    ),
  };
}

function gathered(all: readonly Connection[], allowed: PartialSet, asked: AddressSet) {
  const of = (pick: (each: Connection) => Connection["opens"]) => distinct(all.flatMap(pick));
  return {
    allowed,
    opens: allowed.certain.overlaps(asked) ? of(({ opens }) => opens) : [],
    closes: allowed.certain.contains(asked) ? [] : of(({ closes }) => closes),
    undecided: undecidedPart(allowed).overlaps(asked) ? of(({ undecided }) => undecided) : [],
  };
}

const every = PortSet.range(lowestClientPort, 65535);

function eitherUnknown(one: Maybe<PortSet>, other: Maybe<PortSet>): Maybe<PortSet> {
  const isWhole = [one, other].some((each) => !isUnknown(each) && each.isEmpty);
  return isWhole ? PortSet.empty : unknown(...missingOf(one, other));
}

/**
 * How the connections of `peers` fare, from how they fare in each.
 * @param unconnected the client ports that are lost to those who do not connect in one of them.
 */
function overlaid(
  all: readonly Connection[],
  peers: AddressSet,
  unconnected: PortSet,
  join: (one: Maybe<PortSet>, other: Maybe<PortSet>) => Maybe<PortSet>,
): Return[] {
  if (all.every(({ returns }) => returns.length === 0)) return [];
  const sides = all.map(({ returns, allowed }): Return[] => {
    const told = AddressSet.join(returns.map((each) => each.peers));
    const rest = (own: AddressSet, lost: PortSet): Return => ({ peers: own, lost, surely: lost, evidence: [] });
    const silent = peers.subtract(told);
    return [
      ...returns,
      rest(silent.intersect(allowed.certain), PortSet.empty),
      rest(silent.subtract(allowed.certain), unconnected),
    ];
  });
  const [first = [], ...others] = sides;
  const start = first.map((each) => ({ ...each, peers: each.peers.intersect(peers) }));
  const found = others.reduce(
    (left, right) =>
      left
        .flatMap((one) =>
          right.map((other) => ({
            peers: one.peers.intersect(other.peers),
            lost: join(one.lost, other.lost),
            surely: one.surely.intersect(other.surely),
            evidence: distinct([...one.evidence, ...other.evidence]),
          })),
        )
        .filter((each) => !each.peers.isEmpty),
    start,
  );
  return found.filter((each) => !each.peers.isEmpty);
}

function union(...names: readonly (readonly string[])[]): string[] {
  return [...new Set(names.flat())].sort();
}
