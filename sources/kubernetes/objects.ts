import { InputError } from "../../model/errors.js";
import { onceFor } from "../../model/once.js";
import { kubernetesSchemas, tokenOf } from "../pulumi/kubernetes/kinds.js";
import { propertiesWhenAsked } from "../pulumi/properties.js";
import { noProperties, type Resource } from "../pulumi/resource.js";
import type { Document } from "./documents.js";

/**
 * An object as a resource of that type: its places are shown as `file:line`.
 * @throws InputError for an object of a kind that is read and has no name.
 */
export function resourceOf({ value, at, place }: Document): Resource | undefined {
  const metadata = bag(value.metadata);
  const name = text(metadata.name) ?? text(metadata.generateName);
  const kind = String(value.kind);
  const type = oneText(tokenOf(String(value.apiVersion), kind));
  if (name === undefined) {
    // Files of tools (kustomizations, client configurations) look like objects and have no name.
    if (!(type in kubernetesSchemas)) return undefined;
    throw new InputError(
      place(["metadata", "name"]),
      `a ${kind} without a name, or with one that is a template`,
      "Write metadata.name; render a chart before: `helm template NAME CHART > manifests.yaml`.",
    );
  }
  const namespace = text(metadata.namespace) ?? "default";
  const urn = `${kind.toLowerCase()}/${name} in ${namespace} (${String(value.apiVersion)})`;
  return {
    urn,
    name,
    type,
    id: { unknown: [at] },
    inputs: propertiesWhenAsked(() => value, urn),
    outputs: noProperties,
    dependencies: [],
    propertyDependencies: {},
    place: (steps) => (steps.length === 0 ? at : place(steps)),
  };
}

/** Objects of one type share one text, so that telling types apart compares no letters. */
const oneText = onceFor((type: string) => type);

function bag(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
