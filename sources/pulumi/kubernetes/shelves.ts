import { grouped } from "../../../model/grouped.js";
import { isUnknown, type Maybe } from "../../../model/maybe.js";

/** Things by namespace; those whose namespace is not known may be in any. */
export class Shelves<T, S> {
  private readonly shelves = new Map<string, S>();
  private readonly unnamed: S;
  private readonly positions: ReadonlyMap<T, number>;

  constructor(
    private readonly things: readonly T[],
    namespaceOf: (thing: T) => Maybe<string>,
    shelve: (things: readonly T[]) => S,
  ) {
    this.positions = new Map(things.map((each, i) => [each, i]));
    const groups = grouped(things, (each) => [nameIn(namespaceOf(each))]);
    for (const [name, group] of groups) if (name !== undefined) this.shelves.set(name, shelve(group));
    this.unnamed = shelve(groups.get(undefined) ?? []);
  }

  get names(): readonly string[] {
    return [...this.shelves.keys()];
  }

  /** What is taken of those that are, or may be, in the namespace: in the order of all. */
  pick(namespace: Maybe<string>, take: (shelf: S) => readonly T[]): readonly T[] {
    const name = nameIn(namespace);
    return this.pickIn(name === undefined ? this.names : [name], take);
  }

  pickIn(names: readonly string[], take: (shelf: S) => readonly T[]): readonly T[] {
    const shelves = [...names.map((name) => this.shelves.get(name)), this.unnamed];
    const taken = shelves.flatMap((shelf) => (shelf === undefined ? [] : take(shelf)));
    if (taken.length < 2) return taken;
    const found = new Set(taken);
    if (found.size === this.things.length) return this.things;
    return [...found].sort((a, b) => (this.positions.get(a) ?? 0) - (this.positions.get(b) ?? 0));
  }
}

function nameIn(namespace: Maybe<string>): string | undefined {
  return isUnknown(namespace) ? undefined : namespace;
}
