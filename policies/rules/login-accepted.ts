import type { Rule } from "../../model/rule.js";
import { isSubmission, judgeEach } from "./words.js";

export const loginAccepted: Rule = {
  id: "login-accepted",
  title: "The given credentials are accepted",
  severity: "high",
  why: "A server that is sound in all else still lets nobody send whose name, password or mechanism it does not take; one that cannot prove to know the password may not be the one that was meant.",
  remedy:
    "Check name and password, and whether the account may use SMTP at all: many providers want a password of its own for it, or OAuth. No second attempt was made, so that no account is locked.",
  standards: [
    { source: "RFC 4954", section: "4", asks: "AUTH is answered 235 when the client has authenticated." },
    { source: "RFC 4954", section: "6", asks: "535 5.7.8 says that the credentials are not valid." },
  ],
  about: ["login"],
  evaluate(view) {
    if (!isSubmission(view)) return [];
    return judgeEach(view, "login", ({ mechanism, outcome }) => {
      if (outcome === "accepted")
        return { status: "pass", message: `${view.subject} accepts the credentials by ${mechanism}` };
      return outcome === "refused"
        ? { status: "fail", message: `${view.subject} refuses the user name or the password (AUTH ${mechanism})` }
        : {
            status: "fail",
            message: `${view.subject} accepts the credentials by ${mechanism} without proof that it knows the password`,
          };
    });
  },
};
