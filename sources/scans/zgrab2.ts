import type { CertificateValue, TlsVersion } from "../../model/fact.js";
import { unknown } from "../../model/maybe.js";
import { field, isObject, textOf } from "../host-firewall/nftables-json.js";
import { certificateClaim } from "./certificate.js";
import type { Claim, Scan, Scans } from "./scan.js";

/** By the number on the wire. */
const versions: ReadonlyMap<unknown, TlsVersion> = new Map([
  [0x0300, "SSLv3"],
  [0x0301, "TLSv1"],
  [0x0302, "TLSv1.1"],
  [0x0303, "TLSv1.2"],
  [0x0304, "TLSv1.3"],
]);

/** A line of JSON for each host, as `zgrab2 smtp` writes it. */
export function recognisesZgrab2(start: string): boolean {
  const [first = ""] = start.split("\n");
  return /^\s*\{/.test(first) && /"data"\s*:\s*\{/.test(first) && /"protocol"\s*:\s*"smtp"/.test(start);
}

/** @param lines the objects of the file's lines. */
export function readZgrab2(lines: readonly unknown[], path: string): Scans {
  const scans: Scan[] = [];
  let portless = 0;
  for (const line of lines) {
    const host = textOf(field(line, "domain")) || textOf(field(line, "ip"));
    const data = field(line, "data");
    for (const each of isObject(data) ? Object.values(data) : []) {
      if (field(each, "protocol") !== "smtp") continue;
      const port = field(each, "port");
      if (host === undefined || typeof port !== "number") portless++;
      else
        scans.push({ scanner: "zgrab2", date: textOf(field(each, "timestamp")), host, port, claims: claimsOf(each) });
    }
  }
  const says = `${portless} results do not tell their port: only versions of zgrab2 that write it can be read`;
  return { scans, notices: portless > 0 ? [{ at: path, says }] : [] };
}

function claimsOf(scan: unknown): Claim[] {
  const result = field(scan, "result");
  const status = textOf(field(scan, "status")) ?? "no status";
  const banner = textOf(field(result, "banner"));
  const failed = status === "success" ? undefined : `zgrab2: ${status}`;
  const hello = field(field(field(result, "tls"), "handshake_log"), "server_hello");
  return [
    ...(banner === undefined ? [] : greetingClaims(banner)),
    ...starttlsClaims(result),
    ...(field(result, "implicit_tls") === true && hello !== undefined
      ? [{ name: "implicitTls" as const, value: true, says: "TLS from the first byte" }]
      : []),
    ...versionClaims(hello, failed),
    ...certificateClaims(field(field(field(result, "tls"), "handshake_log"), "server_certificates")),
  ];
}

function greetingClaims(banner: string): Claim[] {
  const [, code, text = ""] = /^(\d{3})[ -]?([^\r\n]*)/.exec(banner) ?? [];
  if (code === undefined) return [];
  return [{ name: "greeting", value: { code: Number(code), text }, says: `the greeting is ${code}` }];
}

function starttlsClaims(result: unknown): Claim[] {
  const [reply, ehlo] = [textOf(field(result, "starttls")), textOf(field(result, "ehlo"))];
  if (reply !== undefined && /^220/.test(reply))
    return [{ name: "starttlsOffered", value: "offered", says: "STARTTLS is answered 220" }];
  if (ehlo === undefined || !/^250/.test(ehlo)) return [];
  const listed = /^250[ -]STARTTLS\s*$/im.test(ehlo);
  if (!listed) return [{ name: "starttlsOffered", value: "absent", says: "EHLO does not list STARTTLS" }];
  return reply === undefined
    ? [{ name: "starttlsOffered", value: "offered", says: "EHLO lists STARTTLS" }]
    : [{ name: "starttlsOffered", value: "refused", says: `STARTTLS is listed but answered ${reply.slice(0, 3)}` }];
}

/** One handshake: the version that the server chose, and nothing of the others. */
function versionClaims(hello: unknown, failed: string | undefined): Claim[] {
  // TLS 1.3 calls itself 1.2 there, and names itself in the extension.
  const selected = field(field(hello, "supported_versions"), "selected_version") ?? field(hello, "version");
  const version = versions.get(field(selected, "value"));
  if (version !== undefined)
    return [
      { name: "tlsVersions", value: { accepted: [version], refused: [] }, says: `the handshake chose ${version}` },
    ];
  return failed === undefined ? [] : [{ name: "tlsVersions", value: unknown(failed), says: failed }];
}

function certificateClaims(sent: unknown): Claim[] {
  const leaf = field(sent, "certificate");
  const raw = textOf(field(leaf, "raw"));
  if (raw === undefined) return [];
  const signature = field(field(leaf, "parsed"), "signature");
  const name = textOf(field(field(signature, "signature_algorithm"), "name")) ?? "unknown";
  const validation = field(sent, "validation");
  const isTrusted = field(validation, "browser_trusted") === true;
  const chain: CertificateValue["chain"] = isTrusted
    ? "trusted"
    : field(signature, "self_signed") === true
      ? "self-signed"
      : "untrusted";
  if (!isTrusted && chain === "untrusted" && textOf(field(validation, "browser_error")) === undefined) {
    const reason = "zgrab2 did not judge the chain";
    return [{ name: "certificate", value: unknown(reason), says: reason }];
  }
  return [certificateClaim(Buffer.from(raw, "base64"), { signature: name, chain, says: `the chain is ${chain}` })];
}
