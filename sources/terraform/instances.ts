import { InputError } from "../../model/errors.js";
import { isObject, type Module, misshapen, type PlanDocument, type PlannedResource } from "./document.js";

/** One resource instance that stands after the plan is applied, with what the plan says of its values. */
export interface Instance {
  /** `module.mail["a"].aws_instance.this[0]` */
  readonly address: string;
  /** Of the module instance around it; empty for the root. */
  readonly module: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  /** Its key in `count` or `for_each`. */
  readonly key?: string | number;
  readonly values: Readonly<Record<string, unknown>>;
  /** `true`, by path, where the value is known only after apply; and where it is sensitive. */
  readonly unknown: Readonly<Record<string, unknown>>;
  readonly sensitive: Readonly<Record<string, unknown>>;
  /** Its values before the plan; absent when it is to be created. */
  readonly before?: Readonly<Record<string, unknown>>;
}

const deepest = 64;

/** Every instance of a plan or a state, found by module and resource. */
export class Instances {
  readonly all: readonly Instance[];
  private readonly byResource = new Map<string, Instance[]>();
  /** By parent module and call: the keys of the module's instances. */
  private readonly calls = new Map<string, Map<string | number | undefined, string>>();

  /** @throws InputError when the document has another shape. */
  constructor(document: PlanDocument, path: string) {
    const changes = changesOf(document, path);
    const found = new Map<string, Instance>();
    const roots = [document.prior_state?.values, document.values, document.planned_values];
    for (const [i, values] of roots.entries()) {
      const own = new Set<string>();
      this.walk(values?.root_module, path, 0, (resource, module) => {
        if (i === 0 && resource.mode !== "data") return;
        if (own.has(resource.address))
          throw new InputError(
            resource.address,
            "two resources have this address",
            "Write the file anew with Terraform.",
          );
        own.add(resource.address);
        found.set(resource.address, instanceOf(resource, module, changes.get(resource.address)));
      });
    }
    this.all = [...found.values()];
    for (const each of this.all) {
      const key = resourceKey(each.module, each.mode, each.type, each.name);
      const same = this.byResource.get(key);
      if (same) same.push(each);
      else this.byResource.set(key, [each]);
    }
  }

  /** All instances of one resource in one module instance. */
  of(module: string, mode: Instance["mode"], type: string, name: string): readonly Instance[] {
    return this.byResource.get(resourceKey(module, mode, type, name)) ?? [];
  }

  /** The module instances of a call, by their key; the key is `undefined` when the call has neither count nor for_each. */
  modulesOf(parent: string, call: string): ReadonlyMap<string | number | undefined, string> {
    return this.calls.get(`${parent}|${call}`) ?? new Map();
  }

  private walk(
    module: Module | undefined,
    path: string,
    depth: number,
    visit: (resource: PlannedResource, module: string) => void,
  ): void {
    if (module === undefined) return;
    if (!isObject(module as unknown) || depth > deepest)
      throw misshapen(`${path}#root_module`, `modules, ${deepest} deep at most`);
    const address = module.address ?? "";
    this.register(address);
    for (const resource of listOf<PlannedResource>(module.resources, `${path}#${address}.resources`)) {
      if (!isObject(resource as unknown) || typeof resource.address !== "string" || typeof resource.type !== "string") {
        throw misshapen(`${path}#${address}.resources`, "a list of resources with `address` and `type`");
      }
      visit(resource, address);
    }
    for (const child of listOf<Module>(module.child_modules, `${path}#${address}.child_modules`)) {
      this.walk(child, path, depth + 1, visit);
    }
  }

  private register(address: string): void {
    const step = moduleSteps(address).at(-1);
    if (!step) return;
    const key = `${step.parent}|${step.call}`;
    this.calls.set(key, (this.calls.get(key) ?? new Map()).set(step.key, address));
  }
}

/** The calls that lead to a module instance, outermost first. */
export function moduleSteps(address: string): { parent: string; call: string; key?: string | number }[] {
  const steps: { parent: string; call: string; key?: string | number }[] = [];
  const pattern = /\.?module\.([\w-]+)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?/gy;
  for (let from = 0; ; from = pattern.lastIndex) {
    const match = pattern.exec(address);
    if (!match) return steps;
    const key = match[2] === undefined ? {} : { key: keyOf(match[2]) };
    steps.push({ parent: address.slice(0, from), call: match[1] ?? "", ...key });
  }
}

/** The key written between brackets: `0`, `"a"`. */
export function keyOf(written: string): string | number {
  if (!written.startsWith('"')) return Number(written);
  try {
    return String(JSON.parse(written));
  } catch {
    return written.slice(1, -1);
  }
}

function resourceKey(module: string, mode: string, type: string, name: string): string {
  return `${module}|${mode}|${type}|${name}`;
}

type Change = NonNullable<NonNullable<PlanDocument["resource_changes"]>[number]["change"]>;

function changesOf(document: PlanDocument, path: string): Map<string, Change> {
  const changes = new Map<string, Change>();
  for (const each of document.resource_changes ?? []) {
    if (!isObject(each) || typeof each.address !== "string") {
      throw misshapen(`${path}#resource_changes`, "a list of changes with `address`");
    }
    if (each.deposed === undefined && isObject(each.change)) changes.set(each.address, each.change);
  }
  return changes;
}

function instanceOf(resource: PlannedResource, module: string, change: Change | undefined): Instance {
  const { address, mode, type, name, index } = resource;
  const before = bag(change?.before);
  return {
    address,
    module,
    mode,
    type,
    name,
    ...(index === undefined || index === null ? {} : { key: index }),
    values: bag(resource.values),
    unknown: bag(change?.after_unknown),
    sensitive: { ...bag(resource.sensitive_values), ...bag(change?.after_sensitive) },
    ...(isObject(change?.before) ? { before } : {}),
  };
}

function bag(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function listOf<T>(value: readonly T[] | undefined, at: string): readonly T[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw misshapen(at, "a list");
  return value;
}
