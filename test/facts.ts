import { AddressSet } from "../model/addresses.js";
import type { Evidence } from "../model/evidence.js";
import type { Fact, FactName, FactValues, Origin } from "../model/fact.js";
import type { Maybe } from "../model/maybe.js";

export const anyone = AddressSet.everything;

/** A fact for tables: the evidence says no more than where it would stand. */
export function fact<N extends FactName>(
  subject: string,
  name: N,
  value: Maybe<FactValues[N]>,
  {
    from = anyone,
    origin = "planned" as Origin,
    evidence = [evidenceOf(origin)],
  }: { from?: AddressSet; origin?: Origin; evidence?: Evidence[] } = {},
): Fact {
  return { subject, name, value, from, origin, evidence } as Fact;
}

function evidenceOf(origin: Origin): Evidence {
  return origin === "observed"
    ? { kind: "wire", at: "192.0.2.1:587", says: "seen" }
    : { kind: "code", at: "main.cf:1", says: "set here" };
}
