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
  return read(marked, at, 0, { rename: (name) => pulumiName(type, name), single: type.single ?? [] });
}

/** The same for a map whose keys are the user's. */
export function readMap(marked: Marked, at: string): Tree | undefined {
  return read(marked, at, 0, asWritten);
}

/** How the names inside a value are turned into Pulumi's. */
interface Naming {
  readonly rename: (name: string) => string;
  /** Blocks that stand at most once. */
  readonly single: readonly string[];
}

const asWritten: Naming = { rename: (name) => name, single: [] };

/** True where anything in it is unknown. */
export function hasUnknown(mark: unknown, depth = 0): boolean {
  if (typeof mark !== "object" || mark === null) return mark === true;
  return depth <= deepest && Object.values(mark).some((each) => hasUnknown(each, depth + 1));
}

function read(marked: Marked, at: string, depth: number, naming: Naming): Tree | undefined {
  if (depth > deepest) throw new InputError(at, `nested deeper than ${deepest} levels`, "No resource is so deep.");
  const { value, sensitive } = marked;
  if (marked.unknown === true) return unknown(at);
  if (sensitive === true) {
    const content = read({ value, unknown: marked.unknown }, at, depth + 1, naming);
    return content === undefined || isUnknown(content) ? content : new Secret(content);
  }
  if (Array.isArray(value) || Array.isArray(marked.unknown)) return readList(marked, at, depth, naming);
  if (isObject(value) || hasUnknown(marked.unknown)) return readObject(marked, at, depth, naming);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : undefined;
}

function readList(marked: Marked, at: string, depth: number, naming: Naming): Tree {
  const value = Array.isArray(marked.value) ? marked.value : [];
  const marks = Array.isArray(marked.unknown) ? marked.unknown : [];
  const elements = Array.from({ length: Math.max(value.length, marks.length) }, (_, i) =>
    read(
      { value: value[i], unknown: marks[i], sensitive: inside(marked.sensitive, i) },
      `${at}[${i}]`,
      depth + 1,
      naming,
    ),
  );
  return elements.filter((element) => element !== undefined);
}

function readObject(marked: Marked, at: string, depth: number, naming: Naming): Tree {
  const value = isObject(marked.value) ? marked.value : {};
  const marks = isObject(marked.unknown) ? marked.unknown : {};
  const entries: [string, Tree][] = [];
  for (const name of new Set([...Object.keys(value), ...Object.keys(marks)])) {
    const part = { value: value[name], unknown: marks[name], sensitive: inside(marked.sensitive, name) };
    const tree =
      naming !== asWritten && isEmptyText(part) ? undefined : read(part, memberPath(at, name), depth + 1, naming);
    const whole = naming.single.includes(name) && Array.isArray(tree) ? tree[0] : tree;
    if (whole !== undefined) entries.push([naming.rename(name), whole]);
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
