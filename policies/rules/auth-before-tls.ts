import type { Rule } from "../../model/rule.js";
import { isSubmission, judgeEach, staysOnMachine } from "./words.js";

/** Mechanisms that are bound to TLS or to credentials a listener on the path cannot use. */
const harmless = /^(SCRAM-.*-PLUS|GSSAPI|GS2-.*|EXTERNAL)$/;

export const authBeforeTls: Rule = {
  id: "auth-before-tls",
  title: "No AUTH is offered or accepted before TLS",
  severity: "critical",
  why: "A password sent before TLS is readable on every network it crosses.",
  remedy:
    "Offer AUTH inside TLS only (Postfix: smtpd_tls_auth_only=yes or smtpd_tls_security_level=encrypt; Dovecot: ssl=required).",
  standards: [
    { source: "RFC 4954", section: "4", asks: "Sites do not permit mechanisms with plaintext passwords without TLS." },
    { source: "RFC 8314", section: "4.1", asks: "Mail submission in clear is deprecated." },
  ],
  about: ["authBeforeTls"],
  evaluate(view) {
    if (!isSubmission(view)) return [];
    return judgeEach(view, "authBeforeTls", ({ offered, accepted }, fact) => {
      if (staysOnMachine(view, fact)) return undefined;
      const listed = offered.filter((mechanism) => !harmless.test(mechanism));
      const taken = accepted.filter((mechanism) => !harmless.test(mechanism));
      const parts = [
        ...(listed.length > 0 ? [`offers ${inWords(listed)}`] : []),
        ...(taken.length > 0 ? [`accepts ${inWords(taken)}`] : []),
      ];
      return parts.length > 0
        ? { status: "fail", message: `${view.subject} ${parts.join(" and ")} before TLS` }
        : { status: "pass", message: `${view.subject} neither offers nor accepts AUTH before TLS` };
    });
  },
};

/** `*`: there are mechanisms, and a backend that is not part of the definition decides which. */
function inWords(mechanisms: readonly string[]): string {
  return mechanisms.includes("*") ? "AUTH" : `AUTH ${mechanisms.join(" ")}`;
}
