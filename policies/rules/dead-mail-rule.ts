import { factsNamed } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

export const deadMailRule: Rule = {
  id: "dead-mail-rule",
  title: "Every rule for a mail port decides something",
  severity: "low",
  why: "A rule that others cover says what does not happen: whoever narrows it, or relies on it, changes nothing and does not notice.",
  remedy:
    "Remove the rule, if no machine of other programs needs it; where it was meant to decide, put it before the rules that cover it or narrow those.",
  standards: [
    {
      source: "PCI DSS 4.0.1",
      section: "1.2.5",
      asks: "Every port that is allowed is identified, approved and needed.",
    },
  ],
  about: ["deadRule", "openedBy"],
  evaluate(view) {
    const dead = judgeEach(view, "deadRule", ({ rule, kind, by }) => ({
      status: "fail",
      message: `${view.subject}: ${rule} changes nothing on any machine seen here, ${by.join(" and ")} ${kind === "shadowed" ? (by.length === 1 ? "decides before it" : "decide before it") : by.length === 1 ? "admits the same" : "admit the same"}`,
    }));
    if (dead.length > 0) return dead;
    const named = factsNamed(view.facts, "openedBy").filter(({ value }) => !isUnknown(value) && value.exact);
    return named.map(({ from, evidence }) => ({
      ...{ status: "pass" as const, from, evidence, missing: [] },
      message: `${view.subject}: the rule that names this port decides`,
    }));
  },
};
