import { type Fields, isFields, isTemplated, placedAs } from "./yaml.js";

/**
 * A task once for each item of a list that is written out; undefined where the list is worked out. Items stand in for
 * `{{ item }}` and `{{ item.port }}`, nothing else is worked out.
 */
export function unrolled(task: Fields): Fields[] | undefined {
  const loops = Object.keys(task).filter((key) => key === "loop" || key.startsWith("with_"));
  const [key] = loops;
  if (key === undefined) return [task];
  const items = task[key];
  if (loops.length > 1 || !Array.isArray(items) || isTemplated(items) || !/^(?:loop|with_(?:items|list))$/.test(key))
    return undefined;
  const { [key]: _, loop_control: control, ...rest } = task;
  const name = isFields(control) && typeof control.loop_var === "string" ? control.loop_var : "item";
  const all = key === "with_items" ? items.flat() : items;
  return all.map((item) => placedAs(filled(rest, name, item) as Fields, task));
}

function filled(value: unknown, name: string, item: unknown): unknown {
  if (typeof value === "string") return inserted(value, name, item);
  if (Array.isArray(value)) return value.map((each) => filled(each, name, item));
  if (!isFields(value)) return value;
  const pairs = Object.entries(value).map(([key, each]) => [key, filled(each, name, item)]);
  return placedAs(Object.fromEntries(pairs) as Fields, value);
}

function inserted(text: string, name: string, item: unknown): string {
  return text.replace(
    /\{\{\s*(\w+)((?:\.\w+|\[\s*(?:'\w+'|"\w+"|\d+)\s*\])*)\s*\}\}/g,
    (whole, first, path: string) => {
      if (first !== name) return whole;
      const keys = path.match(/\w+/g) ?? [];
      const found = keys.reduce<unknown>((at, key) => memberOf(at, key), item);
      return ["string", "number", "boolean"].includes(typeof found) ? String(found) : whole;
    },
  );
}

function memberOf(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  return isFields(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
