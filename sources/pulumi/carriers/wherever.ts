import type { Input } from "../input.js";

const deepest = 12;

/**
 * What is found under names in the values of a chart, wherever they stand.
 * @param named the names that are looked for.
 * @param read says what stands under such a name; undefined where that is something else, and is looked through itself.
 */
export function wherever<T>(
  values: Input,
  named: RegExp,
  read: (input: Input, name: string, around: Input) => readonly T[] | undefined,
  depth = 0,
): T[] {
  const found: T[] = [];
  if (depth > deepest) return found;
  for (const name of values.names()) {
    const own = named.test(name) ? read(values.member(name), name, values) : undefined;
    const more = own ?? (values.mayHaveNames(name) ? wherever(values.member(name), named, read, depth + 1) : []);
    // One list may hold more than a call takes as arguments.
    for (const each of more) found.push(each);
  }
  return found;
}
