import type { Rule } from "../../model/rule.js";
import { isLocal } from "./client-words.js";
import { judgeEach } from "./words.js";

export const clientVerifiesCertificate: Rule = {
  id: "client-verifies-certificate",
  title: "A program that submits mail checks the server's certificate",
  severity: "medium",
  why: "TLS to a server that nobody has identified protects from listeners only: whoever answers in its place gets the password and the mail.",
  remedy:
    "Let the program check certificates and give it the certificate authority, where the server's is not a public one.",
  standards: [
    { source: "RFC 8314", section: "5.3", asks: "Clients validate the server's certificate and its name." },
    {
      source: "RFC 3207",
      section: "4.1",
      asks: "The client decides by the certificate whether the server is the one it meant.",
    },
  ],
  about: ["clientVerifiesCertificate"],
  evaluate(view) {
    if (isLocal(view)) return [];
    return judgeEach(view, "clientVerifiesCertificate", (verifies) =>
      verifies
        ? { status: "pass", message: `${view.subject}: the client checks the server's certificate` }
        : { status: "fail", message: `${view.subject}: the client takes any certificate` },
    );
  },
};
