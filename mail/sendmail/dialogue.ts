import type { Evidence } from "../../model/evidence.js";
import { all, isUnknown, type Maybe, mapKnown, missingOf, not, unknown } from "../../model/maybe.js";
import { type Claim, claim } from "../claims.js";
import { allUnknown, dialogue } from "../port-facts.js";
import type { ClientClass, Clients } from "./clients.js";
import type { Configuration } from "./configuration.js";
import type { Daemon } from "./daemon.js";
import { featuresOf } from "./features.js";
import { gateClaims } from "./gates.js";
import { hygieneClaims } from "./hygiene.js";
import { mechanismsOf } from "./mechanisms.js";
import { requirementOf } from "./requirement.js";
import { isRefused, type Situation } from "./situation.js";
import { type Certificate, certificateOf, versionsOf } from "./tls.js";

/** What a session tells; TLS from the first byte is the port's own. */
const session = dialogue.filter((name) => name !== "implicitTls");

/** What the daemon says to the clients of one class. */
export function dialogueClaims(
  configuration: Configuration,
  clients: Clients,
  daemon: Daemon,
  client: ClientClass,
): Claim[] {
  const { from } = client;
  const at: Evidence = { kind: "code", at: daemon.at, says: "the modifiers in DaemonPortOptions (M=)" };
  const implicit = daemon.modifiers.has("s");
  const kind = claim("implicitTls", from, implicit, [at]);
  const odd = oddities(configuration, clients, client);
  if (odd.length > 0) return [kind, ...allUnknown(from, odd, [at], session)];
  const features = featuresOf(configuration, daemon, client.features?.value ?? "");
  const { works, setting, lacks } = certificateOf(configuration);
  const options: Evidence = {
    kind: setting ? "code" : "default",
    at: setting?.at ?? configuration.at,
    says: lacks === undefined ? "certificate, key and CA are set" : `${lacks} is not set: there is no TLS`,
  };
  if (implicit && works === false) return unusable(client, options);
  const refused = isRefused(client) && configuration.delayed === undefined;
  const tls = implicit ? works : all(works, features.starttls && !refused);
  const situation = { configuration, clients, daemon, client, features, tls };
  return [
    kind,
    ...(implicit ? wrapped(situation, at) : inClear(situation, features.starttls ? options : at, refused)),
    ...(daemon.modifiers.has("S") ? [] : certificateClaims({ works, lacks }, from, options)),
    ...insideTls(situation, refused, at),
    ...gateClaims(situation),
    vrfy(situation, refused),
    ...hygieneClaims(situation, refused),
  ];
}

function certificateClaims(
  { works, lacks }: Pick<Certificate, "works" | "lacks">,
  from: ClientClass["from"],
  options: Evidence,
): Claim[] {
  if (lacks !== undefined) return [claim("certificateFile", from, "none", [options])];
  return works === true ? [claim("certificateFile", from, "elsewhere", [options])] : [];
}

/** What makes the whole session undecided. */
function oddities(configuration: Configuration, clients: Clients, client: ClientClass): string[] {
  const { connect, features } = client;
  const odd = configuration.doubtsOf("dialogue");
  if (isRefused(client)) odd.push(...clients.loosenedByName.connect);
  if (connect && /^DISCARD|^(?:ERROR:(?:\d\.\d\.\d:)?)?"?421/i.test(connect.value))
    odd.push(`what becomes of clients that ${connect.at} turns away`);
  if (features && /^temp/i.test(features.value)) odd.push(`what becomes of clients that ${features.at} puts off`);
  return odd;
}

/** A port that speaks TLS from the first byte, without TLS: the connection ends at once. */
function unusable({ from }: ClientClass, evidence: Evidence): Claim[] {
  const failure = { stage: "greeting", kind: "closed", afterMs: 0, detail: evidence.says } as const;
  return [
    claim("pathFailure", from, failure, [evidence]),
    claim("certificateFile", from, "none", [evidence]),
    claim("authGate", from, "connect", [evidence]),
    claim("relay", from, "closed", [evidence]),
  ];
}

function wrapped({ client: { from } }: Situation, at: Evidence): Claim[] {
  return [
    claim("starttlsOffered", from, "absent", [at]),
    claim("tlsGate", from, "connect", [at]),
    claim("authBeforeTls", from, { offered: [], accepted: [] }, [at]),
  ];
}

function inClear(
  { configuration, client: { from }, features, tls }: Situation,
  at: Evidence,
  refused: boolean,
): Claim[] {
  const offered = features.auth && !refused;
  const mechanisms: Maybe<readonly string[]> = offered
    ? mapKnown<boolean, Maybe<readonly string[]>>(features.secret, (secret) => mechanismsOf(configuration, secret))
    : [];
  return [
    claim(
      "starttlsOffered",
      from,
      mapKnown(tls, (is) => (is ? "offered" : "absent")),
      [at],
    ),
    claim(
      "authBeforeTls",
      from,
      mapKnown(mechanisms, (names) => ({ offered: names, accepted: names })),
      [auth(configuration)],
    ),
  ];
}

function insideTls(situation: Situation, refused: boolean, at: Evidence): Claim[] {
  const { configuration, client, features, tls } = situation;
  const { from } = client;
  if (tls === false) return [];
  const offered: Maybe<readonly string[]> = features.auth && !refused ? mechanismsOf(configuration, false) : [];
  const names = mapKnown(requirementOf(situation).met, () => offered);
  const versions = versionsOf(configuration);
  return [
    claim("authMechanisms", from, isUnknown(tls) ? tls : names, [auth(configuration)]),
    claim("tlsVersions", from, isUnknown(tls) ? tls : versions, [
      {
        ...at,
        at: configuration.last("ServerSSLOptions")?.at ?? configuration.last("CipherList")?.at ?? configuration.at,
        says: "ServerSSLOptions and CipherList; the TLS library decides about TLS 1.0 and 1.1",
      },
    ]),
  ];
}

function auth(configuration: Configuration): Evidence {
  const setting = configuration.last("AuthMechanisms") ?? configuration.last("AuthOptions");
  const says = "AuthMechanisms; AuthOptions with p keeps passwords for TLS";
  return { kind: setting ? "code" : "default", at: setting?.at ?? configuration.at, says };
}

function vrfy({ configuration, client: { from }, features }: Situation, refused: boolean): Claim {
  const setting = configuration.last("PrivacyOptions");
  const says = "VRFY and EXPN are answered but for novrfy and noexpn, or goaway, in PrivacyOptions";
  const evidence: Evidence = { kind: setting ? "code" : "default", at: setting?.at ?? configuration.at, says };
  const doubts = configuration.doubtsOf("vrfy");
  const silent = refused || all(not(features.vrfy), not(features.expn));
  const value = doubts.length > 0 && silent !== true ? unknown(...doubts, ...missingOf(silent)) : silent;
  return claim(
    "vrfy",
    from,
    mapKnown(value, (is) => (is ? "silent" : "discloses")),
    [evidence],
  );
}
