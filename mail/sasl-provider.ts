import { posix } from "node:path";
import { InputError } from "../model/errors.js";
import type { Fact } from "../model/fact.js";
import type { MailDefinition } from "../model/mail.js";
import { isUnknown, unknown } from "../model/maybe.js";
import type { SaslProvider } from "./dovecot/provider.js";
import type { SaslBackend } from "./postfix/sasl-backend.js";
import { isSince } from "./releases.js";

/**
 * The facts of a Postfix whose logins a Dovecot of the same machine checks, with the mechanisms that this one offers in place
 * of `*`. What the files do not decide stays `*`.
 */
export async function withMechanisms(
  facts: readonly Fact[],
  definition: MailDefinition,
  definitions: readonly MailDefinition[],
): Promise<readonly Fact[]> {
  if (definition.product !== "postfix" || !facts.some(isBackends)) return facts;
  const beside = definitions.filter((each) => each.product === "dovecot" && isBeside(each, definition));
  if (beside.length === 0) return facts;
  const { saslProvider, takenAwayBy } = await import("./dovecot/provider.js");
  const { saslBackend } = await import("./postfix/sasl-backend.js");
  const providers = beside.flatMap((each) => asRead(() => saslProvider(each)) ?? []);
  return facts.map((fact) => {
    if (!isBackends(fact)) return fact;
    const backend = saslBackend(definition, Number(fact.subject.split(":").at(-1)));
    const provider = backend?.type === "dovecot" ? providerAt(backend, providers) : undefined;
    if (!backend || !provider) return fact;
    const left = (options: readonly string[]) => {
      const takes = options.map(takenAwayBy);
      const kept = takes.includes(undefined)
        ? undefined
        : provider.mechanisms.filter((name) => !takes.some((each) => each?.(name)));
      return kept && filtered(kept, backend, definition.version);
    };
    return withNames(
      fact,
      left(fact.name === "authMechanisms" ? backend.options.inside : backend.options.clear),
      provider,
    );
  });
}

/** A Dovecot that cannot be read is told for itself. */
function asRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** On one machine, or in directories side by side (`/etc/postfix`, `/etc/dovecot`). */
function isBeside(one: MailDefinition, other: MailDefinition): boolean {
  if (one.hostedBy !== undefined || other.hostedBy !== undefined)
    return one.hostedBy === other.hostedBy && one.origin === other.origin;
  const names = [one.id, other.id].map((each) => posix.basename(each));
  return posix.dirname(one.id) === posix.dirname(other.id) && !names.some((each) => /[:#]/.test(each));
}

function providerAt({ socket }: SaslBackend, providers: readonly SaslProvider[]): SaslProvider | undefined {
  const { path, directory } = socket;
  const fits = (each: string) =>
    path.startsWith("/") || directory !== undefined
      ? each === posix.resolve(directory ?? "/", path)
      : each.endsWith(`/${path}`);
  const [first, ...others] = providers.filter(({ sockets }) => sockets.some(fits));
  return others.length === 0 ? first : undefined;
}

/** By default EXTERNAL is left out from 3.6 on; a filter that is set is worked out where it only takes names away. */
function filtered(
  names: readonly string[],
  { filter }: SaslBackend,
  version: string | undefined,
): readonly string[] | undefined {
  if (filter === undefined && !names.includes("EXTERNAL")) return names;
  const since36 = isSince(version, "3.6");
  if (since36 === undefined) return undefined;
  if (!since36) return names;
  const items = (filter ?? "!external, static:rest").split(/[\s,]+/).filter((each) => each !== "");
  const all = items.pop();
  if (!all?.startsWith("static:") || !items.every((each) => /^![\w-]+$/.test(each))) return undefined;
  return names.filter((name) => !items.includes(`!${name.toLowerCase()}`));
}

function isBackends({ name, value }: Fact): boolean {
  if (isUnknown(value)) return false;
  if (name === "authMechanisms") return (value as readonly string[]).includes("*");
  return name === "authBeforeTls" && (value as { accepted: readonly string[] }).accepted.includes("*");
}

function withNames(fact: Fact, names: readonly string[] | undefined, provider: SaslProvider): Fact {
  if (!names) return fact;
  const evidence = [...fact.evidence, provider.evidence];
  const sorted = [...names].sort();
  const none = unknown("an smtpd that is left with a mechanism: without one it ends");
  const told = (offered: readonly string[]) => (offered.length > 0 ? sorted : []);
  if (sorted.length === 0) return { ...fact, value: none, evidence } as Fact;
  if (fact.name === "authMechanisms") return { ...fact, value: sorted, evidence };
  if (fact.name !== "authBeforeTls" || isUnknown(fact.value)) return fact;
  return { ...fact, value: { offered: told(fact.value.offered), accepted: told(fact.value.accepted) }, evidence };
}
