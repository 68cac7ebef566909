import type { Filter } from "./filters.js";
import type { Assignment } from "./lines.js";

/** What a release makes of the lines, one after the other. */
export interface Tree {
  /** The first is the file's top level. */
  readonly filters: readonly [Filter, ...Filter[]];
  readonly sections: ReadonlyMap<string, ReadonlySet<string>>;
  /** Tells the block that is open from every other. */
  readonly place: string;
  begin(key: string, name: string, at: string): void;
  /** @returns false where no block is open. */
  end(): boolean;
  set(line: Assignment, at: string): void;
  /** @returns where a block begins that is still open. */
  finish(): string | undefined;
}
