import { AddressSet } from "../model/addresses.js";
import type { Evidence } from "../model/evidence.js";
import type { FactName, FactValues } from "../model/fact.js";
import { grouped } from "../model/grouped.js";
import { isUnknown, type Maybe, missingOf, unknown } from "../model/maybe.js";

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

/** What sets come to, worked out once: claims of many names are made for the same few sets, which may be large. */
export class Algebra {
  private readonly numbers = new Map<AddressSet, number>();
  private readonly known = new Map<string, AddressSet>();

  /** The set of these clients that was met first. */
  same(set: AddressSet): AddressSet {
    const found = this.numbers.has(set) ? set : [...this.numbers.keys()].find((each) => each.equals(set));
    this.numberOf(found ?? set);
    return found ?? set;
  }

  join(sets: readonly AddressSet[]): AddressSet {
    const [only] = sets;
    return only && sets.length === 1 ? only : this.once("+", sets, () => AddressSet.join(sets));
  }

  intersect(one: AddressSet, other: AddressSet): AddressSet {
    return one === other ? one : this.once("&", [one, other], () => one.intersect(other));
  }

  subtract(one: AddressSet, other: AddressSet): AddressSet {
    return other.isEmpty ? one : this.once("-", [one, other], () => one.subtract(other));
  }

  private once(sign: string, sets: readonly AddressSet[], work: () => AddressSet): AddressSet {
    const key = sets.map((each) => this.numberOf(each)).join(sign);
    const found = this.known.get(key) ?? work();
    this.known.set(key, found);
    return found;
  }

  private numberOf(set: AddressSet): number {
    const number = this.numbers.get(set) ?? this.numbers.size;
    this.numbers.set(set, number);
    return number;
  }
}

/** Joins claims that say the same of several client sets, sorted by name and then by value. */
export function merged(claims: readonly Claim[], algebra = new Algebra()): Claim[] {
  const sorted = claims
    .filter(({ from }) => !from.isEmpty)
    .sort(({ name: a }, { name: b }) => (a < b ? -1 : a > b ? 1 : 0));
  const found: Claim[] = [];
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    const first = sorted[start] as Claim;
    while (sorted[end]?.name === first.name) end++;
    if (end === start + 1) found.push(unrepeated(first));
    else for (const each of mergedByValue(sorted.slice(start, end), algebra)) found.push(each);
  }
  return found;
}

/** Claims of one name. */
function mergedByValue(claims: readonly Claim[], algebra: Algebra): Claim[] {
  return [...grouped(claims, ({ value }) => [JSON.stringify(value)])]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, same]) => {
      const [first, other] = same as [Claim, ...Claim[]];
      if (!other) return unrepeated(first);
      const { name, value } = first;
      const from = algebra.join(same.map((each) => each.from));
      return claim(name, from, value, distinct(same.flatMap((each) => each.evidence)));
    });
}

/** The same with each piece of evidence once. */
function unrepeated(one: Claim): Claim {
  return one.evidence.length < 2 ? one : claim(one.name, one.from, one.value, distinct(one.evidence));
}

function distinct(evidence: readonly Evidence[]): readonly Evidence[] {
  if (evidence.length < 2) return evidence;
  return [...new Map(evidence.map((each) => [`${each.at} ${each.says}`, each])).values()];
}

/** What two releases both say stands; where they differ, or one says nothing, it takes the release to know. */
export function agreed(
  older: readonly Claim[],
  newer: readonly Claim[],
  doubt: string,
  algebra = new Algebra(),
): Claim[] {
  const alone = [...saidAlone(newer, older, algebra), ...saidAlone(older, newer, algebra)];
  return merged(
    [
      ...overlaps(older, newer, doubt, algebra),
      ...alone.map((one) => claim(one.name, one.from, unknown(doubt), one.evidence)),
    ],
    algebra,
  );
}

/**
 * Two services on different addresses of one port: a client that reaches both sees one or the other. What one of them alone
 * says (the TLS versions, where the other has no TLS) is unknown too.
 */
export function sideBySide(one: readonly Claim[], other: readonly Claim[]): Claim[] {
  const [heardByOne, heardByOther] = [heardBy(one), heardBy(other)];
  const heard = heardByOne.union(heardByOther);
  // One socket is enough: a "false" holds only for clients that no socket serves.
  const cut = (claims: readonly Claim[]) =>
    claims.map((each) =>
      each.name === "listening" && each.value === false
        ? claim("listening", each.from.subtract(heard), false, each.evidence)
        : each,
    );
  const [first, second] = [cut(one), cut(other)];
  const algebra = new Algebra();
  const alone = (some: readonly Claim[], others: readonly Claim[], both: AddressSet) =>
    saidAlone(some, others, algebra).flatMap(({ name, from, value, evidence }) => [
      claim(name, algebra.subtract(from, both), value, evidence),
      claim(name, algebra.intersect(from, both), unknown(whichAddress, ...missingOf(value)), evidence),
    ]);
  return merged(
    [
      ...overlaps(first, second, whichAddress, algebra),
      ...alone(first, second, heardByOther),
      ...alone(second, first, heardByOne),
    ],
    algebra,
  );
}

const whichAddress = "the address the client connects to";

/** The clients that one of its sockets serves, or may serve. */
function heardBy(claims: readonly Claim[]): AddressSet {
  return AddressSet.union(
    ...claims.filter(({ name, value }) => name === "listening" && value !== false).map(({ from }) => from),
  );
}

function overlaps(some: readonly Claim[], others: readonly Claim[], doubt: string, algebra: Algebra): Claim[] {
  return others.flatMap((one) =>
    some
      .filter((each) => each.name === one.name)
      .map((each) => {
        const same = JSON.stringify(one.value) === JSON.stringify(each.value);
        const missing = [one.value, each.value].flatMap((value) => (isUnknown(value) ? value.unknown : []));
        const value = same ? one.value : unknown(doubt, ...missing);
        return claim(one.name, algebra.intersect(one.from, each.from), value, [
          ...one.evidence,
          ...(same ? [] : each.evidence),
        ]);
      }),
  );
}

/** The claims of `some` for the clients about whom `others` say nothing under that name. */
function saidAlone(some: readonly Claim[], others: readonly Claim[], algebra: Algebra): Claim[] {
  if (some.length === 0) return [];
  const sets = new Map<FactName, AddressSet[]>(others.map(({ name }) => [name, []]));
  for (const { name, from } of others) sets.get(name)?.push(from);
  const said = new Map([...sets].map(([name, each]) => [name, algebra.join(each)]));
  return some.map((one) =>
    claim(one.name, algebra.subtract(one.from, said.get(one.name) ?? AddressSet.empty), one.value, one.evidence),
  );
}
