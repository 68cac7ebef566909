import type { Rule } from "../../model/rule.js";
import { judgeEach, staysOnMachine } from "./words.js";

export const authOnPort25: Rule = {
  id: "auth-on-port-25",
  title: "A mail exchanger offers no AUTH on port 25",
  severity: "medium",
  why: "Other servers never log in, so AUTH on port 25 serves those who guess passwords, on the one port that has to be open to everyone and must not require TLS.",
  remedy:
    "Offer AUTH on the submission services alone (Postfix: smtpd_sasl_auth_enable=yes on submission and submissions in master.cf, not in main.cf).",
  standards: [
    {
      source: "RFC 6409",
      section: "3.1",
      asks: "Port 587 is reserved for submission; a site may take it on port 25 too, on hosts set apart for it.",
    },
    {
      source: "RFC 3207",
      section: "4",
      asks: "A server that is publicly referenced does not require STARTTLS on port 25.",
    },
  ],
  about: ["authBeforeTls", "authMechanisms"],
  evaluate(view) {
    if (view.role !== "mx") return [];
    const before = judgeEach(view, "authBeforeTls", ({ offered, accepted }, fact) =>
      staysOnMachine(view, fact)
        ? undefined
        : offered.length + accepted.length > 0
          ? { status: "fail", message: `${view.subject} takes logins before TLS` }
          : { status: "pass", message: `${view.subject} takes no login before TLS` },
    );
    const inside = judgeEach(view, "authMechanisms", (listed) =>
      listed.length > 0
        ? { status: "fail", message: `${view.subject} offers AUTH inside TLS` }
        : { status: "pass", message: `${view.subject} offers no AUTH inside TLS` },
    );
    return [...before, ...inside];
  },
};
