import type { Rule } from "../../model/rule.js";
import { isLocal, loginMissing, logsIn } from "./client-words.js";
import { judgeEach } from "./words.js";

export const clientSubmissionPort: Rule = {
  id: "client-submission-port",
  title: "A program that logs in submits its mail on a submission port",
  severity: "medium",
  why: "Port 25 is for mail between servers. Providers and networks block it for everyone else, and servers often take no login there.",
  remedy: "Use port 465 with TLS from the first byte, or port 587 with STARTTLS.",
  standards: [
    { source: "RFC 5068", section: "3.1", asks: "Clients use the submission port for submission." },
    { source: "RFC 8314", section: "3.3", asks: "Clients submit on port 465 with TLS from the first byte, or on 587." },
  ],
  about: ["clientPort"],
  evaluate(view) {
    const login = logsIn(view);
    if (isLocal(view) || login === false) return [];
    return judgeEach(view, "clientPort", ({ port }) => {
      if (port !== 25) return { status: "pass", message: `${view.subject}: the client does not submit on port 25` };
      if (login === true) return { status: "fail", message: `${view.subject}: the client logs in on port 25` };
      return {
        status: "undecided",
        message: `${view.subject}: whether the client logs in on port 25 could not be decided`,
        missing: loginMissing(view),
      };
    });
  },
};
