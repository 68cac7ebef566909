import type { Evidence } from "../../model/evidence.js";
import { all, any, isUnknown, type Maybe, mapKnown, missingOf, not, unknown } from "../../model/maybe.js";
import { type Claim, claim } from "../claims.js";
import { allUnknown, dialogue } from "../port-facts.js";
import type { Access } from "./access.js";
import { integer, type Service } from "./service.js";
import type { Setting } from "./shell.js";
import { versionsOf } from "./versions.js";

/** The variables that one client's courieresmtpd finds: the access file's before those of the shell. */
class Client {
  constructor(
    private readonly service: Service,
    private readonly access: Access,
  ) {}

  get(name: string): Setting {
    const value = this.access.variables.get(name);
    return value === undefined ? this.service.inner.get(name) : { value, at: this.access.at };
  }

  evidence(name: string, says: string): Evidence {
    const { value, at } = this.get(name);
    return { kind: value === undefined ? "default" : "code", at, says };
  }

  text(name: string): Maybe<string> {
    return this.get(name).value ?? "";
  }

  isSet(name: string): Maybe<boolean> {
    return mapKnown(this.text(name), (text) => text !== "");
  }

  /** A switch is a number: `yes` is 0. */
  isOn(name: string): Maybe<boolean> {
    return mapKnown(this.text(name), (text) => integer(text) !== 0);
  }
}

/** What a session tells, and what of it no daemon has for all its sessions. */
export const everySessionFact = [...dialogue, "vrfy", "earlyPipelining", "bareNewline"] as const;
const variedFacts = everySessionFact.filter((name) => name !== "implicitTls" && name !== "bareNewline");

/** Where it is not known how, or whether, these clients are served. */
export function undecidedSession(
  isImplicit: boolean,
  from: Access["from"],
  missing: readonly string[],
  evidence: Evidence,
): Claim[] {
  return [
    claim("implicitTls", from, isImplicit, [evidence]),
    bareNewline(from, evidence.at),
    ...allUnknown(from, missing, [evidence], variedFacts),
  ];
}

/** What the daemon says to the clients of one entry of the access file. */
export function dialogueClaims(service: Service, access: Access): Claim[] {
  const client = new Client(service, access);
  return service.isImplicit ? wrapped(service, client, access) : inClear(client, access);
}

function wrapped(service: Service, client: Client, { from }: Access): Claim[] {
  const { value, at } = service.outer.get("COURIERTLS");
  const program = mapKnown(value ?? "", (text) => text !== "");
  const evidence: Evidence = { kind: "code", at, says: "couriertls speaks TLS from the first byte" };
  const works = all(program, client.isSet("TLS_CERTFILE"));
  if (isUnknown(works)) return undecidedSession(true, from, works.unknown, evidence);
  if (!works) {
    const missing = client.evidence("TLS_CERTFILE", "couriertls has no program or no certificate");
    const failure = { stage: "greeting", kind: "closed", afterMs: 0, detail: "couriertls cannot start" } as const;
    return [
      claim("pathFailure", from, failure, [missing]),
      claim("authGate", from, "connect", [missing]),
      claim("relay", from, "closed", [missing]),
    ];
  }
  return [
    claim("implicitTls", from, true, [evidence]),
    claim("starttlsOffered", from, "absent", [evidence]),
    claim("tlsGate", from, "connect", [evidence]),
    claim("authBeforeTls", from, { offered: [], accepted: [] }, [evidence]),
    claim("certificateFile", from, "elsewhere", [evidence]),
    ...insideTls(client, from),
    ...gates(client, from),
    ...defences(client, from, false),
  ];
}

function inClear(client: Client, { from }: Access): Claim[] {
  const certificate = client.evidence("TLS_CERTFILE", "STARTTLS needs COURIERTLS and TLS_CERTFILE");
  const gate = client.evidence("ESMTP_TLS_REQUIRED", "ESMTP_TLS_REQUIRED is what refuses clients in clear; yes is 0");
  const tls = all(client.isSet("COURIERTLS"), client.isSet("TLS_CERTFILE"));
  const required = client.isOn("ESMTP_TLS_REQUIRED");
  const turnsAway = all(required, not(tls));
  if (isUnknown(turnsAway)) return undecidedSession(false, from, turnsAway.unknown, gate);
  const implicit = claim("implicitTls", from, false, [certificate]);
  if (turnsAway) {
    const failure = { stage: "greeting", kind: "busy", afterMs: 0, detail: "440" } as const;
    return [
      implicit,
      claim("pathFailure", from, failure, [gate, certificate]),
      claim("authGate", from, "connect", [gate]),
      claim("relay", from, "closed", [gate]),
    ];
  }
  return [
    implicit,
    claim(
      "starttlsOffered",
      from,
      mapKnown(tls, (is) => (is ? "offered" : "absent")),
      [certificate],
    ),
    claim(
      "tlsGate",
      from,
      mapKnown(required, (is) => (is ? "mail" : "none")),
      [gate],
    ),
    authBeforeTls(client, from, required),
    ...(tls === false ? [claim("certificateFile", from, "none", [certificate])] : insideTls(client, from)),
    ...(tls === true ? [claim("certificateFile", from, "elsewhere", [certificate])] : []),
    ...gates(client, from),
    ...defences(client, from, required),
  ];
}

