import type { Rule } from "../../model/rule.js";
import { isSubmission, judgeEach } from "./words.js";

export const vrfyDiscloses: Rule = {
  id: "vrfy-discloses",
  title: "Strangers cannot ask which mailboxes exist",
  severity: "low",
  why: "VRFY and EXPN that tell existing mailboxes from others give whoever guesses passwords a list of accounts.",
  remedy: "Switch both off (Postfix: disable_vrfy_command = yes), or require AUTH before them.",
  standards: [{ source: "RFC 5321", section: "7.3", asks: "Sites may disable VRFY and EXPN for security reasons." }],
  about: ["vrfy"],
  evaluate(view) {
    if (!isSubmission(view)) return [];
    return judgeEach(view, "vrfy", (value) =>
      value === "discloses"
        ? { status: "fail", message: `${view.subject} tells strangers which mailboxes exist` }
        : { status: "pass", message: `${view.subject} does not tell strangers which mailboxes exist` },
    );
  },
};
