import { AddressSet } from "../model/addresses.js";
import type { Evidence } from "../model/evidence.js";
import type { FactName, FactValues } from "../model/fact.js";
import { isUnknown, type Maybe, unknown } from "../model/maybe.js";

/** A fact without its subject and origin: what one port does for one set of clients. */
export interface ClaimOf<N extends FactName> {
  readonly name: N;
  readonly from: AddressSet;
  readonly value: Maybe<FactValues[N]>;
  readonly evidence: readonly Evidence[];
}

export type Claim = { [N in FactName]: ClaimOf<N> }[FactName];

export function claim<N extends FactName>(
  name: N,
  from: AddressSet,
  value: Maybe<FactValues[N]>,
  evidence: readonly Evidence[],
): Claim {
  return { name, from, value, evidence } as ClaimOf<N> as Claim;
}

/** Joins claims that say the same of several client sets, sorted by name and then by the clients. */
export function merged(claims: readonly Claim[]): Claim[] {
  const groups = new Map<string, Claim[]>();
  for (const each of claims) {
    if (each.from.isEmpty) continue;
    const key = `${each.name} ${JSON.stringify(each.value)}`;
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups]
    .map(([key, same]): [string, Claim] => {
      const first = same[0] as Claim;
      const from = AddressSet.union(...same.map((each) => each.from));
      return [key, claim(first.name, from, first.value, distinct(same.flatMap((each) => each.evidence)))];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, each]) => each);
}

function distinct(evidence: readonly Evidence[]): readonly Evidence[] {
  if (evidence.length < 2) return evidence;
  return [...new Map(evidence.map((each) => [`${each.at} ${each.says}`, each])).values()];
}

/** What two releases both say stands; where they differ, or one says nothing, it takes the release to know. */
export function agreed(older: readonly Claim[], newer: readonly Claim[], doubt: string): Claim[] {
  const alone = [...saidAlone(newer, older), ...saidAlone(older, newer)];
  return merged([
    ...overlaps(older, newer, doubt),
    ...alone.map((one) => claim(one.name, one.from, unknown(doubt), one.evidence)),
  ]);
}

/** Two services on different addresses of one port: a client that reaches both sees one or the other. */
export function sideBySide(one: readonly Claim[], other: readonly Claim[]): Claim[] {
  const hears = (each: Claim) => each.name === "listening" && each.value !== false;
  const heard = AddressSet.union(...[...one, ...other].filter(hears).map((each) => each.from));
  // One socket is enough: a "false" holds only for clients that no socket serves.
  const cut = (claims: readonly Claim[]) =>
    claims.map((each) =>
      each.name === "listening" && each.value === false
        ? claim("listening", each.from.subtract(heard), false, each.evidence)
        : each,
    );
  const [first, second] = [cut(one), cut(other)];
  return merged([
    ...overlaps(first, second, "the address the client connects to"),
    ...saidAlone(first, second),
    ...saidAlone(second, first),
  ]);
}

function overlaps(some: readonly Claim[], others: readonly Claim[], doubt: string): Claim[] {
  return others.flatMap((one) =>
    some
      .filter((each) => each.name === one.name)
      .map((each) => {
        const same = JSON.stringify(one.value) === JSON.stringify(each.value);
        const missing = [one.value, each.value].flatMap((value) => (isUnknown(value) ? value.unknown : []));
        const value = same ? one.value : unknown(doubt, ...missing);
        return claim(one.name, one.from.intersect(each.from), value, [...one.evidence, ...(same ? [] : each.evidence)]);
      }),
  );
}

/** The claims of `some` for the clients about whom `others` say nothing under that name. */
function saidAlone(some: readonly Claim[], others: readonly Claim[]): Claim[] {
  const sets = new Map<FactName, AddressSet[]>(others.map(({ name }) => [name, []]));
  for (const { name, from } of others) sets.get(name)?.push(from);
  const said = new Map([...sets].map(([name, each]) => [name, AddressSet.join(each)]));
  return some.map((one) =>
    claim(one.name, one.from.subtract(said.get(one.name) ?? AddressSet.empty), one.value, one.evidence),
  );
}
