import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

export const broadPortRule: Rule = {
  id: "broad-port-rule",
  title: "Port 587 is opened by a rule that names it, not by a range or a wildcard",
  severity: "medium",
  why: "A range or an all-ports rule opens 587 without anyone having decided it, and keeps it open when the rule meant for it is removed.",
  remedy: "Replace the rule by one per port that is needed; give submission a rule of its own for TCP 587.",
  standards: [
    {
      source: "PCI DSS 4.0.1",
      section: "1.2.5",
      asks: "Every port that is allowed is identified, approved and needed.",
    },
  ],
  about: ["openedBy"],
  evaluate(view) {
    if (view.port !== 587) return [];
    return judgeEach(view, "openedBy", ({ rule, protocol, ports, exact }, { from }) => {
      if (exact) return { status: "pass", message: `${view.subject}: ${rule} opens this port alone` };
      if (protocol === "tcp" && ports.split(",").includes("587"))
        return { status: "pass", message: `${view.subject}: ${rule} names this port` };
      if (view.declaration.trustedNetworks.contains(from)) return undefined;
      const what = protocol === "any" ? "all protocols and ports" : `${protocol} ports ${ports}`;
      return { status: "fail", message: `${view.subject}: ${rule} opens it together with ${what} to ${from}` };
    });
  },
};
