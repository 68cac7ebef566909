import type { Rule } from "../../model/rule.js";
import { endpointSubject } from "../../model/subjects.js";
import { isPublished, isSubmission, outcome, servedOn, split } from "./words.js";

export const submissionsPortMissing: Rule = {
  id: "submissions-port-missing",
  title: "A host that serves submission on 587 serves it on 465 as well",
  severity: "info",
  why: "On 465 TLS is there from the first byte: nothing can be stripped, and a client that is set to it cannot fall back to clear.",
  remedy:
    "Add the submissions service on 465 beside 587 (Postfix: submissions in master.cf, smtpd_tls_wrappermode=yes).",
  standards: [
    {
      source: "RFC 8314",
      section: "3.3",
      asks: "Servers offer implicit TLS on port 465 and STARTTLS on port 587, for a time of transition.",
    },
  ],
  about: ["listening"],
  evaluate(view) {
    if (view.port !== 587 || !isSubmission(view)) return [];
    const own = split(view, "listening");
    if (own.yes.isEmpty) return [];
    // A container behind a port that leads to it is said to listen; of the rest that port speaks.
    if (isPublished(own) && !view.facts.some(({ name }) => name === "implicitTls" || name === "authGate")) return [];
    const other = servedOn(view, 465);
    // What was not probed is not known to be closed.
    if (view.side === "observed" && other.facts.length === 0) return [];
    const { declaration, endpoint, subject } = view;
    const elsewhere = declaration.endpoints.find(
      ({ port, config }) => port === 465 && config !== undefined && config === endpoint?.config,
    );
    const about = { ...own, facts: [...own.facts, ...other.facts], missing: other.missing };
    if (!other.yes.isEmpty) return [outcome("pass", own.yes, `${subject} has implicit TLS on 465 beside it`, about)];
    if (elsewhere && elsewhere.host !== endpoint?.host) {
      const where = endpointSubject(elsewhere.host, elsewhere.port);
      return [outcome("pass", own.yes, `${subject} has implicit TLS on ${where} beside it`, about)];
    }
    return [
      other.open.isEmpty
        ? outcome("fail", own.yes, `${subject} is served, and 465 of the same host is not`, about)
        : outcome("undecided", other.open, `${subject}: whether 465 of the same host is served is open`, about),
    ];
  },
};
