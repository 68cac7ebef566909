import type { MailDefinition } from "../../model/mail.js";
import { isUnknown } from "../../model/maybe.js";
import { mailDefinitionsInUserData } from "../cloud-init.js";
import { decoded, textOf } from "../encodings.js";
import { mailDefinitionsIn } from "../mail/index.js";
import { treeOf } from "../mail/tree.js";
import type { Input } from "./input.js";
import { inputOf, type Resource } from "./resource.js";
import { userDataOf } from "./user-data.js";

/** Where a program can carry mail-server files beside user data, by type token. */
const carriers: Readonly<Record<string, (resource: Resource) => MailDefinition[]>> = {
  "kubernetes:core/v1:ConfigMap": inConfigMap,
};

/**
 * The mail-server definitions that a program carries. Content that is wholly unknown says nothing about mail and gives no
 * definition; one that is partly known lists what is missing.
 * @throws InputError when a carrier holds mail files that cannot be read.
 */
export function mailDefinitionsOf(resources: readonly Resource[]): MailDefinition[] {
  const found = resources.flatMap((resource) => [
    ...userDataOf(resource).flatMap(({ input, hostedBy }) => inUserData(input, hostedBy)),
    ...(carriers[resource.type]?.(resource) ?? []),
  ]);
  return found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function inUserData(input: Input, hostedBy?: string): MailDefinition[] {
  const text = input.revealed().text();
  if (text === undefined || isUnknown(text)) return [];
  const host = hostedBy === undefined ? {} : { hostedBy };
  return mailDefinitionsInUserData(text, { at: input.at, origin: "planned", ...host });
}

/** A ConfigMap whose keys are a mail server's file names, as text or as binary data in base64. */
function inConfigMap(resource: Resource): MailDefinition[] {
  const places = new Map<string, Input>();
  const files = new Map<string, string | undefined>();
  for (const [property, read] of [
    ["data", textOf],
    ["binaryData", fromBase64],
  ] as const) {
    const holder = inputOf(resource, property).revealed();
    for (const name of holder.names()) {
      const input = holder.member(name).revealed();
      const text = input.text() ?? "";
      places.set(name, input);
      files.set(name, isUnknown(text) ? undefined : read(text, input.at));
    }
  }
  // A file is named by its path, an input that is missing by its resource as well.
  const at = (name: string) => (files.get(name) === undefined ? places.get(name)?.at : places.get(name)?.path) ?? name;
  return mailDefinitionsIn(treeOf(files, at), { origin: "planned", idOf: () => `${resource.urn}#data` });
}

function fromBase64(text: string, at: string): string {
  return textOf(decoded(text, "base64", at));
}
