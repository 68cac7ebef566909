import { posix } from "node:path";
import { AddressSet } from "../../model/addresses.js";
import { type Block, parseBlock } from "../../model/cidr.js";
import { InputError } from "../../model/errors.js";
import { grouped } from "../../model/grouped.js";
import type { MailDefinition } from "../../model/mail.js";
import { addressesOf } from "../sockets.js";

/** What the access file does with some clients. */
export interface Access {
  readonly from: AddressSet;
  /** Why it cannot be told; else `deny`, or variables that courieresmtpd finds set. */
  readonly undecided?: string;
  readonly denies: boolean;
  readonly variables: ReadonlyMap<string, string>;
  readonly at: string;
}

interface Entry {
  /** Absent where the key is no address. */
  readonly clients?: Block | AddressSet;
  /** As it is written; of a block that is spelt in several keys, empty. */
  readonly key: string;
  /** Bits of the key: the longest key that fits decides (couriertcpd(8)). */
  readonly depth: number;
  readonly says: string;
  readonly file: string;
  readonly line: number;
  readonly undecided?: string;
}

const none: ReadonlyMap<string, string> = new Map();

/**
 * Every client's entry in the files that makesmtpaccess reads from here: a directory's, or the file itself.
 * @throws InputError with `file:line` for a key that stands there twice.
 */
export function accessOf(definition: MailDefinition, path: string): Access[] {
  const names = Object.keys(definition.files).filter(
    (name) => (name === path || posix.dirname(name) === path) && !/~$|\.dpkg-[a-z]*$/.test(name),
  );
  if (names.length === 0) {
    const undecided = `the files in ${path}`;
    return [{ from: AddressSet.everything, undecided, denies: false, variables: none, at: definition.id }];
  }
  const entries = names.flatMap((name) => entriesOf(definition, name));
  refuseTwice(entries.filter(({ undecided }) => undecided === undefined));
  const meanings = new Map<string, { readonly entry: Entry | undefined; readonly sets: AddressSet[] }>();
  const parts = byDepth(entries.filter(({ clients }) => clients));
  const sets = AddressSet.firstComers([...parts.map(setOf), AddressSet.everything]);
  for (const [i, set] of sets.entries()) {
    const entry = parts[i]?.[0];
    const key = `${entry?.undecided ?? ""}\n${entry?.says ?? "allow"}`;
    const alike = meanings.get(key) ?? { entry, sets: [] };
    alike.sets.push(set);
    meanings.set(key, alike);
  }
  return [...meanings.values()].flatMap(({ entry, sets: same }) => {
    const from = AddressSet.join(same);
    return from.isEmpty ? [] : [{ from, ...meaning(entry), at: entry ? placeOf(entry) : path }];
  });
}

/** Entries that say the same at one length of key, which no client fits twice; the longest first. */
function byDepth(entries: readonly Entry[]): Entry[][] {
  const parts = grouped(entries, ({ depth, undecided = "", says }) => [`${depth}\n${undecided}\n${says}`]);
  return [...parts.values()].sort(([a], [b]) => (b as Entry).depth - (a as Entry).depth);
}

function setOf(entries: readonly Entry[]): AddressSet {
  const blocks: Block[] = [];
  const sets: AddressSet[] = [];
  for (const { clients } of entries) {
    if (clients instanceof AddressSet) sets.push(clients);
    else if (clients) blocks.push(clients);
  }
  return AddressSet.join([...sets, AddressSet.ofBlocks(blocks)]);
}

/** makedatprog takes no key twice; the old database then stays. */
function refuseTwice(entries: readonly Entry[]): void {
  const spelt = new Set<string>();
  for (const entry of entries) {
    if (entry.key === "") continue;
    if (spelt.has(entry.key)) throw twice(placeOf(entry));
    spelt.add(entry.key);
  }
  // What a block is spelt in may be written beside it.
  for (const depth of new Set(entries.filter(({ key }) => key === "").map((entry) => entry.depth))) {
    const same = entries.filter((entry) => entry.depth === depth && entry.clients);
    const sets = same.map((entry) => setOf([entry]));
    const index = AddressSet.firstComers(sets).findIndex((set, i) => !set.equals(sets[i] as AddressSet));
    if (index >= 0) throw twice(placeOf(same[index] as Entry));
  }
}

function placeOf({ file, line }: Entry): string {
  return `${file}:${line}`;
}

