import { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import type { Fact, FactValues } from "../../model/fact.js";
import type { MailDefinition } from "../../model/mail.js";
import { isUnknown, type Maybe, mapKnown, missingOf, unknown } from "../../model/maybe.js";
import type { Subjects } from "../../model/subjects.js";
import { type Claim, claim, sideBySide } from "../claims.js";
import {
  allUnknown,
  declaredPorts,
  type PortClaims,
  portFacts,
  stoppedPorts,
  undecidedPorts,
  withUnserved,
} from "../port-facts.js";
import { isSince } from "../releases.js";
import { clientsOfAddress } from "../sockets.js";
import { type Configuration, readConfiguration } from "./configuration.js";
import type { Listener } from "./listener.js";
import type { Stranger } from "./match.js";
import { NotAtHand } from "./statements.js";

const gates = ["authGate", "relay"] as const;

/**
 * The facts of every port that an OpenSMTPD configuration (grammar of 6.4 and later) listens on, per client class. A port
 * that is declared for it and has no listener is stated as not listening.
 * @throws InputError with `file:line` for a file that smtpd refuses to read.
 */
export function opensmtpdFacts(definition: MailDefinition, subjects: Subjects): Fact[] {
  const declared = declaredPorts(definition, subjects);
  return portFacts(definition, subjects, portClaims(definition, declared), undefined);
}

function portClaims(definition: MailDefinition, declared: readonly number[]): PortClaims {
  try {
    const configuration = readConfiguration(definition);
    const twice = boundTwice(configuration.listeners);
    if (twice) return stoppedPorts([...configuration.listeners.map(({ port }) => port), ...declared], twice);
    const claims = new Map<number, readonly Claim[]>();
    for (const listener of configuration.listeners)
      claims.set(
        listener.port,
        sideBySide(claims.get(listener.port) ?? [], listenerClaims(listener, configuration, definition.version)),
      );
    return withUnserved(claims, declared, { kind: "code", at: definition.id, says: "no listen names this port" });
  } catch (error) {
    if (!(error instanceof NotAtHand)) throw error;
    const says = "a file that is not at hand may decide anything";
    return undecidedPorts(declared, error.missing, { kind: "code", at: error.at, says });
  }
}

/** `smtpd -n` takes two listeners of one socket, and smtpd ends when it opens the second. */
function boundTwice(listeners: readonly Listener[]): Evidence | undefined {
  for (const [i, second] of listeners.entries()) {
    const { address, port, at } = second;
    const first = listeners
      .slice(0, i)
      .find((each) => each.port === port && address && each.address?.overlaps(address));
    if (first)
      return { kind: "code", at, says: `${first.at} listens on this address and port too: smtpd does not start` };
  }
  return undefined;
}

function listenerClaims(listener: Listener, configuration: Configuration, version: string | undefined): Claim[] {
  const { address, isWildcard, at, port } = listener;
  const evidence: Evidence = { kind: "code", at, says: `listen on port ${port}` };
  const clients = address ? (isWildcard ? address : clientsOfAddress(address)) : AddressSet.everything;
  const listening = address
    ? [claim("listening", clients, true, [evidence]), claim("listening", clients.complement(), false, [evidence])]
    : [claim("listening", clients, unknown(`the addresses of the interface in ${at}`), [evidence])];
  if (listener.decidedBy) return [...listening, ...allUnknown(clients, [listener.decidedBy], [evidence])];
  return [
    ...listening,
    ...transport(listener, clients, version),
    ...defences(at, clients),
    ...relaying(listener, clients, configuration),
  ];
}

/** libtls, which smtpd uses since 6.9 (portable 7.3), speaks TLS 1.2 and 1.3 where nothing else is said. */
function versionsOf({ protocols, at }: Listener, version: string | undefined): Maybe<FactValues["tlsVersions"]> {
  if (protocols !== undefined) return unknown(`what protocols in ${at} permits`);
  if (!isSince(version, "6.9")) return unknown("the TLS library that smtpd is built with");
  return { accepted: ["TLSv1.2", "TLSv1.3"], refused: ["SSLv3", "TLSv1", "TLSv1.1"] };
}

function transport(listener: Listener, from: AddressSet, version: string | undefined): Claim[] {
  const { tls, auth, at, hasPki } = listener;
  const says: Evidence = { kind: "code", at, says: tls === "none" ? "listen without TLS" : "the TLS mode of listen" };
  const implicit = tls === "implicit";
  const gate = implicit ? "connect" : tls === "required" ? "mail" : "none";
  const mechanisms = auth === "none" ? [] : ["LOGIN", "PLAIN"];
  return [
    claim("implicitTls", from, implicit, [says]),
    claim("starttlsOffered", from, tls === "offered" || tls === "required" ? "offered" : "absent", [says]),
    claim("tlsGate", from, gate, [says]),
    // AUTH is never there before TLS (smtp_session.c, ADVERTISE_AUTH).
    claim("authBeforeTls", from, { offered: [], accepted: [] }, [says]),
    ...(tls === "none" ? [] : [claim("authMechanisms", from, mechanisms, [says])]),
    ...(tls === "none" ? [] : [claim("tlsVersions", from, versionsOf(listener, version), [says])]),
    ...(tls === "none"
      ? []
      : [
          claim(
            "certificateFile",
            from,
            mapKnown(hasPki, (is) => (is ? "elsewhere" : "none")),
            [says],
          ),
        ]),
  ];
}

/** As 6.8, 7.6 and 7.9 do it: no option changes them. */
function defences(at: string, from: AddressSet): Claim[] {
  const says = (what: string) => [{ kind: "default", at, says: what } as const];
  return [
    claim("vrfy", from, "silent", says("VRFY is answered alike for all addresses, EXPN not at all")),
    claim("earlyPipelining", from, "rejected", says("smtpd ends a session whose commands come before their turn")),
    claim("bareNewline", from, "accepted", says("a dot between bare newlines ends a message")),
  ];
}

function relaying(listener: Listener, clients: AddressSet, configuration: Configuration): Claim[] {
  if (listener.auth === "required") {
    const says: Evidence = { kind: "code", at: listener.at, says: "auth demands a login before MAIL" };
    return [claim("authGate", clients, "mail", [says]), claim("relay", clients, "closed", [says])];
  }
  let parts = [clients];
  for (const cut of configuration.matches.flatMap(({ cuts }) => cuts))
    parts = parts.flatMap((part) => [part.intersect(cut), part.subtract(cut)]).filter((part) => !part.isEmpty);
  return parts.flatMap((from) => verdict({ from, tag: listener.tag }, listener, configuration));
}

/** The first match that fits decides; without one, RCPT is refused. */
function verdict(stranger: Stranger, listener: Listener, { matches, relays }: Configuration): Claim[] {
  const missing: string[] = [];
  const outcomes = new Set<boolean>();
  let evidence: Evidence = { kind: "code", at: listener.at, says: "no match takes mail for others: RCPT is refused" };
  let decided = false;
  for (const match of matches) {
    const fits = match.fits(stranger);
    if (fits === false) continue;
    const relayed = match.action !== undefined && relays.get(match.action) === true;
    outcomes.add(relayed);
    evidence = {
      kind: "code",
      at: match.at,
      says: relayed ? "this match relays for these clients" : "this match decides",
    };
    if (isUnknown(fits)) missing.push(...missingOf(fits));
    else {
      decided = true;
      break;
    }
  }
  if (!decided) outcomes.add(false);
  const { from } = stranger;
  if (outcomes.size > 1) return allUnknown(from, missing, [evidence], gates);
  const isOpen = outcomes.has(true);
  return [
    claim("authGate", from, isOpen ? "none" : "rcpt", [evidence]),
    claim("relay", from, isOpen ? "open" : "closed", [evidence]),
  ];
}
