import { factsNamed } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

export const ruleConflict: Rule = {
  id: "rule-conflict",
  title: "Rules for a mail port have one owner",
  severity: "high",
  why: "Where a firewall's own list and separate rules both manage its rules, each deployment removes what the other wrote: the port is open after one and closed after the next.",
  remedy:
    "Keep all rules of that firewall in one place: either in its own list or as separate resources, and remove the others.",
  standards: [
    {
      source: "PCI DSS 4.0.1",
      section: "1.2.2",
      asks: "Changes to network connections and to the settings of network controls go through change control.",
    },
  ],
  about: ["ruleConflict"],
  evaluate(view) {
    const inDoubt = new Set(
      factsNamed(view.facts, "reachable")
        .filter(({ value }) => isUnknown(value))
        .flatMap(({ evidence }) => evidence.map(({ at }) => at)),
    );
    return judgeEach(view, "ruleConflict", ({ rules }) => {
      const contested = rules.filter((rule) => inDoubt.has(rule));
      return contested.length > 0
        ? {
            status: "fail",
            message: `${view.subject}: ${contested.join(" and ")} ${contested.length === 1 ? "is" : "are"} removed and written again by turns, and with ${contested.length === 1 ? "it" : "them"} who can connect changes`,
          }
        : { status: "pass", message: `${view.subject}: rules with two owners do not change who can connect` };
    });
  },
};
