import { unpackedDovecot } from "../setup/dovecot.js";
import { unpackedExim } from "../setup/exim.js";
import { installedHaraka } from "../setup/haraka.js";
import type { Scanned } from "../setup/scanners.js";
import { unpacked } from "../setup/unpacked.js";
import type { CertificateKind } from "./certificates.js";

/** One way of doing TLS on a port of its own; its name states it. */
export interface Way {
  readonly name: string;
  readonly certificates?: readonly CertificateKind[];
  /** The server's own settings. */
  readonly settings?: string;
}

/**
 * Postfix and Dovecot stand on OpenSSL, Exim on GnuTLS, Haraka on the OpenSSL inside Node.js, OpenSMTPD on
 * OpenSSL too, where Debian's build ends no handshake.
 */
export const ways = {
  postfix: [
    { name: "as it comes" },
    { name: "TLS 1.2 and 1.3 alone", settings: "smtpd_tls_mandatory_protocols=>=TLSv1.2" },
    { name: "TLS 1.3 alone", settings: "smtpd_tls_mandatory_protocols=>=TLSv1.3" },
    { name: "TLS 1.0 to 1.2", settings: "smtpd_tls_mandatory_protocols=!TLSv1.3" },
    { name: "TLS 1.0 alone", settings: "smtpd_tls_mandatory_protocols=TLSv1" },
    { name: "TLS 1.1 alone", settings: "smtpd_tls_mandatory_protocols=TLSv1.1" },
    { name: "no anonymous suites", settings: "smtpd_tls_mandatory_exclude_ciphers=aNULL" },
    { name: "no static RSA", settings: "smtpd_tls_mandatory_exclude_ciphers=aNULL,kRSA" },
    {
      name: "AEAD with forward secrecy alone",
      settings: "smtpd_tls_mandatory_exclude_ciphers=aNULL,kRSA,SHA1,SHA256,SHA384",
    },
    { name: "NULL suites alone below TLS 1.3", settings: "smtpd_tls_mandatory_ciphers=null" },
    { name: "static RSA alone below TLS 1.3", settings: "smtpd_tls_mandatory_exclude_ciphers=aNULL,kDHE,kECDHE" },
    { name: "an ECDSA certificate", certificates: ["ecdsa"] },
    { name: "an RSA and an ECDSA certificate", certificates: ["sound", "ecdsa"] },
    { name: "an RSA key of 3072 bits", certificates: ["rsa-3072"] },
    { name: "an RSA key of 1024 bits", certificates: ["rsa-1024"] },
    { name: "a SHA-1 signature", certificates: ["sha1"] },
    { name: "an expired certificate", certificates: ["expired"] },
    { name: "a certificate of another name", certificates: ["other-name"] },
    { name: "a wildcard certificate", certificates: ["wildcard"] },
    { name: "a self-signed certificate", certificates: ["self-signed"] },
    { name: "a chain of three", certificates: ["chain-of-three"] },
    { name: "a chain without its intermediate", certificates: ["incomplete"] },
  ],
  exim: [
    { name: "as it comes" },
    { name: "SECURE256", settings: "tls_require_ciphers = SECURE256" },
    { name: "TLS 1.2 alone", settings: "tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.2" },
    { name: "TLS 1.3 alone", settings: "tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.3" },
    { name: "TLS 1.0 and 1.1 alone", settings: "tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.0:+VERS-TLS1.1" },
    {
      name: "legacy suites",
      settings: "tls_require_ciphers = NORMAL:+3DES-CBC:+ARCFOUR-128:%VERIFY_ALLOW_SIGN_WITH_SHA1",
    },
    { name: "no static RSA, no CBC", settings: "tls_require_ciphers = NORMAL:-RSA:-AES-128-CBC:-AES-256-CBC" },
    { name: "anonymous suites", settings: "tls_require_ciphers = NORMAL:+ANON-ECDH:+ANON-DH" },
    { name: "an ECDSA certificate", certificates: ["ecdsa"] },
    { name: "a chain without its intermediate", certificates: ["incomplete"] },
  ],
  dovecot: [
    { name: "as it comes" },
    {
      name: "every suite from TLS 1.0 on",
      settings: "ssl_min_protocol = TLSv1\nssl_cipher_list = ALL:COMPLEMENTOFALL:@SECLEVEL=0",
    },
    { name: "TLS 1.3 alone", settings: "ssl_min_protocol = TLSv1.3" },
    { name: "no static RSA", settings: "ssl_cipher_list = HIGH:!aNULL:!kRSA" },
    { name: "3DES and RSA alone below TLS 1.3", settings: "ssl_cipher_list = kRSA:@SECLEVEL=0" },
    { name: "an RSA and an ECDSA certificate", certificates: ["sound", "ecdsa"] },
    { name: "an expired certificate", certificates: ["expired"] },
    { name: "a chain of three", certificates: ["chain-of-three"] },
  ],
  haraka: [
    { name: "as it comes" },
    { name: "TLS 1.3 alone", settings: "minVersion=TLSv1.3" },
    { name: "TLS 1.0 and every suite", settings: "minVersion=TLSv1\nciphers=ALL:@SECLEVEL=0" },
    { name: "static RSA too", settings: "ciphers=AES128-SHA:AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256" },
    { name: "TLS 1.1 on", settings: "minVersion=TLSv1.1\nciphers=DEFAULT:@SECLEVEL=0" },
    { name: "CBC alone below TLS 1.3", settings: "ciphers=ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA384" },
    { name: "one suite alone", settings: "ciphers=ECDHE-RSA-CHACHA20-POLY1305" },
    { name: "P-384 alone", settings: "ecdhCurve=secp384r1" },
    { name: "an ECDSA certificate", certificates: ["ecdsa"] },
    { name: "an expired certificate", certificates: ["expired"] },
    { name: "a self-signed certificate", certificates: ["self-signed"] },
    { name: "a chain of three", certificates: ["chain-of-three"] },
  ],
  opensmtpd: [{ name: "as it comes" }, { name: "an ECDSA certificate", certificates: ["ecdsa"] }],
} as const satisfies Record<string, readonly Way[]>;

