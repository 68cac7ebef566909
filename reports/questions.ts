import type { Finding } from "../model/finding.js";
import { openQuestions } from "./words.js";

/** What cannot be decided at one endpoint for one reason, and the rule to which it matters most. */
export interface Question {
  readonly subject: string;
  readonly worst: Finding;
  readonly findings: readonly Finding[];
}

/** The open questions, each with the finding that comes first. */
export function questionsOf(findings: readonly Finding[]): Question[] {
  return openQuestions(findings).flatMap((same) =>
    same.slice(0, 1).map((worst) => ({ subject: worst.subject, worst, findings: same })),
  );
}

/** What a question shows beside the endpoint. */
export function questionText({ worst, findings }: Question): string {
  const { message, verdict, explanation, missing } = worst;
  const rules = findings.map(({ rule, severity }) => [rule, severity]);
  return JSON.stringify([message, verdict, explanation, missing, rules]);
}
