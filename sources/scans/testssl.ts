import type { CertificateValue, TlsVersion } from "../../model/fact.js";
import { unknown } from "../../model/maybe.js";
import { field, isObject, textOf } from "../host-firewall/nftables-json.js";
import { certificateClaim } from "./certificate.js";
import type { Claim, Scan, Scans } from "./scan.js";
import { suiteClaims, type VersionSeen } from "./suites.js";

const versions: Readonly<Record<string, TlsVersion>> = {
  SSLv3: "SSLv3",
  TLS1: "TLSv1",
  TLS1_1: "TLSv1.1",
  TLS1_2: "TLSv1.2",
  TLS1_3: "TLSv1.3",
};

/** JSON of testssl.sh: a list of findings (`--jsonfile`), or with an invocation around it (`--jsonfile-pretty`). */
export function recognisesTestssl(start: string): boolean {
  if (/^\s*\{/.test(start)) return /"Invocation"\s*:\s*"testssl/.test(start) && /"scanResult"\s*:/.test(start);
  return /^\s*\[\s*\{\s*"id"\s*:/.test(start) && /"severity"\s*:/.test(start) && /"finding"\s*:/.test(start);
}

interface Line {
  readonly id: string;
  readonly finding: string;
}

/** The findings of one port; the last of a whole scan is its `scanTime` in seconds. */
interface Findings {
  readonly host: string | undefined;
  readonly port: number;
  readonly lines: readonly Line[];
}

export function readTestssl(document: unknown, path: string): Scans {
  // What follows is the date of its release.
  const [version] = textOf(field(document, "version"))?.split(" ") ?? [];
  const scanner = version ? `testssl.sh ${version}` : "testssl.sh";
  const date = dateOf(field(document, "startTime"));
  const ports = Array.isArray(document) ? flat(document) : pretty(document);
  const scans = ports.flatMap(({ host, port, lines }): Scan[] =>
    host === undefined || !(port > 0) ? [] : [{ scanner, date, host, port, claims: claimsOf(lines) }],
  );
  const says = "the file has no finding of a host and port";
  return { scans, notices: scans.length === 0 ? [{ at: path, says }] : [] };
}

/** Each finding names its port. */
function flat(document: readonly unknown[]): Findings[] {
  const ports = new Map<string, { host: string | undefined; port: number; lines: Line[] }>();
  for (const each of document) {
    const [host = ""] = (textOf(field(each, "ip")) ?? "").split("/");
    const port = Number(field(each, "port"));
    const known = ports.get(`${host}:${port}`) ?? { host: host || undefined, port, lines: [] };
    ports.set(`${host}:${port}`, known);
    known.lines.push(...lineOf(each));
  }
  const all = [...ports.values()];
  // What is about the scan and not about a port counts for all of its ports.
  const general = all.filter(({ port }) => !(port > 0)).flatMap(({ lines }) => lines);
  return all.filter(({ port }) => port > 0).map((each) => ({ ...each, lines: [...each.lines, ...general] }));
}

/** The findings of a port stand in sections. */
function pretty(document: unknown): Findings[] {
  const results = field(document, "scanResult");
  const scanTime = field(document, "scanTime");
  const end = scanTime === undefined ? [] : [{ id: "scanTime", finding: String(scanTime) }];
  return (Array.isArray(results) ? results : []).map((result) => ({
    host: textOf(field(result, "targetHost")) || textOf(field(result, "ip")),
    port: Number(field(result, "port")),
    lines: [
      ...(isObject(result) ? Object.values(result) : []).flatMap((each) =>
        Array.isArray(each) ? each.flatMap(lineOf) : [],
      ),
      ...end,
    ],
  }));
}

function lineOf(each: unknown): Line[] {
  const [id, finding] = [textOf(field(each, "id")), textOf(field(each, "finding"))];
  return id === undefined || finding === undefined ? [] : [{ id, finding }];
}

function claimsOf(lines: readonly Line[]): Claim[] {
  if (!lines.some(({ id, finding }) => id === "scanTime" && /^\d+$/.test(finding))) {
    const reason = "testssl.sh was interrupted, or its findings were filtered by severity";
    return (["tlsVersions", "weakSuites", "certificate"] as const).map((name) => ({
      name,
      value: unknown(reason),
      says: reason,
    }));
  }
  return [...versionClaims(lines), ...certificateClaims(lines)];
}

function versionClaims(lines: readonly Line[]): Claim[] {
  const seen = new Map<TlsVersion, VersionSeen>();
  const failed = new Map<TlsVersion, string>();
  for (const [id, version] of Object.entries(versions)) {
    const said = lines.find((line) => line.id === id)?.finding;
    if (said === undefined) continue;
    const suites = suitesOf(lines, id);
    if (/^offered/.test(said)) seen.set(version, { accepted: true, suites: suites.length > 0 ? suites : undefined });
    else if (/^not offered/.test(said)) seen.set(version, { accepted: false });
    else failed.set(version, `testssl.sh: ${said.slice(0, 200)}`);
  }
  return suiteClaims(seen, failed);
}

/** `cipher-tls1_2_xc030`: one line for each suite of a version, with IANA's name at its end. */
function suitesOf(lines: readonly Line[], version: string): string[] {
  const id = new RegExp(`^cipher-${version.toLowerCase()}_x[0-9a-f]+$`);
  const named = lines.filter((line) => id.test(line.id)).map(({ finding }) => finding.trim().split(/\s+/).at(-1) ?? "");
  return [...new Set(named.filter((name) => /^(TLS|SSL)_/.test(name)))];
}

function certificateClaims(lines: readonly Line[]): Claim[] {
  // With several certificates each id has a number; the first stands for the port.
  const said = (id: string) => lines.find((line) => line.id === id || line.id.startsWith(`${id} <`))?.finding;
  const pem = said("cert");
  const chain = said("cert_chain_of_trust");
  if (pem === undefined || chain === undefined) return [];
  const body = pem.replace(/-----(?:BEGIN|END) CERTIFICATE-----|\s/g, "");
  const signature = said("cert_signatureAlgorithm") ?? "unknown";
  return [
    certificateClaim(Buffer.from(body, "base64"), { signature, chain: chainOf(chain), says: `the chain: ${chain}` }),
  ];
}

function chainOf(said: string): CertificateValue["chain"] {
  if (/^passed/.test(said)) return "trusted";
  if (/self.signed/i.test(said)) return "self-signed";
  return /incomplete/i.test(said) ? "incomplete" : "untrusted";
}

/** Seconds since 1970. */
function dateOf(startTime: unknown): string | undefined {
  const seconds = Number(startTime);
  return Number.isFinite(seconds) && seconds > 0 && seconds < 1e11 ? new Date(seconds * 1000).toISOString() : undefined;
}
