import { InputError } from "../../model/errors.js";
import type { Written } from "../known-settings.js";
import { logicalLines } from "./logical-lines.js";
import { nameAndValue } from "./tokens.js";

/** A parameter as it stands in a file, not expanded; `at` is `file:line`. */
export interface Entry {
  readonly value: string;
  readonly at: string;
}

export type Entries = ReadonlyMap<string, Entry>;

/** `main.cf` as it stands. */
export interface MainCf {
  /** Where a name comes twice the last one counts (postconf(5)). */
  readonly entries: Entries;
  /** Every line, also one that a later line takes back. */
  readonly written: readonly Written[];
}

/**
 * Reads `main.cf`.
 * @throws InputError for a line without `=`: no Postfix program starts with it.
 */
export function parseMainCf(text: string, file: string): MainCf {
  const entries = new Map<string, Entry>();
  const written: Written[] = [];
  for (const { text: logical, line } of logicalLines(text)) {
    const at = `${file}:${line}`;
    const pair = nameAndValue(logical);
    if (!pair) {
      throw new InputError(at, "this is no `name = value` line", "Postfix does not start with it: mend or remove it.");
    }
    // A byte order mark is part of the name to Postfix, and nobody asks for a parameter of such a name.
    const name = logical.startsWith("\uFEFF") ? `\uFEFF${pair.name}` : pair.name;
    const entry = { name, value: pair.value, at };
    written.push(entry);
    entries.set(name, entry);
  }
  return { entries, written };
}
