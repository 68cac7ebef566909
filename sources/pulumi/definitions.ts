import type { MailDefinition } from "../../model/mail.js";
import type { Resource } from "./resource.js";

/** The mail-server definitions that programs carry. */
export function mailDefinitionsOf(_resources: readonly Resource[]): MailDefinition[] {
  return [];
}
