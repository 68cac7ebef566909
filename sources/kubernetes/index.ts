import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../model/errors.js";
import type { Estate } from "../../model/network.js";
import { entriesOf, isFile, type StartOf, startOf } from "../disk.js";
import { estateOf } from "../pulumi/index.js";
import type { Resource } from "../pulumi/resource.js";
import { type Document, documentsIn } from "./documents.js";
import { resourceOf } from "./objects.js";

const longest = 64_000_000;

/** A file of Kubernetes objects in YAML or JSON, or a directory that holds such files. */
export async function recognisesKubernetes(path: string, start: StartOf = startOf): Promise<boolean> {
  return filesOf(path, start).length > 0;
}

/**
 * Reads rendered manifests (`helm template`, `kustomize build`) or what a cluster lists (`kubectl get … -o yaml`): the same
 * networks and mail definitions as a Pulumi program with the same objects. Of a directory the files are read that stand
 * directly in it, as `kubectl apply -f` does. Evidence is `file:line`.
 * @throws InputError with `file:line` for what is malformed, and for two objects of one name.
 */
export async function readKubernetes(path: string): Promise<Estate> {
  const files = filesOf(path.replace(/(?<=.)\/+$/, ""), startOf);
  if (files.length === 0) {
    throw new InputError(path, "here are no Kubernetes objects", "Expected YAML or JSON with apiVersion and kind.");
  }
  const known = new Map<string, Document>();
  const resources: Resource[] = [];
  for (const file of files) {
    for (const document of documentsIn(await textOf(file), file)) {
      const resource = resourceOf(document);
      if (!resource) continue;
      const twin = known.get(resource.urn);
      if (twin) {
        throw new InputError(
          document.at,
          `a second ${resource.urn.split(" ")[0]}; the first stands at ${twin.at}`,
          "Only the last one applied would count: keep one, or render overlays and charts before (kustomize build, helm template).",
        );
      }
      known.set(resource.urn, document);
      resources.push(resource);
    }
  }
  return estateOf(resources);
}

function filesOf(path: string, start: StartOf): string[] {
  const candidates = isFile(path)
    ? [path]
    : entriesOf(path)
        .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/i.test(entry.name))
        .map((entry) => join(path, entry.name))
        .sort();
  return candidates.filter((each) => holdsObjects(start(each, 1 << 18)));
}

/** Told by the two keys that every object begins with, at the top level of YAML or anywhere in a JSON object. */
function holdsObjects(start: string): boolean {
  if (/^\s*(?!\{\{)[{[]/.test(start)) return /"apiVersion"\s*:\s*"/.test(start) && /"kind"\s*:\s*"/.test(start);
  return /^["']?apiVersion["']?\s*:\s/m.test(start) && /^["']?kind["']?\s*:\s/m.test(start);
}

async function textOf(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > longest) throw new InputError(path, "the file is longer than 64 MB", "Give the objects in several files.");
  return readFile(path, "utf8");
}
