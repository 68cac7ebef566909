import type { CertificateValue, TlsVersion } from "../../model/fact.js";
import { unknown } from "../../model/maybe.js";
import { field, textOf } from "../host-firewall/nftables-json.js";
import { certificateClaim } from "./certificate.js";
import type { Claim, Scan, Scans } from "./scan.js";
import { suiteClaims, type VersionSeen } from "./suites.js";

const versions: Readonly<Record<string, TlsVersion>> = {
  ssl_3_0_cipher_suites: "SSLv3",
  tls_1_0_cipher_suites: "TLSv1",
  tls_1_1_cipher_suites: "TLSv1.1",
  tls_1_2_cipher_suites: "TLSv1.2",
  tls_1_3_cipher_suites: "TLSv1.3",
};

/** JSON of `sslyze --json_out`, by its schema (docs of sslyze, "JSON output"). */
export function recognisesSslyze(start: string): boolean {
  return /^\s*\{/.test(start) && /"server_scan_results"\s*:|"date_scans_started"\s*:/.test(start);
}

export function readSslyze(document: unknown, path: string): Scans {
  const version = textOf(field(document, "sslyze_version"));
  const scanner = version ? `sslyze ${version}` : "sslyze";
  const date = textOf(field(document, "date_scans_started"));
  const results = listOf(field(document, "server_scan_results"));
  const scans = results.flatMap((result): Scan[] => {
    const { host, port } = placeOf(result);
    return host === undefined || port === undefined ? [] : [{ scanner, date, host, port, claims: claimsOf(result) }];
  });
  const invalid = listOf(field(document, "invalid_server_strings"));
  return {
    scans,
    notices: [
      ...(invalid.length > 0 ? [{ at: path, says: `${scanner} could not read ${invalid.length} of its targets` }] : []),
      ...(scans.length < results.length
        ? [{ at: path, says: `${results.length - scans.length} results name no host and port` }]
        : []),
    ],
  };
}

/** Where SNI was set, that is the name that was asked for: the address may be of a host with many names. */
function placeOf(result: unknown): { readonly host: string | undefined; readonly port: number | undefined } {
  const location = field(result, "server_location");
  const port = field(location, "port");
  const sni = textOf(field(field(result, "network_configuration"), "tls_server_name_indication"));
  return {
    host: sni || textOf(field(location, "hostname")),
    port: typeof port === "number" ? port : undefined,
  };
}

function claimsOf(result: unknown): Claim[] {
  const wrapper = textOf(field(field(result, "network_configuration"), "tls_opportunistic_encryption"));
  if (field(result, "connectivity_status") !== "COMPLETED") {
    const reason = `sslyze: ${lastLine(field(result, "connectivity_error_trace")) ?? "no connection"}`;
    return (["tlsVersions", "certificate", "weakSuites"] as const).map((name) => ({
      name,
      value: unknown(reason),
      says: reason,
    }));
  }
  const attempts = field(result, "scan_result");
  return [
    ...(wrapper?.toUpperCase() === "SMTP"
      ? [{ name: "starttlsOffered" as const, value: "offered" as const, says: "TLS after STARTTLS" }]
      : wrapper === undefined
        ? [{ name: "implicitTls" as const, value: true, says: "TLS from the first byte" }]
        : []),
    ...versionClaims(attempts),
    ...certificateClaims(field(attempts, "certificate_info")),
  ];
}

function versionClaims(attempts: unknown): Claim[] {
  const seen = new Map<TlsVersion, VersionSeen>();
  const failed = new Map<TlsVersion, string>();
  for (const [name, version] of Object.entries(versions)) {
    const attempt = field(attempts, name);
    if (attempt === undefined || field(attempt, "status") === "NOT_SCHEDULED") continue;
    const accepted = field(field(attempt, "result"), "accepted_cipher_suites");
    if (field(attempt, "status") !== "COMPLETED" || !Array.isArray(accepted)) {
      failed.set(version, `sslyze: ${textOf(field(attempt, "error_reason")) ?? "not completed"}`);
      continue;
    }
    const suites = accepted.flatMap((each) => textOf(field(field(each, "cipher_suite"), "name")) ?? []);
    seen.set(version, suites.length > 0 ? { accepted: true, suites } : { accepted: false });
  }
  return suiteClaims(seen, failed);
}

function certificateClaims(attempt: unknown): Claim[] {
  const status = field(attempt, "status");
  if (attempt === undefined || status === "NOT_SCHEDULED") return [];
  const [deployment] = listOf(field(field(attempt, "result"), "certificate_deployments"));
  const leaf = listOf(field(deployment, "received_certificate_chain"))[0];
  const pem = textOf(field(leaf, "as_pem"));
  if (status !== "COMPLETED" || pem === undefined) {
    const reason = `sslyze: ${textOf(field(attempt, "error_reason")) ?? "no certificate"}`;
    return [{ name: "certificate", value: unknown(reason), says: reason }];
  }
  const signature = textOf(field(field(leaf, "signature_algorithm_oid"), "name")) ?? "unknown";
  return [certificateClaim(pem, { signature, ...chainOf(deployment, leaf) })];
}

function chainOf(deployment: unknown, leaf: unknown): { chain: CertificateValue["chain"]; says: string } {
  const stores = listOf(field(deployment, "path_validation_results")).map((each) => ({
    name: textOf(field(field(each, "trust_store"), "name")) ?? "a trust store",
    holds: Array.isArray(field(each, "verified_certificate_chain")),
  }));
  const holding = stores.filter(({ holds }) => holds).map(({ name }) => name);
  if (holding.length > 0) return { chain: "trusted", says: `the chain is trusted by ${holding.join(", ")}` };
  const [subject, issuer] = [field(leaf, "subject"), field(leaf, "issuer")].map((name) =>
    textOf(field(name, "rfc4514_string")),
  );
  const says = `the chain is trusted by none of ${stores.map(({ name }) => name).join(", ")}`;
  return { chain: subject !== undefined && subject === issuer ? "self-signed" : "untrusted", says };
}

function lastLine(trace: unknown): string | undefined {
  return textOf(trace)?.trim().split("\n").at(-1)?.slice(0, 200);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
