import type { Syntax } from "./syntax.js";

/** What holds where no line sets it (`doveconf -d`; 2.4: the settings' definitions in its source). */
const defaults: Readonly<Record<string, string>> = {
  ssl: "yes",
  auth_mechanisms: "plain",
  login_trusted_networks: "",
  login_access_sockets: "",
  submission_client_workarounds: "",
  ssl_cipher_list: "",
  hostname: "",
  disable_plaintext_auth: "yes",
  auth_allow_cleartext: "no",
  ssl_verify_client_cert: "no",
  submission_relay_host: "",
  submission_relay_port: "25",
  submission_relay_ssl: "no",
  submission_relay_ssl_verify: "yes",
  submission_relay_user: "",
  submission_relay_password: "",
};

const byRelease: Readonly<Record<Syntax, Readonly<Record<string, string>>>> = {
  "2.3": { protocols: "imap pop3 lmtp", listen: "*, ::" },
  "2.4": { protocols: "", listen: "* ::", ssl_min_protocol: "TLSv1.2" },
};

export function defaultOf(name: string, syntax: Syntax): string | undefined {
  return byRelease[syntax][name] ?? defaults[name];
}

/** The listeners of submission-login before any line. */
export const builtInListeners: Readonly<Record<Syntax, readonly { name: string; port: number; ssl: boolean }[]>> = {
  "2.3": [{ name: "submission", port: 587, ssl: false }],
  "2.4": [
    { name: "submission", port: 587, ssl: false },
    { name: "submissions", port: 465, ssl: true },
  ],
};

/** The mechanisms that auth knows, and whether they carry the password itself. */
export const mechanisms: ReadonlyMap<string, "plaintext" | "challenge" | "anonymous" | "external"> = new Map([
  ["PLAIN", "plaintext"],
  ["LOGIN", "plaintext"],
  ["XOAUTH2", "plaintext"],
  ["OAUTHBEARER", "plaintext"],
  ["ANONYMOUS", "anonymous"],
  ["EXTERNAL", "external"],
  ["CRAM-MD5", "challenge"],
  ["DIGEST-MD5", "challenge"],
  ["SCRAM-SHA-1", "challenge"],
  ["SCRAM-SHA-256", "challenge"],
]);
