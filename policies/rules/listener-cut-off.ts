import { AddressSet, loopback } from "../../model/addresses.js";
import type { Rule } from "../../model/rule.js";
import { outcome, split } from "./words.js";

export const listenerCutOff: Rule = {
  id: "listener-cut-off",
  title: "A mail server listens where a firewall lets somebody in",
  severity: "low",
  why: "A server that nobody can reach was moved, forgotten or never opened: mail waits, or a service runs that nobody looks after.",
  remedy: "Open the port to the clients that are meant, or switch the service off.",
  standards: [
    { source: "RFC 6409", section: "3.1", asks: "Port 587 is reserved for submission." },
    {
      source: "NIST SP 800-53 r5",
      section: "CM-7",
      asks: "Services that are not needed are switched off.",
    },
  ],
  about: ["listening", "reachable"],
  evaluate(view) {
    // Of a declared endpoint submission-unreachable speaks.
    if (view.side === "observed" || view.endpoint) return [];
    const listening = split(view, "listening");
    if (listening.facts.length === 0) return [];
    const reach = split(view, "reachable");
    if (reach.facts.length === 0) return [];
    const served = listening.yes.subtract(loopback);
    if (served.isEmpty) return [];
    const about = { ...reach, facts: [...listening.facts, ...reach.facts] };
    const heard = served.intersect(reach.yes.subtract(loopback));
    if (!heard.isEmpty) return [outcome("pass", heard, `${view.subject} listens, and lets in ${heard}`, about)];
    const open = served.intersect(reach.open);
    return open.isEmpty
      ? [outcome("fail", AddressSet.everything, `${view.subject} listens, and no firewall lets anyone in`, about)]
      : [outcome("undecided", open, `${view.subject} listens; whether a firewall lets anyone in is open`, about)];
  },
};
