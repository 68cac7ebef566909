import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Estate } from "../../../model/network.js";
import { readKubernetes } from "../../../sources/kubernetes/index.js";

export type Manifest = Record<string, unknown>;

/** The estate of objects as `kubectl get -o json` lists them. */
export function fromManifests(objects: readonly Manifest[]): Promise<Estate> {
  return fromText(JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }, null, 1));
}

/** Reads texts as files of one directory; errors name them without it. */
export async function fromText(...texts: string[]): Promise<Estate> {
  const directory = mkdtempSync(join(tmpdir(), "port587-kubernetes-"));
  try {
    texts.forEach((text, i) => {
      writeFileSync(join(directory, `${i}.yaml`), text);
    });
    return await readKubernetes(directory);
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replaceAll(`${directory}/`, "");
    throw error;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export function policy(name: string, spec: Manifest, namespace = "mail"): Manifest {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace }, spec };
}

export function service(name: string, spec: Manifest, annotations: Manifest = {}): Manifest {
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace: "mail", annotations }, spec };
}

/** Pods labelled `app: NAME` in the namespace of that name, or `mail`. */
export function deployment(name: string, spec: Manifest = {}, namespace = "mail"): Manifest {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: { template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "main" }], ...spec } } },
  };
}

/** A running pod with an address. */
export function pod(
  name: string,
  podIP: string | undefined,
  labels: Manifest = { app: name },
  namespace = "mail",
): Manifest {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels },
    spec: { containers: [{ name: "main", ports: [{ name: "submission", containerPort: 2587 }] }] },
    status: podIP === undefined ? {} : { podIP },
  };
}

/** An object as the resource of a Pulumi stack. */
export function tokenOf({ apiVersion, kind }: Manifest): string {
  const version = String(apiVersion);
  return `kubernetes:${version.includes("/") ? version : `core/${version}`}:${String(kind)}`;
}
