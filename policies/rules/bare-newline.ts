import type { Rule } from "../../model/rule.js";
import { judgeEach, takesMail } from "./words.js";

export const bareNewline: Rule = {
  id: "bare-newline",
  title: "A message ends with CRLF . CRLF and with nothing else",
  severity: "medium",
  why: "A server that takes a bare newline for the end of a message lets a sender smuggle further messages in, with the envelope and the name of somebody else (SMTP smuggling).",
  remedy:
    "Update the server and switch its defence on (Postfix: smtpd_forbid_bare_newline = normalize, from 3.5.24, 3.6.14, 3.7.10 and 3.8.5 on; the default from 3.9 on).",
  standards: [
    {
      source: "RFC 5321",
      section: "2.3.8",
      asks: "Lines end in CRLF; CR and LF do not stand alone, and are not taken for the end of a line.",
    },
    { source: "RFC 5321", section: "4.1.1.4", asks: "The mail data ends with CRLF . CRLF and with nothing else." },
  ],
  about: ["bareNewline"],
  evaluate(view) {
    if (!takesMail(view)) return [];
    const { subject, declaration } = view;
    return judgeEach(view, "bareNewline", (value, { from }) => {
      if (value === "rejected") return { status: "pass", message: `${subject} refuses bare newlines` };
      if (value === "normalized")
        return { status: "pass", message: `${subject} takes no bare newline for the end of a message` };
      return declaration.trustedNetworks.contains(from)
        ? { status: "pass", message: `${subject} takes bare newlines from trusted networks only` }
        : { status: "fail", message: `${subject} takes bare newlines for the end of lines and messages` };
    });
  },
};
