import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { InputError } from "../../model/errors.js";
import { isUnknown } from "../../model/maybe.js";
import { loadSchema } from "../../schemas/load.js";
import { Secret, type Tree } from "./input.js";
import type { Resource } from "./resource.js";

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const compiled = new Map<string, ValidateFunction>();

/**
 * Holds the inputs of every resource against the schema of its type, if it has one. An unknown or secret value fits anywhere.
 * @throws InputError that names URN and path of the first misfit, never its value.
 */
export function checkInputs(resources: readonly Resource[], schemas: Readonly<Record<string, string>>): void {
  for (const resource of resources) {
    const schema = schemas[resource.type];
    if (schema === undefined) continue;
    const validate = validatorOf(schema);
    const inputs = resource.inputs();
    if (validate(inputs)) continue;
    const misfit = validate.errors?.find((error) => !standsOnUnknown(inputs, error));
    if (misfit) throw misfitError(resource, misfit);
  }
}

function validatorOf(schema: string): ValidateFunction {
  const known = compiled.get(schema);
  if (known) return known;
  const validate = ajv.compile(loadSchema(schema));
  compiled.set(schema, validate);
  return validate;
}

function standsOnUnknown(tree: Tree, { instancePath }: ErrorObject): boolean {
  let node: unknown = tree;
  for (const step of steps(instancePath)) {
    if (isUnknown(node) || node instanceof Secret) return true;
    node = (node as Record<string, unknown>)[step];
  }
  return isUnknown(node) || node instanceof Secret;
}

function steps(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function misfitError(resource: Resource, { instancePath, message, params }: ErrorObject): InputError {
  const way = steps(instancePath).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const path = way
    .map((step) => (typeof step === "number" ? step : (resource.spelling?.(step) ?? step)))
    .map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`))
    .join("");
  const allowed = Array.isArray(params.allowedValues) ? `: ${params.allowedValues.join(", ")}` : "";
  return new InputError(
    resource.place?.(way) ?? `${resource.urn}#${path}`,
    `${resource.place && path ? `${path} ` : ""}${message ?? "does not fit"}${allowed}`,
    `Write this input as ${resource.place ? "Kubernetes" : "the provider"} documents it for ${resource.type.replace(/^kubernetes:/, "")}.`,
  );
}
