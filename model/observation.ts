import type { Fact } from "./fact.js";

/** One line of `port587 check`: how one step of the way to a server went. */
export interface Step {
  readonly name:
    | ("resolve" | "connect" | "greeting" | "ehlo" | "starttls" | "tls" | "certificate" | "auth" | "relay")
    | ("tlsa" | "caa" | "ptr");
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
  /** TCP connections made. */
  readonly connections: number;
}
