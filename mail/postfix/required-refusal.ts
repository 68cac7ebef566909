import { refusals } from "./restriction-table.js";

/** Does the list hold a refusal that smtpd counts (`has_required`)? `permit` ends the search. */
export function holdsRefusal(
  list: readonly string[],
  classes: ReadonlyMap<string, readonly string[]>,
  seen = new Set<string>(),
): boolean {
  for (let i = 0; i < list.length; i++) {
    const word = list[i] as string;
    const name = word.toLowerCase();
    if (name === "warn_if_reject" && i + 1 < list.length) {
      i++;
      continue;
    }
    if (name === "permit") return false;
    if (refusals.has(name)) return true;
    const members = classes.get(word);
    if (!members || seen.has(word)) continue;
    seen.add(word);
    if (holdsRefusal(members, classes, seen)) return true;
  }
  return false;
}
