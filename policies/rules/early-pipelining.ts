import type { Rule } from "../../model/rule.js";
import { judgeEach, takesMail } from "./words.js";

export const earlyPipelining: Rule = {
  id: "early-pipelining",
  title: "Commands that are sent before their turn are refused",
  severity: "low",
  why: "Senders of spam, and those who smuggle commands, send ahead of the answers that they have to wait for; who refuses that loses no mail of programs that follow the standard.",
  remedy:
    "Switch the check on (Postfix: smtpd_forbid_unauth_pipelining = yes, or reject_unauth_pipelining in smtpd_data_restrictions; Exim: smtp_enforce_sync = true, and an empty pipelining_connect_advertise_hosts).",
  standards: [
    {
      source: "RFC 2920",
      section: "3.1",
      asks: "EHLO, DATA, VRFY, EXPN, TURN, QUIT and NOOP only stand last in a group of commands.",
    },
  ],
  about: ["earlyPipelining"],
  evaluate(view) {
    if (!takesMail(view)) return [];
    const { subject, declaration } = view;
    return judgeEach(view, "earlyPipelining", (value, { from }) => {
      if (value === "rejected")
        return { status: "pass", message: `${subject} refuses commands sent before their turn` };
      return declaration.trustedNetworks.contains(from)
        ? { status: "pass", message: `${subject} takes commands before their turn from trusted networks only` }
        : { status: "fail", message: `${subject} takes commands before their turn` };
    });
  },
};
