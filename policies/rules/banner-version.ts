import type { Rule } from "../../model/rule.js";
import { isSubmission, judgeEach } from "./words.js";

export const bannerVersion: Rule = {
  id: "banner-version",
  title: "The greeting does not name the server's version",
  severity: "info",
  why: "A version in the greeting tells everyone at once for which known holes the server is worth trying.",
  remedy:
    "Shorten the greeting (Postfix: smtpd_banner without $mail_version; Exim: smtp_banner; Sendmail: SmtpGreetingMessage).",
  standards: [
    {
      source: "RFC 5321",
      section: "3.1",
      asks: "Servers may leave software and version out of the greeting where it is a concern.",
    },
  ],
  about: ["bannerVersion"],
  evaluate(view) {
    if (!isSubmission(view)) return [];
    return judgeEach(view, "bannerVersion", (named) =>
      named
        ? { status: "fail", message: `${view.subject} names its version in the greeting` }
        : { status: "pass", message: `${view.subject} names no version in the greeting` },
    );
  },
};