/** Where ESMTPAUTH lists anything, AUTH takes every mechanism that Courier knows. */
function authBeforeTls(client: Client, from: Access["from"], required: Maybe<boolean>): Claim {
  const evidence = client.evidence("ESMTPAUTH", "ESMTPAUTH is offered in clear");
  const listed = client.text("ESMTPAUTH");
  if (isUnknown(listed)) return claim("authBeforeTls", from, unknown(...missingOf(listed)), [evidence]);
  const offered = wordsOf(listed);
  const taken = listed === "" ? [] : [...new Set([...offered, "LOGIN", "PLAIN"])].sort();
  if (taken.length > 0 && isUnknown(required)) return claim("authBeforeTls", from, required, [evidence]);
  return claim("authBeforeTls", from, { offered, accepted: required === true ? [] : taken }, [evidence]);
}

function insideTls(client: Client, from: Access["from"]): Claim[] {
  const listed = mapKnown(client.text("ESMTPAUTH_TLS"), (text) => (text === "" ? client.text("ESMTPAUTH") : text));
  const evidence = client.evidence("ESMTPAUTH_TLS", "ESMTPAUTH_TLS, or ESMTPAUTH where it is empty");
  return [
    claim("authMechanisms", from, mapKnown(listed, wordsOf), [evidence]),
    claim(
      "tlsVersions",
      from,
      versionsOf((name) => client.get(name)),
      [client.evidence("TLS_PRIORITY", "TLS_PRIORITY decides the versions, NORMAL without it (GnuTLS)")],
    ),
  ];
}

function wordsOf(text: string): string[] {
  return [...new Set(text.split(/\s+/).filter((word) => word !== ""))].sort();
}

function gates(client: Client, from: Access["from"]): Claim[] {
  const required = client.isOn("AUTH_REQUIRED");
  const relays = client.get("RELAYCLIENT");
  const login = client.evidence("AUTH_REQUIRED", "AUTH_REQUIRED is what demands a login before MAIL; yes is 0");
  if (required === true) return [claim("authGate", from, "mail", [login]), claim("relay", from, "closed", [login])];
  const exempt = client.evidence("RELAYCLIENT", "RELAYCLIENT, set to nothing, lets these clients relay");
  const blocked = client.isSet("BLOCK");
  const missing = missingOf(required, blocked, relays.value);
  if (!isUnknown(relays.value) && relays.value === undefined) {
    const closed = claim("relay", from, "closed", [exempt]);
    return missing.length > 0
      ? [claim("authGate", from, unknown(...missing), [login]), closed]
      : [claim("authGate", from, "rcpt", [exempt]), closed];
  }
  if (blocked === true) {
    const refusal = client.evidence("BLOCK", "BLOCK refuses every recipient");
    return [claim("authGate", from, "rcpt", [refusal]), claim("relay", from, "closed", [refusal])];
  }
  if (missing.length > 0 || relays.value !== "")
    return allUnknown(
      from,
      missing.length > 0 ? missing : [`where the text of RELAYCLIENT in ${relays.at} leads`],
      [exempt],
      ["authGate", "relay"],
    );
  return [claim("authGate", from, "none", [exempt]), claim("relay", from, "open", [exempt])];
}

/** No setting changes them. Where TLS comes first, a command that comes before it is refused whenever it comes. */
function defences(client: Client, from: Access["from"], required: Maybe<boolean>): Claim[] {
  const early = client.evidence("ESMTP_TLS_REQUIRED", "Courier reads commands that come before their turn");
  const hidden = unknown("commands before their turn inside TLS (ESMTP_TLS_REQUIRED)");
  return [
    ...vrfy(client, from),
    claim(
      "earlyPipelining",
      from,
      mapKnown<boolean, Maybe<"accepted">>(required, (is) => (is ? hidden : "accepted")),
      [early],
    ),
    bareNewline(from, early.at),
  ];
}

function bareNewline(from: Access["from"], at: string): Claim {
  const evidence: Evidence = { kind: "default", at, says: "a dot between bare newlines ends no message" };
  return claim("bareNewline", from, "normalized", [evidence]);
}

/** VRFY and EXPN are answered unless a login comes first or both are switched off: a switch begins with 1. */
function vrfy(client: Client, from: Access["from"]): Claim[] {
  const off = ["BOFHNOVRFY", "BOFHNOEXPN"].map((name) => mapKnown(client.text(name), (text) => text.startsWith("1")));
  const login = client.isOn("AUTH_REQUIRED");
  const silent = any(login, all(...off));
  const decides = login === true ? "AUTH_REQUIRED" : "BOFHNOVRFY";
  const evidence = client.evidence(decides, "VRFY and EXPN take BOFHNOVRFY=1 and BOFHNOEXPN=1, or AUTH_REQUIRED");
  return [
    claim(
      "vrfy",
      from,
      mapKnown(silent, (is) => (is ? "silent" : "discloses")),
      [evidence],
    ),
  ];
}
