import type { Evidence } from "../../model/evidence.js";
import type { View } from "../../model/rule.js";

/** What one side (the definitions, or the wire) says of a requirement. */
export interface Answer {
  readonly status: "pass" | "fail" | "unknown";
  readonly says: string;
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
}

/** Pure; undefined where this side knows nothing that speaks of it. */
export type Test = (view: View) => Answer | undefined;

/** A clause that can be told from facts. */
export interface Requirement {
  /** Kebab-case, unique within its profile; kept for ever. */
  readonly id: string;
  readonly section: string;
  readonly asks: string;
  readonly level: "must" | "should";
  readonly test: Test;
  /** The ports that it speaks of; without them all submission ports. */
  readonly ports?: readonly number[];
  /** From 0 to 1, that the section says so: 1 where its text was read, 0.5 where nothing but memory says so. */
  readonly certainty: number;
  /** Where it was read: the text itself, or who quotes it. */
  readonly seenIn: string;
}

/** A dated edition of a standard, as far as facts can tell whether it is met. */
export interface Profile {
  /** What `--profile` calls it. */
  readonly name: string;
  readonly title: string;
  readonly edition: string;
  /** ISO date of the edition; a month where its day is not known. */
  readonly date: string;
  readonly source: string;
  readonly requirements: readonly Requirement[];
}
