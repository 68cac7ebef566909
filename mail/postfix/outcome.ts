import type { Evidence } from "../../model/evidence.js";

/** Yes, no, or the inputs that would tell. */
export type Answer = boolean | readonly string[];

/** What one restriction, or one entry of a table, may come to. */
export interface Outcome {
  permits?: boolean;
  rejects?: boolean;
  passes?: boolean;
  /** Permits in every list that is still to come, and throws the mail away. */
  discards?: boolean;
  forTls?: Answer;
  defers?: "none" | "possible" | "certain";
  missing?: readonly string[];
  /** The line beside the list that says so. */
  evidence?: Evidence | undefined;
}

export const permit: Outcome = { permits: true };
export const reject: Outcome = { rejects: true };
export const pass: Outcome = { passes: true };

/** The answer that all share; `missing` would tell which of them holds. */
export function agreed(answers: readonly Answer[], missing: readonly string[]): Answer {
  const [first = false] = answers;
  return answers.every((each) => each === first) ? first : missing;
}
