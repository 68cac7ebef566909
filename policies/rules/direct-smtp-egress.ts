import { AddressSet, internet } from "../../model/addresses.js";
import { isUnknown } from "../../model/maybe.js";
import type { Rule } from "../../model/rule.js";
import { isUsed } from "./client-words.js";
import { outcome, providerSays, type Split, split } from "./words.js";

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
  about: ["egressAllowed"],
  evaluate(view) {
    const isMailHost = view.endpoint !== undefined;
    if (view.port !== 25 || isUsed(view) || isMailHost) return [];
    const egress = split(view, "egressAllowed");
    if (egress.facts.length === 0) return [];
    const out = egress.yes.intersect(internet);
    const lifted = leftToProvider(egress).intersect(internet);
    const doubtful = egress.open.intersect(internet);
    if (!out.isEmpty)
      return [outcome("fail", out, `${view.subject}: an application host may connect to port 25 of ${out}`, egress)];
    if (!lifted.isEmpty) {
      const words = "an application host may connect to port 25 as soon as the provider lifts its own block";
      return [outcome("fail", lifted, `${view.subject}: ${words}`, egress)];
    }
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

/** Where the rules let it out, and only a block of the provider's may stand that is lifted on request: no guard of one's own. */
function leftToProvider({ facts }: Split): AddressSet {
  const left = facts.filter(
    (fact) => isUnknown(fact.value) && fact.evidence.length > 0 && providerSays(fact).length === fact.evidence.length,
  );
  return AddressSet.union(...left.map(({ from }) => from));
}
