import { InputError } from "../../model/errors.js";
import { type Dialect, type YamlDocument, yaml11, yamlDocuments } from "../yaml/documents.js";

/** What stands under the keys of a play or task. */
export type Fields = Readonly<Record<string, unknown>>;

/** More than a file of 10 MB writes down: aliases that multiply are refused before. */
const mostNodes = 4_000_000;
const deepest = 64;
/** What is below in a document, by the steps that lead there: looked up for the few that are told of. */
interface Spot {
  readonly document: YamlDocument;
  readonly above: Spot | undefined;
  readonly step: string | number;
}

/** Of plays and tasks, which are parts of lists. */
const places = new WeakMap<object, Spot>();

/** `file:line` of a play or task. */
export function placeOf(fields: Fields): string {
  const spot = places.get(fields);
  const steps: (string | number)[] = [];
  for (let each = spot; each; each = each.above) steps.unshift(each.step);
  return spot?.document.place(steps) ?? "";
}

/** What was made of a play or task stands where that does. */
export function placedAs<T extends Fields>(fields: T, origin: Fields): T {
  const spot = places.get(origin);
  if (spot) places.set(fields, spot);
  return fields;
}

const dialect: Dialect = {
  called: "YAML",
  schema: yaml11,
  takesRepeatedKeys: true,
  mend: "Check it with `ansible-playbook --syntax-check`.",
};

/**
 * A file of plays or tasks, as Ansible's parser reads it (YAML 1.1: `yes` is true); undefined for one that is no list.
 * @throws InputError with `file:line:column` for malformed YAML.
 */
export function entriesOf(text: string, path: string): Fields[] | undefined {
  const [document] = yamlDocuments(text, path, dialect);
  if (!Array.isArray(document?.value)) return undefined;
  let nodes = 0;
  const placed = (value: unknown, above: Spot | undefined, step: string | number, depth: number): unknown => {
    if (++nodes > mostNodes || depth > deepest)
      throw new InputError(path, "YAML that unfolds too far", "Write the values out.");
    if (typeof value !== "object" || value === null) return value;
    const spot = { document, above, step };
    if (Array.isArray(value)) return value.map((item, i) => placed(item, spot, i, depth + 1));
    if (!isFields(value) || value instanceof Date || value instanceof Uint8Array) return value;
    // Aliases of one mapping stand in different places.
    const fields: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const part = placed(value[key], spot, key, depth + 1);
      if (key !== "__proto__") fields[key] = part;
      else Object.defineProperty(fields, key, { value: part, enumerable: true, configurable: true, writable: true });
    }
    if (typeof step === "number") places.set(fields, spot);
    return fields;
  };
  return (document.value.map((entry, i) => placed(entry, undefined, i, 1)) as unknown[]).filter(isFields);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A list, or one value as the list of it; a string of words apart by commas is several. */
export function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "string") return value === "" ? [] : value.split(",").map((each) => each.trim());
  return value === undefined || value === null ? [] : [value];
}

/** The spellings that Ansible takes for true. */
export function isTrue(value: unknown): boolean {
  return ["true", "yes", "on", "1", "y", "t"].includes(
    String(value ?? "")
      .trim()
      .toLowerCase(),
  );
}

/** Does some text in it wait for a value (`{{ … }}`) or a statement of Jinja? */
export function isTemplated(value: unknown): boolean {
  if (typeof value === "string") return /\{\{|\{%/.test(value);
  if (Array.isArray(value)) return value.some(isTemplated);
  return isFields(value) && Object.values(value).some(isTemplated);
}
