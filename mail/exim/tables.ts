import { AddressSet } from "../../model/addresses.js";
import { grouped } from "../../model/grouped.js";
import type { MailFile } from "../../model/mail.js";
import { onceForEach } from "../../model/once.js";
import { addressesOf } from "../sockets.js";

/** One line of a file that is searched by key, in its order. */
export interface Entry {
  readonly key: string;
  readonly data: string;
}

/**
 * The items of a list that stand in a file, one a line; `#` begins a comment (Exim specification, "File names in lists").
 * A line may name neither a list nor another file: such a one is marked with `?`, and no pattern then.
 */
export const itemsIn = onceForEach(({ text }: MailFile): readonly string[] =>
  text.split("\n").flatMap((line) => {
    const item = line.replace(/#.*/, "").trim();
    return item === "" ? [] : [/^!?\s*[+/]/.test(item) ? `?${item}` : item];
  }),
);

/** What `lsearch` and `iplsearch` read: a key up to a colon or a blank, or between quotes; data may go on behind a blank. */
export const entriesIn = onceForEach(({ text }: MailFile): readonly Entry[] => {
  const entries: { key: string; data: string }[] = [];
  let last: { key: string; data: string } | undefined;
  for (const line of text.split("\n")) {
    if (line.startsWith("#") || line.trim() === "") continue;
    if (/^\s/.test(line)) {
      if (last) last.data += ` ${line.trim()}`;
      continue;
    }
    const [, quoted, bare = "", data = ""] = /^(?:"((?:[^"\\]|\\.)*)"|([^:\s]*))\s*:?\s*(.*)$/.exec(line) ?? [];
    last = { key: quoted?.replace(/\\(.)/g, "$1") ?? bare, data: data.trim() };
    entries.push(last);
  }
  return entries;
});

export type LookupType = "lsearch" | "iplsearch";

const byData = (clientsOf: (key: string) => AddressSet) =>
  onceForEach((file: MailFile): ReadonlyMap<string, AddressSet> => {
    const entries = entriesIn(file);
    // The first key that fits is the one.
    const sets = AddressSet.firstComers(entries.map(({ key }) => clientsOf(key)));
    const own = grouped([...entries.keys()], (index) => [(entries[index] as Entry).data]);
    const joined = ([data, members]: readonly [string, readonly number[]]) =>
      [data, AddressSet.join(members.map((index) => sets[index] as AddressSet))] as const;
    return new Map([...own].map(joined));
  });

const known = { lsearch: byData(clientsSpelled), iplsearch: byData(clientsWithin) };

/** The clients who find something by their address, by what they find. */
export function clientsByData(type: LookupType): (file: MailFile) => ReadonlyMap<string, AddressSet> {
  return known[type];
}

/** The clients whose address a key holds: `iplsearch` takes masks. */
export function clientsWithin(key: string): AddressSet {
  return addressesOf(key) ?? AddressSet.empty;
}

/** The clients whose address is a key of `lsearch`, to the letter: another spelling is another key. */
function clientsSpelled(key: string): AddressSet {
  const set = addressesOf(key);
  const isSpelled = plainIpv4.test(key) || String(set) === `${key.toLowerCase()}/128`;
  return set && isSpelled ? set : AddressSet.empty;
}

/** The same of `net-lsearch` and `net24-lsearch`, which ask for the network of that length and have dots in version 6. */
export function clientsMasked(key: string, mask: string): AddressSet {
  const [address = "", length = "", more] = key.split("/");
  const isDotted = /^(?:[\da-f]{4}\.){7}[\da-f]{4}$/i.test(address);
  if (more !== undefined || length !== mask || !(isDotted || plainIpv4.test(address))) return AddressSet.empty;
  const one = addressesOf(address.replaceAll(".", isDotted ? ":" : "."));
  const block = addressesOf(key.replaceAll(".", isDotted ? ":" : "."));
  if (!one || !block) return AddressSet.empty;
  const begins = one.ipv4[0]?.[0] === block.ipv4[0]?.[0] && one.ipv6[0]?.[0] === block.ipv6[0]?.[0];
  return begins ? block : AddressSet.empty;
}

const plainIpv4 = /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/;
