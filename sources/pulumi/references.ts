import { isUnknown } from "../../model/maybe.js";
import type { Input } from "./input.js";
import { flowingInto, knownId, ofTypes, type Resource } from "./resource.js";

/** Resources that can be referred to by id, of the given types. */
export class Targets {
  readonly types: ReadonlySet<string>;
  private readonly byId = new Map<string, Resource>();

  constructor(
    readonly resources: readonly Resource[],
    types: readonly string[],
  ) {
    this.types = new Set(types);
    for (const resource of resources) {
      const id = knownId(resource);
      if (id !== undefined) this.byId.set(id, resource);
    }
  }

  find(id: string): Resource | undefined {
    return this.byId.get(id);
  }
}

/** Those of a program. */
export function targetsOf(resources: readonly Resource[], ...types: readonly string[]): Targets {
  return new Targets(ofTypes(resources, ...types), types);
}

/** What an input refers to. At preview ids are unknown and the resources that flow into the input stand for them. */
export interface References {
  readonly certain: readonly Resource[];
  /** Some of these, it is not known which. */
  readonly doubtful: readonly Resource[];
  /** Known ids of things that this program does not define. */
  readonly outside: readonly { readonly id: string; readonly at: string }[];
  /** Inputs that may refer to anything. */
  readonly missing: readonly string[];
}

const none: References = { certain: [], doubtful: [], outside: [], missing: [] };

/** Resolves a list of ids: `property` is the top-level input that holds it. */
export function referencesOf(holder: Resource, property: string, ids: Input, targets: Targets): References {
  const items = ids.items();
  if (items === undefined) return none;
  if (isUnknown(items)) return ofUnknownList(flowingInto(holder, property, targets.types), items.unknown);
  return referencesAmong(holder, property, items, targets);
}

/** Resolves one id. */
export function referenceOf(holder: Resource, property: string, id: Input, targets: Targets): References {
  return id.isAbsent ? none : referencesAmong(holder, property, [id], targets);
}

/** Resolves ids that stand apart in one input, together: each of the resources that flow in stands at one of them. */
export function referencesAmong(
  holder: Resource,
  property: string,
  items: readonly Input[],
  targets: Targets,
): References {
  const found: Resource[] = [];
  const outside: { id: string; at: string }[] = [];
  const missing: string[] = [];
  for (const item of items) {
    const id = item.text();
    if (id === undefined) continue;
    if (isUnknown(id)) {
      missing.push(item.at);
      continue;
    }
    const target = targets.find(id);
    if (target) found.push(target);
    else outside.push({ id, at: item.at });
  }
  const candidates = flowingInto(holder, property, targets.types).filter((each) => !found.includes(each));
  return matched({ certain: found, doubtful: [], outside, missing }, candidates);
}

/** As many candidates as open places: they stand there. More: some of them do. Fewer: the rest is something else. */
function matched(known: References, candidates: readonly Resource[]): References {
  const open = known.missing.length;
  if (open === 0) return known;
  if (candidates.length > open) return { ...known, doubtful: candidates, missing: [] };
  const certain = [...known.certain, ...candidates];
  return { ...known, certain, missing: candidates.length === open ? [] : known.missing };
}

/** A list built by a computation: one candidate surely is in it, but others may be as well. */
function ofUnknownList(candidates: readonly Resource[], missing: readonly string[]): References {
  return candidates.length === 1
    ? { ...none, certain: candidates, missing }
    : { ...none, doubtful: candidates, missing };
}
