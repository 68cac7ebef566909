import { InputError } from "../../model/errors.js";
import { type Dialect, yaml11, yamlDocuments } from "../yaml/documents.js";

/** What stands under the keys of a play or task. */
export type Fields = Readonly<Record<string, unknown>>;

/** More than a file of 10 MB writes down: aliases that multiply are refused before. */
const mostNodes = 4_000_000;
const deepest = 64;
const places = new WeakMap<object, string>();

/** `file:line` of a play or task. */
export function placeOf(fields: Fields): string {
  return places.get(fields) ?? "";
}

/** The same place for what was made of a play or task. */
export function placedAs<T extends Fields>(fields: T, at: string): T {
  places.set(fields, at);
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
  const placed = (value: unknown, steps: readonly (string | number)[]): unknown => {
    if (++nodes > mostNodes || steps.length > deepest)
      throw new InputError(path, "YAML that unfolds too far", "Write the values out.");
    if (Array.isArray(value)) return value.map((item, i) => placed(item, [...steps, i]));
    if (!isFields(value) || value instanceof Date || value instanceof Uint8Array) return value;
    const entries = Object.entries(value).map(([key, each]) => [key, placed(each, [...steps, key])]);
    return placedAs(Object.fromEntries(entries) as Fields, document.place(steps));
  };
  return (document.value.map((entry, i) => placed(entry, [i])) as unknown[]).filter(isFields);
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
