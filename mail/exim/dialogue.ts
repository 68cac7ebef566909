import type { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import { isUnknown, type Maybe, type Unknown, unknown } from "../../model/maybe.js";
import { type Claim, claim } from "../claims.js";
import { aclVerdict } from "./acl.js";
import { mechanismsOffered } from "./authenticators.js";
import type { Config } from "./config.js";
import { earlyClaim } from "./early.js";
import { type Listener, said } from "./listeners.js";
import { mailboxClaims } from "./mailboxes.js";
import { gateOf, type Session, sessionOf, tlsGateOf } from "./session.js";
import { Situation, Split } from "./situation.js";
import { tlsVersions } from "./tls-versions.js";

/** More client sets than these are not told apart. */
const most = 100;

/** What the daemon says to the clients of a listener, each set of them apart that some list tells apart. */
export function dialogueClaims(config: Config, { port, clients, implicitTls }: Listener): Claim[] {
  const claims: Claim[] = [];
  const waiting = [clients];
  let rounds = 0;
  for (let from = waiting.pop(); from !== undefined; from = waiting.pop()) {
    if (from.isEmpty) continue;
    if (++rounds > most) {
      claims.push(...undecided(from, ["more sets of clients than are told apart"], implicitTls));
      continue;
    }
    try {
      claims.push(...claimsFor(new Situation(config, from, port, implicitTls), from, implicitTls));
    } catch (error) {
      if (!(error instanceof Split)) throw error;
      waiting.push(from.subtract(error.part), from.intersect(error.part));
    }
  }
  return claims;
}

function undecided(from: AddressSet, missing: readonly string[], implicitTls: boolean): Claim[] {
  const evidence: Evidence[] = [{ kind: "default", at: "Exim", says: "what these clients meet is not decided" }];
  const names = ["starttlsOffered", "tlsGate", "authBeforeTls", "authGate", "relay"] as const;
  return [
    claim("implicitTls", from, implicitTls, evidence),
    ...names.map((name) => claim(name, from, unknown(...missing), evidence)),
  ];
}

function claimsFor(situation: Situation, from: AddressSet, implicitTls: boolean): Claim[] {
  const { config } = situation;
  const onConnect = said(config, "tls_on_connect_ports", "tls_on_connect_ports names the ports that begin with TLS");
  const implicit = claim("implicitTls", from, implicitTls, [onConnect]);
  const session = sessionOf(situation);
  const turnedAway = session.stops.every((each) => each.gate === "connect");
  const refused = session.stops.filter((each) => each.by === "host_reject_connection");
  if (implicitTls && refused.length > 0) {
    // The refusal is in clear, before the handshake.
    const evidence = refused.map((each) => each.evidence);
    const names = ["implicitTls", "starttlsOffered", "tlsGate", "authBeforeTls"] as const;
    const behind = unknown("what host_reject_connection hides from these clients");
    return [...names.map((name) => claim(name, from, behind, evidence)), ...gateClaims(from, [session], situation)];
  }
  if (implicitTls) {
    return [
      implicit,
      claim("starttlsOffered", from, "absent", [onConnect]),
      claim("tlsGate", from, "connect", [onConnect]),
      claim("authBeforeTls", from, { offered: [], accepted: [] }, [onConnect]),
      ...gateClaims(from, [session], situation),
      ...(turnedAway ? [] : [mechanismClaim(situation, from), ...mailboxClaims([situation], from)]),
      versionsClaim(situation, from),
    ];
  }
  if (turnedAway) {
    const evidence = session.stops.map((each) => each.evidence);
    const behind = unknown("what the greeting that turns these clients away hides");
    return [
      implicit,
      ...(["starttlsOffered", "tlsGate", "authBeforeTls"] as const).map((name) => claim(name, from, behind, evidence)),
      ...gateClaims(from, [session], situation),
    ];
  }
  const offered = starttls(situation);
  const inside = situation.inTls();
  const insideSession = sessionOf(inside);
  const sessions = offered.value === "offered" ? [insideSession, session] : [session];
  const tlsGate = tlsGateOf(session, insideSession);
  return [
    implicit,
    claim("starttlsOffered", from, offered.value, offered.evidence),
    claim(
      "tlsGate",
      from,
      tlsGate,
      session.stops.map((each) => each.evidence),
    ),
    authBeforeTls(situation, from),
    earlyClaim(situation, from),
    ...mailboxClaims(offered.value === "offered" ? [situation, inside] : [situation], from),
    ...(isUnknown(offered.value)
      ? openGates(from, offered.value.unknown, [insideSession, session], situation)
      : gateClaims(from, tlsGate === "mail" && sessions.length > 1 ? [insideSession] : sessions, situation)),
    ...(isUnknown(offered.value)
      ? (["authMechanisms", "tlsVersions"] as const).map((name) =>
          claim(name, from, offered.value as Unknown, offered.evidence),
        )
      : offered.value === "offered"
        ? [mechanismClaim(inside, from), versionsClaim(inside, from)]
        : []),
  ];
}

interface Answer<T> {
  readonly value: Maybe<T>;
  readonly evidence: readonly Evidence[];
}

/** Is HELO answered, so that what it lists is told? */
function greeted(situation: Situation): Maybe<boolean> {
  const verdict = aclVerdict("acl_smtp_helo", situation);
  const kinds = new Set(verdict.outcomes.map((each) => each.kind !== "refuses"));
  const [only] = kinds;
  return kinds.size === 1 && only !== undefined ? only : unknown(...verdict.missing);
}

function starttls(situation: Situation): Answer<"offered" | "absent" | "refused"> {
  const { config } = situation;
  const name = "tls_advertise_hosts";
  const setting = config.options.get(name);
  if (!setting && config.holes.main.length > 0)
    return { value: unknown(...config.holes.main), evidence: [said(config, name, `${name} decides`)] };
  const advertised = setting ? situation.isHost(setting, name) : true;
  const evidence = [said(config, name, `${name} says to whom STARTTLS is offered`)];
  if (advertised === false) return { value: "absent", evidence };
  const hello = greeted(situation);
  if (hello === false)
    return { value: "absent", evidence: aclVerdict("acl_smtp_helo", situation).outcomes.map((each) => each.evidence) };
  if (isUnknown(advertised) || isUnknown(hello))
    return {
      value: unknown(...(isUnknown(advertised) ? advertised.unknown : []), ...(isUnknown(hello) ? hello.unknown : [])),
      evidence,
    };
  const verdict = aclVerdict("acl_smtp_starttls", situation);
  const refuses = new Set(verdict.outcomes.map((each) => each.kind === "refuses"));
  if (refuses.size > 1) return { value: unknown(...verdict.missing), evidence };
  return refuses.has(true)
    ? { value: "refused", evidence: verdict.outcomes.map((each) => each.evidence) }
    : { value: "offered", evidence };
}

/** An AUTH that EHLO does not list is refused with 503. */
function authBeforeTls(situation: Situation, from: AddressSet): Claim {
  const { config } = situation;
  const evidence = [said(config, "auth_advertise_hosts", "auth_advertise_hosts says to whom AUTH is offered")];
  const hello = greeted(situation);
  const listed = hello === false ? [] : isUnknown(hello) ? hello : mechanismsOffered(situation);
  if (isUnknown(listed)) return claim("authBeforeTls", from, listed, evidence);
  const unlisted = [...config.acls.values()].flat().some((each) => each.controls.includes("allow_auth_unadvertised"));
  if (unlisted) return claim("authBeforeTls", from, unknown("control = allow_auth_unadvertised"), evidence);
  if (listed.length === 0) return claim("authBeforeTls", from, { offered: [], accepted: [] }, evidence);
  const verdict = aclVerdict("acl_smtp_auth", situation);
  const kinds = new Set(verdict.outcomes.map((each) => each.kind !== "refuses"));
  const all = [...evidence, ...verdict.outcomes.map((each) => each.evidence)];
  if (kinds.size > 1) return claim("authBeforeTls", from, unknown(...verdict.missing), all);
  return claim("authBeforeTls", from, { offered: listed, accepted: kinds.has(true) ? listed : [] }, all);
}

function mechanismClaim(situation: Situation, from: AddressSet): Claim {
  const name = "auth_advertise_hosts";
  const evidence = [said(situation.config, name, `${name} and the authenticators say which mechanisms are offered`)];
  const hello = greeted(situation);
  const listed = hello === false ? [] : isUnknown(hello) ? hello : mechanismsOffered(situation);
  return claim("authMechanisms", from, listed, evidence);
}

function versionsClaim(situation: Situation, from: AddressSet): Claim {
  const { options } = situation.config;
  const name = options.has("openssl_options") ? "openssl_options" : "tls_require_ciphers";
  const says = `${name} permits these versions; the system's TLS library may refuse more`;
  return claim("tlsVersions", from, tlsVersions(situation), [said(situation.config, name, says)]);
}

/** `sessions`: the ways a client has, the one inside TLS first. */
function gateClaims(from: AddressSet, sessions: readonly Session[], situation: Situation): Claim[] {
  const gates = sessions.map(gateOf);
  const evidence = sessions.flatMap((each) => each.stops.map((stop) => stop.evidence));
  const missing = gates.flatMap((each) => (isUnknown(each) ? each.unknown : []));
  const first = gates[0] as Maybe<"connect" | "mail" | "rcpt" | "none">;
  const open = gates.includes("none");
  const gate = open ? "none" : missing.length > 0 ? unknown(...missing) : first;
  return [claim("authGate", from, gate, evidence), claim("relay", from, relay(sessions, situation), evidence)];
}

function relay(sessions: readonly Session[], situation: Situation): Maybe<"open" | "closed"> {
  const stops = sessions.flatMap((each) => each.stops);
  const passing = stops.filter((each) => each.gate === "none");
  if (passing.length === 0) return "closed";
  if (passing.some((each) => each.discards)) return unknown("whether the discarded message counts as relayed");
  const certain = sessions.some((each) => each.stops.every((stop) => stop.gate === "none"));
  if (!certain) return unknown(...sessions.flatMap((each) => each.missing));
  // The command DATA may still be refused.
  const late = ["acl_smtp_predata", "acl_smtp_data"].map((option) => aclVerdict(option, situation));
  const refusing = late.filter((each) => each.outcomes.some((one) => one.kind !== "accepts"));
  if (refusing.length === 0) return "open";
  return unknown(...refusing.flatMap((each) => each.missing), "what acl_smtp_predata and acl_smtp_data refuse");
}

/** Whether there is a way into TLS is open: only what both ways say stands. */
function openGates(
  from: AddressSet,
  missing: readonly string[],
  sessions: readonly Session[],
  situation: Situation,
): Claim[] {
  const [with_, without] = [gateClaims(from, sessions, situation), gateClaims(from, sessions.slice(1), situation)];
  return with_.map((each, index) =>
    JSON.stringify(each.value) === JSON.stringify(without[index]?.value)
      ? each
      : ({ ...each, value: unknown(...missing) } as Claim),
  );
}
