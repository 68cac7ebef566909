import type { TlsVersion } from "../../model/fact.js";
import type { Rule } from "../../model/rule.js";
import { isSubmission, judgeEach } from "./words.js";

const old: readonly TlsVersion[] = ["SSLv3", "TLSv1", "TLSv1.1"];

export const tlsVersion: Rule = {
  id: "tls-version",
  title: "Submission accepts TLS 1.2 and later only",
  severity: "medium",
  why: "TLS 1.0 and 1.1 rest on broken hash functions and are forbidden since 2021.",
  remedy:
    "Set the lowest version to TLS 1.2 (Postfix: smtpd_tls_mandatory_protocols = >=TLSv1.2, before 3.6 !SSLv2,!SSLv3,!TLSv1,!TLSv1.1).",
  standards: [
    { source: "RFC 8996", section: "4", asks: "TLS 1.0 is not used." },
    { source: "RFC 8996", section: "5", asks: "TLS 1.1 is not used." },
    { source: "RFC 8997", section: "3", asks: "Mail submission uses TLS 1.2 or later." },
    { source: "NIST SP 800-52 r2", section: "3.1", asks: "Servers are configured for TLS 1.2 and 1.3." },
  ],
  about: ["tlsVersions"],
  evaluate(view) {
    if (!isSubmission(view)) return [];
    return judgeEach(view, "tlsVersions", ({ accepted, refused }) => {
      const bad = old.filter((version) => accepted.includes(version));
      const unseen = old.filter(
        (version) => version !== "SSLv3" && !accepted.includes(version) && !refused.includes(version),
      );
      if (bad.length > 0) return { status: "fail", message: `${view.subject} accepts ${bad.join(" and ")}` };
      if (unseen.length > 0) {
        return {
          status: "undecided",
          message: `${view.subject}: not decided for ${unseen.join(" and ")}`,
          missing: unseen,
        };
      }
      return { status: "pass", message: `${view.subject} refuses every version before TLS 1.2` };
    });
  },
};
