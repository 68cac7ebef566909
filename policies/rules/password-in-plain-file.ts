import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

export const passwordInPlainFile: Rule = {
  id: "password-in-plain-file",
  title: "No password of a mail account stands in plain text in a configuration",
  severity: "low",
  why: "Configurations end in repositories, backups and logs. Whoever reads one can send mail in your name until the password is changed.",
  remedy:
    "Take the password from a store for secrets (passwordeval, a Secret, a vault, a file of its own with narrow permissions), and change the one that stood here.",
  standards: [
    {
      source: "NIST SP 800-53 r5",
      section: "IA-5(7)",
      asks: "Unencrypted static authenticators are not embedded in applications or other forms of static storage.",
    },
  ],
  about: ["clientAuth"],
  evaluate(view) {
    return judgeEach(view, "clientAuth", ({ password }) => {
      if (password === "none") return undefined;
      return password === "plain file"
        ? { status: "fail", message: `${view.subject}: the client's password stands in plain text` }
        : { status: "pass", message: `${view.subject}: no password stands in plain text (${password})` };
    });
  },
};
