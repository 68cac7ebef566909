import { readServers } from "../../mail/index.js";
import type { Fact } from "../../model/fact.js";
import type { MailDefinition } from "../../model/mail.js";
import type { Subjects } from "../../model/subjects.js";

/**
 * What is stated of definitions all of which can be read.
 * @throws InputError for the first that cannot.
 */
export async function mailFacts(definitions: readonly MailDefinition[], subjects: Subjects): Promise<Fact[]> {
  const { facts, broken } = await readServers(definitions, subjects);
  if (broken[0]) throw broken[0].error;
  return [...facts];
}
