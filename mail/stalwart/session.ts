import type { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../model/maybe.js";
import { type Claim, claim } from "../claims.js";
import { mechanismsByDefault } from "./defaults.js";
import { conditionHolds, evaluated, type Session } from "./expressions.js";
import type { SettingsSource, Value } from "./settings.js";
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
  const offered = mechanisms(settings, session);
  const directory = directoryOf(settings, session);
  const inClear = mapKnown(offered, (list): Maybe<{ offered: readonly string[]; accepted: readonly string[] }> => {
    if (list.length > 0 && isUnknown(directory)) return directory;
    return { offered: list, accepted: directory === false ? [] : list };
  });
  const first = tls.implicit === true ? inside : session;
  // A client is as free as the freer of its two ways in.
  const ways = tls.implicit === true ? [inside] : tls.isThere === false ? [session] : [session, inside];
  const whatever = refusals.find((name) => !settings.isLocal(name) || settings.get(name) !== undefined);
  const decides = evidence("session.auth.require", "session.auth.require and session.rcpt.relay decide");
  return [
    claim("tlsGate", from, tlsGate(settings, tls, whatever), evidence("session.mail", "no setting asks for TLS alone")),
    claim("authBeforeTls", from, tls.implicit === true ? { offered: [], accepted: [] } : inClear, offers),
    ...(tls.isThere === false ? [] : [claim("authMechanisms", from, mechanisms(settings, inside), offers)]),
    claim("authGate", from, furthest(ways.map((way) => gateOf(settings, first, way, whatever))), decides),
    claim(
      "relay",
      from,
      mapKnown(furthest(ways.map((way) => relayGate(settings, first, way, whatever))), relays),
      decides,
    ),
  ];
}

function tlsGate(settings: SettingsSource, { implicit }: Tls, whatever: string | undefined): Maybe<"connect" | "none"> {
  if (isUnknown(implicit)) return implicit;
  if (implicit) return "connect";
  return whatever === undefined ? "none" : elsewhere(settings, whatever);
}

type Gate = "mail" | "rcpt" | "none";

const order: readonly Gate[] = ["mail", "rcpt", "none"];

function furthest(gates: readonly Maybe<Gate>[]): Maybe<Gate> {
  if (gates.includes("none")) return "none";
  const open = gates.find(isUnknown);
  return open ?? (order.findLast((each) => gates.includes(each)) as Gate);
}

const relays = (gate: Gate): "open" | "closed" => (gate === "none" ? "open" : "closed");

/** @param first the session when it begins: what AUTH asks for is worked out once, before STARTTLS. */
function gateOf(settings: SettingsSource, first: Session, session: Session, whatever: string | undefined): Maybe<Gate> {
  const required = truth(settings, "session.auth.require", first, first.port === 25 ? "false" : "true");
  if (isUnknown(required)) return required;
  if (required) return "mail";
  const relayed = truth(settings, "session.rcpt.relay", session, "false");
  if (isUnknown(relayed)) return relayed;
  if (whatever !== undefined) return elsewhere(settings, whatever);
  return relayed ? "none" : "rcpt";
}

/** Where nothing is relayed, it does not matter what else turns clients away. */
function relayGate(
  settings: SettingsSource,
  first: Session,
  session: Session,
  whatever: string | undefined,
): Maybe<Gate> {
  const relayed = truth(settings, "session.rcpt.relay", session, "false");
  return relayed === false ? "rcpt" : gateOf(settings, first, session, whatever);
}

/** Whether there is one to ask for passwords: without it AUTH is offered, and refused when it comes. */
function directoryOf(settings: SettingsSource, session: Session): Maybe<boolean> {
  const name = "session.auth.directory";
  const isOpen = !settings.isLocal(name) && session.port !== 25;
  if (isOpen) return true;
  const value = setting(settings, name, session, session.port === 25 ? "false" : "'*'");
  return mapKnown(value, (each) => each !== "false");
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
  return value === undefined || isRefused(name, value) ? otherwise : evaluated(name, value, session);
}

/** What is known only after AUTH is no variable of the settings of AUTH: Stalwart takes the default of all of it. */
function isRefused(name: string, value: Value): boolean {
  const later = /\b(?:authenticated_as|sender|sender_domain|rcpt|rcpt_domain|recipients|priority)\b/;
  const conditions = [value]
    .flat()
    .map((each) => (typeof each === "object" && each !== null && "if" in each ? each.if : each));
  return (
    name.startsWith("session.auth.") &&
    conditions.some((each) => typeof each === "string" && later.test(each.replaceAll(/'[^']*'/g, "")))
  );
}

/** What another setting decides, here or in the database. */
function elsewhere(settings: SettingsSource, name: string) {
  return unknown(settings.isLocal(name) ? name : settings.elsewhere(name));
}
