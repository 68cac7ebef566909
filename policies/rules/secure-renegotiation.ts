import type { Rule } from "../../model/rule.js";
import { isSubmission, judgeEach } from "./words.js";

export const secureRenegotiation: Rule = {
  id: "secure-renegotiation",
  title: "TLS 1.2 comes with secure renegotiation and without compression",
  severity: "medium",
  why: "Without renegotiation_info, someone on the path can put data of their own before the client's (CVE-2009-3555); TLS compression gives away secrets by their length (CRIME).",
  remedy: "Update the TLS library, and leave compression off (Postfix: tls_ssl_options = NO_COMPRESSION).",
  standards: [
    { source: "RFC 5746", section: "3.6", asks: "A server answers renegotiation_info with renegotiation_info." },
    { source: "RFC 9325", section: "3.5", asks: "Renegotiation in TLS 1.2 goes with renegotiation_info." },
    { source: "RFC 9325", section: "3.3", asks: "TLS compression is off." },
  ],
  about: ["tlsExtensions"],
  evaluate(view) {
    if (!isSubmission(view)) return [];
    return judgeEach(view, "tlsExtensions", ({ secureRenegotiation: secure, compression }) => {
      const problems = [
        ...(secure ? [] : ["answers without renegotiation_info"]),
        ...(compression ? ["turns TLS compression on"] : []),
      ];
      return problems.length > 0
        ? { status: "fail", message: `${view.subject} ${problems.join(" and ")}` }
        : { status: "pass", message: `${view.subject}: renegotiation is secure, and compression is off` };
    });
  },
};
