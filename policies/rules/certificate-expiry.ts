import type { Rule } from "../../model/rule.js";
import { isSubmission, judgeEach } from "./words.js";

const day = 86_400_000;

export const certificateExpiry: Rule = {
  id: "certificate-expiry",
  title: "The certificate does not expire soon",
  severity: "medium",
  why: "An expired certificate stops every client that verifies, on a day nobody chose.",
  remedy: "Renew the certificate now and automate its renewal; reload the server afterwards.",
  standards: [{ source: "RFC 5280", section: "4.1.2.5", asks: "A certificate is used within its validity period." }],
  options: {
    days: {
      type: "integer",
      default: 21,
      description: "Days before the end of validity from which on it is a finding.",
    },
  },
  about: ["certificate"],
  evaluate(view) {
    if (!isSubmission(view)) return [];
    return judgeEach(view, "certificate", ({ notAfter }) => {
      const days = Math.floor((new Date(notAfter).getTime() - view.now.getTime()) / day);
      const when =
        days < 0
          ? `expired on ${notAfter.slice(0, 10)}`
          : `expires on ${notAfter.slice(0, 10)}, in ${days} ${days === 1 ? "day" : "days"}`;
      return {
        status: days < Number(view.options.days) ? "fail" : "pass",
        message: `${view.subject}: the certificate ${when}`,
      };
    });
  },
};
