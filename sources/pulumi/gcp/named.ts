import { isUnknown } from "../../../model/maybe.js";
import { Targets } from "../references.js";
import { inputOf, knownId, outputOf, type Resource } from "../resource.js";

/**
 * Resources of Google Cloud, which programs name by name, by id (`projects/p/global/networks/n`) or by self link
 * (`https://www.googleapis.com/compute/v1/projects/p/global/networks/n`).
 */
export class Named extends Targets {
  private readonly byPath = new Map<string, Resource>();
  private readonly byName = new Map<string, Resource[]>();

  constructor(resources: readonly Resource[], types: readonly string[]) {
    const own = resources.filter((each) => types.includes(each.type));
    super(own, types);
    for (const each of own) {
      const path = knownId(each);
      if (path?.includes("/")) this.byPath.set(pathOf(path), each);
      for (const name of namesOf(each)) this.byName.set(name, [...(this.byName.get(name) ?? []), each]);
    }
  }

  override find(reference: string): Resource | undefined {
    const path = pathOf(reference);
    const exact = super.find(reference) ?? this.byPath.get(path);
    if (exact) return exact;
    const same = (this.byName.get(path.split("/").at(-1) ?? path) ?? []).filter((each) => fits(each, path));
    return same.length === 1 ? same[0] : undefined;
  }
}

/** What stands behind the host and the version of a self link. */
export function pathOf(reference: string): string {
  return reference.replace(/^(https?:)?\/\/[^/]+\/(compute\/)?(v1|beta|alpha)?\/?/, "");
}

/** A path, also one without its project, has to be the end of the resource's own id. */
function fits(resource: Resource, path: string): boolean {
  const own = knownId(resource);
  if (!path.includes("/") || own === undefined || !own.includes("/")) return true;
  return `/${pathOf(own)}`.endsWith(`/${path}`);
}

function namesOf(resource: Resource): string[] {
  const texts = ["name", "shortName", "policyId", "projectId", "folderId", "email"].flatMap((name) => [
    inputOf(resource, name).text(),
    outputOf(resource, name).text(),
  ]);
  const id = knownId(resource);
  const known = texts.filter((text): text is string => typeof text === "string" && !isUnknown(text));
  const last = [...known, ...(id === undefined ? [] : [id])].map((text) => pathOf(text).split("/").at(-1) ?? text);
  return [...new Set(last)];
}
