import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { InputError } from "../../model/errors.js";

/** What stands under the keys of a play or task. */
export type Fields = Readonly<Record<string, unknown>>;

const mostNodes = 200_000;
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

/**
 * A file of plays or tasks, as Ansible's parser reads it (YAML 1.1: `yes` is true); undefined for one that is no list.
 * @throws InputError with `file:line` for malformed YAML.
 */
export function entriesOf(text: string, path: string): Fields[] | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: "1.1", uniqueKeys: false, logLevel: "silent" });
  const at = (offset: number) => `${path}:${lines.linePos(offset).line}`;
  const [error] = document.errors;
  if (error)
    throw new InputError(at(error.pos[0]), "malformed YAML", "Check it with `ansible-playbook --syntax-check`.");
  let nodes = 0;
  const plain = (node: unknown, depth: number): unknown => {
    if (++nodes > mostNodes || depth > deepest)
      throw new InputError(path, "YAML that unfolds too far", "Write the values out.");
    if (isAlias(node)) return plain(node.resolve(document), depth + 1);
    if (isSeq(node)) return node.items.map((item) => plain(item, depth + 1));
    if (!isMap(node)) return isScalar(node) ? node.value : undefined;
    const pairs = node.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : "", plain(value, depth + 1)]);
    return placedAs(Object.fromEntries(pairs) as Fields, at(node.range?.[0] ?? 0));
  };
  const found = plain(document.contents, 0);
  return Array.isArray(found) ? found.filter(isFields) : undefined;
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
