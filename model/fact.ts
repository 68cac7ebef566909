import type { AddressSet } from "./addresses.js";
import type { Evidence } from "./evidence.js";
import type { Maybe } from "./maybe.js";
import type { PathFailure, PathTrials } from "./trial.js";

export type { PathFailure } from "./trial.js";

export type TlsVersion = "SSLv3" | "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";

/** At which command a server turns a client away; `connect` before any command, `none` never. */
export type Gate = "connect" | "mail" | "rcpt" | "none";

/** A certificate as the server sent it, and what our own verification says of it (RFC 5280, RFC 9525). */
export interface CertificateValue {
  readonly subject: string;
  readonly issuer: string;
  /** dNSName and iPAddress entries of subjectAltName; the common name does not count (RFC 9525 section 6.3). */
  readonly names: readonly string[];
  /** ISO 8601 instants. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly key: { readonly type: string; readonly bits: number };
  readonly signature: string;
  readonly chain: "trusted" | "self-signed" | "untrusted" | "incomplete" | "invalid";
  readonly sha256: string;
}

/** How far signatures vouch for an answer of the DNS, as a validating resolver says (RFC 4033 section 5). */
export type Dnssec = "secure" | "insecure" | "bogus";

/** One way in which a domain tells mail clients how to submit (SRV, Mozilla's or Outlook's configuration). */
export interface Announcement {
  readonly domain: string;
  /** `SRV _submissions._tcp.example.com`, or the page's address. */
  readonly by: string;
  /** False: the domain says that there is no such service. */
  readonly offered: boolean;
  readonly security: "tls" | "starttls" | "either" | "none";
  /** SASL mechanisms that clients may choose from; none where nothing is said. */
  readonly mechanisms: readonly string[];
  /** DNSSEC, or HTTPS, vouches for it. */
  readonly vouched: Maybe<boolean>;
}

/** Who blocks a port, how sure that is, why, and what to do. */
export interface Attribution {
  readonly layer:
    | "name-resolution"
    | "this-machine"
    | "local-network"
    | "provider"
    | "cloud-firewall"
    | "path"
    | "host"
    | "server"
    | "unknown";
  /** Names the culprit in words, with the rule or resource where one is known. */
  readonly culprit: string;
  readonly confidence: "high" | "medium" | "low";
  readonly because: readonly string[];
  readonly advice: readonly string[];
  /** The addresses that it speaks of, where the name has others that are not stopped, or by something else. */
  readonly addresses?: readonly string[];
  /** It is stopped now and then alone: connections got through when they were tried again. */
  readonly isIntermittent?: true;
}

/** The vocabulary: every name a fact may have, with the type of its value. */
export interface FactValues {
  // Reachability. `from`: the clients for which it holds; for `egressAllowed` the destinations.
  reachable: boolean;
  egressAllowed: boolean;
  /** Where stateless filters stand on the way back: the client ports (`1024-49151`, `none`) whose connections fail. */
  returnPath: { readonly lostClientPorts: string };
  /**
   * Of what was both planned and deployed: what one kind of filter alone lets through, for each side to be held against the
   * other. `lostClientPorts` as in `returnPath`.
   */
  layerAdmits: {
    readonly layer: string;
    readonly direction: "in" | "out";
    readonly admits: Maybe<boolean>;
    readonly lostClientPorts: Maybe<string>;
  };
  /**
   * A firewall rule that admits this port; `ports` as `587` or `0-65535`, `exact` when it admits this port alone. `written`:
   * the blocks as it spells them, where that is told.
   */
  openedBy: {
    readonly rule: string;
    readonly protocol: string;
    readonly ports: string;
    readonly exact: boolean;
    readonly written?: readonly string[];
  };
  /** A firewall rule for this port that changes nothing: others before it, or beside it in a group, cover all its peers. */
  deadRule: { readonly rule: string; readonly kind: "shadowed" | "redundant"; readonly by: readonly string[] };
  /** Rules of a firewall that two owners write (inline and separate): which of them stand changes with every deployment. */
  ruleConflict: { readonly rules: readonly string[] };
  /** What a load balancer's listener in front of the server speaks: `tls` ends TLS itself, so STARTTLS cannot pass. */
  listenerProtocol: "tcp" | "tls";
  pathFailure: PathFailure;
  pathTrials: PathTrials;
  attributedBlock: Attribution;
  // Listening.
  listening: boolean;
  greeting: { readonly code: number; readonly text: string };
  ehloKeywords: readonly string[];
  // Transport.
  starttlsOffered: "offered" | "absent" | "refused" | "masked";
  implicitTls: boolean;
  /** Where a cleartext client is refused for want of TLS; `connect` when the port speaks TLS from the first byte. */
  tlsGate: Gate;
  tlsVersions: { readonly accepted: readonly TlsVersion[]; readonly refused: readonly TlsVersion[] };
  certificate: CertificateValue;
  // Authentication.
  /** Mechanisms listed, and mechanisms taken (334 or 235), before TLS; `*` where a backend outside the definition chooses. */
  authBeforeTls: { readonly offered: readonly string[]; readonly accepted: readonly string[] };
  /** Mechanisms listed once TLS is up; `*` as above. */
  authMechanisms: readonly string[];
  /** Where a client that has not authenticated is refused a recipient of another domain. */
  authGate: Gate;
  relay: "open" | "closed";
  /** The login that was tried, once, with credentials that were given. */
  login: { readonly mechanism: string; readonly outcome: "accepted" | "refused" | "server not proven" };
  /** The one message that was sent because it was asked for; `id` is its Message-ID. */
  testMessage: { readonly id: string; readonly outcome: "accepted" | "refused" };
  /**
   * What the server's Received line of that message says, as it arrived: its protocol (RFC 3848), whether its TLS version is the
   * session's, and what it tells of the client.
   */
  receivedLine: {
    readonly with: string;
    readonly tls: boolean;
    readonly authenticated: boolean;
    readonly sameTls: Maybe<boolean>;
    readonly discloses: readonly ("address" | "login")[];
  };
  // TLS beyond version and certificate.
  /** Cipher suites that no client should get (NULL, anonymous, EXPORT, RC4, 3DES, static RSA), by their IANA names. */
  weakSuites: { readonly accepted: readonly string[] };
  /**
   * Every cipher suite that is taken, by its IANA name, for each version that is spoken; versions that are not in it are not
   * spoken. Known only where all suites of the registry, or all that another scanner has, were asked for.
   */
  cipherSuites: { readonly accepted: readonly { readonly version: TlsVersion; readonly suites: readonly string[] }[] };
  /** The OCSP response that the handshake carried; `mustStaple`: the certificate asks for one (RFC 7633). */
  ocspStaple: { readonly staple: "good" | "revoked" | "unknown" | "stale" | "absent"; readonly mustStaple: boolean };
  /** RFC 5746, RFC 7627 and TLS compression, as a TLS 1.2 ServerHello tells. */
  tlsExtensions: {
    readonly secureRenegotiation: boolean;
    readonly extendedMasterSecret: boolean;
    readonly compression: boolean;
  };
  /** Whether commands that follow STARTTLS in the same segment are carried out inside TLS (CVE-2011-0411). */
  commandInjection: "vulnerable" | "safe";
  /** EHLO inside TLS lists STARTTLS again (RFC 3207 section 4.2 forbids it). */
  starttlsTwice: boolean;
  /**
   * The certificate file that the definition names; `elsewhere`: it is not among the files that were read, as a server's
   * keys seldom are; `generated`: the server makes one of its own at start.
   */
  certificateFile: "present" | "missing" | "elsewhere" | "none" | "generated";
  // Hygiene.
  /** VRFY or EXPN tells strangers which mailboxes exist. */
  vrfy: "discloses" | "silent";
  /** Lines that end in a bare LF, the seed of SMTP smuggling (CVE-2023-51764, -51765, -51766). */
  bareNewline: "accepted" | "normalized" | "rejected";
  /** Commands sent before the answer to those that PIPELINING does not allow to follow. */
  earlyPipelining: "accepted" | "rejected";
  /** The greeting names the product's version. */
  bannerVersion: boolean;
  /** A development catcher (Mailpit, MailHog and their like): takes every message and delivers none. */
  developmentCatcher: { readonly product: string };
  // Clients: what a program that sends mail is set to do; the subject is `client -> host:port`.
  /** `opportunistic`: goes on in clear where STARTTLS is missing or stripped. */
  clientTls: "none" | "opportunistic" | "required" | "implicit";
  clientVerifiesCertificate: boolean;
  /** It logs in, and where its password stands. */
  clientAuth: {
    readonly login: boolean;
    /** `given at run time`: by a variable or a template; what was read holds no password. */
    readonly password: "none" | "plain file" | "secret store" | "given at run time";
  };
  clientPort: { readonly port: number };
  // What the DNS says of an endpoint's host.
  /** TLSA records of this port (RFC 6698), and whether the certificate that it presents fits one of them. */
  tlsa: { readonly records: number; readonly matches: Maybe<boolean>; readonly dnssec: Maybe<Dnssec> };
  /** Who may issue certificates for the host (RFC 8659), by the records at this name; without a name, anybody. */
  caa: { readonly at?: string; readonly issuers: readonly string[] };
  /** Names of the host's addresses; `confirmed`: one of them leads back to the address. */
  ptr: readonly { readonly address: string; readonly names: readonly string[]; readonly confirmed: boolean }[];
  /** What a domain tells its mail clients of this endpoint. */
  announced: Announcement;
  // What a domain publishes about its mail; the subject is the domain.
  /** Of the domain's own answers. */
  dnssec: Dnssec;
  /** `addresses`: how many the exchange has. An exchange `.`: the domain takes no mail (RFC 7505). */
  mx: readonly { readonly preference: number; readonly exchange: string; readonly addresses: Maybe<number> }[];
  /** RFC 6186 and RFC 8314; a target `.`: the service is not offered. */
  srvRecords: readonly { readonly service: string; readonly target: string; readonly port: number }[];
  /** RFC 8461. `uncovered`: exchanges that the policy does not name. `problems`: what makes it no policy, or a wrong one. */
  mtaSts: {
    readonly mode: "enforce" | "testing" | "none" | "absent" | "broken";
    readonly mx: readonly string[];
    readonly uncovered: readonly string[];
    readonly problems: readonly string[];
  };
  /** RFC 8460: where reports about TLS go. */
  tlsRpt: { readonly destinations: readonly string[]; readonly problems: readonly string[] };
}

export type FactName = keyof FactValues;
export type Origin = "planned" | "deployed" | "observed";

export interface FactOf<N extends FactName> {
  /** `host:port`, `resource:port`, or `client -> destination:port` (see subjects.ts). */
  readonly subject: string;
  readonly name: N;
  /** The peers it holds for; an observation holds for its vantage point. */
  readonly from: AddressSet;
  readonly value: Maybe<FactValues[N]>;
  readonly origin: Origin;
  readonly evidence: readonly Evidence[];
}

export type Fact = { [N in FactName]: FactOf<N> }[FactName];

/** The facts of one name, typed. */
export function factsNamed<N extends FactName>(facts: readonly Fact[], name: N): FactOf<N>[] {
  return facts.filter((fact): fact is Extract<Fact, FactOf<N>> => fact.name === name) as FactOf<N>[];
}
