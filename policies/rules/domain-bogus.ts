import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

export const domainBogus: Rule = {
  id: "domain-bogus",
  title: "The DNSSEC signatures of a mail domain hold",
  severity: "critical",
  why: "Every resolver that validates answers nothing for a bogus domain: no mail reaches it, and its clients find no server.",
  remedy:
    "Renew the signatures, or correct the DS record at the registrar; `delv DOMAIN MX` tells which link is broken.",
  standards: [
    { source: "RFC 4035", section: "5.5", asks: "A resolver gives no answer whose signatures should hold and do not." },
  ],
  about: ["dnssec"],
  evaluate(view) {
    return judgeEach(view, "dnssec", (state) =>
      state === "bogus"
        ? { status: "fail", message: `${view.subject}: its answers are bogus, by the resolver's validation` }
        : state === "secure"
          ? { status: "pass", message: `${view.subject}: its answers are signed, and the signatures hold` }
          : undefined,
    );
  },
};
