import fc from "fast-check";

/** The cases of a batch. */
export const mostCases = 100;

/**
 * Random cases in batches of at most 100, each batch from a seed of its own. PORT587_SEED and PORT587_CASES draw others
 * than a normal run; `told` names both and the batch in a test's title.
 */
export function batchesOf({ usualSeed = 587, usualCases = 100 } = {}) {
  const seed = Number(process.env.PORT587_SEED ?? usualSeed);
  const total = Number(process.env.PORT587_CASES ?? usualCases);
  return {
    batches: Array.from({ length: Math.ceil(total / mostCases) }, (_, batch) => batch),
    told: `(PORT587_SEED=${seed} PORT587_CASES=${total}), batch %i`,
    sample: <T>(from: fc.Arbitrary<T>, batch: number): T[] =>
      fc.sample(from, { numRuns: Math.min(mostCases, total - batch * mostCases), seed: seed + batch }),
  };
}
