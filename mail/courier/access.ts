import { posix } from "node:path";
import { AddressSet } from "../../model/addresses.js";
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
  readonly clients: AddressSet;
  /** Bits of the key: the longest key that fits decides (couriertcpd(8)). */
  readonly depth: number;
  readonly says: string;
  readonly at: string;
  readonly undecided?: string;
}

const none: ReadonlyMap<string, string> = new Map();

/** Every client's entry in the files that makesmtpaccess reads from here: a directory's, or the file itself. */
export function accessOf(definition: MailDefinition, path: string): Access[] {
  const names = Object.keys(definition.files).filter(
    (name) => (name === path || posix.dirname(name) === path) && !/~$|\.dpkg-[a-z]*$/.test(name),
  );
  if (names.length === 0) {
    const undecided = `the files in ${path}`;
    return [{ from: AddressSet.everything, undecided, denies: false, variables: none, at: definition.id }];
  }
  const entries = withOverlaps(names.map((name) => entriesOf(definition, name)));
  // Of two equal keys the later line counts.
  const ordered = [...entries].reverse().sort((a, b) => b.depth - a.depth);
  const sets = AddressSet.firstComers([...ordered.map(({ clients }) => clients), AddressSet.everything]);
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

/** In which order find(1) hands out the files of a directory cannot be told. */
function withOverlaps(files: readonly (readonly Entry[])[]): Entry[] {
  const doubts: Entry[] = [];
  for (const [i, file] of files.entries())
    for (const other of files.slice(i + 1))
      for (const depth of new Set(file.map((each) => each.depth))) {
        const at = (entries: readonly Entry[]) =>
          AddressSet.join(entries.flatMap((each) => (each.depth === depth ? [each.clients] : [])));
        const clients = at(file).intersect(at(other));
        const place = file.find((each) => each.depth === depth)?.at ?? "";
        if (!clients.isEmpty)
          doubts.push({ clients, depth, says: "", at: place, undecided: "which file of smtpaccess is read last" });
      }
  return [...files.flat(), ...doubts];
}

function entriesOf(definition: MailDefinition, name: string): Entry[] {
  const file = definition.files[name];
  if (!file) return [];
  return file.text.split("\n").flatMap((line, i): Entry[] => {
    const at = `${file.at}:${i + 1}`;
    const block = /^([a-fA-F0-9:.]+[-/][a-fA-F0-9:.]+)\s+(.*)$/.exec(line);
    if (block) return blockEntries(block[1] as string, block[2] as string, at);
    const tab = line.indexOf("\t");
    if (line.startsWith("#") || tab < 0) return line === "." ? [undecidedEntry(at)] : [];
    const key = keyed(line.slice(0, tab));
    return key ? [{ ...key, says: line.slice(tab + 1), at }] : [];
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
