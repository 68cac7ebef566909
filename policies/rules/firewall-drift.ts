import type { AddressSet } from "../../model/addresses.js";
import type { Origin } from "../../model/fact.js";
import type { Outcome } from "../../model/finding.js";
import type { Rule, View } from "../../model/rule.js";
import { outcome, type Split, split } from "./words.js";

export const firewallDrift: Rule = {
  id: "firewall-drift",
  title: "The deployed firewall admits on mail ports what the code says, no more and no less",
  severity: "high",
  why: "A rule that was changed by hand is in no review and no repository: the code looks right while the port is open to others, or closed to the mail that needs it.",
  remedy:
    "Run `pulumi refresh` and `pulumi up` to put the planned rules back, or write the deployed change into the code when it is right.",
  standards: [
    {
      source: "NIST SP 800-53 r5",
      section: "CM-3",
      asks: "Changes to the configuration are proposed, reviewed, approved and recorded.",
    },
    {
      source: "PCI DSS 4.0.1",
      section: "1.2.2",
      asks: "Changes to network connections and to the settings of network controls go through change control.",
    },
  ],
  evaluate(view) {
    return [...compare(view, "reachable"), ...compare(view, "egressAllowed")];
  },
};

const ways = { reachable: ["in", "keeps out"], egressAllowed: ["out to", "does not let out to"] } as const;

function compare(view: View, name: "reachable" | "egressAllowed"): Outcome[] {
  const isToldOf = (origin: Origin) => view.facts.some((fact) => fact.name === name && fact.origin === origin);
  if (!isToldOf("planned") || !isToldOf("deployed")) return [];
  const planned = side(view, name, "planned");
  const deployed = side(view, name, "deployed");
  const both = { facts: [...planned.facts, ...deployed.facts], missing: [...planned.missing, ...deployed.missing] };
  const say = (status: Outcome["status"], from: AddressSet, message: string) =>
    from.isEmpty ? [] : [outcome(status, from, `${view.subject}: ${message}`, { ...planned, ...both })];

  const [lets, keeps] = ways[name];
  const opened = deployed.yes.intersect(planned.no);
  const closed = planned.yes.intersect(deployed.no);
  const decided = planned.yes.union(planned.no).intersect(deployed.yes.union(deployed.no));
  const open = planned.open.union(deployed.open).subtract(decided);
  const drift = [
    ...say("fail", opened, `deployed, it lets ${lets} ${opened}, which the plan closes (planned: ${planned.yes})`),
    ...say("fail", closed, `deployed, it ${keeps} ${closed}, which the plan opens`),
    ...say("undecided", open, `whether plan and deployment agree on ${open} could not be decided`),
  ];
  return drift.length > 0 ? drift : say("pass", decided, "deployed as planned");
}

/** The facts of one origin; where several interfaces stand behind one subject, it is open to whom any of them is. */
function side(view: View, name: "reachable" | "egressAllowed", origin: Origin): Split {
  const all = split({ ...view, facts: view.facts.filter((fact) => fact.origin === origin) }, name);
  const open = all.open.subtract(all.yes);
  return { ...all, open, no: all.no.subtract(all.yes).subtract(open) };
}
