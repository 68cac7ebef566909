import { isUnknown } from "../../model/maybe.js";
import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

export const tlsaSigned: Rule = {
  id: "tlsa-signed",
  title: "TLSA records of a mail port are signed, and their signatures hold",
  severity: "medium",
  why: "Without DNSSEC a TLSA record has no effect, whatever it says; with signatures that do not hold, clients that validate cannot use the server at all.",
  remedy:
    "Sign the zone and publish its DS record at the registrar, or remove the TLSA records; where it is bogus, renew the signatures or correct the DS record first.",
  standards: [
    {
      source: "RFC 6698",
      section: "4.1",
      asks: "TLSA records are used only when DNSSEC has validated them; a bogus answer ends the connection.",
    },
  ],
  about: ["tlsa"],
  evaluate(view) {
    if (view.role === undefined || view.role === "retrieval") return [];
    return judgeEach(view, "tlsa", ({ records, dnssec }) => {
      if (dnssec === "bogus")
        return {
          status: "fail",
          message: `${view.subject}: what the DNS answers for its TLSA records is bogus, by the resolver's validation`,
        };
      if (records === 0) return undefined;
      if (isUnknown(dnssec))
        return {
          status: "undecided",
          message: `${view.subject}: whether its TLSA records are signed could not be told`,
          missing: dnssec.unknown,
        };
      return dnssec === "secure"
        ? { status: "pass", message: `${view.subject}: the TLSA records are signed` }
        : { status: "fail", message: `${view.subject}: the TLSA records are not signed, so that they have no effect` };
    });
  },
};
