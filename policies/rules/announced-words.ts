import { type Announcement, type FactName, type FactOf, factsNamed } from "../../model/fact.js";
import type { Outcome } from "../../model/finding.js";
import { isUnknown } from "../../model/maybe.js";
import type { View } from "../../model/rule.js";
import { type Answer, judgeEach } from "./words.js";

/** Asks every announcement of this endpoint that offers it. */
export function judgeAnnounced(view: View, answer: (said: Announcement) => Answer | undefined): Outcome[] {
  return judgeEach(view, "announced", (said) => (said.offered ? answer(said) : undefined));
}

/** What was seen of the endpoint under this name; undefined when it was not looked at. */
export function seen<N extends FactName>(view: View, name: N): FactOf<N>["value"] | undefined {
  return factsNamed(view.facts, name)[0]?.value;
}

/** What has to be known of the endpoint, for `undecided`. */
export function notSeen(view: View, said: Announcement, value: unknown): Answer {
  return {
    status: "undecided",
    message: `${view.subject}: whether it does what ${said.by} says could not be seen`,
    missing: isUnknown(value) ? value.unknown : [`a probe of ${view.subject}`],
  };
}
