import { didYouMean } from "../model/nearest.js";
import type { Notice } from "../model/network.js";

/** A setting as it is written somewhere; `at` is `file:line`. */
export interface Written {
  readonly name: string;
  readonly value: string;
  readonly at: string;
}

/** Of a definition with more of them, a file of something else, the first are named. */
const mostNamed = 50;

/**
 * What is said of settings that a server passes over because it does not know them.
 * @param program the server and the releases whose names `known` holds: `Postfix 3.5 to 3.11`.
 * @param known the names, or for each written name those that may be meant.
 */
export function passedOver(
  settings: readonly Pick<Written, "name" | "at">[],
  program: string,
  known: Iterable<string> | ((name: string) => readonly string[]),
): Notice[] {
  const all = typeof known === "function" ? [] : [...known];
  const like = typeof known === "function" ? known : () => all;
  const notices = settings.slice(0, mostNamed).map(({ name, at }) => {
    const says = `${name} is no setting of ${program}, which passes it over${didYouMean(name, like(name))}`;
    return { at, says };
  });
  const [next] = settings.slice(mostNamed);
  if (next)
    notices.push({ at: next.at, says: `${settings.length - mostNamed} more settings that ${program} passes over` });
  return notices;
}

/** What is said of settings that are there twice with different values, where the last one counts unless `effect` tells otherwise. */
export function setAgain(
  settings: readonly Written[],
  server: string,
  effect = `${server} takes the last one; remove the other`,
): Notice[] {
  const last = new Map<string, Written>();
  const notices: Notice[] = [];
  for (const each of settings) {
    const before = last.get(each.name);
    last.set(each.name, each);
    if (!before || before.value === each.value || notices.length >= mostNamed) continue;
    const says = `${each.name} is set in ${before.at} and again here, with another value: ${effect}`;
    notices.push({ at: each.at, says });
  }
  return notices;
}
