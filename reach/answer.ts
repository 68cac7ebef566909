import { AddressSet } from "../model/addresses.js";
import type { Evidence } from "../model/evidence.js";
import type { Layer } from "../model/network.js";
import { type PartialSet, undecidedPart } from "../model/partial.js";
import type { Connection } from "./connection.js";

export type Answer = "open" | "closed" | "partial" | "unknown";

/** One layer of the way, judged alone for the peers in question. */
export interface LayerAnswer {
  readonly layer: string;
  readonly verdict: Answer;
  /** The rules that decide it, with their places. */
  readonly decidedBy: readonly Evidence[];
  /** The peers in question that do not surely get through. */
  readonly stopped: AddressSet;
  readonly source: Layer;
  readonly isOnTheWayBack: boolean;
}

export function verdictOf(allowed: PartialSet, asked: AddressSet): Answer {
  if (allowed.certain.contains(asked)) return "open";
  if (!allowed.possible.overlaps(asked)) return "closed";
  return undecidedPart(allowed).overlaps(asked) ? "unknown" : "partial";
}

/** Those of the peers in question whose connections surely fail from some of their own ports. */
export function losing(returns: Connection["returns"], asked: AddressSet): Connection["returns"] {
  return returns.filter(({ peers, surely }) => !surely.isEmpty && peers.overlaps(asked));
}

/** One layer's answer, from a connection that meets no other one. */
export function alone(
  source: Layer,
  isOnTheWayBack: boolean,
  { allowed, opens, closes, undecided, returns }: Connection,
  asked: AddressSet,
): LayerAnswer {
  const lossy = losing(returns, asked);
  const verdict = lossy.length > 0 ? "partial" : verdictOf(allowed, asked);
  const partly = lossy.length > 0 ? [...lossy.flatMap(({ evidence }) => evidence), ...closes] : [...opens, ...closes];
  const said = { open: opens, closed: closes, partial: partly, unknown: undecided }[verdict];
  const stopped = AddressSet.union(
    asked.subtract(allowed.certain),
    ...lossy.map(({ peers }) => asked.intersect(peers)),
  );
  return {
    layer: isOnTheWayBack ? `${source.name}, answers` : source.name,
    verdict,
    decidedBy: said.length > 0 ? said : [source.otherwise.evidence],
    stopped,
    source,
    isOnTheWayBack,
  };
}
