import { InputError } from "../../model/errors.js";
import { isUnknown, unknown } from "../../model/maybe.js";
import { pathOf, put, Secret, type Tree } from "../pulumi/input.js";
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
  return new Reader(at, { rename: (name) => pulumiName(type, name), single: type.single ?? [] }).read(marked);
}

/** The same for a map whose keys are the user's. */
export function readMap(marked: Marked, at: string): Tree | undefined {
  return new Reader(at, asWritten).read(marked);
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

/** Reads one value. Paths are put together only where one is told: most leaves are known. */
class Reader {
  private readonly steps: (string | number)[] = [];

  constructor(
    private readonly root: string,
    private readonly naming: Naming,
  ) {}

  read({ value, unknown: mark, sensitive }: Marked): Tree | undefined {
    return this.tree(value, mark, sensitive);
  }

  private tree(value: unknown, mark: unknown, sensitive: unknown): Tree | undefined {
    if (this.steps.length > deepest)
      throw new InputError(this.at(), `nested deeper than ${deepest} levels`, "No resource is so deep.");
    if (mark === true) return unknown(this.at());
    if (sensitive === true) {
      const content = this.tree(value, mark, undefined);
      return content === undefined || isUnknown(content) ? content : new Secret(content);
    }
    if (Array.isArray(value) || Array.isArray(mark)) return this.list(value, mark, sensitive);
    if (isObject(value) || hasUnknown(mark)) return this.object(value, mark, sensitive);
    return isScalar(value) ? value : undefined;
  }

  private at(): string {
    return pathOf(this.root, this.steps);
  }

  private within(step: string | number, value: unknown, mark: unknown, sensitive: unknown): Tree | undefined {
    this.steps.push(step);
    const tree = this.tree(value, mark, inside(sensitive, step));
    this.steps.pop();
    return tree;
  }

  private list(value: unknown, mark: unknown, sensitive: unknown): Tree {
    const values: readonly unknown[] = Array.isArray(value) ? value : [];
    const marks: readonly unknown[] = Array.isArray(mark) ? mark : [];
    // Most lists hold texts that nothing is marked of.
    const isPlain = (each: unknown, i: number) => isScalar(each) && !marks[i] && inside(sensitive, i) !== true;
    if (marks.length <= values.length && values.every(isPlain)) return values as readonly Tree[];
    const elements: Tree[] = [];
    for (let i = 0; i < Math.max(values.length, marks.length); i++) {
      const tree = this.within(i, values[i], marks[i], sensitive);
      if (tree !== undefined) elements.push(tree);
    }
    return elements;
  }

  private object(value: unknown, mark: unknown, sensitive: unknown): Tree {
    const { naming } = this;
    const values = isObject(value) ? value : {};
    const marks = isObject(mark) ? mark : {};
    const tree: Record<string, Tree> = {};
    for (const name of namesOf(values, marks)) {
      if (naming !== asWritten && isEmptyText(values[name], marks[name])) continue;
      const part = this.within(name, values[name], marks[name], sensitive);
      const whole = naming.single.includes(name) && Array.isArray(part) ? part[0] : part;
      if (whole !== undefined) put(tree, naming.rename(name), whole);
    }
    return tree;
  }
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** The names of a value and of its marks, each once. */
export function namesOf(value: object, marks: object): string[] {
  const further = Object.keys(marks).filter((name) => !Object.hasOwn(value, name));
  return further.length > 0 ? [...Object.keys(value), ...further] : Object.keys(value);
}

/** Providers write a text that is not given as an empty one. */
export function isEmptyText(value: unknown, mark: unknown): boolean {
  return value === "" && mark !== true;
}

function inside(mark: unknown, step: string | number): unknown {
  return typeof mark === "object" && mark !== null ? (mark as Record<string | number, unknown>)[step] : undefined;
}
