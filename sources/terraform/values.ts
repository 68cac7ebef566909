import { InputError } from "../../model/errors.js";
import { isUnknown, unknown } from "../../model/maybe.js";
import { memberPath, Secret, type Tree } from "../pulumi/input.js";
import { isObject } from "./document.js";
import { pulumiName, type TerraformType } from "./types.js";

const deepest = 64;

/** A value with the plan's marks for it: `true` stands where something is unknown, or sensitive. */
export interface Marked {
  readonly value: unknown;
  readonly unknown?: unknown;
  readonly sensitive?: unknown;
}

/**
 * Reads one value under Pulumi's names: unknown leaves become `unknown("ADDRESS#path")` with Terraform's names in the
 * path, sensitive ones are wrapped, nulls are left out.
 * @throws InputError when a value nests deeper than any resource does.
 */
export function readValue(marked: Marked, type: TerraformType, at: string): Tree | undefined {
  return read(marked, at, 0, (name) => pulumiName(type, name));
}

/** The same for a map whose keys are the user's. */
export function readMap(marked: Marked, at: string): Tree | undefined {
  return read(marked, at, 0, asWritten);
}

function asWritten(name: string): string {
  return name;
}

/** True where anything in it is unknown. */
export function hasUnknown(mark: unknown, depth = 0): boolean {
  if (typeof mark !== "object" || mark === null) return mark === true;
  return depth <= deepest && Object.values(mark).some((each) => hasUnknown(each, depth + 1));
}

function read(marked: Marked, at: string, depth: number, rename: (name: string) => string): Tree | undefined {
  if (depth > deepest) throw new InputError(at, `nested deeper than ${deepest} levels`, "No resource is so deep.");
  const { value, sensitive } = marked;
  if (marked.unknown === true) return unknown(at);
  if (sensitive === true) {
    const content = read({ value, unknown: marked.unknown }, at, depth + 1, rename);
    return content === undefined || isUnknown(content) ? content : new Secret(content);
  }
  if (Array.isArray(value) || Array.isArray(marked.unknown)) return readList(marked, at, depth, rename);
  if (isObject(value) || hasUnknown(marked.unknown)) return readObject(marked, at, depth, rename);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : undefined;
}

function readList(marked: Marked, at: string, depth: number, rename: (name: string) => string): Tree {
  const value = Array.isArray(marked.value) ? marked.value : [];
  const marks = Array.isArray(marked.unknown) ? marked.unknown : [];
  const elements = Array.from({ length: Math.max(value.length, marks.length) }, (_, i) =>
    read(
      { value: value[i], unknown: marks[i], sensitive: inside(marked.sensitive, i) },
      `${at}[${i}]`,
      depth + 1,
      rename,
    ),
  );
  return elements.filter((element) => element !== undefined);
}

function readObject(marked: Marked, at: string, depth: number, rename: (name: string) => string): Tree {
  const value = isObject(marked.value) ? marked.value : {};
  const marks = isObject(marked.unknown) ? marked.unknown : {};
  const entries: [string, Tree][] = [];
  for (const name of new Set([...Object.keys(value), ...Object.keys(marks)])) {
    const part = { value: value[name], unknown: marks[name], sensitive: inside(marked.sensitive, name) };
    const tree =
      rename !== asWritten && isEmptyText(part) ? undefined : read(part, memberPath(at, name), depth + 1, rename);
    if (tree !== undefined) entries.push([rename(name), tree]);
  }
  return Object.fromEntries(entries);
}

/** Providers write a text that is not given as an empty one. */
export function isEmptyText({ value, unknown }: Marked): boolean {
  return value === "" && unknown !== true;
}

function inside(mark: unknown, step: string | number): unknown {
  return typeof mark === "object" && mark !== null ? (mark as Record<string | number, unknown>)[step] : undefined;
}
