import type { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import { type Claim, claim } from "../claims.js";
import type { Connector } from "./connector.js";
import type { PropertyName } from "./records.js";

/** What a connector does to the clients that it takes (Microsoft Learn, Set-ReceiveConnector and "Receive connectors"). */
export function dialogueClaims(connector: Connector, from: AddressSet): Claim[] {
  return [...tlsClaims(connector, from), ...authClaims(connector, from), ...gateClaims(connector, from)];
}

const schannel = unknown("the SCHANNEL settings in the registry of the server");

const notExported = (name: string, at: string) => unknown(`${name} of the connector in ${at}, which was not exported`);

function tlsClaims(connector: Connector, from: AddressSet): Claim[] {
  const { mechanisms, requiresTls, place, at } = connector;
  const own = [code(place("AuthMechanism"), "Tls in AuthMechanism makes STARTTLS advertised")];
  const never = { kind: "default", at, says: "a receive connector speaks TLS after STARTTLS alone" } as const;
  const gate: Maybe<"mail" | "none"> =
    requiresTls === undefined ? notExported("RequireTLS", at) : requiresTls ? "mail" : "none";
  const starttls = mechanisms === undefined ? notExported("AuthMechanism", at) : mechanisms.has("Tls");
  return [
    claim("implicitTls", from, false, [never]),
    claim("starttlsOffered", from, starttls === true ? "offered" : starttls === false ? "absent" : starttls, own),
    claim("tlsGate", from, gate, [code(place("RequireTLS"), "RequireTLS decides whether mail in clear is taken")]),
    ...(starttls === false ? [] : [claim("tlsVersions", from, schannel, own)]),
  ];
}

function authClaims(connector: Connector, from: AddressSet): Claim[] {
  const { mechanisms, offersKerberos, place, at } = connector;
  const evidence = [code(place("AuthMechanism"), "AuthMechanism names what is advertised and accepted")];
  if (!mechanisms) {
    const open = notExported("AuthMechanism", at);
    return [claim("authBeforeTls", from, open, evidence), claim("authMechanisms", from, open, evidence)];
  }
  const integrated = mechanisms.has("Integrated");
  const windows = !integrated ? [] : offersKerberos ? ["GSSAPI", "NTLM"] : ["NTLM"];
  const basic = mechanisms.has("BasicAuth") ? ["LOGIN"] : [];
  const clear = [
    ...windows.slice(0, -1),
    ...(mechanisms.has("BasicAuthRequireTLS") ? [] : basic),
    ...windows.slice(-1),
  ];
  const inside = [...windows.slice(0, -1), ...basic, ...windows.slice(-1)];
  const open = integrated && offersKerberos === undefined ? notExported("EnableAuthGSSAPI", at) : undefined;
  return [
    claim("authBeforeTls", from, open ?? { offered: clear, accepted: clear }, evidence),
    ...(mechanisms.has("Tls") ? [claim("authMechanisms", from, open ?? inside, evidence)] : []),
  ];
}

/** What a client without a login may do: the permission groups grant ms-Exch-SMTP-Submit and -Accept-Any-Recipient. */
function gateClaims(connector: Connector, from: AddressSet): Claim[] {
  const { mechanisms, groups, place, at } = connector;
  const both = (gate: Maybe<"mail" | "none">, relay: Maybe<"open" | "closed">, name: PropertyName, says: string) => {
    const evidence = [code(place(name), says)];
    return [claim("authGate", from, gate, evidence), claim("relay", from, relay, evidence)];
  };
  if (mechanisms?.has("ExternalAuthoritative"))
    return both("none", "open", "AuthMechanism", "ExternalAuthoritative takes every client for an Exchange server");
  if (!groups || !mechanisms) {
    const missing = notExported(groups ? "AuthMechanism" : "PermissionGroups", at);
    return both(missing, missing, "PermissionGroups", "the permission groups say who may send");
  }
  if (groups.has("AnonymousUsers") || groups.has("Custom")) {
    const rights = unknown("the rights of ANONYMOUS LOGON on the connector (Get-ADPermission)");
    const says = "whether clients without a login may relay (ms-Exch-SMTP-Accept-Any-Recipient) is not exported";
    return both(rights, rights, "PermissionGroups", says);
  }
  return both("mail", "closed", "PermissionGroups", "no permission group lets clients without a login send");
}

export function code(at: string, says: string): Evidence {
  return { kind: "code", at, says };
}
