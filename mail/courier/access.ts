import { posix } from "node:path";
import { AddressSet } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
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
  /** Absent where the key is no address, and `says` then the key. */
  readonly clients?: AddressSet;
  /** Bits of the key: the longest key that fits decides (couriertcpd(8)). */
  readonly depth: number;
  readonly says: string;
  readonly at: string;
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
  const ordered = entries.filter(({ clients }) => clients).sort((a, b) => b.depth - a.depth);
  const blocks = ordered.flatMap(({ clients }) => (clients ? [clients] : []));
  const sets = AddressSet.firstComers([...blocks, AddressSet.everything]);
  const groups = new Map<string, { readonly entry: Entry | undefined; readonly sets: AddressSet[] }>();
  for (const [i, set] of sets.entries()) {
    const entry = ordered[i];
    const key = `${entry?.undecided ?? ""}\n${entry?.says ?? "allow"}`;
    const group = groups.get(key) ?? { entry, sets: [] };
    group.sets.push(set);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ entry, sets: same }) => {
    const from = AddressSet.join(same);
    return from.isEmpty ? [] : [{ from, ...meaning(entry), at: entry?.at ?? path }];
  });
}

/** makedatprog takes no key twice; the old database then stays. */
function refuseTwice(entries: readonly Entry[]): void {
  const spelt = new Set<string>();
  const depths = new Map<number, Entry[]>();
  for (const entry of entries) {
    if (entry.clients) {
      const same = depths.get(entry.depth);
      if (same) same.push(entry);
      else depths.set(entry.depth, [entry]);
    } else if (spelt.has(entry.says)) throw twice(entry.at);
    else spelt.add(entry.says);
  }
  for (const same of depths.values()) {
    const sets = same.flatMap(({ clients }) => (clients ? [clients] : []));
    const alone = AddressSet.firstComers(sets);
    const index = alone.findIndex((set, i) => !set.equals(sets[i] as AddressSet));
    if (index >= 0) throw twice((same[index] as Entry).at);
  }
}

function twice(at: string): InputError {
  return new InputError(at, "a key is there a second time: makesmtpaccess refuses the files", "Join the two lines.");
}

function entriesOf(definition: MailDefinition, name: string): Entry[] {
  const file = definition.files[name];
  if (!file) return [];
  return file.text.split("\n").flatMap((line, i): Entry[] => {
    const at = `${file.at}:${i + 1}`;
    if (line === "" || line.startsWith("#")) return [];
    const block = /^([a-fA-F0-9:.]+[-/][a-fA-F0-9:.]+)\s+(.*)$/.exec(line);
    if (block) return blockEntries(block[1] as string, block[2] as string, at);
    if (line === ".") return [undecidedEntry(at)];
    const tab = line.indexOf("\t");
    // A line without a tab is all key.
    const key = tab < 0 ? line : line.slice(0, tab);
    const found = keyed(key);
    return [found ? { ...found, says: tab < 0 ? "" : line.slice(tab + 1), at } : { depth: 0, says: key, at }];
  });
}

/** makedat stops reading at a lone dot; a block that is none is spelt by Net::CIDR in ways of its own. */
function undecidedEntry(at: string): Entry {
  return { clients: AddressSet.everything, depth: 999, says: "", at, undecided: `what makesmtpaccess makes of ${at}` };
}

/** A key is the address cut at a dot or colon; IPv6 has a colon before each group of four digits. */
function keyed(key: string): { readonly clients: AddressSet; readonly depth: number } | undefined {
  if (key === "*") return { clients: AddressSet.everything, depth: 0 };
  if (/^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){0,3}$/.test(key)) {
    const parts = key.split(".");
    const clients = addressesOf(`${[...parts, "0", "0", "0"].slice(0, 4).join(".")}/${8 * parts.length}`);
    return clients && { clients, depth: 8 * parts.length };
  }
  if (/^(?::[0-9a-f]{4}){1,8}$/.test(key)) {
    const parts = key.slice(1).split(":");
    const padded = [...parts, ...Array<string>(8 - parts.length).fill("0")].join(":");
    const clients = addressesOf(`${padded}/${16 * parts.length}`);
    return clients && { clients, depth: 16 * parts.length };
  }
  return undefined;
}

/** Net::CIDR spells a block as whole octets, or groups of IPv6: the next longer keys. */
function blockEntries(written: string, says: string, at: string): Entry[] {
  const blocks = blocksOf(written);
  if (!blocks) return [undecidedEntry(at)];
  return blocks.map((block): Entry => {
    const bits = Number(block.split("/")[1] ?? (block.includes(":") ? 128 : 32));
    const unit = block.includes(":") ? 16 : 8;
    return bits === 0
      ? undecidedEntry(at)
      : { clients: AddressSet.of(block), depth: Math.ceil(bits / unit) * unit, says, at };
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
