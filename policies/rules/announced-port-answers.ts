import { isUnknown } from "../../model/maybe.js";
import type { Rule } from "../../model/rule.js";
import { judgeAnnounced, notSeen, seen } from "./announced-words.js";
import { judgeEach } from "./words.js";

export const announcedPortAnswers: Rule = {
  id: "announced-port-answers",
  title: "The endpoints that a domain sends its mail clients to answer, and no others do",
  severity: "high",
  why: "Clients that configure themselves follow what the domain publishes; where nobody answers, the account cannot be set up, and its user learns no reason.",
  remedy:
    'Correct the target and the port in the SRV record or the configuration file, open the port, or publish a target of "." for a service that is not offered.',
  standards: [
    {
      source: "RFC 6186",
      section: "3.4",
      asks: 'SRV records name hosts and ports at which the service is offered; a target of "." says that it is not.',
    },
    {
      source: "RFC 8314",
      section: "5.1",
      asks: "Submission over implicit TLS is published as _submissions._tcp.",
    },
  ],
  about: ["announced", "srvRecords"],
  evaluate(view) {
    const listening = seen(view, "listening");
    const denied = judgeEach(view, "announced", ({ offered, by, domain }) =>
      !offered && listening === true
        ? { status: "fail", message: `${view.subject} answers, but ${by} says that ${domain} offers no such service` }
        : undefined,
    );
    const offered = judgeAnnounced(view, (said) => {
      const failure = seen(view, "pathFailure");
      const nameless = failure !== undefined && !isUnknown(failure) && failure.kind === "not-found";
      if (listening === true) return { status: "pass", message: `${view.subject} answers, as ${said.by} says` };
      if (nameless) return { status: "fail", message: `${said.by} names ${view.subject}, which has no address` };
      if (listening === false || seen(view, "reachable") === false)
        return { status: "fail", message: `${said.by} names ${view.subject}, where no mail server answers` };
      return notSeen(view, said, listening);
    });
    return [...denied, ...offered, ...judgeEach(view, "srvRecords", () => undefined)];
  },
};
