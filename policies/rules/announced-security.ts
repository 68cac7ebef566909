import { isUnknown } from "../../model/maybe.js";
import type { Rule } from "../../model/rule.js";
import { judgeAnnounced, notSeen, seen } from "./announced-words.js";

export const announcedSecurity: Rule = {
  id: "announced-security",
  title: "Mail clients are told the kind of TLS that the port speaks",
  severity: "high",
  why: "A client that is told STARTTLS hangs on a port that speaks TLS at once, and the other way round; one that is told to go without sends its password in clear, or is refused.",
  remedy:
    "Announce port 465 as TLS (_submissions, SSL) and port 587 as STARTTLS (_submission, STARTTLS); announce nothing without TLS.",
  standards: [
    { source: "RFC 8314", section: "3.3", asks: "Port 465 speaks TLS from the first byte, port 587 by STARTTLS." },
    { source: "RFC 8314", section: "5.1", asks: "_submissions stands for implicit TLS, _submission for STARTTLS." },
    {
      source: "draft-ietf-mailmaint-autoconfig-04",
      section: "socketType",
      asks: "SSL is TLS from the first byte, STARTTLS an upgrade that has to succeed, plain neither.",
    },
  ],
  about: ["announced"],
  evaluate(view) {
    return judgeAnnounced(view, (said) => {
      const { by, security } = said;
      const implicit = seen(view, "implicitTls");
      const starttls = seen(view, "starttlsOffered");
      if (security === "none") {
        const gate = seen(view, "tlsGate");
        const refused = gate !== undefined && gate !== "none" && !isUnknown(gate);
        const what = refused ? "which the port refuses" : "so that passwords travel in clear";
        return { status: "fail", message: `${view.subject}: ${by} tells mail clients to go without TLS, ${what}` };
      }
      if (security === "either") {
        if (implicit === true || starttls === "offered")
          return { status: "pass", message: `${view.subject} offers the TLS that ${by} announces` };
        if (implicit === false && starttls !== undefined && !isUnknown(starttls))
          return { status: "fail", message: `${view.subject}: ${by} announces TLS, which the port does not offer` };
        return notSeen(view, said, isUnknown(starttls) ? starttls : implicit);
      }
      if (implicit === undefined || isUnknown(implicit)) return notSeen(view, said, implicit);
      if (security === "tls")
        return implicit
          ? { status: "pass", message: `${view.subject} speaks TLS at once, as ${by} announces` }
          : { status: "fail", message: `${view.subject}: ${by} announces TLS at once, the port does not speak it` };
      if (implicit)
        return { status: "fail", message: `${view.subject}: ${by} announces STARTTLS, the port speaks TLS at once` };
      if (starttls === undefined || isUnknown(starttls)) return notSeen(view, said, starttls);
      return starttls === "offered"
        ? { status: "pass", message: `${view.subject} offers STARTTLS, as ${by} announces` }
        : { status: "fail", message: `${view.subject}: ${by} announces STARTTLS, which the port does not offer` };
    });
  },
};
