import type { FactValues } from "../../model/fact.js";
import type { Rule } from "../../model/rule.js";
import { judgeEach, takesMail } from "./words.js";

const problems: Readonly<Record<FactValues["certificateFile"], string | undefined>> = {
  present: undefined,
  elsewhere: undefined,
  missing: "names a certificate file that is not there",
  none: "has TLS and names no certificate",
  generated: "names no certificate: the server makes one that no client can check",
};

export const certificateFile: Rule = {
  id: "certificate-file",
  title: "The certificate that the configuration names is there",
  severity: "medium",
  why: "A server without its certificate refuses STARTTLS or lets every handshake fail; one that makes its own teaches clients not to look.",
  remedy:
    "Name the certificate and its key (Postfix: smtpd_tls_chain_files; Dovecot: ssl_cert and ssl_key; Exim: tls_certificate and tls_privatekey) and see that the server may read them.",
  standards: [
    { source: "RFC 8314", section: "4.4", asks: "Mail servers present certificates that clients can verify." },
    { source: "RFC 3207", section: "3", asks: "STARTTLS says that the server is able to negotiate TLS now." },
    { source: "RFC 8314", section: "4", asks: "STARTTLS is not announced where it fails for want of a certificate." },
  ],
  about: ["certificateFile", "certificate"],
  evaluate(view) {
    if (!takesMail(view)) return [];
    const seen =
      view.side === "observed"
        ? judgeEach(view, "certificate", () => ({
            status: "pass",
            message: `${view.subject} presents a certificate`,
          })).filter(({ status }) => status === "pass")
        : [];
    const written = judgeEach(view, "certificateFile", (file) => {
      // Whether it is there is the machine's matter, which no definition tells: neither a pass nor a doubt.
      if (file === "elsewhere") return undefined;
      const problem = problems[file];
      return problem === undefined
        ? { status: "pass", message: `${view.subject}: the certificate file is there` }
        : { status: "fail", message: `${view.subject} ${problem}` };
    });
    return [...seen, ...written];
  },
};
