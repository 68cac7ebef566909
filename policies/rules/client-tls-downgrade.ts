import type { Rule } from "../../model/rule.js";
import { isLocal, loginMissing, logsIn } from "./client-words.js";
import { judgeEach } from "./words.js";

export const clientTlsDowngrade: Rule = {
  id: "client-tls-downgrade",
  title: "A program that logs in does not go on in clear where STARTTLS is stripped",
  severity: "medium",
  why: "Anyone on the path can take STARTTLS out of the server's answer. A client that only uses TLS where it is offered then sends its password in clear, and nobody notices.",
  remedy: "Require STARTTLS in the program's settings, or use port 465 with TLS from the first byte.",
  standards: [
    {
      source: "RFC 3207",
      section: "6",
      asks: "A client should be able to require TLS, because an attacker can remove STARTTLS from the reply.",
    },
    { source: "RFC 8314", section: "5.2", asks: "By default a client does not go on where the session has no TLS." },
  ],
  about: ["clientTls"],
  evaluate(view) {
    if (isLocal(view)) return [];
    const login = logsIn(view);
    return judgeEach(view, "clientTls", (tls) => {
      if (tls === "none" || login === false) return undefined;
      if (tls !== "opportunistic")
        return { status: "pass", message: `${view.subject}: the client sends nothing without TLS` };
      if (login === true)
        return {
          status: "fail",
          message: `${view.subject}: the client logs in, in clear where STARTTLS is not offered`,
        };
      return {
        status: "undecided",
        message: `${view.subject}: TLS can be stripped, and whether the client logs in could not be decided`,
        missing: loginMissing(view),
      };
    });
  },
};
