import { InputError } from "../model/errors.js";
import { type Fact, factsNamed } from "../model/fact.js";
import type { HostedProduct, MailDefinition, MailProduct } from "../model/mail.js";
import { isUnknown, missingOf } from "../model/maybe.js";
import type { Notice } from "../model/network.js";

type Look = (definition: MailDefinition) => Notice[];

/** Servers that pass over what they do not know, one line each; loaded when a definition is one of its kind. */
const servers: Partial<Record<MailProduct | HostedProduct, () => Promise<Look>>> = {
  postfix: async () => (await import("./postfix/notices.js")).postfixNotices,
  dovecot: async () => (await import("./dovecot/notices.js")).dovecotNotices,
  haraka: async () => (await import("./haraka/notices.js")).harakaNotices,
  stalwart: async () => (await import("./stalwart/notices.js")).stalwartNotices,
  courier: async () => (await import("./courier/notices.js")).courierNotices,
  sendmail: async () => (await import("./sendmail/notices.js")).sendmailNotices,
  opensmtpd: async () => (await import("./opensmtpd/notices.js")).opensmtpdNotices,
};

/**
 * Settings that change nothing, because the server does not know them or another line takes them back.
 * @throws InputError for files that the server does not read.
 */
export async function settingNotices(definition: MailDefinition): Promise<Notice[]> {
  const look = await servers[definition.product]?.();
  return look ? look(definition) : [];
}

/** What tells the administrator the same. */
const ownChecks: Partial<Record<MailProduct | HostedProduct, string>> = {
  postfix: "`postfix check`",
  dovecot: "`doveconf -n`",
  exim: "`exim -bV`",
  opensmtpd: "`smtpd -n`",
  maddy: "`maddy run`",
  haraka: "`haraka -c`",
  courier: "its start script",
};

/** Why nobody is served, where the server does not start with its files. */
export function stopOf({ product }: MailDefinition, facts: readonly Fact[]): InputError | undefined {
  const listening = factsNamed(facts, "listening");
  if (listening.some(({ value }) => value !== false)) return undefined;
  const reason = listening.flatMap(({ evidence }) => evidence).find(({ stops }) => stops);
  if (!reason) return undefined;
  const mend = `Mend or remove what this line says; ${ownChecks[product] ?? "the server"} tells the same.`;
  return new InputError(reason.at, reason.says, mend);
}

/** What is missing to tell where the server listens, where that is told of no port. */
export function openNotices(facts: readonly Fact[]): Notice[] {
  const listening = factsNamed(facts, "listening");
  if (listening.length === 0 || !listening.every(({ value }) => isUnknown(value))) return [];
  const missing = missingOf(...listening.map(({ value }) => value));
  const at = listening[0]?.evidence[0]?.at ?? "";
  return [{ at, says: `where the server listens is undecided: ${missing.join(", ")}` }];
}
