import type { Notice } from "../../model/network.js";
import { knownId, type Resource } from "./resource.js";

/** Two resources of one type with one id: one thing that is described twice. What a program only looks up is no second one. */
export function twinsIn(resources: readonly Resource[], read: Readonly<Record<string, string>>): Notice[] {
  const first = new Map<string, Resource>();
  return resources.flatMap((resource) => {
    const id = knownId(resource);
    if (id === undefined || !(resource.type in read) || /(?:^|\.)data\./.test(resource.urn)) return [];
    const key = `${resource.type} ${id}`;
    const twin = first.get(key);
    if (!twin) first.set(key, resource);
    return twin ? [{ at: `${resource.urn}#id`, says: `a second resource with the id of ${twin.urn}` }] : [];
  });
}
