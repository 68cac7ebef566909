import type * as levenshtein from "fastest-levenshtein";
import { required } from "./required.js";

/** The valid word most like the given one, for "did you mean"; undefined when none is close. */
export function nearest(word: string, valid: readonly string[]): string | undefined {
  const { distance } = required<typeof levenshtein>("fastest-levenshtein");
  const ranked = valid
    .map((each) => [distance(word.toLowerCase(), each.toLowerCase()), each] as const)
    .sort((a, b) => a[0] - b[0]);
  const best = ranked[0];
  return best && best[0] <= Math.max(2, Math.floor(word.length * 0.4)) ? best[1] : undefined;
}
