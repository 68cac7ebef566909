import type { Evidence } from "../../model/evidence.js";
import type { Gate } from "../../model/fact.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../model/maybe.js";
import { type Claim, claim } from "../claims.js";
import { type Requirement, requirementOf } from "./requirement.js";
import { isRefused, type Situation } from "./situation.js";

/** Whether the client may relay, and the line that says so. */
interface Openness {
  readonly open: Maybe<boolean>;
  readonly evidence: Evidence;
}

/** Where a client that has not logged in gets to. */
interface Gates {
  readonly tlsGate: Maybe<Gate>;
  readonly authGate: Maybe<Gate>;
  /** Whether it may relay. */
  readonly relay: Maybe<boolean>;
}

/** MAIL is refused before anything else is asked. */
const atMail: Gates = { tlsGate: "none", authGate: "mail", relay: false };

/** Where a client that has not logged in is refused, and where one in clear. */
export function gateClaims(situation: Situation): Claim[] {
  const { configuration, client, daemon, features } = situation;
  const delayed = configuration.delayed !== undefined;
  const refused = isRefused(client);
  const says = delayed ? "the access map refuses their mail at RCPT" : "the access map refuses these clients";
  const refusal: Evidence = { kind: "code", at: client.connect?.at ?? configuration.at, says };
  if (refused && !delayed) return claimsOf(situation, atMail, refusal, refusal);
  if (features.login) {
    const at = client.features?.at ?? daemon.at;
    const login: Evidence = { kind: "code", at, says: "MAIL asks for a login (M=a, or Srv_Features)" };
    return claimsOf(situation, atMail, login, login);
  }
  const { open, evidence } = opennessOf(situation);
  const requirement = requirementOf(situation);
  const gates = required(situation, requirement, open, delayed);
  // Whether to relay is asked first, then for TLS, then whether the client is refused (check_rcpt of delay_checks).
  const after: Gates = refused
    ? { ...gates, authGate: mapKnown(requirement.met, (): Gate => "rcpt"), relay: false }
    : gates;
  return claimsOf(situation, after, refused ? refusal : evidence, requirement.evidence);
}

function claimsOf(
  { client: { from }, daemon }: Situation,
  { tlsGate, authGate, relay }: Gates,
  evidence: Evidence,
  clear: Evidence,
): Claim[] {
  const verdict = mapKnown(relay, (is) => (is ? "open" : "closed"));
  return [
    // What a port says that speaks TLS from the first byte is said with it.
    ...(daemon.modifiers.has("s") ? [] : [claim("tlsGate", from, tlsGate, [clear])]),
    claim("authGate", from, authGate, [evidence]),
    claim("relay", from, verdict, [evidence]),
  ];
}

/** The gates of a port where clients in clear are refused, or may be. */
function required(
  { daemon, tls }: Situation,
  { inClear, met }: Requirement,
  open: Maybe<boolean>,
  delayed: boolean,
): Gates {
  if (inClear === false)
    return { tlsGate: "none", authGate: mapKnown(open, (is): Gate => (is ? "none" : "rcpt")), relay: open };
  if (isUnknown(inClear)) {
    const closed = open === false;
    return { tlsGate: inClear, authGate: closed && met === true ? "rcpt" : inClear, relay: closed ? false : inClear };
  }
  const place: Gate = delayed ? "rcpt" : "mail";
  const inside = daemon.modifiers.has("s") ? true : tls;
  const order = unknown("the recipient: delay_checks asks for TLS after it is decided whether to relay");
  const tlsGate = delayed ? mapKnown(open, (is): Maybe<Gate> => (is ? place : order)) : place;
  if (inside === false) return { tlsGate, authGate: place, relay: false };
  if (isUnknown(inside) || isUnknown(met)) {
    const missing = isUnknown(inside) ? inside : (met as { readonly unknown: readonly string[] });
    return { tlsGate, authGate: missing, relay: open === false ? false : missing };
  }
  return { tlsGate, authGate: mapKnown(open, (is): Gate => (is ? "none" : "rcpt")), relay: open };
}

function opennessOf({ configuration, clients, client, daemon }: Situation): Openness {
  const { relaying } = client;
  const evidence: Evidence = relaying?.evidence ?? {
    kind: "default",
    at: configuration.at,
    says: "Relay_ok refuses to relay for clients that are not named",
  };
  const own = configuration.doubtsOf("gates");
  const missing = relaying ? own : [...own, ...clients.relayedByName];
  if (missing.length > 0) return { open: unknown(...missing), evidence };
  if (!relaying) return { open: false, evidence };
  const filters = configuration.last("InputMailFilters");
  const refusing = [
    ...configuration.doubtsOf("refusing"),
    ...(filters && filters.value !== "" ? [`what the filters in ${filters.at} refuse`] : []),
    ...(daemon.filtered ? [`what the filters in ${daemon.at} refuse`] : []),
  ];
  return { open: refusing.length > 0 ? unknown(...refusing) : true, evidence };
}
