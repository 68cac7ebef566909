import { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import { unknown } from "../../model/maybe.js";
import { type Claim, claim } from "../claims.js";
import { allUnknown } from "../port-facts.js";
import { isSince } from "../releases.js";
import { authOffers, listed, taken } from "./auth.js";
import { clientBlock } from "./blocks.js";
import type { HarakaFiles } from "./files.js";
import { gateClaims } from "./gates.js";
import type { Haraka } from "./haraka.js";
import type { Listener } from "./listeners.js";
import type { Tls } from "./tls.js";

/** What clients meet behind one socket. @throws NotAtHand */
export function dialogueClaims(haraka: Haraka, listener: Listener, clients: AddressSet): Claim[] {
  const { files, plugins } = haraka;
  const wrapper = claim("implicitTls", clients, listener.implicitTls, [listener.evidence]);
  const [stranger] = plugins.strange;
  if (stranger) {
    const says = "a plugin whose code is not known here may change everything that is said";
    const missing = plugins.strange.map((each) => `what the plugin ${each.name} does`);
    const at = { kind: "code", at: stranger.at, says } as const;
    const open = ["starttlsOffered", "tlsGate", "tlsVersions", "authBeforeTls", "authMechanisms", "authGate"] as const;
    return [
      wrapper,
      ...allUnknown(clients, missing, [at], [...open, "relay", "vrfy", "earlyPipelining", "bareNewline"]),
    ];
  }
  const proxies = proxyClients(files).intersect(clients);
  const says = "these clients are proxies and get no SMTP dialogue of their own";
  const proxied = files.evidence("connection.ini", "haproxy", "hosts", says);
  const direct = clients.subtract(proxies);
  return [
    ...allUnknown(proxies, ["the clients of the proxy (connection.ini, haproxy.hosts)"], [proxied]),
    ...[wrapper].map((each) => ({ ...each, from: direct }) as Claim),
    ...(listener.implicitTls ? insideTls(haraka, listener, direct) : besideTls(haraka, listener, direct)),
    ...gateClaims(haraka, listener, direct),
    claim("vrfy", direct, "silent", [{ kind: "default", at: files.at("plugins"), says: "no plugin answers VRFY" }]),
    ...defences(haraka, direct),
  ];
}

/**
 * Haraka's core reads what comes early. Since 3.3.4 it ends the connection at a bare newline within a message; before, a dot
 * behind one ended the message.
 */
function defences({ files, plugins }: Haraka, from: AddressSet): Claim[] {
  const refuses = isSince(files.version, "3.3.4");
  const early = plugins.all.find(({ name }) => name === "early_talker");
  const at = files.at("plugins");
  const taken: Evidence = { kind: "default", at, says: "no plugin looks for commands that come before their turn" };
  const doubt: Evidence = {
    kind: "code",
    at: early?.at ?? at,
    says: "early_talker looks for clients that talk too soon",
  };
  const newline: Evidence = {
    kind: "default",
    at,
    says: refuses
      ? "a bare newline within a message ends the connection"
      : "before 3.3.4 a dot behind a bare newline ends a message",
  };
  return [
    claim("earlyPipelining", from, early ? unknown("the pause of early_talker") : "accepted", [early ? doubt : taken]),
    claim(
      "bareNewline",
      from,
      refuses === undefined ? unknown("the Haraka version") : refuses ? "rejected" : "accepted",
      [newline],
    ),
  ];
}

function proxyClients(files: HarakaFiles): AddressSet {
  const ini = files.ini("connection.ini");
  const hosts = ini.boolean("haproxy", "enabled", true) ? ini.setting("haproxy", "hosts") : undefined;
  return AddressSet.join((hosts?.values ?? []).flatMap((each) => clientBlock(each.replace(/[[\]]/g, ""), "own") ?? []));
}

const nothing = { offered: [], accepted: [] };

function insideTls({ files, plugins, tls }: Haraka, { evidence, port }: Listener, from: AddressSet): Claim[] {
  const offers = authOffers(files, plugins);
  return [
    claim("starttlsOffered", from, "absent", [evidence]),
    claim("tlsGate", from, "connect", [evidence]),
    claim("authBeforeTls", from, nothing, [evidence]),
    ...handshakeClaims(tls, port, from),
    claim("certificateFile", from, "elsewhere", [tls.certificateEvidence]),
    claim("authMechanisms", from, listed(offers), evidenceOf(offers, files)),
  ];
}

function besideTls({ files, plugins, tls }: Haraka, { port }: Listener, from: AddressSet): Claim[] {
  const offers = authOffers(files, plugins);
  const starttls = tls.starttls(port);
  const named = tls.certificateNamed ? starttls.to : AddressSet.empty;
  const [offered, absent] = [from.intersect(named), from.subtract(named)];
  const why = [starttls.evidence, ...(tls.certificateNamed ? [] : [tls.certificateEvidence])];
  const none = { accepted: [], refused: ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] } as const;
  const says = "Haraka has no setting that refuses mail in clear for want of TLS";
  return [
    claim("starttlsOffered", offered, "offered", why),
    claim("starttlsOffered", absent, "absent", why),
    claim("tlsGate", from, "none", [{ kind: "default", at: files.at("smtp.ini"), says }]),
    ...handshakeClaims(tls, port, offered),
    claim("certificateFile", starttls.to.intersect(from), tls.certificateNamed ? "elsewhere" : "none", [
      tls.certificateEvidence,
    ]),
    claim("tlsVersions", absent, none, why),
    claim("authMechanisms", offered, listed(offers), evidenceOf(offers, files)),
    ...AddressSet.firstComers([...offers.map((each) => each.inClear), from]).flatMap((some) => {
      const clients = some.intersect(from);
      const mine = offers.filter((each) => each.inClear.contains(clients) && !clients.isEmpty);
      const value = mine.length > 0 ? { offered: listed(mine), accepted: taken(mine) } : nothing;
      return [claim("authBeforeTls", clients, value, evidenceOf(offers, files))];
    }),
  ];
}

function handshakeClaims(tls: Tls, port: number, from: AddressSet): Claim[] {
  if (tls.demandsClientCertificate(port))
    return allUnknown(
      from,
      ["the certificate of the client, which tls.ini demands"],
      [tls.versionsEvidence],
      ["tlsVersions"],
    );
  return [claim("tlsVersions", from, tls.versions, [tls.versionsEvidence])];
}

function evidenceOf(offers: readonly { readonly evidence: Evidence }[], files: HarakaFiles): Evidence[] {
  if (offers.length > 0) return offers.map((each) => each.evidence);
  return [{ kind: "code", at: files.at("plugins"), says: "no plugin offers AUTH" }];
}
