import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

/** Ports on which clients wait for the greeting in clear. */
const starttlsPorts = [25, 587, 2525];

export const tlsWrapperOnStarttlsPort: Rule = {
  id: "tls-wrapper-on-starttls-port",
  title: "Ports 25 and 587 greet in clear and offer STARTTLS",
  severity: "high",
  why: "A client on 25 or 587 waits for the greeting; a server that waits for a TLS handshake there says nothing, and both give up.",
  remedy:
    "Serve TLS from the first byte on 465 and STARTTLS on 25 and 587 (Postfix: smtpd_tls_wrappermode=no there; Exim: tls_on_connect_ports = 465).",
  standards: [
    { source: "RFC 5321", section: "3.1", asks: "A session begins with the server's greeting." },
    { source: "RFC 8314", section: "3.3", asks: "Implicit TLS has a port of its own, 465; STARTTLS stays on 587." },
  ],
  about: ["implicitTls"],
  evaluate(view) {
    if (!starttlsPorts.includes(view.port)) return [];
    return judgeEach(view, "implicitTls", (implicit) =>
      implicit
        ? {
            status: "fail",
            message: `${view.subject} speaks TLS from the first byte, where clients wait for a greeting`,
          }
        : { status: "pass", message: `${view.subject} greets in clear` },
    );
  },
};
