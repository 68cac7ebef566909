import { domainToASCII } from "node:url";
import { isUnknown } from "../../model/maybe.js";
import type { Rule } from "../../model/rule.js";
import { judgeAnnounced, notSeen, seen } from "./announced-words.js";

export const announcedName: Rule = {
  id: "announced-name",
  title: "Mail clients can tell that the announced server is the domain's",
  severity: "low",
  why: "Who forges an unsigned SRV record sends clients to a server of his own with a sound certificate; careful clients therefore ask their users, or refuse.",
  remedy:
    "Sign the zone (DNSSEC), name a server below the mail domain, or let its certificate carry the mail domain as well.",
  standards: [
    {
      source: "RFC 6186",
      section: "6",
      asks: "Without DNSSEC clients check the certificate against the mail domain, or have the user confirm a server of another domain.",
    },
    {
      source: "RFC 8314",
      section: "5.1",
      asks: "Clients check that SRV records are signed (DNSSEC), or that the target is the name that was asked about.",
    },
  ],
  about: ["announced"],
  evaluate(view) {
    const host = domainToASCII(view.subject.slice(0, view.subject.lastIndexOf(":")));
    return judgeAnnounced(view, (said) => {
      const { domain, by, vouched } = said;
      if (vouched === true || host === domain || host.endsWith(`.${domain}`))
        return { status: "pass", message: `${view.subject}: ${by} can be relied on for ${domain}` };
      const certificate = seen(view, "certificate");
      if (certificate !== undefined && !isUnknown(certificate) && certificate.names.includes(domain))
        return { status: "pass", message: `${view.subject}: the certificate names ${domain}` };
      if (isUnknown(vouched)) return { ...notSeen(view, said, vouched) };
      if (certificate === undefined || isUnknown(certificate)) return notSeen(view, said, certificate);
      return {
        status: "fail",
        message: `${view.subject}: ${by} is not signed and names a server of another domain, whose certificate does not name ${domain}`,
      };
    });
  },
};
