import { AddressSet } from "./addresses.js";

/**
 * A set known only between two bounds: `certain` is surely inside, everything outside `possible` surely is not,
 * and what lies between waits for the `missing` inputs.
 */
export interface PartialSet {
  readonly certain: AddressSet;
  readonly possible: AddressSet;
  readonly missing: readonly string[];
}

const none: readonly string[] = [];

export function exactly(set: AddressSet): PartialSet {
  return { certain: set, possible: set, missing: none };
}

/** Not known at all, except that nothing outside `bound` is in it. */
export function undecidedSet(missing: readonly string[], bound = AddressSet.everything): PartialSet {
  return { certain: AddressSet.empty, possible: bound, missing };
}

export const nobody = exactly(AddressSet.empty);
export const everybody = exactly(AddressSet.everything);

export function unionOf(...sets: PartialSet[]): PartialSet {
  return combined(sets, (pick) => AddressSet.join(sets.map(pick)));
}

export function intersectionOf(...sets: PartialSet[]): PartialSet {
  return combined(sets, (pick) => sets.reduce((all, set) => all.intersect(pick(set)), AddressSet.everything));
}

/** Combines either bound alike; the bounds of sets that are all known are one. */
function combined(
  sets: readonly PartialSet[],
  combine: (pick: (set: PartialSet) => AddressSet) => AddressSet,
): PartialSet {
  const certain = combine((set) => set.certain);
  if (sets.every((set) => set.certain === set.possible)) return exactly(certain);
  return settled(
    certain,
    combine((set) => set.possible),
    sets,
  );
}

export function differenceOf(from: PartialSet, cut: PartialSet): PartialSet {
  return settled(from.certain.subtract(cut.possible), from.possible.subtract(cut.certain), [from, cut]);
}

/** The addresses whose membership the missing inputs decide. */
export function undecidedPart(set: PartialSet): AddressSet {
  return set.possible.subtract(set.certain);
}

/** Missing inputs that no longer change anything are dropped: unknown only where it matters. */
function settled(certain: AddressSet, possible: AddressSet, parts: readonly PartialSet[]): PartialSet {
  const missing = certain.equals(possible) ? none : parts.flatMap((part) => part.missing);
  return { certain, possible, missing: missing.length < 2 ? missing : [...new Set(missing)].sort() };
}
