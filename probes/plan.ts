import { clientHello, goodOffer, oldOffer, weakOffer } from "./client-hello.js";
import { isImplicitPort } from "./endpoint.js";
import { asciiHost, type Target } from "./options.js";
import { enumerationCost } from "./suite-offers.js";

/** What a probe of one sound address will cost, told before anything is sent. */
export interface Plan {
  readonly connections: number;
  /**
   * Connections besides these, at most, where the server hangs up without an alert and has an order of suites of its own: one for each
   * offer that it hung up on, and one for weak suites alone, where good ones had stood behind them.
   */
  readonly again: number;
  /** Up to the end of the last connection, which is what one waits for when they go side by side; and of all, one after the other. */
  readonly roundTrips: { readonly longest: number; readonly all: number };
  /** Sent by us above TCP, about: a handshake of the local TLS library is not known to the byte. */
  readonly bytes: number;
  /** Connections besides these, where every suite is asked for: for refused offers at most, and in the worst case. */
  readonly enumeration?: { readonly refusals: number; readonly most: number };
}

/** What is asked of a probe beside its usual sessions, or left out. */
export interface Asked {
  readonly inventory: boolean;
  readonly login: boolean;
  /** One message, at this endpoint. */
  readonly message: boolean;
  readonly enumerate: boolean;
}

/** Round trips by connection: TCP, greeting, EHLO, STARTTLS, TLS and the commands after it. */
const clear = { A: 8, B: 7, C: 5, D: 5, E: 7 };
const implicit = { A: 6, B: 2, C: 2, D: 2 };
/** What A has to see before another begins: the greeting, EHLO's answer, or a handshake from the first byte. */
const before = { clear: { B: 2, C: 3, D: 3, E: 2 }, implicit: { B: 2, C: 2, D: 2 } };
/** Of a session that logs in, with the three answers of SCRAM. */
const login = { clear: 11, implicit: 9 };
/** MAIL, RCPT, DATA and the message. */
const messageTrips = 4;
/** A short one; its names make it longer. */
const messageBytes = 1000;
/** A ClientHello of TLS 1.3, and Finished. */
const handshakeBytes = 700;
const commandBytes = 60;

/** Pure: resolves no name and opens no connection. A further address of the name costs one connection more. */
export function planOf(target: Target, asked: Asked): Plan {
  const host = asciiHost(target.host) ?? target.host;
  const isImplicit = isImplicitPort(target.port);
  const trips: Readonly<Record<string, number>> = isImplicit ? implicit : clear;
  const loginTrips = isImplicit ? login.implicit : login.clear;
  const side = Object.entries(trips).filter(([name]) => name === "A" || !asked.inventory);
  const after = asked.login ? [["login", loginTrips + (asked.message ? messageTrips : 0)] as const] : [];
  const sessions = [...side, ...after];
  const offers: Readonly<Record<string, number>> = {
    B: clientHello(host, oldOffer).length,
    C: clientHello(host, weakOffer).length,
    D: clientHello(host, goodOffer).length,
  };
  const starts: Readonly<Record<string, number>> = isImplicit ? before.implicit : before.clear;
  const last = Math.max(...side.map(([name, count]) => (starts[name] ?? 0) + count));
  return {
    connections: sessions.length,
    again: asked.inventory ? 0 : 3,
    roundTrips: { longest: last + sum(after), all: sum(sessions) },
    bytes: sessions.reduce(
      (total, [name, count]) => total + (offers[name] ?? handshakeBytes) + count * commandBytes,
      asked.message ? messageBytes : 0,
    ),
    ...(asked.enumerate
      ? { enumeration: { refusals: enumerationCost.refusals, most: enumerationCost.refusals + enumerationCost.suites } }
      : {}),
  };
}

function sum(sessions: readonly (readonly [name: string, trips: number])[]): number {
  return sessions.reduce((total, [, trips]) => total + trips, 0);
}
