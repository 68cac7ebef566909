import { InputError } from "../../model/errors.js";
import { propertiesWhenAsked } from "./properties.js";
import { type Draft, idOf, link, type Resource } from "./resource.js";

/** A resource as the engine serialises it (`apitype.ResourceV3`), as far as it is used here. */
export interface SerialisedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: unknown;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
  readonly dependencies?: unknown;
  readonly propertyDependencies?: unknown;
  readonly external?: unknown;
  readonly delete?: unknown;
}

/** Version 4 is version 3 with a list of features that leave the shape of resources alone. */
const versions: readonly unknown[] = [3, 4];

export interface StateDocument {
  readonly version: unknown;
  readonly deployment?: unknown;
  readonly checkpoint?: unknown;
}

export function isState(document: object): document is StateDocument {
  return "version" in document && ("deployment" in document || "checkpoint" in document);
}

/**
 * The resources of a stack export (`pulumi stack export`) or of a checkpoint file of a self-managed backend.
 * @throws InputError when it is of another version or has another shape.
 */
export function fromState(document: StateDocument, path: string): Resource[] {
  if (!versions.includes(document.version)) {
    throw new InputError(
      path,
      `a deployment of version ${JSON.stringify(document.version)?.slice(0, 40)}; versions 3 and 4 can be read`,
      "Export it with a current Pulumi CLI: `pulumi stack export --file state.json`.",
    );
  }
  const resources = resourcesOf(document);
  if (!Array.isArray(resources)) {
    throw new InputError(
      path,
      "a deployment without a list of resources",
      "Export it with `pulumi stack export`, which writes `deployment.resources`.",
    );
  }
  const standing = resources
    .map((each, i) => serialised(each, `${path}#deployment.resources[${i}]`))
    .filter((each) => each.delete !== true);
  const urns = new Set<string>();
  for (const { urn } of standing) {
    if (urns.has(urn))
      throw new InputError(urn, "two resources have this URN", "Write the file anew with the Pulumi CLI.");
    urns.add(urn);
  }
  return link(standing.map(draftOf));
}

/** A stack that was never deployed has no resources at all. */
function resourcesOf({ deployment, checkpoint }: StateDocument): unknown {
  const holder = deployment ?? bag(checkpoint).latest;
  return holder === null || holder === undefined ? [] : (bag(holder).resources ?? []);
}

function bag(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** @throws InputError when it is no serialised resource. */
export function serialised(value: unknown, at: string): SerialisedResource {
  const { urn, type } = bag(value);
  if (typeof urn !== "string" || typeof type !== "string") {
    throw new InputError(
      at,
      "a resource without the texts `urn` and `type`",
      "Write the file anew with the Pulumi CLI.",
    );
  }
  return value as SerialisedResource;
}

/** A resource that the program only looked up (`get`) has its properties among the outputs. */
export function draftOf(resource: SerialisedResource): Draft {
  const { urn, type } = resource;
  const outputs = propertiesWhenAsked(() => resource.outputs, urn);
  return {
    urn,
    type,
    id: idOf(resource.id, urn),
    inputs: resource.external === true ? outputs : propertiesWhenAsked(() => resource.inputs, urn),
    outputs,
    dependencies: texts(resource.dependencies),
    propertyDependencies: Object.fromEntries(
      Object.entries(bag(resource.propertyDependencies)).map(([name, urns]) => [name, texts(urns)]),
    ),
  };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
