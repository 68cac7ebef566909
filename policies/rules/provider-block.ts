import { AddressSet, internet } from "../../model/addresses.js";
import { type FactOf, factsNamed } from "../../model/fact.js";
import type { Outcome } from "../../model/finding.js";
import { isUnknown, missingOf } from "../../model/maybe.js";
import type { Rule } from "../../model/rule.js";
import { isUsed } from "./client-words.js";
import { providerSays } from "./words.js";

type Egress = FactOf<"egressAllowed">;

export const providerBlock: Rule = {
  id: "provider-block",
  title: "The provider of a mail client does not block the port of its relay",
  severity: "high",
  why: "Many providers drop outbound SMTP whatever the firewall rules say; every rule looks right, and each connection times out.",
  remedy:
    "Use a port that the provider leaves open (many relays listen on 2525 too), or ask the provider to lift the block, and declare that port.",
  standards: [{ source: "RFC 5068", section: "3.1", asks: "Clients use the submission port, 587, for submission." }],
  about: ["egressAllowed"],
  evaluate(view) {
    const { relay, subject } = view;
    if (!isUsed(view)) return [];
    const towards = relay?.addresses ?? internet;
    const about = factsNamed(view.facts, "egressAllowed").filter(({ from }) => from.overlaps(towards));
    const outcome = (status: Outcome["status"], facts: readonly Egress[], words: string): Outcome[] => {
      if (facts.length === 0) return [];
      const evidence = facts.flatMap((fact) => providerSays(fact));
      const says = [...new Set(evidence.map((each) => each.says))].join("; ");
      const from = AddressSet.union(...facts.map((fact) => fact.from)).intersect(towards);
      const missing = status === "undecided" ? missingOf(...facts.map(({ value }) => value)) : [];
      return [{ status, from, message: `${subject}: ${says}${words}`, missing, evidence }];
    };
    const told = about.filter((fact) => providerSays(fact).length > 0);
    const blocked = told.filter(({ value }) => value === false);
    const open = told.filter(({ value }) => isUnknown(value));
    if (blocked.length > 0) return outcome("fail", blocked, "");
    if (open.length > 0) return outcome("undecided", open, "; whether that holds here could not be decided");
    return outcome("pass", told, "");
  },
};