export type Product = keyof typeof ways;
type Pairs = Readonly<Record<CertificateKind, string>>;

/** The port of each way of a server, in their order. */
export const portOf = (index: number) => 20_000 + index;

/** @param chosen which ways of a product are started. */
export async function servers(product: Product, chosen: readonly Way[], pairs: Pairs): Promise<Scanned> {
  const ports = chosen.map((_, index) => portOf(index));
  const pems = Object.fromEntries(Object.entries(pairs).map(([kind, pem]) => [`pairs/${kind}.pem`, pem]));
  const { software, files, start } = await { postfix, exim, dovecot, haraka, opensmtpd }[product](chosen);
  return { software, files: { ...pems, ...files }, start, ports };
}

type Started = Omit<Scanned, "ports">;

const certificatesOf = ({ certificates = ["sound"] }: Way) => certificates.map((kind) => `@LAB@/pairs/${kind}.pem`);

async function postfix(chosen: readonly Way[]): Promise<Started> {
  const main = `compatibility_level = 3.6
queue_directory = @LAB@/queue
data_directory = @LAB@/data
maillog_file = @LAB@/mail.log
maillog_file_prefixes = @LAB@
myhostname = mail.lab.example
smtpd_error_sleep_time = 0
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = @LAB@/pairs/sound.pem
tls_medium_cipherlist = ALL:@SECLEVEL=0
tls_null_cipherlist = eNULL:@SECLEVEL=0
`;
  const services = chosen.flatMap((way, index) => [
    `${portOf(index)} inet n - n - - smtpd`,
    ...(way.settings ? [`  -o ${way.settings}`] : []),
    `  -o smtpd_tls_chain_files=${certificatesOf(way).join(",")}`,
  ]);
  const helpers = ["tlsmgr unix - - n 1000? 1 tlsmgr", "rewrite unix - - n - - trivial-rewrite"];
  const more = [
    "anvil unix - - n - 1 anvil",
    "postlog unix-dgram n - n - 1 postlogd",
    "proxymap unix - - n - - proxymap",
  ];
  const master = `${[...services, ...helpers, ...more].join("\n")}\n`;
  const root = unpacked("postfix", ["postfix", "sasl2-bin", "libsasl2-modules", "iproute2", "openssl"]);
  const start = "mkdir -p @LAB@/queue @LAB@/data; chown postfix @LAB@/data; postfix -c @LAB@/etc start";
  return {
    software: { root, users: ["postfix", "postdrop"] },
    files: { "etc/main.cf": main, "etc/master.cf": master },
    start,
  };
}

