import type { Evidence } from "./evidence.js";

/** How one requirement fares at one subject; `unknown` never counts as met. */
export interface RequirementResult {
  /** Kebab-case, unique within its profile. */
  readonly requirement: string;
  readonly section: string;
  /** What it asks, in our words. */
  readonly asks: string;
  /** `must`: without it the profile is not met. `should`: recommended, and not counted. */
  readonly level: "must" | "should";
  readonly status: "pass" | "fail" | "unknown";
  readonly says: string;
  /** For `unknown`: the inputs that would decide it. */
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
  /** From 0 to 1, that the section says so; `seenIn`: where it was read. */
  readonly certainty: number;
  readonly seenIn: string;
}

/** One edition of one standard, held against every submission port that is known. */
export interface ProfileResult {
  readonly profile: string;
  readonly title: string;
  readonly edition: string;
  /** ISO date of the edition; a month where its day is not known. */
  readonly date: string;
  readonly source: string;
  readonly subjects: readonly { readonly subject: string; readonly requirements: readonly RequirementResult[] }[];
}
