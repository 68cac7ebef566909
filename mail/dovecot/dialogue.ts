import type { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import type { TlsVersion } from "../../model/fact.js";
import { isUnknown, type Maybe, mapKnown, missingOf, unknown } from "../../model/maybe.js";
import { type Claim, claim } from "../claims.js";
import { allUnknown } from "../port-facts.js";
import { certificateSetting } from "./certificate.js";
import { networkOf } from "./filters.js";
import type { Listener } from "./listeners.js";
import { authTrouble, isPlaintext, type Mechanisms, mechanismsOf } from "./mechanisms.js";
import { View } from "./view.js";

/** One kind of client at one listener. */
export interface Visit {
  readonly from: AddressSet;
  /** The address it connects to; undefined for one that no `local` block names. */
  readonly local?: AddressSet;
  /** It connects from the address that it connects to. */
  readonly own: boolean;
}

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
  if (conflict)
    return broken(listener, from, conflict.at, `two blocks set ${conflict.name} for the same connection`, "closed");
  if (listener.haproxy)
    return allUnknown(
      from,
      ["the proxy in front (haproxy)"],
      [{ ...listener.evidence, says: "the listener expects a proxy: other clients get no SMTP dialogue" }],
    );
  if (client.isSet("login_access_sockets"))
    return allUnknown(
      from,
      ["what login_access_sockets asks"],
      [client.evidence("login_access_sockets", "login_access_sockets decides who gets in")],
    );
  const trouble = authTrouble(service);
  if (trouble?.missing) return allUnknown(from, trouble.missing, [trouble.evidence]);
  if (trouble) return broken(listener, from, trouble.evidence.at, trouble.evidence.says, "busy");
  const ssl = client.oneOf("ssl", modes);
  const atStart = service.oneOf("ssl", modes);
  const minimum = mapKnown(
    client.isSet("ssl_min_protocol") ? client.text("ssl_min_protocol") : defaultMinimum,
    minimal,
  );
  const evidence = client.evidence("ssl", "ssl decides whether and for whom TLS is there");
  const secured = isSecured(client, visit, ssl);
  if (isUnknown(ssl) || isUnknown(atStart) || isUnknown(secured))
    return allUnknown(from, missingOf(ssl, atStart, secured), [evidence]);
  if (isRefused(client))
    return broken(
      listener,
      from,
      evidence.at,
      "auth_allow_cleartext = yes and ssl = required exclude each other",
      "closed",
    );
  const hasTls = ssl !== "no" && atStart !== "no";
  if (listener.ssl && !hasTls)
    return broken(listener, from, evidence.at, "the listener needs TLS and ssl is off for it", "closed");
  const failing = noCertificate(client) ?? (minimum === undefined ? noVersion(client) : undefined);
  if (listener.ssl && failing) return broken(listener, from, failing.at, failing.says, "closed");
  const mechanisms = mechanismsOf(service);
  const always = [
    claim("implicitTls", from, listener.ssl, [listener.evidence]),
    ...gates(client, from, evidence),
    ...(hasTls ? [versionsClaim(client, from, minimum, failing)] : []),
    ...(hasTls && !failing ? [claim("authMechanisms", from, mechanisms.listed, mechanisms.evidence)] : []),
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
    required
      ? claim("authBeforeTls", from, { offered: [], accepted: [] }, [evidence])
      : authInClear(client, from, secured, mechanisms),
  ];
}

/** The settings of the connection, and those that the process reads at its start. */
export interface Views {
  readonly client: View;
  readonly service: View;
}

export function viewsOf(configuration: View["configuration"], { from, local }: Visit): Views {
  const process = { protocol: "submission", within: "ssl_server" };
  const client = new View(configuration, { ...process, remote: from, ...(local ? { local } : {}) });
  return { client, service: new View(configuration, process) };
}

/** 2.4's login process takes no settings that it calls contradictory; what stands in ssl_server it does not compare. */
function isRefused({ configuration, outer }: View): boolean {
  return (
    configuration.syntax === "2.4" && outer.text("ssl") === "required" && outer.yes("auth_allow_cleartext") === true
  );
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

/** @param failing why no handshake succeeds. */
function versionsClaim(view: View, from: AddressSet, low: Maybe<number | undefined>, failing?: Evidence): Claim {
  const value = mapKnown(failing ? versions.length : low, (refused) => ({
    accepted: versions.slice(refused),
    refused: versions.slice(0, refused),
  }));
  const says = "ssl_min_protocol permits these versions; the system's OpenSSL may refuse more";
  return claim("tlsVersions", from, value, [failing ?? view.evidence("ssl_min_protocol", says)]);
}

function noCertificate(view: View): Evidence | undefined {
  const name = certificateSetting(view.configuration.syntax);
  const setting = view.setting(name);
  const isSet = setting !== undefined && setting.value !== "";
  return isSet ? undefined : view.evidence(name, `${name} is empty: no handshake succeeds`);
}

function noVersion(view: View): Evidence {
  return view.evidence("ssl_min_protocol", "ssl_min_protocol is no version: no handshake succeeds");
}

function authInClear(view: View, from: AddressSet, secured: boolean, { listed, usable, evidence }: Mechanisms): Claim {
  const older = view.configuration.syntax === "2.3";
  const name = older ? "disable_plaintext_auth" : "auth_allow_cleartext";
  const isAllowed = mapKnown(view.yes(name), (yes) => secured || yes !== older);
  const value =
    isUnknown(isAllowed) || isUnknown(listed) || isUnknown(usable)
      ? unknown(...missingOf(isAllowed, listed, usable))
      : {
          offered: listed.filter((each) => isAllowed || !isPlaintext(each)),
          accepted: usable.filter((each) => isAllowed || !isPlaintext(each)),
        };
  const says = secured
    ? "clients of login_trusted_networks and of the server's own addresses count as secured"
    : `${name} decides whether passwords are taken in clear`;
  return claim("authBeforeTls", from, value, [
    view.evidence(secured ? "login_trusted_networks" : name, says),
    ...evidence,
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
function broken(listener: Listener, from: AddressSet, at: string, says: string, kind: "closed" | "busy"): Claim[] {
  const evidence: Evidence = { kind: "code", at, says };
  const failure = { stage: "greeting", kind, afterMs: 0, detail: says } as const;
  const open = ["starttlsOffered", "tlsGate", "tlsVersions", "authMechanisms"] as const;
  return [
    claim("pathFailure", from, failure, [evidence]),
    claim("implicitTls", from, listener.ssl, [listener.evidence]),
    claim("authBeforeTls", from, { offered: [], accepted: [] }, [evidence]),
    claim("authGate", from, "connect", [evidence]),
    claim("relay", from, "closed", [evidence]),
    ...allUnknown(from, [`a server that greets: ${says}`], [evidence], open),
  ];
}
