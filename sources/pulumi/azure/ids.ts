import { isUnknown } from "../../../model/maybe.js";
import type { Input } from "../input.js";
import { type References, referenceOf, Targets } from "../references.js";
import { flowingInto, inputOf, knownId, outputOf, type Resource } from "../resource.js";
import { type Kind, types } from "./types.js";

/** Resources of some kinds, found by their ids, whose case Azure does not keep. */
export class Ids extends Targets {
  private readonly byLowerId = new Map<string, Resource>();

  constructor(resources: readonly Resource[], ...kinds: readonly Kind[]) {
    const wanted = kinds.flatMap((kind) => types[kind]) as string[];
    const own = resources.filter(({ type }) => wanted.includes(type));
    super(own, wanted);
    for (const each of own) {
      const id = knownId(each);
      if (id !== undefined) this.byLowerId.set(id.toLowerCase(), each);
    }
  }

  override find(id: string): Resource | undefined {
    return this.byLowerId.get(id.toLowerCase());
  }
}

/** The id of another resource: `{ id }` in azure-native, a text under a name of its own in the classic provider. */
export function idIn(holder: Input, native: string, classic: string): { property: string; id: Input } {
  const nested = holder.member(native);
  if (!nested.isAbsent) return { property: native, id: nested.member("id") };
  return { property: classic, id: holder.member(classic) };
}

/** What a top-level input of a resource refers to, in the spelling of either provider. */
export function referred(holder: Resource, native: string, classic: string, targets: Targets): References {
  const input = inputOf(holder, native);
  if (!input.isAbsent) return referenceOf(holder, native, input.member("id"), targets);
  return referenceOf(holder, classic, inputOf(holder, classic), targets);
}

/** The resource that a part of it names by name: `networkSecurityGroupName`, within the same resource group. */
export function parentNamed(holder: Resource, property: string, targets: Ids): References {
  const input = inputOf(holder, property);
  const name = input.text();
  const none: References = { certain: [], doubtful: [], outside: [], missing: [] };
  if (name === undefined || isUnknown(name)) {
    const flowing = flowingInto(holder, property, targets.types);
    if (flowing.length === 1) return { ...none, certain: flowing };
    return flowing.length > 1 ? { ...none, doubtful: flowing } : { ...none, missing: [input.at] };
  }
  const same = targets.resources.filter(
    (each) => namesOf(each, property).has(name.toLowerCase()) && near(holder, each),
  );
  if (same.length === 0) return { ...none, outside: [{ id: name, at: input.at }] };
  return same.length === 1 ? { ...none, certain: same } : { ...none, doubtful: same };
}

export function namesOf(resource: Resource, property: string): ReadonlySet<string> {
  const texts = [inputOf(resource, property), inputOf(resource, "name"), outputOf(resource, "name")].map((each) =>
    each.text(),
  );
  const id = knownId(resource)?.split("/").at(-1);
  return new Set([...texts, id].flatMap((text) => (typeof text === "string" ? [text.toLowerCase()] : [])));
}

/** Names are unique within a resource group; one that is not known may be the same. */
function near(a: Resource, b: Resource): boolean {
  const groups = [a, b].map((each) => {
    const text = inputOf(each, "resourceGroupName").text();
    return typeof text === "string" ? text.toLowerCase() : undefined;
  });
  return groups.includes(undefined) || groups[0] === groups[1];
}

/** Every input that leaves open what is referred to. */
export function openEnds({ doubtful, outside, missing }: References, at: string): readonly string[] {
  return [...missing, ...outside.map((each) => each.at), ...(doubtful.length > 0 ? [at] : [])];
}
