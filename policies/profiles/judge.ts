import type { ProfileResult, RequirementResult } from "../../model/profile.js";
import type { View } from "../../model/rule.js";
import { isSubmission } from "../rules/words.js";
import type { Answer, Profile, Requirement } from "./profile.js";
import { worst } from "./tests.js";

/**
 * Holds a profile against every submission port that is looked at. Pure; in the order of subjects and of the profile.
 * What nothing tells is unknown, never met.
 */
export function judgeProfile(
  { name, title, edition, date, source, requirements }: Profile,
  views: Iterable<View>,
): ProfileResult {
  const bySubject = new Map<string, View[]>();
  for (const view of views) {
    if (!isSubmission(view) || view.subject.includes(" -> ")) continue;
    bySubject.set(view.subject, [...(bySubject.get(view.subject) ?? []), view]);
  }
  const sorted = [...bySubject].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const subjects = sorted.map(([subject, views]) => ({
    subject,
    requirements: requirements.filter((each) => speaksOf(each, views)).map((each) => resultOf(each, subject, views)),
  }));
  return { profile: name, title, edition, date, source, subjects };
}

function speaksOf({ ports }: Requirement, [view]: readonly View[]): boolean {
  return ports === undefined || (view !== undefined && ports.includes(view.port));
}

function resultOf(
  { id, section, asks, level, test, certainty, seenIn }: Requirement,
  subject: string,
  views: readonly View[],
): RequirementResult {
  const said = (side: View["side"]) =>
    worst(views.filter((view) => view.side === side).flatMap((view) => test(view) ?? []));
  const answer = both(said("static"), said("observed")) ?? nothing(subject);
  return { requirement: id, section, asks, level, ...answer, certainty, seenIn };
}

/**
 * A violation of either side stands. What the definitions leave open, the wire decides; a probe that was tried and could not
 * tell is no pass, whatever the definitions claim.
 */
function both(claimed: Answer | undefined, seen: Answer | undefined): Answer | undefined {
  if (!claimed || !seen) return claimed ?? seen;
  if (seen.status === "pass" && claimed.status === "unknown") return seen;
  if (seen.status === claimed.status) return worst([seen, claimed]);
  return worst([claimed, seen]);
}

function nothing(subject: string): Answer {
  return {
    status: "unknown",
    says: `${subject}: nothing that was read or probed tells it`,
    missing: [`a probe of ${subject} (--live)`],
    evidence: [],
  };
}
