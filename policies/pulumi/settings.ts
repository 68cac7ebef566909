import { InputError } from "../../model/errors.js";
import { nearest } from "../../model/nearest.js";
import type { Rule } from "../../model/rule.js";

export type Level = "advisory" | "mandatory" | "disabled";

const levels: readonly string[] = ["advisory", "mandatory", "disabled"] satisfies Level[];

/** The rules, so that a typing error does not compile; a test holds this list against the rules themselves. */
export type RuleId =
  | "announced-authentication"
  | "announced-name"
  | "announced-port-answers"
  | "announced-security"
  | "auth-before-tls"
  | "auth-on-port-25"
  | "auth-required"
  | "banner-version"
  | "bare-newline"
  | "broad-port-rule"
  | "caa-forbids"
  | "certificate-expiry"
  | "certificate-file"
  | "certificate-strength"
  | "certificate-valid"
  | "client-known-service"
  | "client-submission-port"
  | "client-tls-downgrade"
  | "client-tls-required"
  | "client-verifies-certificate"
  | "command-injection"
  | "dead-mail-rule"
  | "development-catcher-exposed"
  | "direct-smtp-egress"
  | "domain-bogus"
  | "early-pipelining"
  | "firewall-drift"
  | "implicit-tls"
  | "legacy-mail-ports"
  | "listener-cut-off"
  | "login-accepted"
  | "mta-sts-policy"
  | "must-staple"
  | "mx-resolves"
  | "open-relay"
  | "password-in-plain-file"
  | "provider-block"
  | "received-line"
  | "relay-network-wide"
  | "relay-unreachable"
  | "return-path-partial"
  | "reverse-dns"
  | "rule-conflict"
  | "secure-renegotiation"
  | "starttls-behind-tls-listener"
  | "starttls-readvertised"
  | "submission-exposed"
  | "submission-on-port-25"
  | "submission-unreachable"
  | "submission-without-server"
  | "submissions-port-missing"
  | "test-message-accepted"
  | "tls-required"
  | "tls-rpt-record"
  | "tls-version"
  | "tls-wrapper-on-starttls-port"
  | "tlsa-matches"
  | "tlsa-signed"
  | "vrfy-discloses"
  | "weak-auth-mechanisms"
  | "weak-cipher-suites"
  | "world-in-disguise";

/** Policies about the audit itself. */
export type ServiceId = "declaration" | "exemptions" | "undecided" | "unreadable-input";

interface OptionsOf {
  "certificate-expiry": { days?: number };
  "relay-network-wide": { ipv4?: number; ipv6?: number };
  declaration: { path?: string };
}

/** A level, or a level with the options of that rule. */
export type Setting<Id> =
  | Level
  | ({ enforcementLevel?: Level } & (Id extends keyof OptionsOf ? OptionsOf[Id] : object));

/** Levels and options by rule; `all` sets the level of everything that is not named. */
export type Port587Args = { [Id in RuleId | ServiceId]?: Setting<Id> } & { all?: Level };

/** What settings may be made of. */
export type Known = Pick<Rule, "id" | "options">;

/**
 * The engine takes unknown names in silence, and the setting has no effect; this refuses them.
 * @param where what is named as the place of the mistake.
 * @throws InputError that names the nearest valid name.
 */
export function checkSettings(settings: object, known: readonly Known[], where: string): void {
  for (const [id, setting] of Object.entries(settings)) {
    const options = optionsOf(id, known, where);
    const given = typeof setting === "object" && setting !== null ? setting : { enforcementLevel: setting };
    for (const [name, value] of Object.entries(given)) {
      const at = `${where}, "${id}"`;
      if (name === "enforcementLevel") checkLevel(value, at);
      else checkOption(name, value, options, at);
    }
  }
}

function optionsOf(id: string, known: readonly Known[], where: string): NonNullable<Known["options"]> {
  if (id === "all") return {};
  const found = known.find((each) => each.id === id);
  if (found) return found.options ?? {};
  const ids = known.map((each) => each.id).sort();
  throw new InputError(where, `there is no rule "${id}"`, suggest(id, ids, "rules"));
}

function checkLevel(level: unknown, at: string): void {
  if (level === undefined || levels.includes(level as string)) return;
  throw new InputError(at, `${JSON.stringify(level)} is not a level`, suggest(String(level), levels, "levels"));
}

function checkOption(name: string, value: unknown, options: NonNullable<Known["options"]>, at: string): void {
  const option = options[name];
  if (!option) {
    throw new InputError(
      at,
      `there is no option "${name}"`,
      suggest(name, [...Object.keys(options), "enforcementLevel"], "options"),
    );
  }
  const fits = option.type === "integer" ? Number.isInteger(value) : typeof value === option.type;
  if (value !== undefined && !fits) {
    throw new InputError(
      at,
      `"${name}" is not of type ${option.type}`,
      `For example ${name}: ${JSON.stringify(option.default)}.`,
    );
  }
}

function suggest(word: string, valid: readonly string[], what: string): string {
  const close = nearest(word, valid);
  return close ? `Did you mean "${close}"?` : `The ${what} are: ${valid.join(", ")}.`;
}
