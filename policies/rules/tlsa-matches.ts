import { isUnknown } from "../../model/maybe.js";
import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

export const tlsaMatches: Rule = {
  id: "tlsa-matches",
  title: "A TLSA record of a mail port fits the certificate that the port presents",
  severity: "high",
  why: "Clients that use DANE refuse a server whose certificate fits none of its records: their mail waits, and everybody else notices nothing.",
  remedy:
    "Publish the record of the certificate in use (ldns-dane create HOST PORT, or openssl), keep the key at renewal, and publish the next record before the certificate changes.",
  standards: [
    {
      source: "RFC 6698",
      section: "4.1",
      asks: "The certificate that the server presents fits one of the records published for its port.",
    },
    {
      source: "RFC 7671",
      section: "8.1",
      asks: "Records for the new certificate are published well before it is used, beside those of the old one.",
    },
  ],
  about: ["tlsa"],
  evaluate(view) {
    if (view.role === undefined || view.role === "retrieval") return [];
    return judgeEach(view, "tlsa", ({ records, matches }) => {
      // DANE is asked for by nobody on a submission port, and is a choice on an MX.
      if (records === 0) return undefined;
      if (isUnknown(matches))
        return {
          status: "undecided",
          message: `${view.subject}: whether its certificate fits its TLSA records could not be seen`,
          missing: matches.unknown,
        };
      return matches
        ? { status: "pass", message: `${view.subject}: the certificate fits a TLSA record` }
        : { status: "fail", message: `${view.subject}: the certificate fits none of the TLSA records (${records})` };
    });
  },
};