function twice(at: string): InputError {
  return new InputError(at, "a key is there a second time: makesmtpaccess refuses the files", "Join the two lines.");
}

function entriesOf(definition: MailDefinition, name: string): Entry[] {
  const text = definition.files[name];
  if (!text) return [];
  const file = text.at;
  const entries: Entry[] = [];
  for (const [i, written] of text.text.split("\n").entries()) {
    const line = i + 1;
    if (written === "" || written.startsWith("#")) continue;
    const block = /^([a-fA-F0-9:.]+[-/][a-fA-F0-9:.]+)\s+(.*)$/.exec(written);
    if (block) entries.push(...blockEntries(block[1] as string, block[2] as string, file, line));
    else if (written === ".") entries.push(undecidedEntry(file, line));
    else {
      const tab = written.indexOf("\t");
      // A line without a tab is all key.
      const key = tab < 0 ? written : written.slice(0, tab);
      const says = tab < 0 ? "" : written.slice(tab + 1);
      const found = keyed(key);
      entries.push({ clients: found?.clients, key, depth: found?.depth ?? 0, says, file, line, undecided: undefined });
    }
  }
  return entries;
}

/** makedat stops reading at a lone dot; a block that is none is spelt by Net::CIDR in ways of its own. */
function undecidedEntry(file: string, line: number): Entry {
  const undecided = `what makesmtpaccess makes of ${file}:${line}`;
  return { clients: AddressSet.everything, key: "", depth: 999, says: "", file, line, undecided };
}

/** A key is the address cut at a dot or colon; IPv6 has a colon before each group of four digits. */
function keyed(key: string): { readonly clients: Block | AddressSet; readonly depth: number } | undefined {
  if (key === "*") return { clients: AddressSet.everything, depth: 0 };
  if (/^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){0,3}$/.test(key)) {
    const parts = key.split(".").length;
    return blockOf(`${key}${".0".repeat(4 - parts)}`, 8 * parts);
  }
  if (/^(?::[0-9a-f]{4}){1,8}$/.test(key)) {
    const parts = key.length / 5;
    return blockOf(`${key.slice(1)}${":0".repeat(8 - parts)}`, 16 * parts);
  }
  return undefined;
}

/** Undefined for octets above 255. */
function blockOf(address: string, depth: number): { readonly clients: Block; readonly depth: number } | undefined {
  try {
    return { clients: parseBlock(`${address}/${depth}`), depth };
  } catch {
    return undefined;
  }
}

/** Net::CIDR spells a block as whole octets, or groups of IPv6: the next longer keys. */
function blockEntries(written: string, says: string, file: string, line: number): Entry[] {
  const blocks = blocksOf(written);
  if (!blocks) return [undecidedEntry(file, line)];
  return blocks.map((block): Entry => {
    const bits = Number(block.split("/")[1] ?? (block.includes(":") ? 128 : 32));
    const unit = block.includes(":") ? 16 : 8;
    return bits === 0
      ? undecidedEntry(file, line)
      : { clients: parseBlock(block), key: "", depth: Math.ceil(bits / unit) * unit, says, file, line };
  });
}

function blocksOf(written: string): string[] | undefined {
  if (!written.includes("-")) return addressesOf(written)?.toCidrs();
  const [first = "", last = ""] = written.split("-");
  try {
    return AddressSet.range(first, last).toCidrs();
  } catch {
    return undefined;
  }
}

function meaning(entry: Entry | undefined): Omit<Access, "from" | "at"> {
  if (!entry) return { denies: false, variables: none };
  if (entry.undecided) return { undecided: entry.undecided, denies: false, variables: none };
  if (entry.says.startsWith("deny")) return { denies: true, variables: none };
  return { denies: false, variables: variablesOf(entry.says.replace(/^allow,?/, "")) };
}

/** `NAME=value,NAME`, with quotes; a name alone is set to nothing. */
function variablesOf(text: string): Map<string, string> {
  const variables = new Map<string, string>();
  const parts = text.match(/(?:"[^"]*(?:"|$)|'[^']*(?:'|$)|[^,"'])+/g) ?? [];
  for (const part of parts) {
    const bare = part.replace(/"([^"]*)(?:"|$)|'([^']*)(?:'|$)/g, "$1$2").trim();
    const equals = bare.indexOf("=");
    variables.set(equals < 0 ? bare : bare.slice(0, equals), equals < 0 ? "" : bare.slice(equals + 1));
  }
  return variables;
}
