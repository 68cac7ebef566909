import { factsNamed } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import type { Rule, View } from "../../model/rule.js";
import { outcome, split } from "./words.js";

const legacy: Readonly<Record<number, string>> = {
  110: "POP3; 995 is POP3 over TLS",
  143: "IMAP; 993 is IMAP over TLS",
};

export const legacyMailPorts: Rule = {
  id: "legacy-mail-ports",
  title: "POP3 and IMAP in clear are not open beside a submission server",
  severity: "medium",
  why: "The passwords of submission are those of the mailboxes: a client that logs in on 110 or 143 in clear gives them to everyone on the path.",
  remedy: "Close ports 110 and 143 and serve 995 and 993; or declare an endpoint of role retrieval there.",
  standards: [
    { source: "RFC 8314", section: "3.1", asks: "POP3 is served over implicit TLS on port 995." },
    { source: "RFC 8314", section: "3.2", asks: "IMAP is served over implicit TLS on port 993." },
  ],
  about: ["reachable"],
  evaluate(view) {
    const service = legacy[view.port];
    if (service === undefined || view.side === "observed") return [];
    const reach = split(view, "reachable");
    if (reach.facts.length === 0) return [];
    const meant = view.endpoint?.exposure ?? view.declaration.trustedNetworks;
    const excess = reach.yes.subtract(meant);
    const doubtful = reach.open.subtract(meant);
    const message = `${view.subject} is open to ${excess}: ${service}`;
    if (!excess.isEmpty) return isPartOfRange(view) ? [] : [outcome("fail", excess, message, reach)];
    if (!doubtful.isEmpty) return [outcome("undecided", doubtful, `${view.subject} may be open to ${doubtful}`, reach)];
    if (reach.yes.isEmpty) return [];
    return [outcome("pass", reach.yes, `${view.subject} is open to ${reach.yes} and no further than declared`, reach)];
  },
};

/** Opened only by rules that open 587 as well: broad-port-rule has said so. */
function isPartOfRange({ facts }: View): boolean {
  const openings = factsNamed(facts, "openedBy").map(({ value }) => value);
  return openings.length > 0 && openings.every((value) => !isUnknown(value) && opens(value.ports, 587));
}

/** Is the port among `25,500-600`? */
function opens(ports: string, port: number): boolean {
  return ports.split(",").some((range) => {
    const [low = Number.NaN, high = low] = range.split("-").map(Number);
    return low <= port && port <= high;
  });
}
