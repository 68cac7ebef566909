import { type AddressSet, loopback } from "../../model/addresses.js";
import type { Outcome } from "../../model/finding.js";
import type { Rule, View } from "../../model/rule.js";
import { isPublished, outcome, split } from "./words.js";

export const submissionWithoutServer: Rule = {
  id: "submission-without-server",
  title: "A submission port is opened where a submission server listens",
  severity: "medium",
  why: "A port that is open to nothing waits for whatever listens there next: the rule stands on the wrong host, or the mail server was never told to listen.",
  remedy: "Remove the rule, move it to the host that is meant, or let the mail server listen there.",
  standards: [
    {
      source: "PCI DSS 4.0.1",
      section: "1.2.5",
      asks: "Every port that is allowed is identified, approved and needed.",
    },
  ],
  about: ["reachable", "listening"],
  evaluate(view) {
    if (view.side === "observed") return [];
    const { endpoint, role } = view;
    if (endpoint && (role === "submission" || role === "relay")) return served(view, endpoint.exposure);
    return view.port === 25 ? [] : elsewhere(view);
  },
};

/** Whether the configuration behind a declared endpoint listens for any of its clients. */
function served(view: View, clients: AddressSet): Outcome[] {
  const listening = split(view, "listening");
  if (listening.facts.length === 0) return [];
  const { subject } = view;
  const heard = clients.intersect(listening.yes);
  if (!heard.isEmpty) return [outcome("pass", heard, `${subject}: its configuration listens there`, listening)];
  const open = clients.intersect(listening.open);
  return open.isEmpty
    ? [outcome("fail", clients, `${subject} is declared, and its configuration does not listen there`, listening)]
    : [
        outcome(
          "undecided",
          open,
          `${subject}: whether its configuration listens there could not be decided`,
          listening,
        ),
      ];
}

/**
 * Opened on a host that is declared for something else there, or whose mail server listens on other ports alone; on any
 * port, where it leads to a server that does not listen there. Where none is known, submission-exposed speaks.
 */
function elsewhere(view: View): Outcome[] {
  const { subject, endpoint } = view;
  const own = split(view, "listening");
  if (own.facts.length === 0 && !submissionPorts.includes(view.port)) return [];
  const reach = split(view, "reachable");
  if (own.facts.length === 0 && reach.yes.isEmpty) return [];
  const about = { ...reach, facts: [...reach.facts, ...own.facts] };
  const opened = (says: string) => [
    outcome("fail", reach.yes, `${subject} is open to ${reach.yes}, and ${says}`, about),
  ];
  if (!endpoint && own.facts.length > 0 && own.yes.isEmpty && own.open.isEmpty) {
    const nobody = "no mail server behind it listens there";
    if (!reach.yes.isEmpty) return opened(nobody);
    // Of the ports that a container publishes, nothing here says who reaches the host.
    const published = own.no.subtract(loopback);
    if (reach.facts.length === 0 && isPublished(own))
      return published.isEmpty ? [] : [outcome("fail", published, `${subject} is published, and ${nobody}`, own)];
    return reach.open.isEmpty ? [] : [outcome("undecided", reach.open, `${subject} may be open, and ${nobody}`, about)];
  }
  if (reach.yes.isEmpty || !submissionPorts.includes(view.port)) return [];
  if (endpoint) return opened(`is declared as ${endpoint.role}`);
  const others = mailPorts.filter(
    (port) => port !== view.port && !split({ facts: view.beside(port) }, "listening").yes.isEmpty,
  );
  if (!own.yes.isEmpty || !own.open.isEmpty || others.length === 0) return [];
  return opened(`the mail server of this host listens on ${others.join(" and ")} alone`);
}

const submissionPorts = [465, 587];
const mailPorts = [25, 465, 587, 2525];
