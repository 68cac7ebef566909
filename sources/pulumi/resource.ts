import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import { onceFor } from "../../model/once.js";
import { Input, type Place, type Properties, type Spelling } from "./input.js";

/** One resource of a program, wherever it was read: a state file, a preview, the arguments of a stack policy. */
export interface Resource {
  readonly urn: string;
  /** The type token: `aws:ec2/instance:Instance`. */
  readonly type: string;
  /** How the user's own language spells an input, where it is not Pulumi's way: paths are written so. */
  readonly spelling?: Spelling;
  /** Where its inputs stand, when it was read from a file that people write. */
  readonly place?: Place;
  /** The logical name: the last part of the URN. */
  readonly name: string;
  /** The cloud's id; unknown until the resource is created. */
  readonly id: Maybe<string>;
  /** Read when asked for: of the resources of a program few are any business of ours. */
  readonly inputs: () => Properties;
  /** What the provider returned at the last deployment; empty for a resource still to be created. */
  readonly outputs: () => Properties;
  readonly dependencies: readonly Resource[];
  /** By input name, the resources whose outputs flow into it: known even where the value is not. */
  readonly propertyDependencies: Readonly<Record<string, readonly Resource[]>>;
}

/** A resource whose references to others are still URNs. */
export interface Draft extends Omit<Resource, "name" | "dependencies" | "propertyDependencies"> {
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

type Linked = { -readonly [K in keyof Resource]: Resource[K] };

/** Most resources refer to none. */
const noResources: readonly Resource[] = [];
const noFlows: Resource["propertyDependencies"] = {};

/** Turns references into object links. One to a resource that was not read is left out; of two drafts the later wins. */
export function link(drafts: Iterable<Draft>): Resource[] {
  const byUrn = new Map<string, Draft>();
  for (const draft of drafts) byUrn.set(draft.urn, draft);
  const linked = new Map<string, Linked>();
  // Resources of one type share one text, so that telling types apart compares no letters.
  const typeOf = onceFor(unversioned);
  for (const [urn, draft] of byUrn) {
    const type = typeOf(draft.type);
    linked.set(urn, { ...draft, type, name: nameOf(urn), dependencies: noResources, propertyDependencies: noFlows });
  }
  const find = (urns: readonly string[]) =>
    urns.map((urn) => linked.get(urn)).filter((found): found is Linked => found !== undefined);
  for (const [urn, resource] of linked) {
    const { dependencies, propertyDependencies } = byUrn.get(urn) as Draft;
    if (dependencies.length > 0) resource.dependencies = find(dependencies);
    const flows = Object.entries(propertyDependencies);
    if (flows.length > 0)
      resource.propertyDependencies = Object.fromEntries(flows.map(([name, urns]) => [name, find(urns)]));
  }
  return [...linked.values()];
}

/** What else a resource is given, is reported with, or has flowing into it. */
export type Change = (before: Resource) => Partial<Pick<Resource, "inputs" | "outputs" | "propertyDependencies">>;

/** The same resources with changes, which are made one after the other where several are for one resource. */
export function changed(resources: readonly Resource[], changes: readonly (readonly [Resource, Change])[]): Resource[] {
  const after = new Map(resources.map((each): [Resource, Linked] => [each, { ...each }]));
  for (const [resource, change] of changes) {
    const before = after.get(resource) ?? resource;
    after.set(resource, { ...before, ...change(before) });
  }
  const moved = (list: readonly Resource[]) => list.map((each) => after.get(each) ?? each);
  for (const resource of after.values()) {
    resource.dependencies = moved(resource.dependencies);
    resource.propertyDependencies = Object.fromEntries(
      Object.entries(resource.propertyDependencies).map(([name, flowing]) => [name, moved(flowing)]),
    );
  }
  return [...after.values()];
}

/** `azure-native:network/v20240501:Subnet` is the same type as `azure-native:network:Subnet`. */
function unversioned(type: string): string {
  return type.replace(/^(azure-native:\w+)\/v\d+\w*:/, "$1:");
}

/** `urn:pulumi:dev::acme::aws:ec2/instance:Instance::mail` is called `mail`; what is no URN is its own name. */
export function nameOf(urn: string): string {
  return /^urn:pulumi:.*?::.*?::.*?::(.+)$/s.exec(urn)?.[1] ?? urn;
}

/** The cloud's id as text; unknown before the resource is created. */
export function idOf(id: unknown, urn: string): Maybe<string> {
  return typeof id === "string" && id !== "" ? id : unknown(`${urn}#id`);
}

export function knownId(resource: Resource): string | undefined {
  return isUnknown(resource.id) ? undefined : resource.id;
}

export function inputOf(resource: Resource, name: string): Input {
  return inputsOf(resource).member(name);
}

/** Of a resource without any. */
export const noProperties = (): Properties => ({});

/** All inputs as one. */
export function inputsOf({ inputs, urn, spelling, place }: Resource): Input {
  return Input.of(inputs(), urn, spelling, place);
}

/** What the provider reported at the last deployment, under the same path as the input. */
export function outputOf(resource: Resource, name: string): Input {
  return Input.of(resource.outputs(), resource.urn, resource.spelling, resource.place).member(name);
}

/** As the program says, else as the provider reported it. */
export function givenOf(resource: Resource, name: string): Input {
  const input = inputOf(resource, name);
  return input.isAbsent ? outputOf(resource, name) : input;
}

/** The resources of the given types whose outputs flow into an input. */
export function flowingInto(resource: Resource, name: string, types: ReadonlySet<string>): Resource[] {
  const flowing = resource.propertyDependencies[name];
  return flowing === undefined ? [] : [...new Set(flowing)].filter((each) => types.has(each.type));
}

const places = new WeakMap<readonly Resource[], Map<string, number[]>>();

/** The resources of the given types, in their order. A program is asked for many types, and sorted by type once. */
export function ofTypes(resources: readonly Resource[], ...types: readonly string[]): Resource[] {
  const byType = places.get(resources) ?? new Map<string, number[]>();
  if (!places.has(resources)) {
    places.set(resources, byType);
    for (const [i, { type }] of resources.entries()) {
      const same = byType.get(type);
      if (same) same.push(i);
      else byType.set(type, [i]);
    }
  }
  const found = [...new Set(types)].flatMap((type) => byType.get(type) ?? []);
  return found.sort((a, b) => a - b).map((i) => resources[i] as Resource);
}
