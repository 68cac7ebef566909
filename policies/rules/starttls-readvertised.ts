import type { Rule } from "../../model/rule.js";
import { isSubmission, judgeEach } from "./words.js";

export const starttlsReadvertised: Rule = {
  id: "starttls-readvertised",
  title: "STARTTLS is not offered inside TLS",
  severity: "low",
  why: "A server that offers STARTTLS again has not started its session anew, or stands behind a proxy that ends TLS without its knowledge: then what it believes about the connection is wrong.",
  remedy:
    "Let the server itself end TLS, or tell it that the proxy does (Postfix behind a TLS proxy: smtpd_tls_security_level=none on that service).",
  standards: [
    { source: "RFC 3207", section: "4.2", asks: "STARTTLS is not in the answer to EHLO after a TLS handshake." },
  ],
  about: ["starttlsTwice"],
  evaluate(view) {
    if (!isSubmission(view)) return [];
    return judgeEach(view, "starttlsTwice", (twice) =>
      twice
        ? { status: "fail", message: `${view.subject} offers STARTTLS again inside TLS` }
        : { status: "pass", message: `${view.subject} does not offer STARTTLS inside TLS` },
    );
  },
};
