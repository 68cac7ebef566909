import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

export const mtaStsPolicy: Rule = {
  id: "mta-sts-policy",
  title: "A published MTA-STS policy can be fetched, is valid and names every MX",
  severity: "medium",
  why: "Senders that enforce a policy hold back mail for an MX that it does not name; a policy that cannot be read protects nobody.",
  remedy:
    "Serve https://mta-sts.DOMAIN/.well-known/mta-sts.txt with a trusted certificate as text/plain, name every MX in it, and change the id of the record with it.",
  standards: [
    { source: "RFC 8461", section: "3.1", asks: "One TXT record at _mta-sts with a version and an id." },
    { source: "RFC 8461", section: "3.2", asks: "The policy has version, mode, max_age and the names of every MX." },
    { source: "RFC 8461", section: "3.3", asks: "It is fetched over HTTPS without redirects." },
  ],
  about: ["mtaSts"],
  evaluate(view) {
    return judgeEach(view, "mtaSts", ({ mode, uncovered, problems }) => {
      // A domain is free to have none.
      if (mode === "absent") return undefined;
      const lost = uncovered.length > 0 ? [`the policy (${mode}) does not name ${uncovered.join(", ")}`] : [];
      const all = [...lost, ...problems];
      return all.length > 0
        ? { status: "fail", message: `${view.subject}: MTA-STS: ${all.join("; ")}` }
        : { status: "pass", message: `${view.subject}: the MTA-STS policy (${mode}) is valid` };
    });
  },
};
