import { InputError } from "../model/errors.js";
import type { Fact } from "../model/fact.js";
import type { HostedProduct, MailDefinition, MailProduct } from "../model/mail.js";
import { isUnknown, unknown } from "../model/maybe.js";
import type { Subjects } from "../model/subjects.js";

type Derive = (definition: MailDefinition, subjects: Subjects) => Fact[];

/** One line a server; loaded when a definition is one of its kind. */
const servers: Record<MailProduct | HostedProduct, () => Promise<Derive>> = {
  exim: async () => (await import("./exim/index.js")).eximFacts,
  postfix: async () => (await import("./postfix/index.js")).postfixFacts,
  opensmtpd: async () => (await import("./opensmtpd/index.js")).opensmtpdFacts,
  courier: async () => (await import("./courier/index.js")).courierFacts,
  sendmail: async () => (await import("./sendmail/index.js")).sendmailFacts,
  dovecot: async () => (await import("./dovecot/index.js")).dovecotFacts,
  haraka: async () => (await import("./haraka/index.js")).harakaFacts,
  exchange: async () => (await import("./exchange/index.js")).exchangeFacts,
  "mail-manager": async () => (await import("./mail-manager/index.js")).mailManagerFacts,
  stalwart: async () => (await import("./stalwart/index.js")).stalwartFacts,
  maddy: async () => (await import("./maddy/index.js")).maddyFacts,
};

/**
 * What the mail servers will do, as their configurations say: facts per port and client class, sorted by subject.
 * @param unread takes a definition that its own server refuses to read, and why; the others are read all the same.
 * @throws InputError with `file:line` for such a definition, where nobody takes it.
 */
export async function mailFacts(
  definitions: readonly MailDefinition[],
  subjects: Subjects,
  unread?: (definition: MailDefinition, error: InputError) => void,
): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (const definition of definitions) {
    const derive = await servers[definition.product]();
    const version = subjects.versionOf(definition);
    try {
      // A path that a file names is looked up among the files alone: `__proto__` is none.
      const files: MailDefinition["files"] = Object.assign(Object.create(null), definition.files);
      const said = derive({ ...definition, files, ...(version ? { version } : {}) }, subjects);
      for (const fact of said) facts.push(inDoubt(fact, definition));
    } catch (error) {
      if (!unread || !(error instanceof InputError)) throw error;
      unread(definition, error);
    }
  }
  return facts.sort((a, b) => (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0));
}

/** What the files say does not hold for certain where something may change them. */
function inDoubt(fact: Fact, { changedBy = [] }: MailDefinition): Fact {
  return changedBy.length > 0 && !isUnknown(fact.value) ? ({ ...fact, value: unknown(...changedBy) } as Fact) : fact;
}
