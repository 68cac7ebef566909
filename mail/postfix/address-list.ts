import { AddressSet } from "../../model/addresses.js";
import type { Settings } from "./settings.js";
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
  const list = parseAddressList(settings.text(name), name);
  if (list.malformed)
    throw settings.stops(name, `${name} has a pattern without a type (IPv6 needs brackets: [::1]/128)`);
  return list;
}

/**
 * Reads a list like `mynetworks`: addresses, blocks, `!` exceptions, first match counts (postconf(5)). Host names,
 * tables and files are not looked up: whom they match stays open.
 */
function parseAddressList(value: string, name: string): AddressList {
  let rest = AddressSet.everything;
  let canMatch = AddressSet.empty;
  let canMiss = AddressSet.empty;
  let failing = AddressSet.empty;
  const missing = new Set<string>();
  let malformed = false;
  for (const item of tokens(value)) {
    // Postfix reads no further: "comment at end of line is not supported".
    if (item.startsWith("#")) break;
    const pattern = item.replace(/^!+/, "");
    const matches = (item.length - pattern.length) % 2 === 0;
    const reading = readPattern(pattern);
    let hit = rest;
    if (reading.kind === "addresses") hit = rest.intersect(reading.set);
    if (reading.kind === "malformed") malformed = true;
    if (reading.kind === "nobody" || reading.kind === "malformed") continue;
    if (reading.kind === "failing") {
      hit = rest.intersect(reading.set);
      failing = failing.union(hit);
    } else if (matches) canMatch = canMatch.union(hit);
    else canMiss = canMiss.union(hit);
    if (reading.kind === "open") missing.add(`${name} (${reading.needs})`);
    else rest = rest.subtract(hit);
  }
  canMiss = canMiss.union(rest);
  const certain = canMatch.subtract(canMiss);
  const open = canMatch.equals(certain) ? [] : [...missing].sort();
  return { certain, possible: canMatch, failing, missing: open, malformed };
}

type Pattern =
  | { kind: "addresses"; set: AddressSet }
  | { kind: "failing"; set: AddressSet }
  | { kind: "open"; needs: string }
  | { kind: "nobody" }
  | { kind: "malformed" };

const ipv4 = AddressSet.of("0.0.0.0/0");
const ipv6 = AddressSet.of("::/0");

function readPattern(pattern: string): Pattern {
  if (pattern.startsWith("/")) return { kind: "open", needs: "the file it names" };
  if (pattern === "" || pattern.startsWith(":")) return { kind: "malformed" };
  if (!pattern.startsWith("[") && pattern.includes(":")) {
    // Without brackets `2001:db8::/32` is a table of the type "2001": its lookups fail.
    return /^[0-9a-f]*:[0-9a-f:.]*(\/\d+)?$/i.test(pattern)
      ? { kind: "failing", set: AddressSet.everything }
      : { kind: "open", needs: "the table it names" };
  }
  const bare = pattern.replace(/^\[([^\]]*)\]/, "$1");
  // `.` and digits that form no address match nobody (an address that was cut short).
  const looksLikeAddress = /^[0-9.]+(\/.*)?$/.test(bare) || bare.includes(":");
  if (!looksLikeAddress) return { kind: "open", needs: "the names of the clients" };
  if (/^[0-9.]+$/.test(bare) && bare.split(".").length !== 4) return { kind: "nobody" };
  const set = parse(bare);
  if (!set) return { kind: "failing", set: bare.includes(":") ? ipv6 : ipv4 };
  return { kind: "addresses", set };
}

/** An address or block; undefined when malformed or when host bits are set, which Postfix refuses. */
function parse(text: string): AddressSet | undefined {
  try {
    const set = AddressSet.of(text);
    const [address, prefix] = text.split("/");
    if (prefix === undefined) return set;
    return AddressSet.of(address as string)
      .toCidrs()[0]
      ?.split("/")[0] === set.toCidrs()[0]?.split("/")[0]
      ? set
      : undefined;
  } catch {
    return undefined;
  }
}
