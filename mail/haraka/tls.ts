import { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import type { FactValues, TlsVersion } from "../../model/fact.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import { clientBlock } from "./blocks.js";
import type { HarakaFiles } from "./files.js";
import { type Listener, Stops } from "./listeners.js";
import type { Plugins } from "./plugins.js";

const versions: readonly TlsVersion[] = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/** What tls.ini makes of TLS on every port. */
export interface Tls {
  /** Key and certificate are named; whether the files are good, or there, is not looked at. */
  readonly certificateNamed: boolean;
  readonly certificateEvidence: Evidence;
  readonly versions: Maybe<FactValues["tlsVersions"]>;
  readonly versionsEvidence: Evidence;
  /** Clients without a certificate of their own do not get into TLS on this port. */
  readonly demandsClientCertificate: (port: number) => boolean;
  readonly starttls: (port: number) => { readonly to: AddressSet; readonly evidence: Evidence };
}

/** @throws NotAtHand; Stops for a version that Node.js does not know. */
export function tlsOf(files: HarakaFiles, plugins: Plugins, listeners: readonly Listener[]): Tls {
  const ini = files.ini("tls.ini");
  const named = ["key", "cert"].every((key) => ini.setting("main", key)?.values[0] !== "");
  const evidence = (key: string, says: string) => files.evidence("tls.ini", "main", key, says);
  const demanded = ini.setting("main", "requireAuthorized")?.values.map(Number) ?? [];
  const asks = ini.boolean("main", "requestCert", true);
  const insists = ini.boolean("main", "rejectUnauthorized", false);
  const wrapped = listeners.filter((each) => each.implicitTls);
  if (!named && wrapped.length > 0)
    throw new Stops(evidence("key", "smtps_port has neither key nor certificate: Haraka does not start"));
  // Haraka writes the answer for smtps_port into the options that STARTTLS uses too.
  const everywhere = insists || wrapped.some((each) => demanded.includes(each.port));
  const open = permitted(files, plugins);
  const none = { accepted: [], refused: versions };
  return {
    certificateNamed: named,
    certificateEvidence: evidence("cert", "tls.ini names key and certificate"),
    versions: named ? open : none,
    versionsEvidence: evidence("minVersion", "minVersion permits these versions; OpenSSL may refuse more"),
    demandsClientCertificate: (port) => asks && (everywhere || demanded.includes(port)),
    starttls: (port) => starttlsOn(port, files, plugins),
  };
}

function permitted(files: HarakaFiles, plugins: Plugins): Maybe<FactValues["tlsVersions"]> {
  const ini = files.ini("tls.ini");
  const minVersion = ini.text("main", "minVersion");
  const floor = versions.indexOf((minVersion ?? "TLSv1.2") as TlsVersion);
  if (floor < 1) {
    const says = "minVersion names no version of TLS";
    if (plugins.find("tls"))
      throw new Stops(files.evidence("tls.ini", "main", "minVersion", `${says}: Haraka does not start`));
    return unknown(`what Haraka does where ${says}`);
  }
  for (const key of ["secureProtocol", "secureOptions"])
    if (ini.setting("main", key)) return unknown(`what ${key} of tls.ini makes of the versions`);
  const accepted = versions.slice(floor);
  return { accepted, refused: versions.filter((each) => !accepted.includes(each)) };
}

/** Whom the plugin `tls` offers STARTTLS on a port that does not speak TLS from the first byte. */
function starttlsOn(port: number, files: HarakaFiles, plugins: Plugins) {
  const plugin = plugins.find("tls");
  if (!plugin) {
    const says = "without the plugin tls nobody is offered STARTTLS";
    return { to: AddressSet.empty, evidence: { kind: "code", at: files.at("plugins"), says } as const };
  }
  const ini = files.ini("tls.ini");
  const ports = ini.setting("main", "no_starttls_ports");
  if (ports?.isList && ports.values.some((value) => /^-?\d+$/.test(value) && Number(value) === port)) {
    const says = `no_starttls_ports takes STARTTLS from port ${port}`;
    return { to: AddressSet.empty, evidence: { kind: "code", at: ports.at, says } as const };
  }
  const hosts = [...ini.section("no_tls_hosts").keys()].flatMap((host) => clientBlock(host, "own") ?? []);
  const evidence = { kind: "code", at: plugin.at, says: "the plugin tls offers STARTTLS" } as const;
  return { to: AddressSet.join(hosts).complement(), evidence };
}
