import { AddressSet } from "../model/addresses.js";
import type { Evidence } from "../model/evidence.js";
import type { Fact, FactOf } from "../model/fact.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../model/maybe.js";
import type { Layer, NetworkInterface } from "../model/network.js";
import { undecidedPart } from "../model/partial.js";
import { connection } from "./connection.js";

type Value = FactOf<"layerAdmits">["value"];

/** What each kind of filter of an interface lets through on one port, whatever the other kinds do. */
export function layerFacts(nic: NetworkInterface, subject: string, direction: "in" | "out", port: number): Fact[] {
  const [forward, answers = []] =
    direction === "in" ? [nic.ingress, nic.ingressAnswers] : [nic.egress, nic.egressAnswers];
  // What a provider does to everybody is no filter of one side.
  const own = [...forward, ...answers].filter(({ name }) => name !== "provider");
  const names = [...new Set(own.map(({ name }) => name))];
  const untouched = (nic.untouched ?? []).filter(({ layer }) => !names.includes(layer));
  const { origin } = nic;
  const fact = (layer: string, from: AddressSet, admits: Maybe<boolean>, lost: Maybe<string>, said: Evidence[]) => {
    const value: Value = { layer, direction, admits, lostClientPorts: lost };
    const evidence = said.length > 0 ? said : [nic.evidence];
    return { subject, name: "layerAdmits", from, value, origin, evidence } as const;
  };
  const found = [
    ...names.flatMap((name) => factsOf(name, named(forward, name), named(answers, name), port, fact)),
    ...untouched.map(({ layer, peers, evidence }) => fact(layer, peers, true, "none", [evidence])),
  ];
  return found.filter(({ from }) => !from.isEmpty);
}

function factsOf<F>(
  name: string,
  forward: readonly Layer[],
  answers: readonly Layer[],
  port: number,
  fact: (layer: string, from: AddressSet, admits: Maybe<boolean>, lost: Maybe<string>, said: Evidence[]) => F,
): F[] {
  const { allowed, opens, closes, undecided, returns } = connection(forward, answers, port);
  const lossy = returns.filter(({ lost }) => isUnknown(lost) || !lost.isEmpty);
  const whole = allowed.certain.subtract(AddressSet.join(lossy.map(({ peers }) => peers)));
  return [
    fact(name, whole, true, "none", [...opens]),
    ...lossy.map(({ peers, lost, evidence }) =>
      fact(name, peers, true, mapKnown(lost, String), evidence.length > 0 ? [...evidence] : [...opens]),
    ),
    fact(name, allowed.possible.complement(), false, "none", [...closes]),
    fact(name, undecidedPart(allowed), unknown(...allowed.missing), "none", [...undecided]),
  ];
}

function named(layers: readonly Layer[], wanted: string): Layer[] {
  return layers.filter(({ name }) => name === wanted);
}
