import type { Fact } from "../model/fact.js";
import { isUnknown } from "../model/maybe.js";

/** What several scans saw, without what one of them could not see and another look at the same port did. */
export function withoutHidden(scanned: readonly Fact[], probed: readonly Fact[]): Fact[] {
  const key = ({ subject, name }: Fact) => `${subject}\n${name}`;
  const known = new Set([...scanned, ...probed].filter(({ value }) => !isUnknown(value)).map(key));
  return scanned.filter((fact) => !isUnknown(fact.value) || !known.has(key(fact)));
}
