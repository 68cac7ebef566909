import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

export const tlsRptRecord: Rule = {
  id: "tls-rpt-record",
  title: "A published record for TLS reports can be used",
  severity: "low",
  why: "Who publishes the record wants to hear of failed TLS; a record that cannot be used is silence that looks like success.",
  remedy: 'Publish one TXT record at _smtp._tls.DOMAIN: "v=TLSRPTv1; rua=mailto:tls-reports@DOMAIN".',
  standards: [
    {
      source: "RFC 8460",
      section: "3",
      asks: "One TXT record with v=TLSRPTv1 and a rua of mailto: or https: addresses.",
    },
  ],
  about: ["tlsRpt"],
  evaluate(view) {
    return judgeEach(view, "tlsRpt", ({ destinations, problems }) => {
      if (problems.length > 0)
        return { status: "fail", message: `${view.subject}: TLS reports: ${problems.join("; ")}` };
      return destinations.length > 0
        ? { status: "pass", message: `${view.subject}: TLS reports go to ${destinations.join(", ")}` }
        : undefined;
    });
  },
};
