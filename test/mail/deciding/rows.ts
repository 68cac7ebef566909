import type { FactName } from "../../../model/fact.js";

/** A server's files by their path. */
export type Files = Readonly<Record<string, string>>;

/** One setting that changes. */
export type Change = (files: Files) => Files;

/** What docs/limits.md says that a setting decides, and the experiment that shows it. */
export interface Row {
  /** As the documentation names it. */
  readonly setting: string;
  readonly fact: FactName;
  readonly before: string;
  readonly after: string;
  readonly change: Change;
  readonly more: More;
}

interface More {
  /** What the files hold before the change, beside the server's own. */
  readonly given?: Change;
  readonly port?: number;
  readonly client?: string;
  readonly release?: string;
}

export interface Server {
  /** The heading of its section in docs/limits.md. */
  readonly heading: string;
  /** Where it has several. */
  readonly name?: string;
  /** The directory's name, where the reader asks for one. */
  readonly directory?: string;
  /** `@HOST@` stands for a name of the case's own. */
  readonly files: Files;
  readonly release?: string;
  readonly rows: readonly Row[];
}

export function row(
  setting: string,
  fact: FactName,
  before: string,
  after: string,
  change: Change,
  more: More = {},
): Row {
  return { setting, fact, before, after, change, more };
}

/** Lines at the end of a file. */
export function adds(file: string, text: string): Change {
  return (files) => ({ ...files, [file]: `${files[file] ?? ""}${text}\n` });
}

/** Lines at the beginning of a file. */
export function begins(file: string, text: string): Change {
  return (files) => ({ ...files, [file]: `${text}\n${files[file] ?? ""}` });
}

/** Other words in the place of some that are there. */
export function swaps(file: string, old: string, text: string): Change {
  return (files) => {
    if (!files[file]?.includes(old)) throw new Error(`${file} has no ${old}`);
    return { ...files, [file]: files[file].replace(old, text) };
  };
}

export function both(...changes: readonly Change[]): Change {
  return (files) => changes.reduce((changed, change) => change(changed), files);
}
