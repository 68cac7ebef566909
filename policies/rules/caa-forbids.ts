import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

export const caaForbids: Rule = {
  id: "caa-forbids",
  title: "CAA records let some authority issue the certificate of a mail server",
  severity: "low",
  why: "Records that let nobody issue do not harm the certificate in use; its renewal fails, and then the port.",
  remedy: "Name the authority in use in a CAA record (issue), or take away what forbids all of them.",
  standards: [
    {
      source: "RFC 8659",
      section: "4.2",
      asks: "An authority issues only where a record names it; an empty issuer names nobody.",
    },
  ],
  about: ["caa"],
  evaluate(view) {
    if (view.role === undefined || view.role === "retrieval") return [];
    return judgeEach(view, "caa", ({ at, issuers }) => {
      if (at === undefined) return undefined;
      return issuers.length > 0
        ? { status: "pass", message: `${view.subject}: ${issuers.join(", ")} may issue its certificate` }
        : { status: "fail", message: `${view.subject}: the CAA records at ${at} let nobody issue its certificate` };
    });
  },
};
