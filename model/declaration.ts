import { type AddressSet, privateNetworks } from "./addresses.js";

/** What a port is for; what is right on a submission port is wrong on a public MX. */
export type Role = "submission" | "relay" | "mx" | "retrieval";

export interface DeclaredEndpoint {
  readonly host: string;
  readonly port: number;
  readonly role: Role;
  /** The clients that shall be able to connect: no more and no fewer. */
  readonly exposure: AddressSet;
  /** Name, URN or cloud id of the resource behind the host name. */
  readonly resource?: string;
  /** Path of the mail-server configuration behind it. */
  readonly config?: string;
  /** Version of the mail server that reads it (`3.7`); without it, only what all supported versions agree on is decided. */
  readonly version?: string;
  /** `file:line` of the declaration, for errors. */
  readonly at?: string;
}

export interface DeclaredRelay {
  readonly host: string;
  readonly port: number;
  /** Where the relay's name points to; without it only "everything" or "nothing" can be decided. */
  readonly addresses?: AddressSet;
  /** Names, URNs or cloud ids of the resources that send through it. */
  readonly clients: readonly string[];
  /** `file:line` of the declaration, for errors. */
  readonly at?: string;
}

/** A dated decision to accept a finding. */
export interface Exemption {
  readonly rule: string;
  readonly subject: string;
  readonly reason: string;
  /** ISO date; the exemption holds up to the end of that day, UTC. */
  readonly expires: string;
  /** `file:line`, for reports. */
  readonly at: string;
}

export type RuleOptions = Readonly<Record<string, unknown>>;

/** What the team says its mail estate is meant to be: `port587.yaml`. */
export interface Declaration {
  readonly endpoints: readonly DeclaredEndpoint[];
  readonly relays: readonly DeclaredRelay[];
  /** Domains of mail addresses whose clients submit to the endpoints. */
  readonly domains: readonly string[];
  /** Clients that may send without AUTH (RFC 6409 section 4.3 allows it by address). */
  readonly trustedNetworks: AddressSet;
  /** The address under which the servers see the probing machine, where it is not the socket's own. */
  readonly vantage?: AddressSet;
  readonly exemptions: readonly Exemption[];
  /** Options of rules by rule id; `false` switches a rule off. */
  readonly rules: Readonly<Record<string, RuleOptions | false>>;
}

export const nothingDeclared: Declaration = {
  endpoints: [],
  relays: [],
  domains: [],
  trustedNetworks: privateNetworks,
  exemptions: [],
  rules: {},
};
