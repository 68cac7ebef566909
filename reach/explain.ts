import { AddressSet } from "../model/addresses.js";
import type { NetworkInterface } from "../model/network.js";
import { type PartialSet, undecidedPart } from "../model/partial.js";
import { type Answer, alone, type LayerAnswer, losing, verdictOf } from "./answer.js";
import { type Change, closing, opening } from "./change.js";
import { connection } from "./connection.js";

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
  direction: "in" | "out",
  port: number,
  asked: AddressSet,
): Explanation {
  const ways = { in: [nic.ingress, nic.ingressAnswers ?? []], out: [nic.egress, nic.egressAnswers ?? []] } as const;
  const [forward, answers] = ways[direction];
  const [other] = ways[direction === "in" ? "out" : "in"];
  const whole = connection(forward, answers, port, asked);
  const verdict = losing(whole.returns, asked).length > 0 ? "partial" : verdictOf(whole.allowed, asked);
  const isOnly = forward.length + answers.length === 1;
  const layers = [
    ...forward.map((layer) => alone(layer, false, isOnly ? whole : connection([layer], [], port, asked), asked)),
    ...answers.map((layer) => alone(layer, true, connection([], [layer], port, asked), asked)),
  ];
  const blockers = layers.filter((each) => each.verdict === "closed" || each.verdict === "partial");
  const preposition = direction === "in" ? "from" : "to";
  return {
    subject,
    port,
    direction,
    verdict,
    peers: whole.syn,
    others: connection(other, [], port, AddressSet.empty).syn,
    layers,
    blockers,
    minimalChange:
      verdict === "open" ? closing(layers, port, asked, preposition) : opening(blockers, port, preposition),
    missing: undecidedPart(whole.allowed).overlaps(asked) ? whole.allowed.missing : [],
  };
}
