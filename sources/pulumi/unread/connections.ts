import { isUnknown } from "../../../model/maybe.js";
import { Secret, type Tree } from "../input.js";
import { knownId, type Resource } from "../resource.js";

/** Resources that put others together and are nothing by themselves. */
const joining = /(?:Association|Attachment|Attach|gatewayNetwork|privateNic|Device)$/i;

/** Names of inputs that say what a resource belongs to. */
const naming = /(?:ids?|arns?|network|subnet|group|firewall|instance|server|balancer)$/i;

/** Which resources hang together, by the outputs that flow between them and by the ids that they name. */
export class Connections {
  private readonly references = new Map<Resource, ReadonlySet<Resource>>();
  private readonly dependents = new Map<Resource, Resource[]>();
  private readonly byId = new Map<string, Resource[]>();

  constructor(resources: readonly Resource[]) {
    for (const resource of resources) {
      const id = knownId(resource);
      if (id !== undefined) this.byId.set(id, [...(this.byId.get(id) ?? []), resource]);
    }
    for (const resource of resources) {
      const references = this.referencesOf(resource);
      this.references.set(resource, references);
      for (const each of references) {
        const known = this.dependents.get(each);
        if (known) known.push(resource);
        else this.dependents.set(each, [resource]);
      }
    }
  }

  /** What a resource names, what is built on that, and what joining resources put beside it. */
  around(resource: Resource): ReadonlySet<Resource> {
    const found = new Set<Resource>([resource, ...(this.references.get(resource) ?? [])]);
    for (const each of found) {
      for (const dependent of this.dependents.get(each) ?? []) {
        found.add(dependent);
        if (!joining.test(dependent.type)) continue;
        for (const other of this.references.get(dependent) ?? []) found.add(other);
      }
    }
    return found;
  }

  /** True where Terraform does not tell what a resource belongs to: a plan holds no locals. */
  isUntold({ type, inputs, propertyDependencies }: Resource): boolean {
    if (type.includes(":")) return false;
    return Object.entries(inputs()).some(
      ([name, value]) => naming.test(name) && holdsUnknown(value) && !propertyDependencies[name],
    );
  }

  private referencesOf(resource: Resource): Set<Resource> {
    const found = new Set([...resource.dependencies, ...Object.values(resource.propertyDependencies).flat()]);
    eachText(resource.inputs(), (text) => {
      for (const each of this.byId.get(text) ?? []) found.add(each);
    });
    found.delete(resource);
    return found;
  }
}

function holdsUnknown(tree: Tree): boolean {
  if (isUnknown(tree)) return true;
  return isHolder(tree) && Object.values(tree).some(holdsUnknown);
}

function eachText(tree: Tree, visit: (text: string) => void): void {
  if (typeof tree === "string") visit(tree);
  else if (isHolder(tree) && !isUnknown(tree)) for (const each of Object.values(tree)) eachText(each, visit);
}

function isHolder(tree: Tree): tree is Exclude<Tree, string | number | boolean | Secret> {
  return typeof tree === "object" && !(tree instanceof Secret);
}
