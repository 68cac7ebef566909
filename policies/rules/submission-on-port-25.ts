import { AddressSet } from "../../model/addresses.js";
import { factsNamed } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import type { Rule, View } from "../../model/rule.js";
import { outcome, servedOn, split } from "./words.js";

const submissionPorts = [587, 465];

export const submissionOnPort25: Rule = {
  id: "submission-on-port-25",
  title: "Submission is served on 587 or 465, not on 25 alone",
  severity: "medium",
  why: "Providers and networks block port 25 for everyone but mail servers: users who have no other port cannot send from there.",
  remedy:
    "Add the submission services on 587 and 465 (Postfix: submission and submissions in master.cf) and move the logins there.",
  standards: [
    {
      source: "RFC 6409",
      section: "3.1",
      asks: "Port 587 is reserved for submission; a site may take it on port 25 too, on hosts set apart for it.",
    },
    { source: "RFC 5068", section: "3.1", asks: "Submission from outside a site is supported on port 587." },
  ],
  about: ["listening", "authBeforeTls", "authMechanisms"],
  evaluate(view) {
    if (view.port !== 25) return [];
    const own = split(view, "listening");
    if (own.yes.isEmpty || !takesLogins(view)) return [];
    const others = submissionPorts.map((port) => servedOn(view, port));
    const facts = [...own.facts, ...others.flatMap((each) => each.facts)];
    // What was not probed is not known to be closed.
    if (view.side === "observed" && others.some((each) => each.facts.length === 0)) return [];
    const about = { ...own, facts, missing: [...new Set(others.flatMap((each) => each.missing))].sort() };
    if (others.some((each) => !each.yes.isEmpty))
      return [outcome("pass", own.yes, `${view.subject} is not the only port for submission`, about)];
    const open = AddressSet.union(...others.map((each) => each.open));
    return [
      open.isEmpty
        ? outcome("fail", own.yes, `${view.subject} takes logins, and the host serves neither 587 nor 465`, about)
        : outcome("undecided", open, `${view.subject} takes logins; whether 587 or 465 is served is open`, about),
    ];
  },
};

/** Declared for submission, or it offers AUTH to someone. */
function takesLogins({ role, facts }: View): boolean {
  return (
    role === "submission" ||
    factsNamed(facts, "authMechanisms").some(({ value }) => !isUnknown(value) && value.length > 0) ||
    factsNamed(facts, "authBeforeTls").some(({ value }) => !isUnknown(value) && value.accepted.length > 0)
  );
}
