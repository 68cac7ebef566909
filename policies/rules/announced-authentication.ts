import { isUnknown } from "../../model/maybe.js";
import type { Rule } from "../../model/rule.js";
import { judgeAnnounced, notSeen, seen } from "./announced-words.js";

export const announcedAuthentication: Rule = {
  id: "announced-authentication",
  title: "The port takes a login that mail clients are told to use",
  severity: "medium",
  why: "A client that is told a mechanism which the server does not have cannot log in, and asks its user for the password again and again.",
  remedy:
    "Name in the configuration what the port lists after EHLO inside TLS: password-cleartext stands for PLAIN and LOGIN.",
  standards: [
    {
      source: "draft-ietf-mailmaint-autoconfig-04",
      section: "authentication",
      asks: "The configuration names authentication that the server supports.",
    },
    { source: "RFC 4954", section: "4", asks: "A mechanism that the server does not support is refused with 504." },
  ],
  about: ["announced"],
  evaluate(view) {
    return judgeAnnounced(view, (said) => {
      const { by, mechanisms } = said;
      if (mechanisms.length === 0) return undefined;
      const listed = seen(view, "authMechanisms");
      if (listed === undefined || isUnknown(listed)) return notSeen(view, said, listed);
      const common = mechanisms.filter((each) => listed.some((name) => name.toUpperCase() === each || name === "*"));
      return common.length > 0
        ? { status: "pass", message: `${view.subject} takes ${common.join(", ")}, as ${by} announces` }
        : {
            status: "fail",
            message: `${view.subject}: ${by} announces ${mechanisms.join(", ")}, the port lists ${listed.join(", ") || "none"}`,
          };
    });
  },
};
