import type { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../model/maybe.js";
import { type Claim, claim } from "../claims.js";
import { mechanismsByDefault } from "./defaults.js";
import { conditionHolds, evaluated, type Session } from "./expressions.js";
import type { SettingsSource } from "./settings.js";
import type { Tls } from "./tls.js";

/** Settings that may turn clients away for reasons of their own. */
const refusals = ["connect.script", "ehlo.script", "mail.script", "mail.is-allowed", "rcpt.script"].map(
  (name) => `session.${name}`,
);

/** Who has to log in, how, and what becomes of mail for others. */
export function sessionClaims(settings: SettingsSource, session: Session, tls: Tls, from: AddressSet): Claim[] {
  const evidence = (name: string, says: string): Evidence[] => [{ kind: "code", at: settings.place(name), says }];
  const offers = evidence("session.auth.mechanisms", "session.auth.mechanisms is what is offered");
  const inside = { ...session, isTls: true };
  const inClear = mapKnown(mechanisms(settings, session), (list) => ({ offered: list, accepted: list }));
  const first = tls.implicit === true ? inside : session;
  const required = truth(settings, "session.auth.require", first, session.port === 25 ? "false" : "true");
  const relays = truth(settings, "session.rcpt.relay", first, "false");
  const whatever = refusals.find((name) => !settings.isLocal(name) || settings.get(name) !== undefined);
  const decides = evidence("session.auth.require", "session.auth.require and session.rcpt.relay decide");
  return [
    claim("tlsGate", from, tlsGate(settings, tls, whatever), evidence("session.mail", "no setting asks for TLS alone")),
    claim("authBeforeTls", from, tls.implicit === true ? { offered: [], accepted: [] } : inClear, offers),
    ...(tls.isThere === false ? [] : [claim("authMechanisms", from, mechanisms(settings, inside), offers)]),
    claim("authGate", from, authGate(settings, required, relays, whatever), decides),
    claim("relay", from, relay(settings, required, relays, whatever), decides),
  ];
}

function tlsGate(settings: SettingsSource, { implicit }: Tls, whatever: string | undefined): Maybe<"connect" | "none"> {
  if (isUnknown(implicit)) return implicit;
  if (implicit) return "connect";
  return whatever === undefined ? "none" : elsewhere(settings, whatever);
}

function authGate(
  settings: SettingsSource,
  required: Maybe<boolean>,
  relays: Maybe<boolean>,
  whatever: string | undefined,
): Maybe<"mail" | "rcpt" | "none"> {
  if (isUnknown(required)) return required;
  if (required) return "mail";
  if (isUnknown(relays)) return relays;
  if (whatever !== undefined) return elsewhere(settings, whatever);
  return relays ? "none" : "rcpt";
}

function relay(
  settings: SettingsSource,
  required: Maybe<boolean>,
  relays: Maybe<boolean>,
  whatever: string | undefined,
): Maybe<"open" | "closed"> {
  if (required === true || relays === false) return "closed";
  if (isUnknown(required)) return required;
  if (isUnknown(relays)) return relays;
  return whatever === undefined ? "open" : elsewhere(settings, whatever);
}

function mechanisms(settings: SettingsSource, session: Session): Maybe<readonly string[]> {
  const name = "session.auth.mechanisms";
  const value = setting(settings, name, session, mechanismsByDefault(settings.version, session));
  if (isUnknown(value)) return value;
  if (value === "false") return [];
  const [, list] = /^\[([\w\s,-]*)\]$/.exec(value) ?? [];
  if (list === undefined) return unknown(`${name}: ${value}`);
  return [...new Set(list.toUpperCase().split(/[\s,]+/))].filter((each) => each !== "").sort();
}

function truth(settings: SettingsSource, name: string, session: Session, otherwise: "true" | "false"): Maybe<boolean> {
  const value = setting(settings, name, session, otherwise);
  if (isUnknown(value)) return value;
  return value === "true" ? true : value === "false" ? false : conditionHolds(name, value, session);
}

function setting(settings: SettingsSource, name: string, session: Session, otherwise: Maybe<string>): Maybe<string> {
  if (!settings.isLocal(name)) return elsewhere(settings, name);
  const value = settings.get(name);
  return value === undefined ? otherwise : evaluated(name, value, session);
}

/** What another setting decides, here or in the database. */
function elsewhere(settings: SettingsSource, name: string) {
  return unknown(settings.isLocal(name) ? name : settings.elsewhere(name));
}
