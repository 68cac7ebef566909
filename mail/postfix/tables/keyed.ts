import { AddressSet } from "../../../model/addresses.js";
import { type Block, parseBlock } from "../../../model/cidr.js";
import { grouped } from "../../../model/grouped.js";
import type { Notice } from "../../../model/network.js";
import { nameAndValue, tokens, withinBraces } from "../tokens.js";
import {
  type Answers,
  eachOnce,
  type Found,
  firstMatches,
  firstOfBlocks,
  type Line,
  type Meaning,
  type Part,
  type Table,
} from "./table.js";

/** One entry, its key in lower case. */
interface Row extends Found {
  readonly key: string;
}

/** The clients whose address, or a beginning of it, is the key. */
interface Clients {
  readonly block: Block;
  /** How much of an address the key is: the longest that is there decides. */
  readonly depth: number;
  /** Whether each of them is meant: how IPv6 shortens an address decides what its beginnings are. */
  readonly certain: boolean;
}

/** A key and a value (postmap(1), "TABLE FORMAT"); blanks within quotes do not end the key. */
const entry = /^((?:[^\s"\\]|\\.|"(?:[^"\\]|\\.)*")+)\s+(\S.*)$/s;
/** The same where nothing is quoted, as nearly everywhere. */
const plain = /^([^\s"\\]+)\s+(\S.*)$/s;

const isBlock = /^[\d.:a-f]{2,39}\/\d{1,3}$/;

/**
 * The text from which postmap(1) makes an indexed table, or that `texthash:` reads.
 * @param unique whether it cannot be opened with a key that is there twice; postmap(1) takes the first and warns
 */
export function keyedTable(lines: readonly Line[], unique: boolean): Table {
  const rows: Row[] = [];
  const skipped: Notice[] = [];
  for (const { text, at } of lines) {
    const trimmed = text.trimEnd();
    const [, key, value] = plain.exec(trimmed) ?? entry.exec(trimmed) ?? [];
    if (key === undefined || value === undefined)
      skipped.push({ at, says: "Postfix skips this line: it is no key with a value behind it" });
    else rows.push({ key: key.toLowerCase(), value, at });
  }
  const { first, again } = byKey(rows);
  for (const { at } of unique ? [] : again)
    skipped.push({ at, says: "the key is there a second time: postmap takes the first" });
  for (const { key, at } of rows)
    if (isBlock.test(key))
      skipped.push({
        at,
        says: `${key} finds nobody: a table with keys knows no blocks (write 192.0.2, or use cidr:)`,
      });
  return { failsAt: unique ? again[0]?.at : undefined, skipped, ...ofRows(first) };
}

/** `inline:{ name=value, { name = text with blanks } }`; undefined where it cannot be opened. */
export function inlineTable(text: string, at: string): Table | undefined {
  const rows: Row[] = [];
  for (const item of tokens(text)) {
    const pair = nameAndValue(withinBraces(item) ?? item);
    if (!pair) return undefined;
    rows.push({ key: pair.name.toLowerCase(), value: pair.value, at });
  }
  // Of entries with one name the last counts.
  const { first } = byKey(rows.reverse());
  return rows.length > 0 ? { skipped: [], ...ofRows(first) } : undefined;
}

function ofRows(rows: ReadonlyMap<string, Row>): Pick<Table, "answers" | "under"> {
  return { answers: (meaning) => answers(rows, meaning), under: (text) => [rows.get(text.toLowerCase())] };
}

function byKey(rows: readonly Row[]): { readonly first: ReadonlyMap<string, Row>; readonly again: readonly Row[] } {
  const first = new Map<string, Row>();
  const again: Row[] = [];
  for (const row of rows) {
    if (first.has(row.key)) again.push(row);
    else first.set(row.key, row);
  }
  return { first, again };
}

function answers(rows: ReadonlyMap<string, Row>, meaning: Meaning): Answers {
  const meant = [...rows.values()].map(({ key, value, at }) => ({ key, value: meaning(value), at }));
  const alike = [...grouped(meant, ({ value }) => [value]).values()];
  const clients = meant.flatMap(({ key, value, at }) => clientsOf(key).map((each) => ({ ...each, value, at })));
  const named: Answers["named"] = (_, comes) =>
    alike.flatMap((same) => (same.some(({ key }) => comes(key)) ? same.slice(0, 1) : []));
  return {
    names: [...named("hosts", isHostName), undefined],
    addresses: () => partsOf(clients.filter(({ block, certain }) => block.hosts === 0 && certain)),
    networks: () => partsOf(clients),
    texts: [undefined],
    named,
  };
}

function partsOf(clients: readonly (Found & Clients)[]): Part[] {
  const [certain, doubtful] = [clients.filter((each) => each.certain), clients.filter((each) => !each.certain)];
  const parts = firstMatches(firstOfBlocks(certain.sort((a, b) => b.depth - a.depth)));
  if (doubtful.length === 0) return parts;
  const possible = eachOnce(doubtful);
  const open = AddressSet.ofBlocks(doubtful.map(({ block }) => block));
  return parts.flatMap(({ from, finds }) => [
    { from: from.subtract(open), finds },
    { from: from.intersect(open), finds: [...possible, ...finds] },
  ]);
}

/** Whether a host, or with a dot before it the hosts of a domain, can be called so. */
function isHostName(key: string): boolean {
  return /^[\w.\-\u0080-\uffff]+$/.test(key) && !/^[\d.]+$/.test(key);
}

/** Whose address, or a beginning of it, the key can be. */
function clientsOf(key: string): Clients[] {
  try {
    return [...clientsOfIpv4(key), ...(/^[0-9a-f:]+$/.test(key) ? clientsOfIpv6(key) : [])];
  } catch {
    return [];
  }
}

function clientsOfIpv4(key: string): Clients[] {
  const numbers = key.split(".");
  if (numbers.length > 4 || !numbers.every((each) => /^(?:0|[1-9]\d{0,2})$/.test(each) && Number(each) < 256))
    return [];
  const length = 8 * numbers.length;
  return [{ block: parseBlock(`${key}${".0".repeat(4 - numbers.length)}/${length}`), depth: length, certain: true }];
}

/** The address is looked up as inet_ntop(3) writes it: where the zeros are left out depends on all of it. */
function clientsOfIpv6(key: string): Clients[] {
  const [before = "", after] = key.split("::");
  const [first, last] = [before, after].map((each) => (each ?? "").split(":").filter((group) => group !== ""));
  const [head, tail] = [first ?? [], last ?? []];
  if (after === undefined && head.length < 8) {
    const block = parseBlock(`${head.join(":")}::/${16 * head.length}`);
    const certain = !key.endsWith(":") && head.every((group) => /^[1-9a-f][0-9a-f]{0,3}$/.test(group));
    return [{ block, depth: 16 * head.length, certain }];
  }
  const block = parseBlock(key);
  if (AddressSet.ofBlocks([block]).toCidrs()[0] !== `${key}/128`) return [];
  const longer = tail.length === 0 ? 0 : Math.max(0, 6 - head.length - tail.length);
  const beginnings = Array.from({ length: longer }, (_, i): Clients => {
    const zeros = Array.from({ length: 7 - i - head.length - tail.length }, () => "0");
    const groups = [...head, ...zeros, ...tail];
    const padded = groups.concat(Array.from({ length: 8 - groups.length }, () => "0"));
    return { block: parseBlock(`${padded.join(":")}/${16 * groups.length}`), depth: 0, certain: false };
  });
  return [{ block, depth: 128, certain: true }, ...beginnings];
}
