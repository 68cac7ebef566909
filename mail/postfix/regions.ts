import { AddressSet } from "../../model/addresses.js";
import { clientsToldApart } from "./access-table.js";
import { Undecided } from "./settings.js";
import type { Smtpd } from "./smtpd.js";

const mostRegions = 500;

/**
 * Client sets within which no list of the configuration tells two clients apart.
 * @throws Undecided where tables cut the clients into more than 500.
 */
export function regions(smtpd: Smtpd, clients: AddressSet): readonly AddressSet[] {
  const { mynetworks, saslExceptions, ownAddresses, tables, discarded } = smtpd;
  const lists = [mynetworks, saslExceptions].flatMap((list) => [list.certain, list.possible, list.failing]);
  const partitions = [
    ...[...tables.values()].map(clientsToldApart),
    discarded.map(({ from }) => from),
    ...[...lists, ownAddresses].map((set) => [set, set.complement()]),
  ];
  return cells([[clients], ...partitions]);
}

let last:
  | { readonly partitions: readonly (readonly AddressSet[])[]; readonly parts: readonly AddressSet[] }
  | undefined;

/** What the partitions leave together. Releases tell the same clients apart, and what is known of a set stays with it. */
function cells(partitions: readonly (readonly AddressSet[])[]): readonly AddressSet[] {
  const same = (one: readonly AddressSet[], other: readonly AddressSet[] = []) =>
    one.length === other.length && one.every((set, i) => set.equals(other[i] as AddressSet));
  if (last?.partitions.length === partitions.length && partitions.every((each, i) => same(each, last?.partitions[i])))
    return last.parts;
  let parts = [AddressSet.everything];
  for (const partition of partitions) {
    parts = parts.flatMap((part) => partition.map((set) => part.intersect(set))).filter((part) => !part.isEmpty);
    if (parts.length > mostRegions) throw new Undecided("access tables that tell fewer clients apart");
  }
  last = { partitions, parts };
  return parts;
}
