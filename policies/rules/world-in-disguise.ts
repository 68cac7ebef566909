import { AddressSet, type Family, internet } from "../../model/addresses.js";
import { type FactOf, factsNamed } from "../../model/fact.js";
import type { Outcome } from "../../model/finding.js";
import { isUnknown } from "../../model/maybe.js";
import type { Rule, View } from "../../model/rule.js";
import { isSubmission, outcome, type Split, split } from "./words.js";

export const worldInDisguise: Rule = {
  id: "world-in-disguise",
  title: "A submission port that is open to the whole internet says so in a rule",
  severity: "medium",
  why: "Halves of the address space, 2000::/3 or a prefix list open the port to everyone as 0.0.0.0/0 does, but reviewers and scanners that look for that text do not see it.",
  remedy:
    "Write 0.0.0.0/0 or ::/0 where the port is meant for everyone; where it is not, replace the rules by the clients that are meant.",
  standards: [
    {
      source: "PCI DSS 4.0.1",
      section: "1.2.5",
      asks: "Every port that is allowed is identified, approved and needed.",
    },
  ],
  about: ["openedBy"],
  evaluate(view) {
    const isAbout = view.port === 587 || view.port === 465 || (view.endpoint !== undefined && isSubmission(view));
    if (view.side === "observed" || !isAbout) return [];
    const openings = factsNamed(view.facts, "openedBy").filter(({ value }) => !isUnknown(value));
    if (openings.length === 0) return [];
    const reach = split(view, "reachable");
    const found = (["ipv4", "ipv6"] as const).flatMap((family) => disguised(view, family, openings, reach));
    // Of a port that nobody declared there is nothing good to say.
    return view.endpoint ? found : found.filter(({ status }) => status !== "pass");
  },
};

type Opening = FactOf<"openedBy">;

const world: Readonly<Record<Family, { readonly text: string; readonly set: AddressSet; readonly name: string }>> = {
  ipv4: { text: "0.0.0.0/0", set: AddressSet.of("0.0.0.0/0"), name: "any IPv4 address" },
  ipv6: { text: "::/0", set: AddressSet.of("::/0"), name: "any IPv6 address" },
};

function disguised(view: View, family: Family, known: readonly Opening[], reach: Split): Outcome[] {
  const { text, set, name } = world[family];
  const openings = known.filter(({ from }) => from.overlaps(set));
  if (openings.length === 0) return [];
  const about = { ...reach, facts: openings };
  const rules = () => [...new Set(openings.map(ruleOf))].join(" and ");
  const isPlain = openings.some((opening) => saysWorld(opening, family));
  if (reach.yes.coversInternet(family)) {
    return isPlain
      ? [outcome("pass", set, `${view.subject} is open to ${name}, and a rule says ${text}`, about)]
      : [
          outcome(
            "fail",
            set,
            `${view.subject} is open to ${name}, and no rule that lets them in says ${text}: ${rules()}`,
            about,
          ),
        ];
  }
  if (!isPlain && reach.yes.union(reach.open).coversInternet(family))
    return [
      outcome("undecided", set, `${view.subject}: ${rules()} and what is not known yet may add up to ${name}`, about),
    ];
  const open = reach.yes.intersect(set);
  return open.isEmpty ? [] : [outcome("pass", open, `${view.subject} is not open to ${name}`, about)];
}

function ruleOf({ value }: Opening): string {
  return isUnknown(value) ? "" : value.rule;
}

/** Where the spelling of a rule for the internet is not told, it may be the plain one. */
function saysWorld({ value, from }: Opening, family: Family): boolean {
  const { text, set } = world[family];
  if (isUnknown(value)) return true;
  return value.written?.includes(text) ?? from.overlaps(internet.intersect(set));
}
