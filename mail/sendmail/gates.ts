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

/** Where a client that has not logged in is refused, and where one in clear. */
export function gateClaims(situation: Situation): Claim[] {
  const { configuration, client, daemon, features } = situation;
  const { from, connect } = client;
  const implicit = daemon.modifiers.has("s");
  const delayed = configuration.delayed;
  const refused = isRefused(client);
  const refusal: Evidence = {
    kind: "code",
    at: connect?.at ?? configuration.at,
    says: delayed === undefined ? "the access map refuses these clients" : "the access map refuses their mail at RCPT",
  };
  if (refused && delayed === undefined) return said(situation, "mail", false, "none", refusal, refusal, implicit);
  if (features.login) {
    const says = "MAIL asks for a login (M=a, or Srv_Features)";
    const evidence: Evidence = { kind: "code", at: client.features?.at ?? daemon.at, says };
    return said(situation, "mail", false, "none", evidence, evidence, implicit);
  }
  const { open, evidence } = opennessOf(situation);
  const requirement = requirementOf(situation);
  const gates = required(situation, requirement, open, delayed !== undefined);
  // Whether to relay is asked first, then for TLS, then whether the client is refused (check_rcpt of delay_checks).
  const closed = refused && { authGate: mapKnown(requirement.met, () => "rcpt" as const), relay: false };
  const { tlsGate, authGate, relay } = { ...gates, ...(closed || {}) };
  const decided = refused ? refusal : evidence;
  return [
    ...(implicit ? [] : [claim("tlsGate", from, tlsGate, [requirement.evidence])]),
    claim("authGate", from, authGate, requirement.inClear === false ? [decided] : [requirement.evidence, decided]),
    claim(
      "relay",
      from,
      mapKnown(relay, (is) => (is ? "open" : "closed")),
      [evidence],
    ),
  ];
}

function said(
  { client: { from } }: Situation,
  authGate: Maybe<Gate>,
  relay: Maybe<boolean>,
  tlsGate: Gate,
  evidence: Evidence,
  clear: Evidence,
  implicit: boolean,
): Claim[] {
  return [
    // What a port says that speaks TLS from the first byte is said with it.
    ...(implicit ? [] : [claim("tlsGate", from, tlsGate, [clear])]),
    claim("authGate", from, authGate, [evidence]),
    claim(
      "relay",
      from,
      mapKnown(relay, (is) => (is ? "open" : "closed")),
      [evidence],
    ),
  ];
}

/** The gates of a port where clients in clear are refused, or may be. */
function required(
  { daemon, tls }: Situation,
  { inClear, met }: Requirement,
  open: Maybe<boolean>,
  delayed: boolean,
): { readonly tlsGate: Maybe<Gate>; readonly authGate: Maybe<Gate>; readonly relay: Maybe<boolean> } {
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
