import type { Written } from "../known-settings.js";
import type { Reader } from "./reader.js";
import type { Statement } from "./statements.js";

/** Statements that decide no fact here, with the words that follow (smtpd.conf(5)); undefined where a name follows. */
const others: Readonly<Record<string, readonly string[] | undefined>> = {
  __proto__: null as unknown as undefined,
  ...{ admd: undefined, ca: undefined, filter: undefined, proc: undefined, mda: ["wrapper"] },
  bounce: ["warn-interval"],
  mta: ["max-deferred", "limit"],
  queue: ["compression", "encryption", "ttl"],
  scheduler: ["limit"],
  smtp: ["ciphers", "limit", "max-message-size", "sub-addr-delim"],
  srs: ["key", "ttl"],
};

/** Those of which there may be one of a name. */
const single: ReadonlySet<string> = new Set(["filter", "proc", "mda"]);

/**
 * Takes a statement that decides nothing; what stands behind its name is not read.
 * @param names those that are taken, and where.
 * @throws InputError for a word that smtpd does not know there, and a name that is taken.
 */
export function readOther(reader: Reader, names: Map<string, string>): boolean {
  const kind = Object.keys(others).find((each) => reader.takes(each));
  if (kind === undefined) return false;
  const words = others[kind];
  const word = words?.find((each) => reader.takes(each));
  if (words && !word) throw reader.refuses(`${kind} is followed by none of ${words.join(", ")}`);
  if (single.has(kind)) declareOnce(reader, names, kind, reader.text(`the name of a ${kind}`));
  return true;
}

/** @throws InputError with both places for a name that is there already. */
export function declareOnce(reader: Reader, names: Map<string, string>, kind: string, name: string): void {
  const key = `${kind} ${name}`;
  const before = names.get(key);
  if (before !== undefined) throw reader.refuses(`${key} is there twice, in ${before} too`);
  names.set(key, reader.at);
}

/** How many words name what a statement sets. */
const named: Readonly<Record<string, number>> = {
  __proto__: null as unknown as number,
  ...{ admd: 1, bounce: 2, mta: 2, queue: 2, smtp: 2, srs: 2, pki: 3, ca: 3 },
};

/** What a statement sets that another one may set again; undefined for one that stands for itself. */
export function writtenIn({ tokens, at }: Statement): Written | undefined {
  const [first, second] = tokens.map(({ text }) => text);
  const limited = second === "limit" ? 1 : 0;
  const count = (named[first ?? ""] ?? 0) + limited;
  if (count === 0 || tokens.length <= count) return undefined;
  const name = tokens.slice(0, count).map(({ text }) => text);
  const value = tokens.slice(count).map(({ text }) => text);
  return { name: name.join(" ").toLowerCase(), value: value.join(" "), at };
}
