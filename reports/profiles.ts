import type { ProfileResult, RequirementResult } from "../model/profile.js";
import type { Report } from "../model/report.js";
import { groupBy } from "./order.js";
import type { Pen } from "./pen.js";
import { place } from "./words.js";

export const requirementMarks = { fail: "✗", unknown: "?", pass: "✓" } as const satisfies Record<
  RequirementResult["status"],
  string
>;

/** The standards that were asked for: what is not met with its evidence, what is open with what is missing, what is met in a line. */
export function profileBlocks({ profiles = [] }: Report, pen: Pen): string[] {
  return profiles.map((profile) =>
    [
      pen.title("§", pen.bold, profile.profile, `${profile.title}, ${profile.edition} (${profile.date})`),
      pen.link("source", profile.source),
      ...profile.subjects.flatMap(({ subject, requirements }) => subjectLines(subject, requirements, pen)),
      ...(profile.subjects.length === 0 ? [pen.paragraph(pen.yellow, "no submission port is known", 2)] : []),
    ].join("\n"),
  );
}

function subjectLines(subject: string, requirements: readonly RequirementResult[], pen: Pen): string[] {
  const by = groupBy(requirements, ({ status }) => status);
  const met = by.get("pass") ?? [];
  return [
    pen.paragraph(pen.bold, `${subject}: ${countsOf(requirements)}`, 2),
    ...[...(by.get("fail") ?? []), ...(by.get("unknown") ?? [])].flatMap((each) => openLines(each, pen)),
    ...(met.length > 0
      ? [
          pen.paragraph(
            pen.green,
            `✓ ${met.map(({ requirement, section }) => `${requirement} (${section})`).join(", ")}`,
            2,
            2,
          ),
        ]
      : []),
  ];
}

function openLines(result: RequirementResult, pen: Pen): string[] {
  const { status, section, requirement, level, asks, says, missing, evidence } = result;
  return [
    pen.paragraph(
      status === "fail" ? pen.red : pen.yellow,
      `${requirementMarks[status]} ${section}  ${requirement} (${level}): ${asks}`,
      2,
      2,
    ),
    pen.paragraph(pen.plain, says, 4),
    ...(status === "fail"
      ? evidence.map(({ kind, at, says: why }) => pen.paragraph(pen.dim, `${kind}: ${place(at)}  ${why}`, 4, 2))
      : missing.map((input) => pen.paragraph(pen.dim, `missing: ${place(input)}`, 4, 2))),
    ...(isSure(result) ? [] : [pen.paragraph(pen.dim, certaintyOf(result), 4, 2)]),
  ];
}

/** `9 of 11 met, 1 not met, 1 unknown; of 2 recommended 1`. */
export function countsOf(requirements: readonly RequirementResult[]): string {
  const of = (level: RequirementResult["level"], status?: RequirementResult["status"]) =>
    requirements.filter((each) => each.level === level && (status === undefined || each.status === status)).length;
  const recommended = of("should") > 0 ? `; of ${of("should")} recommended ${of("should", "pass")} met` : "";
  return `${of("must", "pass")} of ${of("must")} met, ${of("must", "fail")} not met, ${of("must", "unknown")} unknown${recommended}`;
}

/** The text itself was read. */
export function isSure({ certainty }: RequirementResult): boolean {
  return certainty >= 0.9;
}

export function certaintyOf({ certainty, seenIn }: RequirementResult): string {
  return `section of certainty ${certainty}, seen in: ${seenIn}`;
}

/** Whether all that the profile demands is met at this subject. */
export function isMet({ subjects }: ProfileResult): boolean {
  return (
    subjects.length > 0 &&
    subjects.every(({ requirements }) =>
      requirements.every((each) => each.level === "should" || each.status === "pass"),
    )
  );
}
