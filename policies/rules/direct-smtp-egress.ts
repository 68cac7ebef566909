import { internet } from "../../model/addresses.js";
import type { Rule } from "../../model/rule.js";
import { isUsed } from "./client-words.js";
import { outcome, split } from "./words.js";

export const directSmtpEgress: Rule = {
  id: "direct-smtp-egress",
  title: "Application hosts cannot send mail past the submission server on port 25",
  severity: "medium",
  why: "A compromised application host with port 25 open sends spam straight to the world's mail exchangers and ruins the reputation of your addresses.",
  remedy:
    "Limit the egress rule of application hosts to the ports they need; let mail go through a submission server on 587 or 465.",
  standards: [
    {
      source: "NIST SP 800-53 r5",
      section: "SC-7(5)",
      asks: "Deny network traffic by default and allow it by exception.",
    },
  ],
  evaluate(view) {
    const egress = split(view, "egressAllowed");
    const isMailHost = view.endpoint !== undefined;
    if (view.port !== 25 || isUsed(view) || isMailHost || egress.facts.length === 0) return [];
    const out = egress.yes.intersect(internet);
    const doubtful = egress.open.intersect(internet);
    if (!out.isEmpty)
      return [outcome("fail", out, `${view.subject}: an application host may connect to port 25 of ${out}`, egress)];
    if (!doubtful.isEmpty) {
      return [
        outcome(
          "undecided",
          doubtful,
          `${view.subject}: an application host may be able to connect to port 25`,
          egress,
        ),
      ];
    }
    return [
      outcome("pass", internet, `${view.subject}: port 25 on the internet is closed to this application host`, egress),
    ];
  },
};
