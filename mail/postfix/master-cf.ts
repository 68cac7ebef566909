import { InputError } from "../../model/errors.js";
import { logicalLines } from "./logical-lines.js";
import type { Entries, Entry } from "./main-cf.js";
import { nameAndValue, tokens, withinBraces } from "./tokens.js";

/** One service of `master.cf`; `at` is `file:line`. */
export interface Service {
  readonly name: string;
  readonly type: string;
  /** Base name of the program: `smtpd`, `postscreen`. */
  readonly command: string;
  readonly overrides: Entries;
  /** Why the program stops on its arguments, if it does. */
  readonly refuses?: string;
  readonly at: string;
}

const fields = ["name", "type", "private", "unprivileged", "chroot", "wakeup", "process limit", "command"] as const;
const types = ["inet", "unix", "unix-dgram", "fifo", "pass"];

/**
 * Reads `master.cf` (master(5)), every entry in order; which of two equal ones counts is decided where ports are known.
 * @throws InputError for an entry with which the master daemon does not start.
 */
export function parseMasterCf(text: string, file: string): Service[] {
  return logicalLines(text).map(({ text: logical, line }) => parseService(logical, `${file}:${line}`));
}

function parseService(text: string, at: string): Service {
  const { head, rest } = split(text);
  const [name = "", type = "", isPrivate = "", unprivileged = "", chroot = "", wakeup = "", limit = "", command = ""] =
    head;
  if (head.length < fields.length) {
    throw new InputError(
      at,
      `this service has ${head.length} of ${fields.length} fields`,
      `A service line holds: ${fields.join(", ")}; then the arguments.`,
    );
  }
  if (!types.includes(type)) throw bad(at, "type", types.join(", "));
  for (const [field, value] of [["private", isPrivate] as const, ["unprivileged", unprivileged], ["chroot", chroot]]) {
    if (!/^[yn-]$/.test(value)) throw bad(at, field, "y, n or -");
  }
  if (!/^(-|\d.*)$/.test(wakeup) || !/^(-|\d.*)$/.test(limit))
    throw bad(at, "wakeup and process limit", "a number or -");
  if (type === "inet" && isPrivate !== "n") throw bad(at, "private", "n: an inet service cannot be private");
  return { name, type, command: command.slice(command.lastIndexOf("/") + 1), at, ...options(rest, at) };
}

function bad(at: string, field: string, expected: string): InputError {
  return new InputError(at, `the field "${field}" has a bad value`, `Expected ${expected}.`);
}

function split(text: string): { head: string[]; rest: string[] } {
  const head: string[] = [];
  const pattern = /\S+/g;
  while (head.length < fields.length) {
    const next = pattern.exec(text);
    if (!next) return { head, rest: [] };
    head.push(next[0]);
  }
  return { head, rest: tokens(text.slice(pattern.lastIndex), "blanks") };
}

/** The flags of a Postfix server program (`single_server`); those named here take a value. */
const takesValue = "imnorst";
const takesNone = "cdDlSuvVz";

/** Reads arguments as getopt does; `-o` entries in order, the last of a name counts. */
function options(args: readonly string[], at: string): { overrides: Entries; refuses?: string } {
  const overrides = new Map<string, Entry>();
  const stop = (refuses: string) => ({ overrides, refuses });
  const words: string[] = [];
  for (const arg of args) {
    const word = arg.startsWith("{") ? withinBraces(arg) : arg;
    if (word === undefined)
      throw new InputError(at, "the braces of an argument do not match", "Write { name = value }.");
    words.push(word);
  }
  let stray: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === "--") {
      stray ??= words[i + 1];
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      stray ??= word;
      continue;
    }
    for (let j = 1; j < word.length; j++) {
      const flag = word[j] as string;
      if (takesNone.includes(flag)) continue;
      if (!takesValue.includes(flag)) return stop(`an option smtpd does not have (-${flag})`);
      const value = word.slice(j + 1) || words[++i];
      if (value === undefined) return stop(`-${flag} without a value`);
      if (flag === "o") {
        const pair = nameAndValue(value);
        if (!pair) return stop("an -o option without = (blanks around it need the form -o { name = value })");
        overrides.set(pair.name, { value: pair.value, at });
      }
      break;
    }
  }
  return stray === undefined ? { overrides } : stop("an argument that is no option (a blank inside an -o value?)");
}
