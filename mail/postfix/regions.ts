import type { AddressSet } from "../../model/addresses.js";
import type { Algebra } from "../claims.js";
import { clientsToldApart } from "./access-table.js";
import { Undecided } from "./settings.js";
import type { Smtpd } from "./smtpd.js";

const mostRegions = 500;

/**
 * Client sets within which no list of the configuration tells two clients apart. Releases tell the same ones apart more
 * often than not: by the algebra they are the same sets, of which much is known by then.
 * @throws Undecided where tables cut the clients into more than 500.
 */
export function regions(smtpd: Smtpd, clients: AddressSet, algebra: Algebra): readonly AddressSet[] {
  const { mynetworks, saslExceptions, ownAddresses, tables, discarded } = smtpd;
  const lists = [mynetworks, saslExceptions].flatMap((list) => [list.certain, list.possible, list.failing]);
  const partitions = [
    ...[...tables.values()].map(clientsToldApart),
    discarded.map(({ from }) => algebra.same(from)),
    ...[...lists, ownAddresses].map((set) => algebra.same(set)).map((set) => [set, set.complement()]),
  ];
  let parts = [algebra.same(clients)];
  for (const partition of partitions) {
    const cut = parts.flatMap((part) => partition.map((set) => algebra.intersect(part, set)));
    parts = cut.filter((part) => !part.isEmpty);
    if (parts.length > mostRegions) throw new Undecided("access tables that tell fewer clients apart");
  }
  return parts;
}
