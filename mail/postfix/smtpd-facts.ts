import type { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import type { FactName } from "../../model/fact.js";
import { unknown } from "../../model/maybe.js";
import { type Algebra, type Claim, claim } from "../claims.js";
import type { AddressList } from "./address-list.js";
import { hides } from "./discarded-keywords.js";
import { attempt, type Client, type Stop, stopFor } from "./gates.js";
import { hygieneClaims } from "./hygiene.js";
import { regions } from "./regions.js";
import { saslClaims } from "./sasl.js";
import { Undecided } from "./settings.js";
import type { Smtpd } from "./smtpd.js";
import { certificateSettings, permittedVersions, protocolsName } from "./tls.js";

/** What a running smtpd says to these clients, each set of them apart that some list tells apart. */
export function smtpdClaims(smtpd: Smtpd, clients: AddressSet, algebra: Algebra): Claim[] {
  return regions(smtpd, clients, algebra).flatMap((from) => {
    const client: Client = {
      clients: from,
      inMynetworks: membership(smtpd.mynetworks, from),
      isOwnAddress: smtpd.ownAddresses.contains(from),
    };
    const exception = membership(smtpd.saslExceptions, from);
    const claims = [
      ...transportClaims(smtpd, from),
      ...saslClaims(smtpd, from, exception),
      ...gateClaims(smtpd, client, from),
    ];
    const reason = turnedAway(smtpd, client) ?? failsAtEhlo(smtpd, from);
    const said = reason ? claims.map((each) => unseen(each, reason)) : claims;
    return [...said, ...certificateClaim(smtpd, from), ...hygieneClaims(smtpd, client, from)];
  });
}

function membership(list: AddressList, from: AddressSet): Client["inMynetworks"] {
  if (list.failing.contains(from))
    return list.missing.length > 0 && list.possible.overlaps(from) ? list.missing : "fails";
  if (list.certain.contains(from)) return true;
  return list.possible.overlaps(from) ? list.missing : false;
}

function transportClaims(smtpd: Smtpd, from: AddressSet): Claim[] {
  const { tls, ability, settings } = smtpd;
  const claims = [claim("implicitTls", from, tls.wrapper, [tls.evidence]), starttlsClaim(smtpd, from)];
  if (!tlsStarts(smtpd, from)) return claims;
  const name = protocolsName(tls.enforce);
  if (ability === "anonymous") {
    const says = "smtpd_tls_cert_file switches certificates off; what is left depends on the system's OpenSSL";
    return [...claims, claim("tlsVersions", from, unknown(says), [settings.evidence("smtpd_tls_cert_file", says)])];
  }
  const permitted = permittedVersions(settings, tls.enforce) ?? { accepted: [], refused: [] };
  if (ability !== "ready") {
    const refused = [...permitted.accepted, ...permitted.refused].sort();
    return [...claims, claim("tlsVersions", from, { accepted: [], refused }, [ability.evidence])];
  }
  const says = `${name} permits these versions; the system's OpenSSL may refuse more`;
  return [...claims, claim("tlsVersions", from, permitted, [settings.evidence(name, says)])];
}

function certificateClaim({ ability, tls, settings }: Smtpd, from: AddressSet): Claim[] {
  if (!tls.use) return [];
  if (ability === "ready") {
    const name = certificateSettings.find((each) => settings.text(each) !== "") ?? "smtpd_tls_cert_file";
    return [claim("certificateFile", from, "elsewhere", [settings.evidence(name, `${name} names the certificate`)])];
  }
  const lacks = typeof ability !== "string" && ability.lacksCertificate === true;
  return lacks ? [claim("certificateFile", from, "none", [ability.evidence])] : [];
}

/** A client has a way into TLS: from the first byte or by STARTTLS. */
function tlsStarts({ tls, discarded }: Smtpd, from: AddressSet): boolean {
  return tls.wrapper || (tls.use && hides(discarded, from, "starttls").answer !== true);
}

function starttlsClaim({ tls, ability, discarded }: Smtpd, from: AddressSet): Claim {
  if (tls.wrapper || !tls.use) return claim("starttlsOffered", from, "absent", [tls.evidence]);
  const { answer, missing, evidence } = hides(discarded, from, "starttls");
  if (answer === undefined) return claim("starttlsOffered", from, unknown(missing), [evidence]);
  if (answer) return claim("starttlsOffered", from, "absent", [evidence]);
  if (typeof ability !== "string" && !ability.begins)
    return claim("starttlsOffered", from, "refused", [tls.evidence, ability.evidence]);
  return claim("starttlsOffered", from, "offered", [tls.evidence]);
}

function gateClaims(smtpd: Smtpd, client: Client, from: AddressSet): Claim[] {
  const canTls = typeof smtpd.ability === "string" && tlsStarts(smtpd, from);
  const inClear = attempt(() => stopFor(smtpd, client, false));
  const inTls = attempt(() => stopFor(smtpd, client, true));
  return [tlsGateClaim(smtpd, client, from), ...authClaims(smtpd, canTls ? inTls : undefined, inClear, from)];
}

type Attempt = Stop | Undecided;

function tlsGateClaim(smtpd: Smtpd, client: Client, from: AddressSet): Claim {
  const { tls } = smtpd;
  if (tls.wrapper) return claim("tlsGate", from, "connect", [tls.evidence]);
  if (tls.enforce) return claim("tlsGate", from, "mail", [tls.evidence]);
  // Whether the client is in mynetworks may be open and yet not matter here.
  const isOpen = typeof client.inMynetworks === "object";
  const inMynetworks = isOpen ? [true, false] : [client.inMynetworks];
  const stops = inMynetworks.map((answer) => attempt(() => stopFor(smtpd, { ...client, inMynetworks: answer }, false)));
  const undecided = stops.flatMap((stop) => (stop instanceof Undecided ? stop.missing : []));
  const decided = stops.filter((stop): stop is Stop => !(stop instanceof Undecided));
  const open = decided.flatMap(({ forTls }) => (typeof forTls === "object" ? forTls : []));
  if (undecided.length > 0 || open.length > 0)
    return claim("tlsGate", from, unknown(...undecided, ...open), [tls.evidence]);
  const gates = [...new Set(decided.map((stop) => (stop.forTls ? stop.gate : "none")))];
  const [gate = "none", other] = gates;
  if (other !== undefined) return claim("tlsGate", from, unknown(...missingOf(client)), [tls.evidence]);
  return claim("tlsGate", from, gate, gate === "none" ? [tls.evidence] : (decided[0]?.evidence ?? []));
}

function missingOf({ inMynetworks }: Client): readonly string[] {
  return typeof inMynetworks === "object" ? inMynetworks : [];
}

/** The relay is as open as its weakest way in: in clear where that is taken, and in TLS where that works. */
function authClaims({ tls, ability }: Smtpd, inTls: Attempt | undefined, inClear: Attempt, from: AddressSet): Claim[] {
  const ways = [...(inTls ? [inTls] : []), ...(tls.enforce ? [] : [inClear])];
  if (ways.length === 0) {
    const evidence = typeof ability === "string" ? [tls.evidence] : [tls.evidence, ability.evidence];
    return [
      claim("authGate", from, unknown("TLS that works: without it every client is refused at MAIL"), evidence),
      claim("relay", from, "closed", evidence),
    ];
  }
  const stops = ways.filter((way): way is Stop => !(way instanceof Undecided));
  const open = stops.find((stop) => stop.gate === "none");
  if (open) {
    const relay = open.discards ? unknown("where mail goes that DISCARD takes from everyone: nowhere") : "open";
    return [claim("authGate", from, "none", open.evidence), claim("relay", from, relay, open.evidence)];
  }
  const undecided = ways.filter((way): way is Undecided => way instanceof Undecided);
  if (undecided.length > 0) {
    const value = unknown(...undecided.flatMap((way) => way.missing));
    const evidence = stops.flatMap((stop) => stop.evidence);
    const decided = evidence.length > 0 ? evidence : [tls.evidence];
    return [claim("authGate", from, value, decided), claim("relay", from, value, decided)];
  }
  const { gate, evidence } = stops[0] as Stop;
  return [claim("authGate", from, gate, evidence), claim("relay", from, "closed", evidence)];
}

/** Why a dialogue does not show what it would say: a sentence and its place, and the facts that it leaves. */
interface Silence {
  readonly evidence: Evidence;
  readonly leaves: readonly FactName[];
}

/** The greeting itself refuses (554, 450, 451, 421): what shows is how it began and that nobody gets in. */
function turnedAway(smtpd: Smtpd, client: Client): Silence | undefined {
  const { tls } = smtpd;
  const stop = attempt(() => stopFor(smtpd, client, tls.wrapper));
  const evidence = stop instanceof Undecided || stop.gate !== "connect" ? undefined : stop.evidence[0];
  if (!evidence) return undefined;
  const leaves: FactName[] = ["implicitTls", "authGate", "relay"];
  if (tls.wrapper) leaves.push("tlsGate", "starttlsOffered", "tlsVersions");
  return { evidence, leaves };
}

/** Where AUTH may be offered, a list of exceptions that cannot be searched answers EHLO with 421. */
function failsAtEhlo({ settings, saslExceptions, discarded }: Smtpd, from: AddressSet): Silence | undefined {
  // The process keeps the failure of one client for the next ones, whoever they are.
  if (saslExceptions.failing.isEmpty || hides(discarded, from, "auth").answer) return undefined;
  const name = "smtpd_sasl_exceptions_networks";
  const says = `${name} has a block that cannot be searched: EHLO is answered with 421`;
  return { evidence: settings.evidence(name, says), leaves: ["implicitTls"] };
}

function unseen(each: Claim, { evidence, leaves }: Silence): Claim {
  if (leaves.includes(each.name)) return each;
  return claim(each.name, each.from, unknown(evidence.says), [...each.evidence, evidence]);
}
