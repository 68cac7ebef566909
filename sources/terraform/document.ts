import { InputError } from "../../model/errors.js";

/**
 * The JSON of `terraform show -json` (and `tofu show -json`) as far as it is used here: "JSON Output Format",
 * developer.hashicorp.com/terraform/internals/json-format. Unknown keys are left alone, as that page asks.
 */
export interface PlanDocument {
  readonly format_version: unknown;
  readonly errored?: unknown;
  readonly planned_values?: Values;
  /** Of a state document. */
  readonly values?: Values;
  readonly prior_state?: { readonly values?: Values };
  readonly resource_changes?: readonly ResourceChange[];
  readonly configuration?: { readonly root_module?: ModuleConfiguration };
}

export interface Values {
  readonly root_module?: Module;
}

export interface Module {
  readonly address?: string;
  readonly resources?: readonly PlannedResource[];
  readonly child_modules?: readonly Module[];
}

export interface PlannedResource {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly index?: string | number;
  /** Known values alone; what is unknown is left out. */
  readonly values?: unknown;
  /** `true` stands where a value is sensitive. */
  readonly sensitive_values?: unknown;
}

export interface ResourceChange {
  readonly address: string;
  readonly type?: string;
  /** An object that waits for its deletion beside the one that replaces it. */
  readonly deposed?: string;
  readonly change?: {
    readonly before?: unknown;
    readonly after?: unknown;
    /** `true` stands where a value is not known before the plan is applied. */
    readonly after_unknown?: unknown;
    readonly after_sensitive?: unknown;
  };
}

export interface Expression {
  readonly constant_value?: unknown;
  readonly references?: readonly string[];
}

export interface ModuleConfiguration {
  readonly resources?: readonly ResourceConfiguration[];
  readonly outputs?: Readonly<Record<string, { readonly expression?: Expression }>>;
  readonly module_calls?: Readonly<Record<string, ModuleCall>>;
}

export interface ResourceConfiguration {
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  /** By attribute an expression; by block a list of the same. */
  readonly expressions?: Readonly<Record<string, unknown>>;
  readonly for_each_expression?: Expression;
}

export interface ModuleCall {
  readonly expressions?: Readonly<Record<string, unknown>>;
  readonly count_expression?: Expression;
  readonly for_each_expression?: Expression;
  readonly module?: ModuleConfiguration;
}

export type TerraformFile = "terraform-plan" | "terraform-state";

const mend = "Make one with `terraform plan -out PLAN` and `terraform show -json PLAN > plan.json`.";

export function kindOf(document: unknown): TerraformFile | undefined {
  if (!isObject(document) || !("format_version" in document)) return undefined;
  if ("planned_values" in document || "resource_changes" in document) return "terraform-plan";
  return "values" in document || "terraform_version" in document ? "terraform-state" : undefined;
}

/** @throws InputError when it is of another major version, incomplete or of another shape. */
export function checkedDocument(document: unknown, path: string): PlanDocument {
  if (kindOf(document) === undefined) {
    throw new InputError(path, "neither a Terraform plan (`planned_values`) nor a state (`values`)", mend);
  }
  const found = document as PlanDocument;
  const version = String(found.format_version).slice(0, 20);
  if (typeof found.format_version !== "string" || !/^[01]\.\d+$/.test(version)) {
    throw new InputError(path, `format version ${version}; versions 0 and 1 can be read`, mend);
  }
  if (found.errored === true) {
    throw new InputError(path, "the plan ended with an error and is incomplete (`errored`)", `Mend the error. ${mend}`);
  }
  for (const key of ["planned_values", "values", "prior_state", "configuration"] as const) {
    if (found[key] !== undefined && !isObject(found[key])) throw misshapen(`${path}#${key}`, "an object");
  }
  if (found.resource_changes !== undefined && !Array.isArray(found.resource_changes)) {
    throw misshapen(`${path}#resource_changes`, "a list");
  }
  return found;
}

export function misshapen(at: string, expected: string): InputError {
  return new InputError(at, `not ${expected}`, mend);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
