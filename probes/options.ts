import { domainToASCII } from "node:url";
import type { AddressSet } from "../model/addresses.js";
import { InputError } from "../model/errors.js";
import { isIP } from "../model/ip-version.js";
import type { Observation, Step } from "../model/observation.js";
import type { Resolver } from "./dns/resolver.js";
import type { Letter } from "./letter.js";
import type { Login } from "./login.js";
import { type Resolve, systemResolver } from "./resolve.js";

/** An endpoint to probe. With `connectTo` the connection goes there, while names (SNI, certificate) stay those of `host`. */
export interface Target {
  /** A name, possibly internationalised, or an IPv4 or IPv6 address with or without brackets. */
  readonly host: string;
  readonly port: number;
  readonly connectTo?: { readonly host: string; readonly port: number };
}

/** Milliseconds; each is a limit on the whole step, not on the silence between two bytes. */
export interface Timeouts {
  readonly resolve: number;
  /** Covers the retransmissions of a SYN after 1 s and 3 s. */
  readonly connect: number;
  /** RFC 5321 section 4.5.3.2.1 has clients wait 5 minutes; greet delays that are in use stay below 40 s. */
  readonly greeting: number;
  readonly command: number;
  readonly tls: number;
  /** For the answer to a message that was sent: who hangs up before it does not know what became of it. */
  readonly message: number;
  /** Before the one retry after a 421. */
  readonly backOff: number;
  /** All sessions with one endpoint together. */
  readonly endpoint: number;
  /** All offers of an enumeration, beside the sessions. */
  readonly enumeration: number;
}

export interface ProbeOptions {
  readonly timeouts: Partial<Timeouts>;
  /** What to say in EHLO; by default the address literal of the socket, which every mail client may use. */
  readonly ehloName?: string;
  /** PEM certificates that are trusted besides the public roots. */
  readonly trustAnchors: readonly string[];
  /** The address under which the server sees this machine, where it is not the socket's own. */
  readonly vantage?: AddressSet;
  /** A recipient of a domain that the server does not serve; by default a fresh one under the reserved `.example`. */
  readonly relayRecipient?: string;
  /** TCP connections open at a time. */
  readonly concurrency: { readonly total: number; readonly perHost: number };
  /** Only the session of a good client, one connection: facts that need another are not stated. */
  readonly inventory: boolean;
  /** Every version and cipher suite that is taken: many connections, one after the other. */
  readonly enumerate: boolean;
  /** Credentials to log in with, once; without them no login is tried. */
  readonly login?: Login;
  /** A message to send once a login has been accepted; without it none is sent. */
  readonly letter?: Letter;
  /** Live progress: steps as they end, which is not the order of the observation. */
  readonly onStep?: (step: Step, target: Target) => void;
  /** What was seen of an endpoint, as soon as it is whole. */
  readonly onSeen?: (observation: Observation) => void;
  /** The clock against which certificates are judged. */
  readonly now: () => Date;
  readonly resolve: Resolve;
  /** Where records beside addresses are asked for; nowhere by default. */
  readonly dns?: Resolver;
}

export const defaultTimeouts: Timeouts = {
  resolve: 10_000,
  connect: 5_000,
  greeting: 40_000,
  command: 15_000,
  tls: 10_000,
  // RFC 5321 section 4.5.3.2.6.
  message: 600_000,
  backOff: 30_000,
  endpoint: 60_000,
  enumeration: 600_000,
};

/**
 * Five at a time to one host are what one verdict takes, and the least that a server's package is known to ship as its limit for one
 * client (Courier's MAXPERIP=5; Postfix's smtpd_client_connection_count_limit is 50). Fewer at a time would be as many a minute.
 */
export const defaultConcurrency: ProbeOptions["concurrency"] = { total: 16, perHost: 5 };

/** With one connection an endpoint nearly all of the time goes to waiting: more wait at a time, and as few of one host. */
export const inventoryConcurrency: ProbeOptions["concurrency"] = { ...defaultConcurrency, total: 256 };

export const defaultOptions: ProbeOptions = {
  timeouts: {},
  trustAnchors: [],
  concurrency: defaultConcurrency,
  inventory: false,
  enumerate: false,
  now: () => new Date(),
  resolve: systemResolver,
};

/** The host as the resolver and TLS want it: ASCII, without brackets and final dot. Undefined when it is no host name. */
export function asciiHost(host: string): string | undefined {
  const bare = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  if (isIP(bare)) return bare;
  return domainToASCII(bare).replace(/\.$/, "") || undefined;
}

/** @throws InputError when host or port cannot be used. */
export function checkTarget({ host, port, connectTo }: Target): void {
  for (const end of [{ host, port }, ...(connectTo ? [connectTo] : [])]) {
    const where = `${end.host}:${end.port}`;
    if (asciiHost(end.host) === undefined)
      throw new InputError(where, `"${end.host}" is neither a host name nor an IP address`, "Give HOST:PORT.");
    if (!Number.isInteger(end.port) || end.port < 1 || end.port > 65535)
      throw new InputError(where, `${end.port} is not a port`, "Give a port from 1 to 65535.");
  }
}
