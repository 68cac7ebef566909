import type { Rule } from "../../model/rule.js";
import { isLocal } from "./client-words.js";
import { judgeEach } from "./words.js";

export const clientTlsRequired: Rule = {
  id: "client-tls-required",
  title: "A program that submits mail uses TLS",
  severity: "high",
  why: "Without TLS the mail, and the password where the program logs in, can be read and changed by anyone on the way.",
  remedy:
    "Switch TLS on in the program's settings: port 465 with TLS from the first byte, or port 587 with STARTTLS required.",
  standards: [
    {
      source: "RFC 8314",
      section: "3",
      asks: "Implicit TLS is recommended for all protocols between clients and providers.",
    },
    { source: "RFC 8314", section: "5.2", asks: "By default a client does not go on where the session has no TLS." },
  ],
  about: ["clientTls"],
  evaluate(view) {
    if (isLocal(view)) return [];
    return judgeEach(view, "clientTls", (tls) => {
      if (tls === "none") return { status: "fail", message: `${view.subject}: the client submits mail without TLS` };
      const how = {
        opportunistic: "uses STARTTLS where it is offered",
        required: "requires STARTTLS",
        implicit: "speaks TLS only",
      };
      return { status: "pass", message: `${view.subject}: the client ${how[tls]}` };
    });
  },
};
