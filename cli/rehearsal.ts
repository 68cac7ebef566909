import { AddressSet } from "../model/addresses.js";
import type { Fact } from "../model/fact.js";
import { unknown } from "../model/maybe.js";
import { endpointSubject } from "../model/subjects.js";
import { rules } from "../policies/index.js";
import type { Live } from "./probe.js";

/** An endpoint of which all that a rule may ask is unknown: what is judged and told of it comes to nobody's eyes. */
export function nothingSeen({ host, port }: { readonly host: string; readonly port: number }): Live {
  const subject = endpointSubject(host, port);
  const names = [...new Set(rules.flatMap(({ about }) => about))];
  const nothing = { subject, from: AddressSet.everything, value: unknown("nothing yet"), origin: "observed" } as const;
  const facts = names.map((name) => ({ ...nothing, name, evidence: [] }) as unknown as Fact);
  return { observations: [{ subject, host, port, steps: [], facts, addresses: [], connections: 0 }], domains: [] };
}
