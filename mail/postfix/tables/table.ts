import { AddressSet } from "../../../model/addresses.js";
import type { Block } from "../../../model/cidr.js";
import { grouped } from "../../../model/grouped.js";
import type { Notice } from "../../../model/network.js";
import { onceForEach } from "../../../model/once.js";

/** A rule or entry as it is written, and its place. */
export interface Line {
  readonly text: string;
  readonly at: string;
}

/** What a lookup finds, as the one who asks takes it, and the line where it stands. */
export interface Found {
  readonly value: string;
  readonly at: string;
}

/** What a lookup may find, undefined for nothing; one alone is certain. */
export type Finds = readonly (Found | undefined)[];

/** Clients whose addresses find the same. */
export interface Part {
  readonly from: AddressSet;
  readonly finds: Finds;
}

/** What a table answers; values of one meaning are told as one, with the first line that has it. */
export interface Answers {
  /** By a client's name, which no file tells: everything that some name finds. */
  readonly names: Finds;
  /** By a client's whole address: all clients, in parts that do not overlap. */
  readonly addresses: () => readonly Part[];
  /** By its address, then by what is left of that without its last number, and so on (access(5)). */
  readonly networks: () => readonly Part[];
  /** By a HELO name, a sender, a recipient: what may be found under one that nobody thought of. */
  readonly texts: Finds;
  /** What only those find who give the right one, under keys that may come: of HELO names, or of mail addresses. */
  readonly named: (of: "hosts" | "mailboxes", comes: (key: string) => boolean) => readonly Found[];
}

/** In place of a value that depends on what was looked up. */
export const anything = "$";

/** What a value comes to for the one who asks. */
export type Meaning = (value: string) => string;

/** A lookup table as its text has it. */
export interface Table {
  /** The line for which it cannot be opened: every lookup fails. */
  readonly failsAt?: string | undefined;
  /** Lines without effect, and why. */
  readonly skipped: readonly Notice[];
  answers(meaning: Meaning): Answers;
  /** What may be found under a text that is known, and is no client's address. */
  under(text: string): Finds;
}

/** Rows of single blocks, the first that holds a client counts: the clients of each value. */
export function firstOfBlocks(
  rows: readonly (Found & { readonly block: Block })[],
): (Found & { readonly from: AddressSet })[] {
  const groups = new Map<string, { readonly group: number; readonly at: string }>();
  const blocks = rows.map(({ value, at, block }) => {
    const { group } = groups.get(value) ?? { group: groups.size };
    if (group === groups.size) groups.set(value, { group, at });
    return { block, group };
  });
  const sets = AddressSet.firstBlocks(blocks, groups.size);
  return [...groups].map(([value, { group, at }]) => ({ value, at, from: sets[group] as AddressSet }));
}

/** Rows that match sets of clients, the first that matches counts: all clients, one part a value. */
export function firstMatches(rows: readonly (Found & { readonly from: AddressSet })[]): Part[] {
  const sets = AddressSet.firstComers([...rows.map(({ from }) => from), AddressSet.everything]);
  const parts = sets.map((from, i) => ({ from, row: rows[i] })).filter(({ from }) => !from.isEmpty);
  return [...grouped(parts, ({ row }) => [row?.value]).values()].map((alike) => {
    const row = alike[0]?.row;
    return { from: AddressSet.join(alike.map(({ from }) => from)), finds: [row && { value: row.value, at: row.at }] };
  });
}

/** The first of each value. */
export function eachOnce(found: readonly Found[]): Found[] {
  return [...grouped(found, ({ value }) => [value]).values()].flatMap(([first]) =>
    first ? [{ value: first.value, at: first.at }] : [],
  );
}

/** What a table answers to one who only asks whether something is found. */
export const membership = onceForEach((table: Table) => table.answers(() => ""));
