/** A value that cannot be known yet, with the inputs that would decide it (setting names, property paths, addresses). */
export interface Unknown {
  readonly unknown: readonly string[];
}

/** Three-valued: a plain value, or unknown with its missing inputs. Unknown is never true and never false. */
export type Maybe<T> = T | Unknown;

export function unknown(...missing: string[]): Unknown {
  return { unknown: missing.length < 2 ? missing : [...new Set(missing)].sort() };
}

export function isUnknown(value: unknown): value is Unknown {
  return typeof value === "object" && value !== null && Array.isArray((value as Unknown).unknown);
}

/** The missing inputs of the unknown ones among `values`; empty when all are known. */
export function missingOf(...values: unknown[]): string[] {
  return [...new Set(values.flatMap((value) => (isUnknown(value) ? value.unknown : [])))].sort();
}

/** Applies `f` to a known value; an unknown stays unknown. */
export function mapKnown<T, U>(value: Maybe<T>, f: (known: T) => U): Maybe<U> {
  return isUnknown(value) ? value : f(value);
}

/** All of the conditions hold; a certain no is certain whatever the others are. */
export function all(...conditions: readonly Maybe<boolean>[]): Maybe<boolean> {
  return conditions.includes(false) ? false : decidedBy(conditions, true);
}

/** One of the conditions holds; a certain yes is certain whatever the others are. */
export function any(...conditions: readonly Maybe<boolean>[]): Maybe<boolean> {
  return conditions.includes(true) ? true : decidedBy(conditions, false);
}

export function not(condition: Maybe<boolean>): Maybe<boolean> {
  return mapKnown(condition, (known) => !known);
}

function decidedBy(conditions: readonly Maybe<boolean>[], otherwise: boolean): Maybe<boolean> {
  return conditions.some(isUnknown) ? unknown(...missingOf(...conditions)) : otherwise;
}
