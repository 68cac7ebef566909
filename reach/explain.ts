import { AddressSet } from "../model/addresses.js";
import type { Layer, NetworkInterface } from "../model/network.js";
import { type PartialSet, undecidedPart } from "../model/partial.js";
import { type Answer, alone, type LayerAnswer, losing, verdictOf } from "./answer.js";
import { type Change, closing, opening } from "./change.js";
import { connection } from "./connection.js";
import { connectionOf, type Direction, layersOf, refined } from "./exact.js";

/** The way of one TCP port into or out of one interface. */
export interface Explanation {
  readonly subject: string;
  readonly port: number;
  readonly direction: "in" | "out";
  readonly verdict: Answer;
  /** Of `in`, the addresses whose SYN gets through; of `out`, those that a SYN gets to. */
  readonly peers: PartialSet;
  /** The same of the other direction, on the same port. */
  readonly others: PartialSet;
  readonly layers: readonly LayerAnswer[];
  /** Every layer that stops some of the peers in question, not the first alone. */
  readonly blockers: readonly LayerAnswer[];
  /** The smallest change that opens what is closed; of what is open, the smallest that closes it. */
  readonly minimalChange: Change;
  /** Inputs that are not known yet and decide about some of the peers in question. */
  readonly missing: readonly string[];
}

/**
 * Explains who gets from `asked` to the interface on a TCP port, or from the interface to `asked`.
 * @param asked the peers in question; the verdict is about all of them.
 */
export function explain(
  nic: NetworkInterface,
  subject: string,
  direction: Direction,
  port: number,
  asked: AddressSet,
): Explanation {
  const [forward, answers] = layersOf(nic, direction);
  const whole = connectionOf(nic, direction, port, asked);
  const verdict = losing(whole.returns, asked).length > 0 ? "partial" : verdictOf(whole.allowed, asked);
  const isOnly = forward.length + answers.length === 1;
  const judged = (layer: Layer, i: number, isOnTheWayBack: boolean): LayerAnswer => {
    const own = refined(nic, port, asked, (ways) => {
      const all = layersOf(ways, direction);
      return isOnTheWayBack
        ? connection([], all[1].slice(i, i + 1), port, asked)
        : connection(all[0].slice(i, i + 1), [], port, asked);
    });
    return alone(layer, isOnTheWayBack, own, asked);
  };
  const layers = [
    ...forward.map((layer, i) => (isOnly ? alone(layer, false, whole, asked) : judged(layer, i, false))),
    ...answers.map((layer, i) => judged(layer, i, true)),
  ];
  const blockers = blockersOf(layers, verdict);
  const preposition = direction === "in" ? "from" : "to";
  return {
    subject,
    port,
    direction,
    verdict,
    peers: whole.syn,
    others: connection(layersOf(nic, direction === "in" ? "out" : "in")[0], [], port, AddressSet.empty).syn,
    layers,
    blockers,
    minimalChange:
      verdict === "open" ? closing(layers, port, asked, preposition) : opening(blockers, port, preposition),
    missing: undecidedPart(whole.allowed).overlaps(asked) ? whole.allowed.missing : [],
  };
}

/** Of layers that only together stop whom they stop, whichever of them it is: all that may. */
function blockersOf(layers: readonly LayerAnswer[], verdict: Answer): LayerAnswer[] {
  const sure = layers.filter((each) => each.verdict === "closed" || each.verdict === "partial");
  return verdict === "closed" && sure.length === 0 ? layers.filter((each) => each.verdict === "unknown") : sure;
}
