import type { Rule } from "../../model/rule.js";
import { isSubmission, judgeEach } from "./words.js";

export const weakCipherSuites: Rule = {
  id: "weak-cipher-suites",
  title: "Submission accepts no weak cipher suite",
  severity: "medium",
  why: "NULL, anonymous, EXPORT, RC4, DES and 3DES suites can be read or tampered with on the way; static RSA lets whoever gets the key later read all that was ever recorded.",
  remedy:
    "Allow suites with forward secrecy and AEAD only (Postfix: tls_high_cipherlist with ECDHE suites, smtpd_tls_mandatory_ciphers = high, smtpd_tls_mandatory_exclude_ciphers = aNULL, kRSA, 3DES).",
  standards: [
    {
      source: "RFC 9325",
      section: "4.1",
      asks: "NULL, RC4 and EXPORT suites are never negotiated; those below 128 bits and static RSA should not be.",
    },
    { source: "RFC 7465", section: "2", asks: "RC4 suites are never negotiated." },
  ],
  about: ["weakSuites"],
  evaluate(view) {
    if (!isSubmission(view)) return [];
    return judgeEach(view, "weakSuites", ({ accepted }) =>
      accepted.length > 0
        ? { status: "fail", message: `${view.subject} accepts ${accepted.join(", ")}` }
        : { status: "pass", message: `${view.subject} accepts no weak cipher suite` },
    );
  },
};
