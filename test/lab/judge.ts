import { AddressSet } from "../../model/addresses.js";
import type { Fact } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import type { Look, Seen } from "../setup/mail-lab.js";
import { compare, type Words } from "./agreement.js";

/** Counts facts over many cases; of none there is no share. */
export interface Tally {
  known: number;
  unknown: number;
  share(): number;
}

/** Prints at the end how many of a server's facts were left open. */
export function tally(server: string): Tally {
  const counts: Tally = {
    known: 0,
    unknown: 0,
    share: () => counts.unknown / (counts.known + counts.unknown),
  };
  afterAll(() => {
    const percent = (100 * counts.share()).toFixed(2);
    process.stderr.write(`${server}: ${counts.known} facts compared, ${percent} % open\n`);
  });
  return counts;
}

/** All visits to one instance against its facts; `open`: the names of facts left open for some client. */
export function judge(
  facts: readonly Fact[],
  looks: readonly Look[],
  seen: readonly Seen[],
  words: Words,
  counts: Tally,
) {
  const disagreements: string[] = [];
  const saw: string[] = [];
  const open = new Set<string>();
  for (const [index, look] of looks.entries()) {
    const one = seen[index];
    if (!one) throw new Error("the observer saw nothing");
    const agreement = compare(facts, look, one, words);
    const where = `${look.from} -> ${look.to}:${look.port}`;
    disagreements.push(...agreement.disagreements.map((each) => `${where} ${each}`));
    if (agreement.disagreements.length > 0 && saw.length === 0) saw.push(`${where} ${JSON.stringify(one)}`);
    for (const name of agreement.open) open.add(name);
    const client = AddressSet.of(look.from);
    for (const fact of facts)
      if (fact.subject.endsWith(`:${look.port}`) && fact.from.contains(client))
        counts[isUnknown(fact.value) ? "unknown" : "known"]++;
    if (one.listening && !facts.some((fact) => fact.subject.endsWith(`:${look.port}`)))
      disagreements.push(`${where} listens`);
  }
  return { disagreements: [...disagreements, ...saw], open: [...open].sort() };
}
