import { isUnknown } from "../../model/maybe.js";
import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

export const mxResolves: Rule = {
  id: "mx-resolves",
  title: "Every MX of a mail domain is a host with an address",
  severity: "medium",
  why: "Mail for a domain waits for hours at an exchange that has no address, or bounces where there is no other.",
  remedy:
    'Publish the A or AAAA record of the exchange, or remove its MX record; a domain without mail has one MX record of ".".',
  standards: [
    { source: "RFC 5321", section: "5.1", asks: "An MX record names a host that has address records." },
    { source: "RFC 7505", section: "3", asks: "A null MX stands alone." },
  ],
  about: ["mx"],
  evaluate(view) {
    return judgeEach(view, "mx", (records) => {
      if (records.length === 0) return undefined;
      const lost = records.filter(({ exchange, addresses }) => exchange !== "." && addresses === 0);
      if (lost.length > 0)
        return {
          status: "fail",
          message: `${view.subject}: ${lost.map(({ exchange }) => exchange).join(", ")} has no address`,
        };
      if (records.length > 1 && records.some(({ exchange }) => exchange === "."))
        return { status: "fail", message: `${view.subject}: a null MX stands beside others` };
      const open = records.flatMap(({ addresses }) => (isUnknown(addresses) ? addresses.unknown : []));
      if (open.length > 0)
        return { status: "undecided", message: `${view.subject}: the addresses of its MX are unknown`, missing: open };
      return { status: "pass", message: `${view.subject}: every MX has an address, or it takes no mail` };
    });
  },
};
