import type { Fact } from "../model/fact.js";
import type { MailDefinition } from "../model/mail.js";
import type { Subjects } from "../model/subjects.js";
import { postfixFacts } from "./postfix/index.js";

type Derive = (definition: MailDefinition, subjects: Subjects) => Fact[];

/** One line a server. */
const servers: Record<MailDefinition["product"], Derive> = {
  postfix: postfixFacts,
};

/**
 * What the mail servers will do, as their configurations say: facts per port and client class, sorted by subject.
 * @throws InputError with `file:line` for a definition that its own server refuses to read.
 */
export function mailFacts(definitions: readonly MailDefinition[], subjects: Subjects): Fact[] {
  const facts = definitions.flatMap((definition) => {
    const version = subjects.versionOf(definition);
    return servers[definition.product]({ ...definition, ...(version ? { version } : {}) }, subjects);
  });
  return facts.sort((a, b) => (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0));
}
