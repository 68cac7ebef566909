import type { Maybe } from "./maybe.js";

/** How far a connection got and what ended it. */
export interface PathFailure {
  readonly stage: "resolve" | "connect" | "greeting" | "ehlo" | "starttls" | "tls" | "session";
  /**
   * `busy`: the server refused us for now (421, 554 greeting). `protocol`: it speaks something else or breaks the
   * protocol. `not-found`: the name does not resolve. `local`: this machine's own policy (EACCES, EPERM, no route).
   */
  readonly kind:
    | "refused"
    | "timeout"
    | "unreachable"
    | "reset"
    | "closed"
    | "busy"
    | "protocol"
    | "not-found"
    | "local";
  /** The address tried; absent when none was reached. */
  readonly address?: string;
  readonly afterMs: number;
  /** The system's or the server's own words: `ECONNREFUSED`, `421 4.7.0`. */
  readonly detail: string;
}

/** How one TCP connection to one address went. */
export interface Trial {
  readonly address: string;
  readonly port: number;
  readonly outcome: "open" | PathFailure["kind"];
  /** The system's own words, as in a PathFailure; empty when it is open. */
  readonly detail: string;
  readonly afterMs: number;
}

/** The same port of another host that is known to work, and what a mail client sees there. */
export interface Control {
  readonly host: string;
  readonly port: number;
  /** The one that was tried, when the name has any. */
  readonly address?: string;
  /** Of a name that does not resolve: `not-found`. */
  readonly outcome: Trial["outcome"];
  /** How far it got when something ended it. */
  readonly stage?: PathFailure["stage"];
  readonly detail: string;
  readonly starttls?: "offered" | "absent" | "refused" | "masked";
  readonly certificate?: { readonly issuer: string; readonly isTrusted: boolean };
}

/** What became of a SYN with a small TTL: `expired`: a router says so, or the network has no route. */
export type HopAnswer = "open" | "refused" | "expired" | "prohibited" | "silent";

/** SYNs to one port with a TTL from 1 upwards, until the port itself answered or nothing more did. */
export interface Sweep {
  readonly address: string;
  readonly port: number;
  /** By TTL, the first is TTL 1. */
  readonly answers: readonly HopAnswer[];
}

/** A router that was seen on the way to an address of the endpoint or of a control. */
export interface Hop {
  /** The address that was asked for; it is a hop itself where it answered. */
  readonly towards: string;
  readonly ttl: number;
  readonly address: string;
}

/** Who sent the ICMP error that ended a connection attempt. */
export interface Informer {
  readonly towards: string;
  readonly port: number;
  /** Its distance. */
  readonly ttl: number;
  readonly sender: string;
  /** It says that there is no way to the host or network, which is no filter's answer in the first place. */
  readonly isNoRoute: boolean;
}

/** What this machine's own packet filter does with connections to the address. */
export interface OwnRules {
  readonly address: string;
  readonly verdict: Maybe<boolean>;
  /** The deciding rules with their place, where it is closed. */
  readonly decidedBy: readonly string[];
}

/** The same endpoint, seen from somewhere else. */
export interface Elsewhere {
  /** `ssh://backup.example.net`, `Globalping probe in DE (AS3320)`. */
  readonly from: string;
  readonly outcome: Trial["outcome"];
  readonly detail: string;
}

/** Everything that was tried beside the probe of an endpoint, to find out where its connections are stopped. */
export interface PathTrials {
  /** The port itself, for each address of the name. */
  readonly addresses: readonly Trial[];
  /** The port tried again at the addresses that failed, some time later. */
  readonly repeats: readonly Trial[];
  /** Other ports of the addresses that failed. */
  readonly ports: readonly Trial[];
  readonly controls: readonly Control[];
  /** Of the port itself, and of ports that answer to compare it with. */
  readonly sweeps: readonly Sweep[];
  readonly hops: readonly Hop[];
  readonly informers: readonly Informer[];
  readonly ownRules: readonly OwnRules[];
  readonly elsewhere: readonly Elsewhere[];
}
