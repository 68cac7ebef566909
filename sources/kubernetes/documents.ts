import { isNode, LineCounter, parseAllDocuments, type Document as YamlDocument } from "yaml";
import { InputError } from "../../model/errors.js";

/** One object as a file holds it, and where its parts stand. */
export interface Document {
  readonly value: Readonly<Record<string, unknown>>;
  /** `mail.yaml:12` */
  readonly at: string;
  /** The place of a part, or of the nearest part around it that is written down. */
  readonly place: (steps: readonly (string | number)[]) => string;
}

const deepest = 100;

/**
 * The objects of a file: of several YAML documents, and of lists (`kind: List`, `kind: PodList`).
 * @throws InputError with `file:line` for malformed YAML, aliases that multiply, and unrendered templates.
 */
export function documentsIn(text: string, file: string): Document[] {
  const lines = new LineCounter();
  const parsed = parsedDocuments(text, file, lines);
  return parsed.flatMap((document) => {
    const value = plain(document, file, lines);
    return objectsIn(value, document, [], { file, lines }, 0);
  });
}

interface Origin {
  readonly file: string;
  readonly lines: LineCounter;
}

function parsedDocuments(text: string, file: string, lines: LineCounter): YamlDocument[] {
  refuseDepth(text, file);
  // The API server's parser: YAML 1.1 without its dates and sexagesimal numbers.
  const found = parseAllDocuments(text, {
    ...{ lineCounter: lines, version: "1.1", merge: true, logLevel: "silent", stringKeys: false },
    customTags: (tags) => tags.filter((tag) => typeof tag === "string" || !isTime(tag)),
  });
  const documents = Array.isArray(found) ? found : [];
  for (const document of documents) {
    const [error] = document.errors;
    if (!error) continue;
    const at = `${file}:${lines.linePos(error.pos[0]).line}`;
    const isTemplate = /\{\{/.test(text);
    throw new InputError(
      at,
      isTemplate ? "a template that is not rendered" : `malformed YAML (${error.code})`,
      isTemplate
        ? "Render the chart before: `helm template NAME CHART > manifests.yaml`."
        : "Check it with `kubectl apply --dry-run=client -f`.",
    );
  }
  return documents as YamlDocument[];
}

function isTime({ tag, format }: { tag: string; format?: string }): boolean {
  return tag === "tag:yaml.org,2002:timestamp" || format === "TIME";
}

/** The parser calls itself for every level: flow collections without end would end the process. */
function refuseDepth(text: string, file: string): void {
  let depth = 0;
  for (const [i, character] of [...text.matchAll(/[[\]{}]/g)].map((match) => [match.index, match[0]] as const)) {
    depth = character === "[" || character === "{" ? depth + 1 : Math.max(0, depth - 1);
    if (depth > 1000) {
      const line = text.slice(0, i).split("\n").length;
      throw new InputError(`${file}:${line}`, "nested deeper than 1000 levels", "No Kubernetes object is so deep.");
    }
  }
}

function plain(document: YamlDocument, file: string, lines: LineCounter): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    const offset = document.contents?.range?.[0] ?? 0;
    const at = `${file}:${lines.linePos(offset).line}`;
    throw new InputError(
      at,
      "YAML that cannot be resolved: aliases that multiply, or nesting without end",
      "Write the values out.",
    );
  }
}

function objectsIn(
  value: unknown,
  document: YamlDocument,
  path: readonly (string | number)[],
  origin: Origin,
  depth: number,
): Document[] {
  if (depth > deepest)
    throw new InputError(origin.file, "lists within lists", "Write the objects one after the other.");
  if (Array.isArray(value))
    return value.flatMap((each, i) => objectsIn(each, document, [...path, i], origin, depth + 1));
  if (typeof value !== "object" || value === null) return [];
  const { apiVersion, kind, items } = value as Readonly<Record<string, unknown>>;
  if (typeof kind === "string" && kind.endsWith("List") && Array.isArray(items)) {
    const element = kind === "List" ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
    const whole = items.map((each) => (typeof each === "object" && each !== null ? { ...element, ...each } : each));
    return whole.flatMap((each, i) => objectsIn(each, document, [...path, "items", i], origin, depth + 1));
  }
  const place = (steps: readonly (string | number)[]) => placeIn(document, [...path, ...steps], origin);
  const at = place([]);
  if (typeof apiVersion !== "string" || typeof kind !== "string") {
    throw new InputError(at, "an object without the texts apiVersion and kind", "Every Kubernetes object has both.");
  }
  return [{ value: value as Readonly<Record<string, unknown>>, at, place }];
}

function placeIn(document: YamlDocument, path: readonly (string | number)[], { file, lines }: Origin): string {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return `${file}:${lines.linePos(node.range[0]).line}`;
  }
  return `${file}:1`;
}
