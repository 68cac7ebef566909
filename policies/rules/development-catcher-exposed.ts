import { loopback } from "../../model/addresses.js";
import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

export const developmentCatcherExposed: Rule = {
  id: "development-catcher-exposed",
  title: "A development catcher is reached from its own machine alone",
  severity: "high",
  why: "A catcher (Mailpit, MailHog and their like) takes every message from everyone without TLS and AUTH, delivers none, and shows all of them in a web page: password resets and invoices among them.",
  remedy:
    "Publish its ports on 127.0.0.1 (Compose: 127.0.0.1:1025:1025) or not at all, and use a real relay outside of development.",
  standards: [
    {
      source: "RFC 6409",
      section: "4.3",
      asks: "A submission server refuses mail of clients that have not authenticated and are not otherwise authorised.",
    },
  ],
  about: ["developmentCatcher"],
  evaluate(view) {
    return judgeEach(view, "developmentCatcher", ({ product }, { from }) =>
      loopback.contains(from)
        ? { status: "pass", message: `${view.subject}: ${product} is bound to this machine` }
        : {
            status: "fail",
            message: `${view.subject} is ${product}: it takes every message from ${from} and delivers none`,
          },
    );
  },
};
