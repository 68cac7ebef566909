import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

export const implicitTls: Rule = {
  id: "implicit-tls",
  title: "Port 465 speaks TLS from the first byte",
  severity: "high",
  why: "Clients open 465 with a TLS handshake; a server that greets in clear there serves nobody, or serves somebody in clear.",
  remedy: "Serve port 465 with implicit TLS (Postfix: smtpd_tls_wrappermode=yes on the submissions service).",
  standards: [{ source: "RFC 8314", section: "3.3", asks: "Port 465 is submission over implicit TLS." }],
  about: ["implicitTls"],
  evaluate(view) {
    if (view.port !== 465) return [];
    return judgeEach(view, "implicitTls", (implicit) =>
      implicit
        ? { status: "pass", message: `${view.subject} speaks TLS from the first byte` }
        : { status: "fail", message: `${view.subject} does not speak TLS from the first byte` },
    );
  },
};
