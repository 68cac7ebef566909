import type { Outcome } from "../../model/finding.js";
import type { Rule, View } from "../../model/rule.js";
import { isSubmission, judgeEach } from "./words.js";

export const authRequired: Rule = {
  id: "auth-required",
  title: "A submission port requires AUTH, and offers it inside TLS",
  severity: "critical",
  why: "A submission server that asks for no AUTH sends anyone's mail in your name; one that offers none lets nobody send.",
  remedy:
    "Refuse clients that have not authenticated (Postfix: smtpd_client_restrictions=permit_sasl_authenticated,reject on the service) and enable SASL.",
  standards: [
    {
      source: "RFC 6409",
      section: "4.3",
      asks: "A submission server refuses MAIL from clients that have not authenticated, unless they are authorised otherwise.",
    },
    { source: "RFC 4954", section: "6", asks: "530 5.7.0 asks for authentication." },
  ],
  about: ["authGate", "authMechanisms"],
  evaluate(view) {
    return isSubmission(view) ? [...gate(view), ...mechanisms(view)] : [];
  },
};

function gate(view: View): Outcome[] {
  const { subject, declaration, side } = view;
  return judgeEach(view, "authGate", (at, { from }) => {
    if (at !== "none")
      return { status: "pass", message: `${subject} refuses clients without AUTH at ${at.toUpperCase()}` };
    if (!declaration.trustedNetworks.contains(from))
      return { status: "fail", message: `${subject} asks no AUTH of ${from}` };
    return side === "static"
      ? { status: "pass", message: `${subject} lets ${from} send without AUTH; these are trusted networks` }
      : {
          status: "undecided",
          message: `${subject} asked no AUTH of ${from}, a trusted network`,
          missing: ["a probe from outside the trusted networks"],
        };
  });
}

function mechanisms(view: View): Outcome[] {
  return judgeEach(view, "authMechanisms", (offered) =>
    offered.length === 0
      ? { status: "fail", message: `${view.subject} offers no AUTH inside TLS: nobody can log in` }
      : undefined,
  ).filter(({ status }) => status === "fail");
}
