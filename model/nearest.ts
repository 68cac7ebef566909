import type * as levenshtein from "fastest-levenshtein";
import { required } from "./required.js";

/** The valid word most like the given one, for "did you mean"; undefined when none is close. */
export function nearest(word: string, valid: readonly string[]): string | undefined {
  const { distance } = required<typeof levenshtein>("fastest-levenshtein");
  const lower = word.toLowerCase();
  let close = Math.max(2, Math.floor(word.length * 0.4)) + 1;
  let best: string | undefined;
  for (const each of valid) {
    const other = each.toLowerCase();
    // Each letter more or less is a step.
    if (Math.abs(other.length - lower.length) >= close) continue;
    const steps = distance(lower, other);
    if (steps >= close) continue;
    close = steps;
    best = each;
  }
  return best;
}

const longestName = 100;

/** `; did you mean NAME?`, or nothing where no known name is close. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const close = name.length > longestName ? undefined : nearest(name, [...known]);
  return close === undefined ? "" : `; did you mean ${close}?`;
}
