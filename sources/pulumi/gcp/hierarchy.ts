import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import type { Input } from "../input.js";
import { referenceOf } from "../references.js";
import { inputOf, outputOf, type Resource } from "../resource.js";
import { Named } from "./named.js";

const projectType = "gcp:organizations/project:Project";
const folderType = "gcp:organizations/folder:Folder";

/** The organization and the folders above a project, from the top down, as far as the program tells. */
interface Ancestry {
  readonly nodes: readonly string[];
  /** Empty when the whole way up to the organization is known. */
  readonly missing: readonly string[];
}

/** The resource hierarchy: organization, folders, projects. */
export class Hierarchy {
  private readonly projects: Named;
  private readonly folders: Named;

  constructor(resources: readonly Resource[]) {
    this.projects = new Named(resources, [projectType]);
    this.folders = new Named(resources, [folderType]);
  }

  /** The organization or folder that an input names: a URN of this program, or `organizations/1`, `folders/2`. */
  node(holder: Resource, property: string): Maybe<string> {
    const input = inputOf(holder, property);
    const { certain, outside } = referenceOf(holder, property, input, this.folders);
    return certain[0]?.urn ?? outside[0]?.id ?? unknown(input.at);
  }

  /**
   * Does the resource's project lie below the node, and how deep from the top does the node stand? One of which that is
   * not known comes first: what it may decide, it may decide before all others.
   */
  below(resource: Resource | undefined, node: Maybe<string>, at: string): { is: Maybe<boolean>; depth: number } {
    const { nodes, missing } = resource ? this.above(resource) : { nodes: [], missing: [at] };
    if (isUnknown(node)) return { is: node, depth: -1 };
    const depth = nodes.indexOf(node);
    if (depth >= 0) return { is: true, depth };
    return { is: missing.length > 0 ? unknown(...missing) : false, depth };
  }

  private above(resource: Resource): Ancestry {
    const project = inputOf(resource, "project");
    const reported = outputOf(resource, "project");
    const { certain } = referenceOf(resource, "project", project.isAbsent ? reported : project, this.projects);
    const [found] = certain;
    return found ? this.aboveProject(found) : { nodes: [], missing: [project.at] };
  }

  private aboveProject(project: Resource): Ancestry {
    const folder = inputOf(project, "folderId");
    if (!folder.isAbsent) return this.upFrom(project, "folderId", folder, "folders", new Set());
    return this.upFrom(project, "orgId", inputOf(project, "orgId"), "organizations", new Set());
  }

  private upFrom(holder: Resource, property: string, input: Input, kind: string, seen: Set<Resource>): Ancestry {
    const { certain, outside } = referenceOf(holder, property, input, this.folders);
    const [folder] = certain;
    if (folder && !seen.has(folder)) {
      const { nodes, missing } = this.upFrom(folder, "parent", inputOf(folder, "parent"), "folders", seen.add(folder));
      return { nodes: [...nodes, folder.urn], missing };
    }
    const id = outside[0]?.id;
    if (id === undefined) return { nodes: [], missing: [input.at] };
    const node = id.includes("/") ? id : `${kind}/${id}`;
    return { nodes: [node], missing: node.startsWith("organizations/") ? [] : [input.at] };
  }
}
