import type { Fact } from "./fact.js";
import type { Trial } from "./trial.js";

/** One line of `port587 check`: how one step of the way to a server went. */
export interface Step {
  readonly name:
    | ("resolve" | "connect" | "greeting" | "ehlo" | "starttls" | "tls" | "certificate" | "auth" | "relay")
    | ("login" | "message" | "received" | "tlsa" | "caa" | "ptr")
    | ("mx" | "srv" | "mta-sts" | "tls-rpt" | "autoconfig" | "outlook");
  readonly address?: string;
  readonly outcome: "ok" | "bad" | "unknown";
  /** One short line. */
  readonly says: string;
  /** Milliseconds this step took. */
  readonly ms: number;
}

/** Everything one probe of one endpoint saw. */
export interface Observation {
  readonly subject: string;
  readonly host: string;
  readonly port: number;
  readonly steps: readonly Step[];
  readonly facts: readonly Fact[];
  /** How each address that was tried took the connection, in the order of the name's addresses. */
  readonly addresses: readonly Trial[];
  /** TCP connections made. */
  readonly connections: number;
}

/** Everything that was seen of one mail domain, whose mail clients it serves. */
export interface DomainObservation {
  readonly domain: string;
  readonly steps: readonly Step[];
  readonly facts: readonly Fact[];
}
