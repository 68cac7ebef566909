import {
  type Configuration,
  type Holder,
  holderOfCall,
  referencesIn,
  type Scope,
  type Step,
  stepsOf,
} from "./configuration.js";
import { type Expression, isObject } from "./document.js";
import { type Instance, type Instances, keyOf } from "./instances.js";
import { dataTypes, type TerraformType, terraformTypes } from "./types.js";
import { hasUnknown } from "./values.js";

/** What can flow into an expression. */
export interface Flow {
  /** Instances whose id flows in and is not known yet. */
  readonly targets: readonly Instance[];
  /** Some values that are known flow in too. */
  readonly known: boolean;
  /** Unknown values of another kind flow in, or something that the document does not show (a `local`). */
  readonly other: boolean;
  /** One reference stands for several instances; which of them is not told. */
  readonly several: boolean;
}

const nothing: Flow = { targets: [], known: false, other: false, several: false };
const known: Flow = { ...nothing, known: true };
const other: Flow = { ...nothing, other: true };
const deepest = 32;

function together(flows: readonly Flow[]): Flow {
  return {
    targets: [...new Set(flows.flatMap((flow) => flow.targets))],
    known: flows.some((flow) => flow.known),
    other: flows.some((flow) => flow.other),
    several: flows.some((flow) => flow.several),
  };
}

/** Follows references from expressions to the resources they come from, through variables and outputs of modules. */
export class Flows {
  constructor(
    private readonly configuration: Configuration,
    private readonly instances: Instances,
  ) {}

  /** `expression`: as the document holds it; constants say nothing. */
  of(expression: unknown, holder: Holder, depth = 0): Flow {
    if (!isObject(expression)) return other;
    if (depth > deepest) return other;
    const references = referencesIn(expression as Expression);
    if (references.length === 0) return known;
    const repeated = references.some((each) => each === "each.key" || each === "count.index");
    return together(references.map((each) => this.reference(stepsOf(each), holder, repeated, depth)));
  }

  private reference(steps: readonly Step[], holder: Holder, repeated: boolean, depth: number): Flow {
    const [first, second] = steps;
    switch (first?.name) {
      case "count":
      case "path":
      case "terraform":
        return nothing;
      case "each":
        return second?.name === "key" ? nothing : this.eachValue(steps.slice(2), holder, depth);
      case "var":
        return this.variable(second?.name ?? "", holder.scope, depth);
      case "module":
        return this.output(steps, holder, repeated, depth);
      case "data":
        return this.resource("data", steps.slice(1), holder, repeated);
      case "local":
      case "self":
      case undefined:
        return other;
      default:
        return this.resource("managed", steps, holder, repeated);
    }
  }

  /** A variable of the root is known; one of a module is what its caller passes, or its default. */
  private variable(name: string, scope: Scope, depth: number): Flow {
    const caller = holderOfCall(scope);
    const passed = scope.call?.expressions?.[name];
    return caller && passed !== undefined ? this.of(passed, caller, depth + 1) : known;
  }

  private output(steps: readonly Step[], holder: Holder, repeated: boolean, depth: number): Flow {
    const call = steps[1]?.name ?? "";
    const key = steps[2]?.key;
    const name = steps[key === undefined ? 2 : 3]?.name;
    if (name === undefined) return other;
    const modules = this.instances.modulesOf(holder.scope.address, call);
    const { chosen, several } = choose([...modules], key, holder, repeated);
    const flows = chosen.map((address) => {
      const scope = this.configuration.scopeOf(address);
      const expression = scope?.configuration.outputs?.[name]?.expression;
      return scope && expression ? this.of(expression, { scope }, depth + 1) : other;
    });
    return flows.length === 0 ? other : { ...together(flows), ...(several ? { several } : {}) };
  }

  /** In `for_each = aws_security_group.a`, `each.value` is the instance of the same key. */
  private eachValue(rest: readonly Step[], holder: Holder, depth: number): Flow {
    if (!holder.forEach) return other;
    const references = referencesIn(holder.forEach);
    const [mode, steps] = split(stepsOf(references[0] ?? ""));
    const chained = references.length === 1 && steps.length === 2 && isMapped(mode, steps[0]?.name ?? "");
    if (chained) return this.resource(mode, [...steps, ...rest], holder, true);
    const flow = this.of(holder.forEach, holder, depth + 1);
    return flow.targets.length > 0 ? { ...flow, other: true } : flow;
  }

  private resource(mode: Instance["mode"], steps: readonly Step[], holder: Holder, repeated: boolean): Flow {
    const [type = "", name = ""] = steps.slice(0, 2).map((step) => step.name);
    const key = steps[2]?.key;
    const attribute = steps[key === undefined ? 2 : 3]?.name;
    const all = this.instances.of(holder.scope.address, mode, type, name);
    const { chosen, several } = choose(
      all.map((each) => [each.key, each] as const),
      key,
      holder,
      repeated,
    );
    if (chosen.length === 0 && key !== undefined) return other;
    return { ...together(chosen.map((each) => flowFrom(each, attribute))), ...(several ? { several } : {}) };
  }
}

function flowFrom(instance: Instance, attribute: string | undefined): Flow {
  const type = typeOf(instance);
  const isIdentity = attribute === undefined || attribute === "id" || type?.identities?.includes(attribute);
  if (!isIdentity) return hasUnknown(instance.unknown[attribute ?? ""]) ? other : known;
  if (typeof instance.values.id === "string") return known;
  return type ? { ...nothing, targets: [instance] } : other;
}

/**
 * The instances that a reference means: of one key; the only one there is; under `each.key` or `count.index` the one of
 * the same key, when both sides have the same keys. Else all of them.
 */
function choose<T>(
  all: readonly (readonly [string | number | undefined, T])[],
  key: string | undefined,
  holder: Holder,
  repeated: boolean,
): { chosen: T[]; several: boolean } {
  const wanted = key === undefined ? (repeated ? holder.key : undefined) : keyOf(key);
  const same = wanted === undefined ? [] : all.filter(([each]) => each === wanted);
  if (key !== undefined || same.length === 1) return { chosen: same.map(([, each]) => each), several: false };
  return { chosen: all.map(([, each]) => each), several: all.length > 1 };
}

function split(steps: readonly Step[]): [Instance["mode"], readonly Step[]] {
  return steps[0]?.name === "data" ? ["data", steps.slice(1)] : ["managed", steps];
}

function isMapped(mode: Instance["mode"], type: string): boolean {
  return typeOf({ mode, type }) !== undefined;
}

/** How a type is read; `undefined` when it is none of our business. */
export function typeOf({ mode, type }: Pick<Instance, "mode" | "type">): TerraformType | undefined {
  const types = mode === "data" ? dataTypes : terraformTypes;
  return Object.hasOwn(types, type) ? types[type] : undefined;
}
