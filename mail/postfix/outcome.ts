/** Yes, no, or the inputs that would tell. */
export type Answer = boolean | readonly string[];

/** What one restriction, or one entry of a table, may come to. */
export interface Outcome {
  permits?: boolean;
  rejects?: boolean;
  passes?: boolean;
  forTls?: Answer;
  defers?: "none" | "possible" | "certain";
  missing?: readonly string[];
}

export const permit: Outcome = { permits: true };
export const reject: Outcome = { rejects: true };
export const pass: Outcome = { passes: true };
