import { isUnknown, type Maybe, missingOf, unknown } from "../../../model/maybe.js";
import type { Input } from "../input.js";
import { flowingInto, inputOf, inputsOf, outputOf, type Resource } from "../resource.js";
import { kindOf } from "./kinds.js";

const namespaceType = "kubernetes:core/v1:Namespace";

/** What people say for an object: `deployment/mail`, as kubectl prints it; a Terraform address stands for itself. */
export function titleOf(resource: Resource): string {
  return isAddress(resource) ? resource.name : `${kindOf(resource)?.toLowerCase()}/${nameOf(resource)}`;
}

/** The name that people use: the logical name of a program, else the object's own. */
export function nameOf(resource: Resource): string {
  return resource.name;
}

function isAddress({ urn }: Resource): boolean {
  return !urn.startsWith("urn:") && !urn.includes("/");
}

/** The place of the whole object. */
export function placeOf(resource: Resource): string {
  return inputsOf(resource).at;
}

/** An input of the object, or what the cluster reported where the program leaves it out. */
export function given(resource: Resource, ...path: readonly string[]): Input {
  const [first = "", ...rest] = path;
  const walk = (from: Input) => rest.reduce((input, name) => input.member(name), from);
  const asked = walk(inputOf(resource, first));
  return asked.isAbsent ? walk(outputOf(resource, first)) : asked;
}

/** The elements of a list; none when it is left out; unknown when it is not known. */
export function elementsOf(list: Input): Maybe<readonly Input[]> {
  return list.items() ?? [];
}

/** The inputs that are missing at this very place: those of its parts do not count. */
export function missingHere(input: Input): readonly string[] {
  return missingOf(input.text());
}

/** The object's name in the cluster. One that the program computes stands for itself. */
export function objectName(resource: Resource): string {
  const name = given(resource, "metadata", "name").text();
  return typeof name === "string" ? name : resource.urn;
}

/** The namespace of an object: its name, or what stands for it while that is not known. */
export function namespaceOf(resource: Resource): Maybe<string> {
  const input = given(resource, "metadata", "namespace");
  const name = input.text();
  if (name === undefined) return "default";
  return isUnknown(name) ? namespaceFlowingInto(resource, "metadata", name.unknown) : name;
}

function namespaceFlowingInto(resource: Resource, property: string, missing: readonly string[]): Maybe<string> {
  const [namespace, ...more] = flowingInto(resource, property, new Set([namespaceType]));
  return namespace && more.length === 0 ? objectName(namespace) : unknown(...missing);
}

export function same(a: Maybe<string>, b: Maybe<string>): Maybe<boolean> {
  return isUnknown(a) || isUnknown(b) ? unknown(...missingOf(a, b)) : a === b;
}

/** The namespaces that the program defines, by name. */
export function namespacesOf(resources: readonly Resource[]): ReadonlyMap<string, Resource> {
  const found = resources.filter(({ type }) => type === namespaceType);
  return new Map(found.map((each) => [objectName(each), each]));
}
