import type { AddressSet } from "../../model/addresses.js";
import type { Outcome } from "../../model/finding.js";
import type { Rule, View } from "../../model/rule.js";
import { outcome, split } from "./words.js";

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
    return view.port === 587 || view.port === 465 ? elsewhere(view) : [];
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
 * Opened on a host that is declared for something else there, or whose mail server listens on other ports alone. Where
 * neither is known, submission-exposed speaks.
 */
function elsewhere(view: View): Outcome[] {
  const { subject, endpoint } = view;
  const reach = split(view, "reachable");
  if (reach.yes.isEmpty) return [];
  if (endpoint)
    return [
      outcome("fail", reach.yes, `${subject} is open to ${reach.yes}, and is declared as ${endpoint.role}`, reach),
    ];
  const own = split(view, "listening");
  const others = mailPorts.filter(
    (port) => port !== view.port && !split({ facts: view.beside(port) }, "listening").yes.isEmpty,
  );
  if (!own.yes.isEmpty || !own.open.isEmpty || others.length === 0) return [];
  const message = `${subject} is open to ${reach.yes}, and the mail server of this host listens on ${others.join(" and ")} alone`;
  return [outcome("fail", reach.yes, message, { ...reach, facts: [...reach.facts, ...own.facts] })];
}

const mailPorts = [25, 465, 587, 2525];
