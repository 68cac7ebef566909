import { grouped } from "../../../model/grouped.js";
import type { Maybe } from "../../../model/maybe.js";
import type { Labels } from "./labels.js";
import type { Pods } from "./pods.js";
import { Shelves } from "./shelves.js";

type Wanted = Labels["known"];

const nothing: readonly never[] = [];
const textOf = (name: string, value: string) => `${name}=${value}`;

/** Pods by namespace and label: a selector is tried on those alone that it may mean, which its rarest label says. */
export class PodIndex {
  private readonly shelves: Shelves<Pods, PodShelf>;

  constructor(readonly all: readonly Pods[]) {
    this.shelves = new Shelves(
      all,
      ({ namespace }) => namespace,
      (pods) => new PodShelf(pods),
    );
  }

  /** All pods of the namespace that may have these labels. */
  near(namespace: Maybe<string>, wanted: Wanted): readonly Pods[] {
    return this.shelves.pick(namespace, (shelf) => shelf.near(wanted));
  }

  /** All pods that may have these labels, of the namespaces for which the condition may hold and of unknown ones. */
  nearIn(isMeant: (namespace: string) => Maybe<boolean>, wanted: Wanted): readonly Pods[] {
    const names = this.shelves.names.filter((name) => isMeant(name) !== false);
    return this.shelves.pickIn(names, (shelf) => shelf.near(wanted));
  }
}

class PodShelf {
  private readonly known: ReadonlyMap<string, readonly Pods[]>;
  private readonly open: ReadonlyMap<string, readonly Pods[]>;
  /** Those of which it is not known what labels they have. */
  private readonly any: readonly Pods[];

  constructor(private readonly all: readonly Pods[]) {
    this.known = grouped(all, ({ labels }) => [...labels.known].map(([name, value]) => textOf(name, value)));
    this.open = grouped(all, ({ labels }) => labels.open ?? []);
    this.any = all.filter(({ labels }) => labels.open === undefined);
  }

  near(wanted: Wanted): readonly Pods[] {
    let best: (readonly Pods[])[] = [this.all];
    for (const [name, value] of wanted) {
      const found = [this.known.get(textOf(name, value)) ?? nothing, this.open.get(name) ?? nothing, this.any];
      if (sizeOf(found) < sizeOf(best)) best = found;
    }
    return best.flat();
  }
}

function sizeOf(lists: readonly (readonly unknown[])[]): number {
  return lists.reduce((sum, list) => sum + list.length, 0);
}

/** What selects pods of one namespace by labels, of which `wanted` are those that a pod surely needs. */
interface Selecting {
  readonly namespace: Maybe<string>;
  readonly wanted: Labels;
}

/** Policies by namespace and by the rarest label that they select by. */
export class SelectorIndex<T extends Selecting> {
  private readonly shelves: Shelves<T, SelectorShelf<T>>;

  constructor(all: readonly T[]) {
    this.shelves = new Shelves(
      all,
      ({ namespace }) => namespace,
      (group) => new SelectorShelf(group),
    );
  }

  /** All that may select these pods. */
  near({ namespace, labels }: Pick<Pods, "namespace" | "labels">): readonly T[] {
    return this.shelves.pick(namespace, (shelf) => shelf.near(labels));
  }
}

class SelectorShelf<T extends Selecting> {
  private readonly without: readonly T[];
  private readonly byName: ReadonlyMap<string, ReadonlyMap<string, readonly T[]>>;

  constructor(all: readonly T[]) {
    const users = grouped(all, ({ wanted }) => [...wanted.known].map(([name, value]) => textOf(name, value)));
    const count = ([name, value]: readonly [string, string]) => users.get(textOf(name, value))?.length ?? 0;
    const rarest = new Map(all.map((each) => [each, [...each.wanted.known].sort((a, b) => count(a) - count(b))[0]]));
    this.without = all.filter((each) => rarest.get(each) === undefined);
    const named = grouped(all, (each) => rarest.get(each)?.slice(0, 1) ?? []);
    this.byName = new Map(
      [...named].map(([name, group]) => [name, grouped(group, (each) => rarest.get(each)?.slice(1) ?? [])]),
    );
  }

  near({ known, open }: Labels): readonly T[] {
    const found = [...this.byName].map(([name, byValue]) => {
      const value = known.get(name);
      if (value !== undefined) return byValue.get(value) ?? nothing;
      return open === undefined || open.has(name) ? [...byValue.values()].flat() : nothing;
    });
    return [...this.without, ...found.flat()];
  }
}
