import type { ErrorObject } from "ajv";
import { nearest } from "../model/nearest.js";

/** What ajv reports with `verbose: true`. */
export type SchemaError = ErrorObject<string, Record<string, unknown>, unknown>;

/** One schema error in words: where in the data, what is wrong, what to write instead. */
export function explain(errors: readonly SchemaError[]): { at: (string | number)[]; problem: string; mend: string } {
  const error = errors.find((each) => each.keyword !== "oneOf" && each.keyword !== "const") ?? errors[0];
  if (!error) return { at: [], problem: "does not fit its schema", mend: "Compare it with the schema." };
  const at = error.instancePath.split("/").slice(1).map(segmentOf);
  const schema = (error.parentSchema ?? {}) as {
    properties?: Record<string, unknown>;
    examples?: unknown[];
    description?: string;
  };
  if (error.keyword === "additionalProperties") {
    const key = String(error.params.additionalProperty);
    const valid = Object.keys(schema.properties ?? {});
    const close = nearest(key, valid);
    return {
      at: [...at, key],
      problem: `unknown key "${key}"`,
      mend: close ? `Did you mean ${close}?` : `Valid keys: ${valid.join(", ")}.`,
    };
  }
  const example = schema.examples?.[0] === undefined ? "" : ` For example ${JSON.stringify(schema.examples[0])}.`;
  const name = at.length > 0 ? `${at.join(".")} ` : "";
  const allowed = Array.isArray(error.params.allowedValues) ? `: ${error.params.allowedValues.join(", ")}` : "";
  return {
    at,
    problem: `${name}${error.message ?? "is not valid"}${allowed}`,
    mend: `${schema.description ?? "Correct the value."}${example}`,
  };
}

function segmentOf(segment: string): string | number {
  const key = segment.replaceAll("~1", "/").replaceAll("~0", "~");
  return /^\d+$/.test(key) ? Number(key) : key;
}
