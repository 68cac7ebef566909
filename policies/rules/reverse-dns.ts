import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

export const reverseDns: Rule = {
  id: "reverse-dns",
  title: "The addresses of an MX have names that lead back to them",
  severity: "medium",
  why: "An MX often sends from the same addresses, and large receivers refuse or defer mail from an address without such a name.",
  remedy:
    "Have the owner of the address publish a PTR record with the server's name, and its A or AAAA record lead back.",
  standards: [
    {
      source: "RFC 1912",
      section: "2.1",
      asks: "Every address has a PTR record, and it matches an address record of that name.",
    },
  ],
  about: ["ptr"],
  evaluate(view) {
    // Who submits mail looks at no PTR record.
    if (view.role !== "mx") return [];
    return judgeEach(view, "ptr", (addresses) => {
      if (addresses.length === 0) return undefined;
      const wrong = addresses.filter(({ confirmed }) => !confirmed);
      if (wrong.length === 0)
        return { status: "pass", message: `${view.subject}: every address seen has a name that leads back to it` };
      const each = wrong.map(({ address, names }) =>
        names.length === 0 ? `${address} has no name` : `${names.join(", ")} does not lead back to ${address}`,
      );
      return { status: "fail", message: `${view.subject}: ${each.join("; ")}` };
    });
  },
};
