import type { Rule } from "../../model/rule.js";
import { isSubmission, judgeEach } from "./words.js";

export const commandInjection: Rule = {
  id: "command-injection",
  title: "Commands sent before TLS are not carried out inside TLS",
  severity: "critical",
  why: "Someone on the path can put commands of their own before the TLS handshake; a server that keeps them carries them out as if the client had sent them under TLS, and can be made to give away a message or a password (CVE-2011-0411).",
  remedy: "Update the mail server: it has to throw away what it has read before the handshake.",
  standards: [
    {
      source: "RFC 3207",
      section: "4.2",
      asks: "After the handshake the server discards what it has learnt from the client before TLS.",
    },
  ],
  about: ["commandInjection"],
  evaluate(view) {
    if (!isSubmission(view)) return [];
    return judgeEach(view, "commandInjection", (value) =>
      value === "vulnerable"
        ? { status: "fail", message: `${view.subject} carries out inside TLS a command that was sent before TLS` }
        : { status: "pass", message: `${view.subject} carries out no command that was sent before TLS` },
    );
  },
};
