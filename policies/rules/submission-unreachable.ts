import { AddressSet, internet } from "../../model/addresses.js";
import type { Rule } from "../../model/rule.js";
import { outcome, split } from "./words.js";

export const submissionUnreachable: Rule = {
  id: "submission-unreachable",
  title: "A declared endpoint can be reached by all of its declared clients",
  severity: "high",
  why: "Mail clients that cannot open the port report a timeout that names no cause; mail stops.",
  remedy: "Open the port to the declared clients on every layer that is named here, or withdraw the declaration.",
  standards: [
    { source: "RFC 6409", section: "3.1", asks: "Port 587 is reserved for submission." },
    {
      source: "RFC 8314",
      section: "3.3",
      asks: "Submission over implicit TLS is offered on port 465, and 587 beside it for the time being.",
    },
  ],
  about: ["reachable"],
  evaluate(view) {
    if (!view.endpoint) return [];
    const reach = split(view, "reachable");
    if (reach.facts.length === 0) return [];
    const { subject } = view;
    const clients = expectedClients(view.endpoint.exposure, reach.yes);
    const shut = clients.intersect(reach.no);
    const doubtful = clients.intersect(reach.open);
    if (!shut.isEmpty) return [outcome("fail", shut, `${subject} cannot be reached by ${shut}`, reach)];
    if (!doubtful.isEmpty)
      return [outcome("undecided", doubtful, `${subject} may not be reachable by ${doubtful}`, reach)];
    const served = clients.intersect(reach.yes);
    return served.isEmpty ? [] : [outcome("pass", served, `${subject} can be reached by ${served}`, reach)];
  },
};

/**
 * Declared for the whole internet, an endpoint that strangers reach is not meant for the private networks of others, and one
 * that is open in one address family alone is meant for that family.
 */
function expectedClients(exposure: AddressSet, open: AddressSet): AddressSet {
  if (!exposure.coversInternet("ipv4") || !exposure.coversInternet("ipv6")) return exposure;
  const meant = open.overlaps(internet) ? internet : exposure;
  const served = (["ipv4", "ipv6"] as const).filter((family) => open[family].length > 0);
  return served.length === 1 ? meant.intersect(AddressSet.of(served[0] === "ipv4" ? "0.0.0.0/0" : "::/0")) : meant;
}
