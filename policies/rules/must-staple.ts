import type { FactValues } from "../../model/fact.js";
import type { Rule } from "../../model/rule.js";
import { isSubmission, judgeEach } from "./words.js";

type Staple = FactValues["ocspStaple"]["staple"];

const problems: Record<Staple, string | undefined> = {
  good: undefined,
  revoked: "the stapled OCSP response says that the certificate is revoked",
  stale: "the stapled OCSP response is out of date",
  unknown: "the stapled OCSP response proves nothing",
  absent: "none is stapled",
};

export const mustStaple: Rule = {
  id: "must-staple",
  title: "A certificate that asks for a stapled OCSP response comes with a good one",
  severity: "medium",
  why: "Clients that honour the certificate's wish refuse the connection when the response is missing or out of date; a revoked certificate is to be refused by all.",
  remedy:
    "Let the server staple and renew in time, or get a certificate without the must-staple extension: Postfix cannot staple.",
  standards: [
    {
      source: "RFC 7633",
      section: "4.1",
      asks: "A server whose certificate has the TLS feature status_request sends the response.",
    },
  ],
  about: ["ocspStaple"],
  evaluate(view) {
    if (!isSubmission(view)) return [];
    return judgeEach(view, "ocspStaple", ({ staple, mustStaple: asks }) => {
      const problem = problems[staple];
      if (asks && problem)
        return { status: "fail", message: `${view.subject}: the certificate asks for OCSP stapling, but ${problem}` };
      if (staple === "revoked" || staple === "stale") return { status: "fail", message: `${view.subject}: ${problem}` };
      const says = asks ? "its OCSP response is stapled and good" : "the certificate does not ask for OCSP stapling";
      return { status: "pass", message: `${view.subject}: ${says}` };
    });
  },
};
