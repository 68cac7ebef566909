import type { Expression, ModuleCall, ModuleConfiguration, ResourceConfiguration } from "./document.js";
import { type Instance, moduleSteps } from "./instances.js";

/** One module instance with its configuration and the way up. */
export interface Scope {
  /** `module.mail["a"]`; empty for the root. */
  readonly address: string;
  readonly configuration: ModuleConfiguration;
  readonly parent?: Scope;
  readonly call?: ModuleCall;
  /** The key of this instance in the call's `count` or `for_each`. */
  readonly key?: string | number;
}

/** Where an expression stands: its module, and what `each` and `count` mean there. */
export interface Holder {
  readonly scope: Scope;
  readonly key?: string | number;
  readonly forEach?: Expression;
}

/** What the program wrote: the expressions of its resources and the calls of its modules. */
export class Configuration {
  private readonly scopes = new Map<string, Scope | undefined>();
  private readonly resources = new Map<ModuleConfiguration, Map<string, ResourceConfiguration>>();

  constructor(private readonly root: ModuleConfiguration | undefined) {}

  /** `undefined` for a module that the document does not describe. */
  scopeOf(address: string): Scope | undefined {
    if (!this.scopes.has(address)) this.scopes.set(address, this.find(address));
    return this.scopes.get(address);
  }

  /** `undefined` for a resource that the program no longer or never wrote down, and everywhere in a state. */
  resourceOf({ module, mode, type, name }: Instance): ResourceConfiguration | undefined {
    const configuration = this.scopeOf(module)?.configuration;
    if (!configuration) return undefined;
    const known = this.resources.get(configuration) ?? byName(configuration);
    this.resources.set(configuration, known);
    return known.get(`${mode}.${type}.${name}`);
  }

  private find(address: string): Scope | undefined {
    const step = moduleSteps(address).at(-1);
    if (!step) return this.root && { address: "", configuration: this.root };
    const parent = this.scopeOf(step.parent);
    const call = parent?.configuration.module_calls?.[step.call];
    if (!parent || !call?.module) return undefined;
    return { address, configuration: call.module, parent, call, ...(step.key === undefined ? {} : { key: step.key }) };
  }
}

function byName({ resources }: ModuleConfiguration): Map<string, ResourceConfiguration> {
  return new Map((resources ?? []).map((each) => [`${each.mode}.${each.type}.${each.name}`, each]));
}

/** Where the arguments of a module call are evaluated. */
export function holderOfCall({ parent, call, key }: Scope): Holder | undefined {
  if (!parent) return undefined;
  const forEach = call?.for_each_expression;
  return { scope: parent, ...(key === undefined ? {} : { key }), ...(forEach ? { forEach } : {}) };
}

/** One step of a reference: `aws_instance`, `.mail`, `["a"]`. */
export interface Step {
  readonly name?: string;
  readonly key?: string;
}

/**
 * The references of an expression without the shorter forms that Terraform lists beside each of them
 * (`aws_vpc.a.id` brings `aws_vpc.a` along).
 */
export function referencesIn(expression: Expression): string[] {
  const all = Array.isArray(expression.references)
    ? expression.references.filter((each) => typeof each === "string")
    : [];
  const sorted = [...new Set(all)].sort();
  return sorted.filter((each) => !sorted.some((other) => other.startsWith(`${each}.`) || other.startsWith(`${each}[`)));
}

export function stepsOf(reference: string): Step[] {
  return [...reference.matchAll(/([\w-]+)|\[("(?:[^"\\]|\\.)*"|\d+)\]/g)].map(([, name, key]) =>
    name === undefined ? { key: key ?? "" } : { name },
  );
}
