import type { MailDefinition } from "../../model/mail.js";
import { isUnknown } from "../../model/maybe.js";
import { mailDefinitionsInUserData } from "../cloud-init.js";
import type { Input } from "./input.js";
import type { Resource } from "./resource.js";
import { userDataOf } from "./user-data.js";

/**
 * The mail-server definitions in the user data of a program's machines. Content that is wholly unknown says nothing about
 * mail and gives no definition; one that is partly known lists what is missing.
 * @throws InputError when it holds mail files that cannot be read.
 */
export function mailDefinitionsOf(resources: readonly Resource[]): MailDefinition[] {
  return resources.flatMap(userDataOf).flatMap(({ input, hostedBy }) => inUserData(input, hostedBy));
}

function inUserData(input: Input, hostedBy?: string): MailDefinition[] {
  const text = input.revealed().text();
  if (text === undefined || isUnknown(text)) return [];
  const host = hostedBy === undefined ? {} : { hostedBy };
  return mailDefinitionsInUserData(text, { at: input.at, origin: "planned", ...host });
}
