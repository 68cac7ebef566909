import { AddressSet } from "../model/addresses.js";
import type { Evidence } from "../model/evidence.js";
import { isUnknown } from "../model/maybe.js";
import type { Layer, NetworkInterface } from "../model/network.js";
import { type PartialSet, undecidedPart } from "../model/partial.js";
import { type Connection, connection } from "./connection.js";

export type Answer = "open" | "closed" | "partial" | "unknown";

/** One layer of the way, judged alone for the peers in question. */
export interface LayerAnswer {
  readonly layer: string;
  readonly verdict: Answer;
  /** The rules that decide it, with their places. */
  readonly decidedBy: readonly Evidence[];
  /** The peers in question that do not surely get through. */
  readonly stopped: AddressSet;
}

/** The way of one TCP port into or out of one interface. */
export interface Explanation {
  readonly subject: string;
  readonly port: number;
  readonly direction: "in" | "out";
  readonly verdict: Answer;
  /** Of `in`, the addresses whose SYN gets through; of `out`, those that can be connected to. */
  readonly peers: PartialSet;
  readonly layers: readonly LayerAnswer[];
  /** Every layer that stops some of the peers in question, not the first alone. */
  readonly blockers: readonly LayerAnswer[];
  /** The smallest change that opens what is closed; of what is open, the smallest that closes it. */
  readonly minimalChange: readonly string[];
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
  const [forward, answers] =
    direction === "in" ? [nic.ingress, nic.ingressAnswers ?? []] : [nic.egress, nic.egressAnswers ?? []];
  const whole = connection(forward, answers, port, asked);
  const verdict = losing(whole.returns, asked).length > 0 ? "partial" : verdictOf(whole.allowed, asked);
  const isOnly = forward.length + answers.length === 1;
  const layers = [
    ...forward.map((layer) => alone(layer, layer.name, isOnly ? whole : connection([layer], [], port, asked), asked)),
    ...answers.map((layer) => alone(layer, `${layer.name}, answers`, connection([], [layer], port, asked), asked)),
  ];
  const blockers = layers.filter((each) => each.verdict === "closed" || each.verdict === "partial");
  return {
    subject,
    port,
    direction,
    verdict,
    peers: whole.syn,
    layers,
    blockers,
    minimalChange:
      verdict === "open" ? closing(layers) : blockers.map((blocker) => opening(blocker, forward, direction, port)),
    missing: whole.allowed.missing,
  };
}

function verdictOf(allowed: PartialSet, asked: AddressSet): Answer {
  if (allowed.certain.contains(asked)) return "open";
  if (!allowed.possible.overlaps(asked)) return "closed";
  return undecidedPart(allowed).overlaps(asked) ? "unknown" : "partial";
}

/** Those of the peers in question whose connections fail from some of their own ports. */
function losing(returns: Connection["returns"], asked: AddressSet): Connection["returns"] {
  return returns.filter(({ peers, lost }) => !isUnknown(lost) && !lost.isEmpty && peers.overlaps(asked));
}

function alone(
  layer: Layer,
  name: string,
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
  return { layer: name, verdict, decidedBy: said.length > 0 ? said : [layer.otherwise.evidence], stopped };
}

function opening(
  { layer, decidedBy, stopped }: LayerAnswer,
  forward: readonly Layer[],
  direction: "in" | "out",
  port: number,
): string {
  if (layer.endsWith(", answers")) return `${layer}: let TCP pass to ports 1024-65535 of ${stopped}`;
  const isOrdered = forward.find(({ name }) => name === layer)?.combine === "first-match";
  const denying = decidedBy.find((each) => each.layer?.decision === "deny");
  const where = denying ? `${isOrdered ? "before" : "at"} ${denying.at} ` : "";
  return `${layer}: add a rule ${where}that allows TCP ${port} ${direction === "in" ? "from" : "to"} ${stopped}`;
}

/** One shut layer shuts the way: the one with the fewest rules to remove. */
function closing(layers: readonly LayerAnswer[]): string[] {
  const rules = ({ decidedBy }: LayerAnswer) => decidedBy.filter((each) => each.layer?.decision === "allow");
  const [fewest] = layers.filter((each) => rules(each).length > 0).sort((a, b) => rules(a).length - rules(b).length);
  return fewest
    ? [
        `${fewest.layer}: remove or narrow ${rules(fewest)
          .map((each) => each.at)
          .join(", ")}`,
      ]
    : [];
}
