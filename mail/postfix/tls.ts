import type { Evidence } from "../../model/evidence.js";
import type { TlsVersion } from "../../model/fact.js";
import type { Settings } from "./settings.js";
import { tokens } from "./tokens.js";

/** What smtpd makes of its TLS settings before the first client comes (smtpd's pre_jail_init). */
export interface TlsState {
  /** TLS from the first byte. */
  readonly wrapper: boolean;
  /** STARTTLS exists. */
  readonly use: boolean;
  /** Nothing is taken in clear. */
  readonly enforce: boolean;
  /** AUTH is kept for TLS. */
  readonly authOnly: boolean;
  /** The line that decides, in words and place. */
  readonly evidence: Evidence;
}

const levels: Readonly<Record<string, { readonly use: boolean; readonly enforce: boolean }>> = {
  none: { use: false, enforce: false },
  may: { use: true, enforce: false },
  encrypt: { use: true, enforce: true },
  // Meant for the SMTP client; the server takes them as encrypt and warns.
  fingerprint: { use: true, enforce: true },
  verify: { use: true, enforce: true },
  secure: { use: true, enforce: true },
};

/** @throws Stops for a level that the server does not know; Undecided. */
export function tlsState(settings: Settings): TlsState {
  const wrapper = settings.boolean("smtpd_tls_wrappermode");
  const level = settings.text("smtpd_tls_security_level");
  const known = levels[level.toLowerCase()];
  if (!wrapper && level !== "" && !known)
    throw settings.stops("smtpd_tls_security_level", "smtpd_tls_security_level names no level of the server");
  const chosen =
    !wrapper && known
      ? known
      : { use: settings.boolean("smtpd_use_tls"), enforce: settings.boolean("smtpd_enforce_tls") };
  const enforce = wrapper || chosen.enforce;
  return {
    wrapper,
    enforce,
    use: chosen.use || enforce,
    authOnly: settings.boolean("smtpd_tls_auth_only") || enforce,
    evidence: decidedBy(settings, wrapper, level, enforce, chosen.use),
  };
}

function decidedBy(settings: Settings, wrapper: boolean, level: string, enforce: boolean, use: boolean): Evidence {
  if (wrapper)
    return settings.evidence(
      "smtpd_tls_wrappermode",
      "smtpd_tls_wrappermode makes the port speak TLS from the first byte",
    );
  const name =
    level !== "" || !(use || enforce) ? "smtpd_tls_security_level" : enforce ? "smtpd_enforce_tls" : "smtpd_use_tls";
  const effect = enforce ? "refuses mail in clear" : use ? "offers TLS and demands none" : "leaves TLS off";
  return settings.evidence(name, `${name} ${effect}`);
}

/** Can a handshake succeed as far as the files say? Whether a certificate file is good, or there, is not looked at. */
export type TlsAbility = "ready" | "anonymous" | NoTls;

interface NoTls {
  readonly reason: string;
  readonly evidence: Evidence;
  /** STARTTLS is answered with 220, and the handshake fails; else it is answered with 454. */
  readonly begins: boolean;
  /** For want of a certificate. */
  readonly lacksCertificate?: boolean;
}

/** In the order of their precedence. */
export const certificateSettings = [
  "smtpd_tls_chain_files",
  "smtpd_tls_eccert_file",
  "smtpd_tls_cert_file",
  "smtpd_tls_dcert_file",
] as const;

export function tlsAbility(settings: Settings, { enforce }: TlsState): TlsAbility {
  const versions = permittedVersions(settings, enforce);
  if (!versions) {
    const name = protocolsName(enforce);
    const reason = `${name} holds a name that this release does not know, so TLS does not start`;
    return { reason, evidence: settings.evidence(name, reason), begins: false };
  }
  const certificate = settings.text("smtpd_tls_cert_file");
  const others = certificateSettings.filter((name) => name !== "smtpd_tls_cert_file");
  const none = certificate.toLowerCase() === "none";
  const given = (certificate !== "" && !none) || others.some((name) => settings.text(name) !== "");
  const asks = settings.boolean("smtpd_tls_ask_ccert") || (enforce && settings.boolean("smtpd_tls_req_ccert"));
  if (!given && !(none && !asks)) {
    const reason =
      "no certificate is set (smtpd_tls_chain_files or smtpd_tls_cert_file), so STARTTLS is answered with 454";
    const evidence = settings.evidence("smtpd_tls_cert_file", reason);
    return { reason, evidence, begins: false, lacksCertificate: true };
  }
  if (versions.accepted.length === 0) {
    const name = protocolsName(enforce);
    const reason = `${name} permits no version of TLS, so every handshake fails`;
    return { reason, evidence: settings.evidence(name, reason), begins: true };
  }
  return given ? "ready" : "anonymous";
}

export function protocolsName(enforce: boolean): string {
  return enforce ? "smtpd_tls_mandatory_protocols" : "smtpd_tls_protocols";
}

/** In the order of their wire numbers, 0x300 to 0x304. */
const versions: readonly TlsVersion[] = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/** What Postfix permits; the system's OpenSSL may refuse more. Undefined when the list cannot be read. */
export function permittedVersions(
  settings: Settings,
  enforce: boolean,
): { readonly accepted: readonly TlsVersion[]; readonly refused: readonly TlsVersion[] } | undefined {
  const [included, excluded] = [new Set<number>(), new Set<number>()];
  let [floor, ceiling] = [0, 0];
  for (const token of tokens(settings.text(protocolsName(enforce)).replaceAll(":", " "))) {
    const bound = settings.version >= 306 ? /^([<>]=)(.*)$/.exec(token) : null;
    if (bound) {
      const number = versionNumber(bound[2] as string);
      if (number === undefined) return undefined;
      if (bound[1] === ">=") floor = number;
      else ceiling = number;
      continue;
    }
    const name = token.replace(/^!/, "").toLowerCase();
    const index = versions.findIndex((version) => version.toLowerCase() === name);
    if (index < 0 && name !== "sslv2") return undefined;
    // An OpenSSL of today has no SSLv2: its name adds nothing to either list.
    if (index < 0) continue;
    (token.startsWith("!") ? excluded : included).add(index);
  }
  const accepted = versions.filter((_, index) => {
    const number = 0x300 + index;
    const inRange = number >= floor && (ceiling === 0 || number <= ceiling);
    return inRange && !excluded.has(index) && (included.size === 0 || included.has(index));
  });
  return { accepted, refused: versions.filter((version) => !accepted.includes(version)) };
}

/** A version's name, `None`, or its number in hexadecimal. */
function versionNumber(text: string): number | undefined {
  if (text.toLowerCase() === "none") return 0;
  const index = versions.findIndex((version) => version.toLowerCase() === text.toLowerCase());
  if (index >= 0) return 0x300 + index;
  return /^(0x)?[0-9a-f]{0,7}$/i.test(text) ? Number.parseInt(text || "0", 16) : undefined;
}
