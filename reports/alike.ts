import { groupBy } from "./order.js";
import { count } from "./text.js";

/** Up to so many are shown one by one. */
const mostAlone = 5;
const mostNamed = 5;

interface OfEndpoint {
  readonly subject: string;
}

/**
 * Puts together what reads the same but for the endpoint's name, where that is so of more than a few; each group stands where
 * its first member stood.
 * @param says all that is shown of a value; undefined where it is always shown alone.
 */
export function alike<T extends OfEndpoint>(values: readonly T[], says: (value: T) => string | undefined): T[][] {
  const keys = values.map((value, i) => {
    const text = says(value);
    return text === undefined ? `${i}` : withoutName(text, value.subject);
  });
  const groups = groupBy([...values.keys()], (i) => keys[i] as string);
  return values.flatMap((value, i) => {
    const group = groups.get(keys[i] as string) ?? [];
    if (group.length <= mostAlone) return [[value]];
    return group[0] === i ? [group.map((each) => values[each] as T)] : [];
  });
}

/** `mail.example.com:587`, or `3000 endpoints`. */
export function whose(group: readonly OfEndpoint[]): string {
  const [first] = group;
  return group.length === 1 && first ? first.subject : count(group.length, "endpoint");
}

/** Which endpoints a group is about, in one sentence; none for one that stands alone. */
export function named(group: readonly OfEndpoint[]): string[] {
  if (group.length === 1) return [];
  const names = group.slice(0, mostNamed).map(({ subject }) => subject);
  return [`${names.join(", ")} and ${group.length - names.length} more, which the JSON report names`];
}

function withoutName(text: string, subject: string): string {
  return text.replaceAll(subject, "*").replaceAll(subject.replace(/:\d+$/, ""), "*");
}
