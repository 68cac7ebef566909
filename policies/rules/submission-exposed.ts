import type { Rule } from "../../model/rule.js";
import { isSubmission, outcome, split } from "./words.js";

export const submissionExposed: Rule = {
  id: "submission-exposed",
  title: "A submission port is open to the declared clients and to nobody else",
  severity: "high",
  why: "A submission port that more of the world can reach than was meant is a target for password guessing, and the first step to abuse of the relay.",
  remedy:
    "Narrow the source addresses of the firewall rule to the declared clients, or declare the wider exposure in port587.yaml.",
  standards: [
    {
      source: "PCI DSS 4.0.1",
      section: "1.2.5",
      asks: "Every port that is allowed is identified, approved and needed.",
    },
    {
      source: "NIST SP 800-53 r5",
      section: "SC-7(5)",
      asks: "Deny network traffic by default and allow it by exception.",
    },
  ],
  about: ["reachable"],
  evaluate(view) {
    const { endpoint, declaration, subject } = view;
    const isAbout = view.port === 587 || view.port === 465 || (endpoint !== undefined && isSubmission(view));
    if (view.side === "observed" || !isAbout) return [];
    const reach = split(view, "reachable");
    if (reach.facts.length === 0) return [];
    const meant = endpoint?.exposure ?? declaration.trustedNetworks;
    const excess = reach.yes.subtract(meant);
    const doubtful = reach.open.subtract(meant);
    if (!excess.isEmpty) {
      const against = endpoint ? `declared for ${meant}` : "no endpoint is declared there";
      return [outcome("fail", excess, `${subject} is open to ${excess}; ${against}`, reach)];
    }
    if (!doubtful.isEmpty) return [outcome("undecided", doubtful, `${subject} may be open to ${doubtful}`, reach)];
    if (!endpoint && reach.yes.isEmpty) return [];
    return [
      outcome(
        "pass",
        reach.yes.isEmpty ? meant : reach.yes,
        `${subject} is open to ${reach.yes} and no further than declared`,
        reach,
      ),
    ];
  },
};
