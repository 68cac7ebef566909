import type { Rule } from "../../model/rule.js";
import { isSubmission, judgeEach, staysOnMachine } from "./words.js";

export const tlsRequired: Rule = {
  id: "tls-required",
  title: "A submission port takes no mail in clear",
  severity: "high",
  why: "Where TLS is only offered, anyone on the path can strip it, and a misconfigured client sends mail and password in clear without noticing.",
  remedy:
    "Require TLS on the submission service (Postfix: smtpd_tls_security_level=encrypt), or serve implicit TLS on 465.",
  standards: [
    {
      source: "RFC 8314",
      section: "4.1",
      asks: "Mail submission in clear is deprecated; users move to TLS 1.2 or later (as RFC 8997 has it).",
    },
    {
      source: "RFC 3207",
      section: "4",
      asks: "A submission server may demand TLS and refuses other commands with 530.",
    },
  ],
  about: ["tlsGate"],
  evaluate(view) {
    if (!isSubmission(view)) return [];
    return judgeEach(view, "tlsGate", (gate, fact) =>
      gate === "none"
        ? staysOnMachine(view, fact)
          ? undefined
          : { status: "fail", message: `${view.subject} takes mail without TLS` }
        : {
            status: "pass",
            message:
              gate === "connect"
                ? `${view.subject} speaks TLS only`
                : `${view.subject} refuses ${gate.toUpperCase()} before TLS`,
          },
    );
  },
};
