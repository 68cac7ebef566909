import type { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import type { FactName, TlsVersion } from "../../model/fact.js";
import { isUnknown, type Maybe, mapKnown, missingOf, unknown } from "../../model/maybe.js";
import { type Claim, claim } from "../claims.js";
import { networkOf } from "./filters.js";
import type { Listener } from "./listeners.js";
import { authBroken, listedMechanisms } from "./mechanisms.js";
import { View } from "./view.js";

/** One kind of client at one listener. */
export interface Visit {
  readonly from: AddressSet;
  /** The address it connects to; undefined for one that no `local` block names. */
  readonly local?: AddressSet;
  /** It connects from the address that it connects to. */
  readonly own: boolean;
}

const shown = [
  "implicitTls",
  "starttlsOffered",
  "tlsGate",
  "tlsVersions",
  "authBeforeTls",
  "authMechanisms",
  "authGate",
  "relay",
] as const satisfies readonly FactName[];

const modes = ["yes", "no", "required"] as const;
const versions: readonly TlsVersion[] = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/**
 * What submission-login says to these clients (src/submission-login, src/login-common). Nobody gets past MAIL without a
 * login: the relay is closed in every configuration.
 */
export function dialogue(listener: Listener, views: Views, visit: Visit, defaultMinimum: Maybe<string>): Claim[] {
  const { from } = visit;
  const { client, service } = views;
  const conflict = client.conflict ?? service.conflict;
  if (conflict) return broken(from, conflict.at, `two blocks set ${conflict.name} for the same connection`, "closed");
  if (listener.haproxy)
    return silent(from, "the proxy in front (haproxy)", [
      { ...listener.evidence, says: "the listener expects a proxy: other clients get no SMTP dialogue" },
    ]);
  if (client.isSet("login_access_sockets"))
    return silent(from, "what login_access_sockets asks", [
      client.evidence("login_access_sockets", "login_access_sockets decides who gets in"),
    ]);
  const auth = authBroken(service);
  if (auth && "unknown" in auth) return silent(from, auth.unknown, [auth.evidence]);
  if (auth) return broken(from, auth.evidence.at, auth.evidence.says, "timeout");
  const ssl = client.oneOf("ssl", modes);
  const atStart = service.oneOf("ssl", modes);
  const minimum = mapKnown(
    client.isSet("ssl_min_protocol") ? client.text("ssl_min_protocol") : defaultMinimum,
    minimal,
  );
  const evidence = client.evidence("ssl", "ssl decides whether and for whom TLS is there");
  const secured = isSecured(client, visit, ssl);
  if (isUnknown(ssl) || isUnknown(atStart) || isUnknown(secured))
    return silent(from, missingOf(ssl, atStart, secured), [evidence]);
  if (atStart !== "no" && minimum === undefined)
    return broken(from, client.evidence("ssl_min_protocol", "").at, "ssl_min_protocol is no version", "closed");
  const hasTls = ssl !== "no" && atStart !== "no";
  if (listener.ssl && !hasTls)
    return broken(from, evidence.at, "the listener needs TLS and ssl is off for it", "closed");
  const accepted = mapKnown(minimum ?? unknown("ssl_min_protocol"), (low) => ({
    accepted: versions.slice(low),
    refused: versions.slice(0, low),
  }));
  const permits = "ssl_min_protocol permits these versions; the system's OpenSSL may refuse more";
  const mechanisms = listedMechanisms(service);
  const always = [
    claim("implicitTls", from, listener.ssl, [listener.evidence]),
    ...gates(client, from, evidence),
    ...(hasTls
      ? [
          claim("tlsVersions", from, accepted, [client.evidence("ssl_min_protocol", permits)]),
          claim("authMechanisms", from, mechanisms.all, mechanisms.evidence),
        ]
      : []),
  ];
  if (listener.ssl)
    return [
      ...always,
      claim("starttlsOffered", from, "absent", [listener.evidence]),
      claim("tlsGate", from, "connect", [listener.evidence]),
      claim("authBeforeTls", from, { offered: [], accepted: [] }, [listener.evidence]),
    ];
  const required = ssl === "required" && !secured;
  return [
    ...always,
    claim("starttlsOffered", from, hasTls ? "offered" : "absent", [evidence]),
    claim("tlsGate", from, required ? "mail" : "none", [evidence]),
    authInClear(client, from, required, secured, mechanisms, evidence),
  ];
}

/** The settings of the connection, and those that the process reads at its start. */
export interface Views {
  readonly client: View;
  readonly service: View;
}

export function viewsOf(configuration: View["configuration"], { from, local }: Visit): Views {
  const protocol = "submission";
  const client = new View(configuration, { protocol, remote: from, ...(local ? { local } : {}) });
  return { client, service: new View(configuration, { protocol }) };
}

function minimal(text: string): number | undefined {
  if (/^any$/i.test(text)) return 0;
  const index = versions.findIndex((each) => each.toLowerCase() === text.toLowerCase());
  return index < 0 ? undefined : index;
}

/** Clients of trusted networks and those on the server itself count as secured (client-common.c, client_alloc). */
function isSecured(view: View, { from, own }: Visit, ssl: Maybe<string>): Maybe<boolean> {
  if (own) return true;
  if (view.configuration.syntax === "2.4" && ssl === "required") return false;
  return mapKnown(trustedNetworks(view), (networks) => networks.some((each) => each.contains(from)));
}

function authInClear(
  view: View,
  from: AddressSet,
  required: boolean,
  secured: boolean,
  { all, plaintext, evidence: listed }: ReturnType<typeof listedMechanisms>,
  evidence: Evidence,
): Claim {
  if (required) return claim("authBeforeTls", from, { offered: [], accepted: [] }, [evidence]);
  const older = view.configuration.syntax === "2.3";
  const name = older ? "disable_plaintext_auth" : "auth_allow_cleartext";
  const allowed = mapKnown(view.yes(name), (yes) => secured || yes !== older);
  const value = mapKnown(allowed, (isAllowed) =>
    mapKnown(all, (names) => {
      const usable = names.filter((each) => isAllowed || !plaintext.includes(each));
      return { offered: usable, accepted: usable };
    }),
  );
  const says = secured
    ? "clients of login_trusted_networks and of the server's own addresses count as secured"
    : `${name} decides whether passwords are taken in clear`;
  return claim("authBeforeTls", from, value, [
    view.evidence(secured ? "login_trusted_networks" : name, says),
    ...listed,
  ]);
}

function gates(view: View, from: AddressSet, evidence: Evidence): Claim[] {
  const name = "submission_client_workarounds";
  const words = view.words(name);
  const isOpen = isUnknown(words) || words.some((each) => each.toLowerCase() === "implicit-auth-external");
  const silentVrfy = claim("vrfy", from, "silent", [evidence]);
  if (isOpen) {
    const value = unknown("client certificates: implicit-auth-external logs their owners in at MAIL");
    const says = [view.evidence(name, `${name} lets MAIL log in`)];
    return [claim("authGate", from, value, says), claim("relay", from, value, says), silentVrfy];
  }
  const says = { ...evidence, says: "submission-login takes MAIL after a login alone" };
  return [claim("authGate", from, "mail", [says]), claim("relay", from, "closed", [says]), silentVrfy];
}

/** The networks up to the first that is none (client_is_trusted). */
export function trustedNetworks(view: View): Maybe<readonly AddressSet[]> {
  return mapKnown(view.words("login_trusted_networks"), (words) => {
    const networks: AddressSet[] = [];
    for (const word of words) {
      const network = networkOf(word);
      if (!network) break;
      networks.push(network.set);
    }
    return networks;
  });
}

/** The port opens and nobody is greeted. */
function broken(from: AddressSet, at: string, says: string, kind: "closed" | "timeout"): Claim[] {
  const evidence: Evidence = { kind: "code", at, says };
  const failure = { stage: "greeting", kind, afterMs: 0, detail: says } as const;
  return [
    claim("pathFailure", from, failure, [evidence]),
    ...silent(from, `a server that greets: ${says}`, [evidence]),
  ];
}

export function silent(from: AddressSet, missing: string | readonly string[], evidence: readonly Evidence[]): Claim[] {
  return shown.map((name) => claim(name, from, unknown(...[missing].flat()), evidence));
}
