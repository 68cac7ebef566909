import type { Fact, FactName } from "../../model/fact.js";
import type { Finding } from "../../model/finding.js";
import { grouped } from "../../model/grouped.js";

/** Finds the resource that a violation is to be reported on. */
export type Places = ReturnType<typeof placesIn>;

/** These say what the network does to a subject, not what its server does. */
const ofTheNetwork: ReadonlySet<FactName> = new Set(["reachable", "egressAllowed", "openedBy"]);

export function placesIn(resources: readonly { readonly urn: string }[], facts: readonly Fact[]) {
  const urns = new Set(resources.map((resource) => resource.urn));
  const first = (places: readonly string[]) => places.map((at) => at.split("#")[0] ?? "").find((urn) => urns.has(urn));
  let bySubject: ReadonlyMap<string, readonly Fact[]> | undefined;
  const beside = (subject: string) => {
    // Most findings' own evidence stands in the program.
    bySubject ??= grouped(facts, (fact) => [fact.subject]);
    const known = bySubject.get(subject) ?? [];
    const placesOf = (isNetwork: boolean) =>
      known
        .filter(({ name }) => ofTheNetwork.has(name) === isNetwork)
        .flatMap(({ evidence }) => evidence.map(({ at }) => at));
    return first(placesOf(false)) ?? first(placesOf(true));
  };
  return {
    /** Of a place `URN#path`. */
    of: (...places: string[]): string | undefined => first(places),
    /**
     * Where a finding's evidence stands; where that is a product's default or a provider's page, which stand nowhere in
     * the program, what else is known of the same server, at last of its network.
     */
    ofFinding: ({ subject, missing, evidence }: Finding): string | undefined =>
      first([...missing, ...evidence.map((each) => each.at)]) ?? beside(subject),
  };
}
