import { AddressSet } from "../../model/addresses.js";
import { onceForEach } from "../../model/once.js";
import { families } from "../sockets.js";
import { logicalLines } from "./logical-lines.js";
import { networkOf } from "./network.js";
import type { Settings } from "./settings.js";
import { type Finds, membership, type Table } from "./tables/table.js";
import { tokens } from "./tokens.js";

/** Which clients a Postfix address list matches; outside `possible` none, inside `certain` all. */
export interface AddressList {
  readonly certain: AddressSet;
  readonly possible: AddressSet;
  /** Clients at which the lookup fails (a block with host bits): Postfix refuses them with 451. */
  readonly failing: AddressSet;
  /** What would decide the rest. */
  readonly missing: readonly string[];
  /** The program that reads the list stops: a table without a type, which a bare `::1` is too. */
  readonly malformed: boolean;
}

export const emptyList: AddressList = {
  certain: AddressSet.empty,
  possible: AddressSet.empty,
  failing: AddressSet.empty,
  missing: [],
  malformed: false,
};

/** The list behind a parameter. @throws Stops where the program that reads it does. */
export function addressList(settings: Settings, name: string): AddressList {
  const list = parseAddressList(patternsOf(settings, name), settings, name);
  if (list.malformed)
    throw settings.stops(name, `${name} has a pattern without a type (IPv6 needs brackets: [::1]/128)`);
  return list;
}

interface Item {
  readonly pattern: string;
  /** False behind `!`. */
  readonly matches: boolean;
}

const deepest = 10;

/** The patterns of a list, with those of the files that it names (postconf(5), "/file/name"). */
function patternsOf(settings: Settings, name: string): Item[] {
  const items: Item[] = [];
  const add = (words: readonly string[], matches: boolean, depth: number) => {
    for (const word of words) {
      // Postfix reads no further: "comment at end of line is not supported".
      if (word.startsWith("#")) return;
      const pattern = word.replace(/^!+/, "");
      const own = matches === ((word.length - pattern.length) % 2 === 0);
      const file = pattern.startsWith("/") && depth < deepest ? settings.file(pattern) : undefined;
      if (!file) items.push({ pattern, matches: own });
      else for (const { text } of logicalLines(file.text)) add(tokens(text), own, depth + 1);
    }
  };
  add(tokens(settings.text(name)), true, 0);
  return items;
}

/**
 * Reads a list like `mynetworks`: addresses, blocks, `!` exceptions, tables; the first match counts (postconf(5)). Host
 * names and what is not at hand are not looked up: whom they match stays open.
 */
function parseAddressList(items: readonly Item[], settings: Settings, name: string): AddressList {
  let rest = AddressSet.everything;
  let canMatch = AddressSet.empty;
  let canMiss = AddressSet.empty;
  let failing = AddressSet.empty;
  const missing = new Set<string>();
  let malformed = false;
  for (const { pattern, matches } of items) {
    const reading = readPattern(pattern, settings, name);
    let hit = rest;
    if (reading.kind === "addresses") hit = rest.intersect(reading.set);
    if (reading.kind === "open") hit = rest.intersect(reading.possible);
    if (reading.kind === "malformed") malformed = true;
    if (reading.kind === "nobody" || reading.kind === "malformed") continue;
    if (reading.kind === "failing") {
      hit = rest.intersect(reading.set);
      failing = failing.union(hit);
    } else if (matches) canMatch = canMatch.union(hit);
    else canMiss = canMiss.union(hit);
    if (reading.kind === "open") {
      missing.add(`${name} (${reading.needs})`);
      rest = rest.subtract(reading.certain);
    } else rest = rest.subtract(hit);
  }
  canMiss = canMiss.union(rest);
  const certain = canMatch.subtract(canMiss);
  const open = canMatch.equals(certain) ? [] : [...missing].sort();
  return { certain, possible: canMatch, failing, missing: open, malformed };
}

type Pattern =
  | { kind: "addresses"; set: AddressSet }
  | { kind: "failing"; set: AddressSet }
  | { kind: "open"; needs: string; certain: AddressSet; possible: AddressSet }
  | { kind: "nobody" }
  | { kind: "malformed" };

function readPattern(pattern: string, settings: Settings, name: string): Pattern {
  const open = (needs: string, certain = AddressSet.empty, possible = AddressSet.everything): Pattern => ({
    ...{ kind: "open", needs, certain, possible },
  });
  if (pattern.startsWith("/")) return open("the file it names");
  if (pattern === "" || pattern.startsWith(":")) return { kind: "malformed" };
  if (!pattern.startsWith("[") && pattern.includes(":")) {
    // Without brackets `2001:db8::/32` is a table of the type "2001": its lookups fail.
    if (/^[0-9a-f]*:[0-9a-f:.]*(\/\d+)?$/i.test(pattern)) return { kind: "failing", set: AddressSet.everything };
    const table = settings.table(pattern, name);
    if (!table) return open("the table it names");
    if (table.failsAt !== undefined) return { kind: "failing", set: AddressSet.everything };
    const { certain, possible, byName } = listedBy(table);
    if (!byName && certain.equals(possible)) return { kind: "addresses", set: certain };
    return open(byName ? "the names of the clients" : "the table it names", certain, possible);
  }
  const bare = pattern.replace(/^\[([^\]]*)\]/, "$1");
  // `.` and digits that form no address match nobody (an address that was cut short).
  const looksLikeAddress = /^[0-9.]+(\/.*)?$/.test(bare) || bare.includes(":");
  if (!looksLikeAddress) return open("the names of the clients");
  if (/^[0-9.]+$/.test(bare) && bare.split(".").length !== 4) return { kind: "nobody" };
  const block = networkOf(bare);
  if (!block) return { kind: "failing", set: bare.includes(":") ? families.ipv6 : families.ipv4 };
  return { kind: "addresses", set: AddressSet.ofBlocks([block]) };
}

/** Whom a table lists, whatever it says of them: by name, and by the whole address (match_list(3)). */
const listedBy = onceForEach((table: Table) => {
  const { names, addresses } = membership(table);
  const parts = addresses();
  const listed = (is: (finds: Finds) => boolean) =>
    AddressSet.join(parts.filter(({ finds }) => is(finds)).map(({ from }) => from));
  const byName = names.some((found) => found !== undefined);
  return {
    byName: byName && names.includes(undefined),
    certain: names.includes(undefined) ? listed((finds) => !finds.includes(undefined)) : AddressSet.everything,
    possible: byName ? AddressSet.everything : listed((finds) => finds.some((found) => found !== undefined)),
  };
});
