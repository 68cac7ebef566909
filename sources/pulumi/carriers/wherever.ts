import type { Input } from "../input.js";

const deepest = 12;

/** What is looked for in the values of a chart, and what was found of it. */
export interface Look<T> {
  /** The names under which it stands. */
  readonly named: RegExp;
  /** Says what stands under such a name; undefined where that is something else, and is looked through itself. */
  readonly read: (input: Input, name: string, around: Input) => readonly T[] | undefined;
  readonly found: T[];
}

/** Finds what is looked for in the values of a chart, wherever it stands: all in one pass, as values may be long. */
export function lookThrough(values: Input, looks: readonly Look<unknown>[], depth = 0): void {
  if (depth > deepest) return;
  for (const name of values.names()) {
    const left = looks.some(({ named }) => named.test(name))
      ? looks.filter((look) => !look.named.test(name) || !take(look, values, name))
      : looks;
    if (left.length > 0 && values.mayHaveNames(name)) lookThrough(values.member(name), left, depth + 1);
  }
}

function take({ read, found }: Look<unknown>, values: Input, name: string): boolean {
  const taken = read(values.member(name), name, values);
  // One list may hold more than a call takes as arguments.
  for (const each of taken ?? []) found.push(each);
  return taken !== undefined;
}
