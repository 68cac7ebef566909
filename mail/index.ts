import { InputError } from "../model/errors.js";
import type { Fact } from "../model/fact.js";
import type { HostedProduct, MailDefinition, MailProduct } from "../model/mail.js";
import { isUnknown, unknown } from "../model/maybe.js";
import type { Notice } from "../model/network.js";
import type { Subjects } from "../model/subjects.js";
import { withCertificates } from "./certificate-on-machine.js";
import { checkVersion } from "./declared-version.js";
import { joined } from "./joined.js";
import { openNotices, settingNotices, stopOf } from "./notices.js";
import { withMechanisms } from "./sasl-provider.js";

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
 * What is known of many definitions; `open`: those of which it is not known where they listen, `broken`: those that their
 * own servers do not read, `stopped`: do not start with.
 */
export interface MailReading {
  readonly facts: readonly Fact[];
  readonly notices: readonly Notice[];
  readonly open: readonly Notice[];
  readonly broken: readonly Failure[];
  readonly stopped: readonly Failure[];
}

export interface Failure {
  readonly definition: MailDefinition;
  readonly error: InputError;
}

/**
 * What the mail servers will do, as their configurations say: facts per port and client class, sorted by subject, with what
 * else is to be said. A definition that cannot be read keeps no other from being read.
 */
export async function readServers(definitions: readonly MailDefinition[], subjects: Subjects): Promise<MailReading> {
  const facts: Fact[] = [];
  const [broken, stopped]: [Failure[], Failure[]] = [[], []];
  const [notices, open]: [Notice[], Notice[]] = [[], []];
  for (const each of definitions) {
    const definition = asDeclared(each, subjects);
    try {
      const derived = withCertificates(await factsOf(definition, subjects), definition);
      const own = await withMechanisms(derived, definition, definitions);
      // One list may hold more than a call takes as arguments.
      for (const each of own) facts.push(each);
      for (const each of await settingNotices(definition)) notices.push(each);
      // What is declared for an endpoint is found by a rule.
      if (subjects.declaration.endpoints.some(({ config }) => config === each.id)) continue;
      const error = stopOf(definition, own);
      if (error) stopped.push({ definition: each, error });
      open.push(...openNotices(own));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      broken.push({ definition: each, error });
    }
  }
  return { facts: joined(facts, definitions, subjects), notices, open, broken, stopped };
}

/** With its declared version. A path that a file names is looked up among the files alone: `__proto__` is none. */
function asDeclared(definition: MailDefinition, subjects: Subjects): MailDefinition {
  const version = subjects.versionOf(definition);
  const files: MailDefinition["files"] = Object.assign(Object.create(null), definition.files);
  return { ...definition, files, ...(version ? { version } : {}) };
}

async function factsOf(definition: MailDefinition, subjects: Subjects): Promise<Fact[]> {
  checkVersion(definition);
  const derive = await servers[definition.product]();
  const facts = derive(definition, subjects);
  const { changedBy = [] } = definition;
  if (changedBy.length === 0) return facts;
  // What the files say does not hold for certain where something may change them.
  return facts.map((fact) => (isUnknown(fact.value) ? fact : ({ ...fact, value: unknown(...changedBy) } as Fact)));
}
