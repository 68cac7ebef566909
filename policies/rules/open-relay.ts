import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

export const openRelay: Rule = {
  id: "open-relay",
  title: "No stranger can relay mail to other domains",
  severity: "critical",
  why: "An open relay is found within hours, sends spam for anyone, and lands on every block list.",
  remedy:
    "Refuse recipients of other domains unless the client has authenticated (Postfix: reject_unauth_destination in smtpd_relay_restrictions) and keep the trusted networks narrow.",
  standards: [
    { source: "RFC 2505", section: "2.1", asks: "A server is able to refuse relaying that is not authorised." },
    { source: "RFC 5321", section: "7.9", asks: "Servers can limit relaying to sources that they know." },
    { source: "RFC 6409", section: "4.3", asks: "Submission is for authorised clients." },
  ],
  about: ["relay"],
  evaluate(view) {
    const { subject, declaration, side } = view;
    return judgeEach(view, "relay", (relay, { from }) => {
      if (relay === "closed") return { status: "pass", message: `${subject} does not relay for ${from}` };
      if (!declaration.trustedNetworks.contains(from))
        return { status: "fail", message: `${subject} relays to any domain for ${from} without AUTH` };
      return side === "static"
        ? { status: "pass", message: `${subject} relays without AUTH for ${from} only; these are trusted networks` }
        : {
            status: "undecided",
            message: `${subject} relayed for ${from}, a trusted network`,
            missing: ["a probe from outside the trusted networks"],
          };
    });
  },
};
