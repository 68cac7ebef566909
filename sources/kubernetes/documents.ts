import { InputError } from "../../model/errors.js";
import { type Dialect, kubernetesSchema, type YamlDocument, yamlDocuments } from "../yaml/documents.js";

/** One object as a file holds it, and where its parts stand. */
export interface Document {
  readonly value: Readonly<Record<string, unknown>>;
  /** `mail.yaml:12` */
  readonly at: string;
  /** The place of a part, or of the nearest part around it that is written down. */
  readonly place: (steps: readonly (string | number)[]) => string;
}

const deepest = 100;
const dialect: Dialect = {
  called: "YAML",
  schema: kubernetesSchema,
  takesRepeatedKeys: false,
  mend: "Check it with `kubectl apply --dry-run=client -f`.",
};

/**
 * The objects of a file: of several YAML documents, and of lists (`kind: List`, `kind: PodList`).
 * @throws InputError with `file:line:column` for malformed YAML, aliases that multiply, and unrendered templates.
 */
export function documentsIn(text: string, file: string): Document[] {
  return parsed(text, file).flatMap((document) => objectsIn(document.value, document, [], file, 0));
}

function parsed(text: string, file: string): YamlDocument[] {
  try {
    return yamlDocuments(text, file, dialect);
  } catch (error) {
    if (!(error instanceof InputError) || !/\{\{/.test(text)) throw error;
    throw new InputError(
      error.where,
      "a template that is not rendered",
      "Render the chart before: `helm template NAME CHART > manifests.yaml`.",
    );
  }
}

function objectsIn(
  value: unknown,
  document: YamlDocument,
  path: readonly (string | number)[],
  file: string,
  depth: number,
): Document[] {
  if (depth > deepest) throw new InputError(file, "lists within lists", "Write the objects one after the other.");
  if (Array.isArray(value)) return value.flatMap((each, i) => objectsIn(each, document, [...path, i], file, depth + 1));
  if (typeof value !== "object" || value === null) return [];
  const { apiVersion, kind, items } = value as Readonly<Record<string, unknown>>;
  if (typeof kind === "string" && kind.endsWith("List") && Array.isArray(items)) {
    const element = kind === "List" ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
    const whole = items.map((each) => (typeof each === "object" && each !== null ? { ...element, ...each } : each));
    return whole.flatMap((each, i) => objectsIn(each, document, [...path, "items", i], file, depth + 1));
  }
  const place = (steps: readonly (string | number)[]) => document.place([...path, ...steps]);
  const at = place([]);
  if (typeof apiVersion !== "string" || typeof kind !== "string") {
    throw new InputError(at, "an object without the texts apiVersion and kind", "Every Kubernetes object has both.");
  }
  return [{ value: value as Readonly<Record<string, unknown>>, at, place }];
}