async function exim(chosen: readonly Way[]): Promise<Started> {
  const texts = chosen.map(
    (way, index) => `primary_hostname = mail.lab.example
exim_user = Debian-exim
exim_group = Debian-exim
spool_directory = @LAB@/spool
log_file_path = @LAB@/log/%slog
pid_file_path = @LAB@/exim-${index}.pid
keep_environment =
host_lookup =
rfc1413_query_timeout = 0s
smtp_accept_max = 0
notifier_socket =
daemon_smtp_ports = ${portOf(index)}
tls_advertise_hosts = *
tls_certificate = ${certificatesOf(way)[0]}
tls_privatekey = ${certificatesOf(way)[0]}
${way.settings ?? ""}
begin acl
`,
  );
  const start = `mkdir -p @LAB@/spool @LAB@/log
chown -R Debian-exim: @LAB@/spool @LAB@/log @LAB@/pairs
for each in @LAB@/etc/*.conf; do exim4 -C $each -bd || :; done`;
  const files = Object.fromEntries(texts.map((text, index) => [`etc/${index}.conf`, text]));
  return { software: { root: unpackedExim(), users: ["Debian-exim"] }, files, start };
}

async function dovecot(chosen: readonly Way[]): Promise<Started> {
  const root = unpackedDovecot();
  const texts = chosen.map((way, index) => {
    const [first, second] = certificatesOf(way);
    return `base_dir = @LAB@/run-${index}
state_dir = @LAB@/state-${index}
log_path = @LAB@/dovecot.log
instance_name = lab-${index}
hostname = mail.lab.example
protocols = submission
ssl = required
ssl_cert = <${first}
ssl_key = <${first}
${second ? `ssl_alt_cert = <${second}\nssl_alt_key = <${second}` : ""}
default_vsz_limit = 1G
submission_relay_host = 127.0.0.1
passdb {
  driver = static
  args = nopassword=y
}
service submission-login {
  inet_listener submission {
    port = ${portOf(index)}
  }
}
${way.settings ?? ""}
`;
  });
  const start = `for each in @LAB@/etc/*.conf; do dovecot -c $each; done`;
  const files = Object.fromEntries(texts.map((text, index) => [`etc/${index}.conf`, text]));
  return { software: { root, users: ["dovecot", "dovenull", "vmail"] }, files, start };
}

async function haraka(chosen: readonly Way[]): Promise<Started> {
  const home = await installedHaraka();
  const files = chosen.flatMap((way, index) => [
    [`${index}/config/smtp.ini`, `listen=127.0.0.1:${portOf(index)}\n`],
    [`${index}/config/plugins`, "tls\n"],
    [`${index}/config/me`, "mail.lab.example\n"],
    [`${index}/config/log.ini`, "level=info\n"],
    [`${index}/config/tls.ini`, `key=pair.pem\ncert=pair.pem\ndhparam=dhparams.pem\n${way.settings ?? ""}\n`],
  ]);
  const start = chosen.map((way, index) =>
    [
      `mkdir -p ${index}/queue`,
      `cp ${certificatesOf(way)[0]} ${index}/config/pair.pem`,
      `cp ${home}/dhparams.pem ${index}/config/dhparams.pem`,
      `cp ${home}/node_modules/Haraka/config/connection.ini ${index}/config/connection.ini`,
      `${process.execPath} ${home}/node_modules/Haraka/bin/haraka -c @LAB@/${index} >mail-${index}.log 2>&1 &`,
    ].join("\n"),
  );
  const software = { root: unpacked("iproute", ["iproute2", "openssl"]), users: [] };
  return { software, files: Object.fromEntries(files), start: start.join("\n") };
}

async function opensmtpd(chosen: readonly Way[]): Promise<Started> {
  const text = chosen.map((way, index) => {
    const [pair] = certificatesOf(way);
    return `pki way${index} cert "${pair}"
pki way${index} key "${pair}"
listen on 127.0.0.1 port ${portOf(index)} tls pki way${index} hostname mail.lab.example
`;
  });
  const start = `for directory in /var/spool /var/lib /run; do mount -t tmpfs tmpfs $directory; done
mkdir -p /var/lib/opensmtpd/empty /var/spool/smtpd
chmod 711 /var/spool/smtpd
chmod 600 @LAB@/pairs/*
echo lab.example >/var/lib/mailname
smtpd -d -f @LAB@/etc/smtpd.conf >@LAB@/mail.log 2>&1 &`;
  return {
    software: { root: unpacked("opensmtpd", ["opensmtpd", "iproute2", "openssl"]), users: ["opensmtpd", "opensmtpq"] },
    files: { "etc/smtpd.conf": `${text.join("")}action "local" mbox\nmatch from any for any action "local"\n` },
    start,
  };
}
