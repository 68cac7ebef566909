import { type Case, unserved, valuesInFiles } from "./dovecot-cases.js";

/** What every configuration of 2.4 in the lab begins with. */
export const base24 = `dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
base_dir = @LAB@/run
state_dir = @LAB@/state
log_path = @LAB@/dovecot.log
instance_name = lab
hostname = mail.lab.example
protocols = submission
ssl_server_cert_file = ssl/cert.pem
ssl_server_key_file = ssl/key.pem
ssl_cipher_list = ALL:@SECLEVEL=0
default_vsz_limit = 1G
auth_failure_delay = 0
mail_driver = maildir
mail_path = ~/Maildir
userdb static {
  fields {
    uid = nobody
    gid = nogroup
    home = @LAB@/home
  }
}
`;

export const passdb24 = `passdb passwd-file {
  passwd_file_path = @LAB@/users
}
`;

const everything = [
  "authBeforeTls",
  "authGate",
  "authMechanisms",
  "implicitTls",
  "relay",
  "starttlsOffered",
  "tlsGate",
  "tlsVersions",
];

const login = (body: string) => `service submission-login {\n${body}\n}`;
const listener = (name: string, body: string) => login(`  inet_listener ${name} {\n${body}\n  }`);
const whole = (text: string): Case["files"] => ({ "dovecot.conf": text });
const withoutVersion = base24.replace(/^dovecot_config_version.*\n/, "");

/** Which settings it takes, and where. */
const names: readonly Case[] = [
  { name: "an unknown setting: it does not start", lines: "auth_allow_clartext = yes" },
  ...valuesInFiles("auth_allow_cleartext", "yes"),
  { name: "a setting of 2.3: it does not start", lines: "disable_plaintext_auth = no" },
  { name: "the certificate of 2.3: it does not start", lines: "ssl_cert = <ssl/cert.pem" },
  { name: "a passdb of 2.3, without a name", lines: "passdb {\n  driver = pam\n}" },
  { name: "a passdb with args", lines: "passdb pam {\n  args = dovecot\n}" },
  { name: "a plugin block, which 2.4 has no more", lines: "plugin {\n  sieve = x\n}" },
  { name: "an unknown setting in ssl_server", lines: "ssl_server {\n  certfile = ssl/cert.pem\n}" },
  { name: "an unknown setting in a passdb", lines: "passdb pam {\n  servce_name = x\n}" },
  { name: "a setting of one driver in the passdb of its name", lines: "passdb pam {\n  service_name = x\n}" },
  {
    name: "a setting of one driver under another name",
    lines: "passdb other {\n  driver = pam\n  service_name = x\n}",
  },
  {
    name: "its whole name under another name",
    lines: "passdb other {\n  driver = pam\n  passdb_pam_service_name = x\n}",
  },
  { name: "an unknown setting in a userdb", lines: "userdb static {\n  allow_all = yes\n}" },
  { name: "an unknown setting in a service", lines: login("  chrot = x") },
  { name: "service_count, which 2.4 calls otherwise", lines: login("  service_count = 1") },
  { name: "restart_request_count in a service", lines: login("  restart_request_count = 1") },
  { name: "an unknown setting in a listener", lines: listener("submission", "    prt = 587") },
  { name: "address, which 2.4 calls listen", lines: listener("submission", "    address = 127.0.0.1") },
  { name: "an unknown setting in a protocol", lines: "protocol submission {\n  ssl_require = yes\n}" },
  { name: "an unknown protocol block is no protocol of ours", lines: "protocol nosuch {\n  ssl = required\n}" },
  { name: "an unknown section", lines: "submission {\n  port = 587\n}" },
  { name: "an unknown section in a section", lines: login("  listener submission {\n    port = 587\n  }") },
  { name: "a listener without a name", lines: login("  inet_listener {\n    port = 2587\n  }") },
  { name: "a service without a name", lines: "service {\n  chroot =\n}" },
  { name: "a named filter with a name", lines: "ssl_server mail {\n  cert_file = ssl/cert.pem\n}" },
  { name: "a named filter as a setting", lines: "ssl_server = yes" },
  { name: "a list of blocks as a setting", lines: "passdb = pam" },
  { name: "a global setting in a passdb changes nothing outside", lines: "passdb pam {\n  ssl = required\n}" },
  { name: "the names of a service with its own prefix", lines: login("  service_client_limit = 100") },
  { name: "the names of a listener with its own prefix", lines: listener("more", "    inet_listener_port = 2587") },
  { name: "a setting of a listener outside of it", lines: "inet_listener_port = 2587" },
  { name: "an unknown protocol among the protocols", lines: "protocols = submission nosuch" },
  { name: "a protocol whose package is not installed", lines: "protocols = submission imap" },
];

/** Which values. */
const values: readonly Case[] = [
  { name: "a boolean that is none", lines: "auth_allow_cleartext = maybe" },
  { name: "a boolean in short", lines: "auth_allow_cleartext = y" },
  { name: "true is no boolean", lines: "auth_allow_cleartext = true" },
  { name: "a number that is none", lines: "submission_max_recipients = many" },
  { name: "a time that is none", lines: "submission_timeout = soon" },
  { name: "a size that is none", lines: "submission_max_mail_size = big" },
  { name: "a port that is none", lines: listener("submission", "    port = smtp") },
  { name: "a word that ssl does not know", lines: "ssl = maybe" },
  { name: "ssl in capitals", lines: "ssl = Required" },
  { name: "a word that submission_relay_ssl does not know", lines: "submission_relay_ssl = tls" },
  { name: "a boolean of another service that is none", lines: "mail_nfs_index = maybe" },
  { name: "an unknown workaround", lines: "submission_client_workarounds = no-such" },
  { name: "a certificate read with <", lines: "ssl_server_cert_file = <ssl/cert.pem" },
  { name: "no certificate", lines: "ssl_server_cert_file =", open: unserved },
  { name: "an empty listen", lines: "listen =" },
  { name: "$SET of a list is refused", lines: "auth_mechanisms = $SET:auth_mechanisms login" },
  { name: "$SET of an unknown setting is refused", lines: "login_greeting = $SET:nosuch" },
  { name: "$SET of a string", lines: "ssl = required\nlogin_greeting = $SET:ssl" },
  {
    name: "the value of another setting",
    lines: "ssl_min_protocol = TLSv1.3\nlogin_greeting = $SET:ssl_min_protocol x",
  },
];

const tls: readonly Case[] = [
  { name: "nothing but the defaults: STARTTLS, 465 beside it, no password in clear" },
  { name: "TLS required", lines: "ssl = required" },
  { name: "no TLS at all: 465 is not opened", lines: "ssl = no" },
  { name: "passwords in clear", lines: "auth_allow_cleartext = yes" },
  {
    name: "required beside passwords in clear: it does not start",
    lines: "ssl = required\nauth_allow_cleartext = yes",
  },
  {
    name: "required, and passwords in clear for some",
    lines: "ssl = required\nremote 127.0.0.2 {\n  auth_allow_cleartext = yes\n}",
    open: unserved,
  },
  {
    name: "passwords in clear, and required for some",
    lines: "auth_allow_cleartext = yes\nremote 127.0.0.2 {\n  ssl = required\n}",
    open: unserved,
  },
  {
    name: "passwords in clear, and required in ssl_server",
    lines: "auth_allow_cleartext = yes\nssl_server {\n  ssl = required\n}",
  },
  { name: "challenge mechanisms in clear", lines: "auth_mechanisms = plain scram-sha-256" },
  { name: "a weak mechanism", lines: "auth_mechanisms = plain cram-md5" },
  {
    name: "a weak mechanism that is allowed",
    lines: "auth_allow_weak_schemes = yes\nauth_mechanisms = plain cram-md5",
  },
  { name: "TLS 1.3 only", lines: "ssl_min_protocol = TLSv1.3" },
  { name: "TLS 1.0 and later", lines: "ssl_min_protocol = tlsv1" },
  { name: "any TLS", lines: "ssl_min_protocol = ANY" },
  { name: "a version that is none", lines: "ssl_min_protocol = TLSv2", open: unserved },
  { name: "ssl_server with names that leave its own out", lines: "ssl_server {\n  cert_file = ssl/cert.pem\n}" },
  { name: "ssl_server with its whole names", lines: "ssl_server {\n  ssl_server_cert_file = ssl/cert.pem\n}" },
  { name: "ssl_server empties the certificate", lines: "ssl_server {\n  cert_file =\n}", open: unserved },
  { name: "ssl in ssl_server is not the global one", lines: "ssl_server {\n  ssl = required\n}" },
  { name: "a minimum in ssl_server", lines: "ssl_server {\n  ssl_min_protocol = TLSv1.3\n}" },
  { name: "submission_ssl is of the client", lines: "submission_ssl = starttls" },
];

const lists: readonly Case[] = [
  { name: "a list as a block adds", lines: "auth_mechanisms {\n  login = yes\n}" },
  { name: "a list as a block takes away", lines: "auth_mechanisms {\n  plain = no\n  login = yes\n}" },
  { name: "a list as a block after a list", lines: "auth_mechanisms = login\nauth_mechanisms {\n  plain = yes\n}" },
  { name: "a list after a block", lines: "auth_mechanisms {\n  plain = no\n}\nauth_mechanisms = login plain" },
  {
    name: "a list, and a block that takes its first word away",
    lines: "auth_mechanisms = login cram-md5\nauth_mechanisms {\n  login = no\n}",
  },
  {
    name: "a list, a block that takes away, and one that adds what is there",
    lines: "auth_mechanisms = login\nauth_mechanisms {\n  cram-md5 = no\n}\nauth_mechanisms {\n  login = yes\n}",
  },
  {
    name: "a list, and a word that is taken away twice, one added between",
    lines: `auth_mechanisms = login\n${["cram-md5 = no", "scram-sha-256 = yes", "cram-md5 = no"].map((each) => `auth_mechanisms {\n  ${each}\n}\n`).join("")}`,
  },
  {
    name: "no mechanism is left in the protocol block",
    lines: "protocol submission {\n  auth_mechanisms {\n    plain = no\n  }\n}",
  },
  {
    name: "a list, and a block that takes away last",
    lines: "auth_mechanisms = login\nauth_mechanisms {\n  cram-md5 = no\n}",
  },
  {
    name: "a list, and a block that takes away first",
    lines: "auth_mechanisms = login plain\nauth_mechanisms {\n  plain = no\n  cram-md5 = yes\n}",
  },
  {
    name: "a list, and what is around it taken away",
    lines: "auth_mechanisms = login\nauth_mechanisms {\n  plain = no\n}",
  },
  { name: "a list with a boolean that is none", lines: "auth_mechanisms {\n  login = true\n}" },
  { name: "protocols as a block", lines: "protocols {\n  submission = no\n}" },
  { name: "listen as a block", lines: "listen {\n  :: = no\n}" },
  {
    name: "a list in the protocol block adds",
    lines: "protocol submission {\n  auth_mechanisms {\n    login = yes\n  }\n}",
  },
  { name: "a list in the protocol block replaces", lines: "protocol submission {\n  auth_mechanisms = login\n}" },
  { name: "commas in a list", lines: "auth_mechanisms = plain,login" },
  { name: "quotes in a list", lines: 'auth_mechanisms = "plain" "login"' },
  { name: "an empty list of mechanisms", lines: "auth_mechanisms =", open: unserved },
  { name: "anonymous is never listed", lines: "auth_mechanisms = plain anonymous" },
  { name: "external", lines: "auth_mechanisms = plain external" },
  { name: "a mechanism that does not exist", lines: "auth_mechanisms = plain rot13", open: everything },
];

const listeners: readonly Case[] = [
  {
    name: "one port twice, where TLS is off and neither is opened",
    lines: `ssl = no\n${listener("submissions", "    ssl = yes\n    port = 465")}\n${listener("other", "    ssl = yes\n    port = 465")}`,
  },
  { name: "465 without TLS", lines: listener("submissions", "    ssl = no") },
  { name: "465 switched off", lines: listener("submissions", "    port = 0") },
  { name: "587 with TLS from the first byte", lines: listener("submission", "    ssl = yes") },
  { name: "one more listener", lines: listener("more", "    port = 2587") },
  { name: "one more listener with TLS", lines: listener("more", "    port = 2587\n    ssl = yes") },
  { name: "a listener of one address", lines: listener("submission", "    listen = 127.0.0.1") },
  {
    name: "a listener of two addresses",
    lines: listener("submission", "    listen = 127.0.0.1 192.0.2.1"),
    open: ["authBeforeTls"],
  },
  { name: "two listeners on one socket", lines: listener("other", "    port = 587") },
  {
    name: "blocks of one name merge",
    lines: `${listener("more", "    port = 2587")}\n${listener("more", "    ssl = yes")}`,
  },
  { name: "submission is not among the protocols", lines: "protocols =" },
  { name: "IPv4 only", lines: "listen = *" },
  { name: "IPv6 only", lines: "listen = ::" },
  { name: "loopback only", lines: "listen = 127.0.0.1 ::1" },
  { name: "commas in listen", lines: "listen = 127.0.0.1, ::1" },
  { name: "haproxy: others get no dialogue", lines: listener("submission", "    haproxy = yes"), open: everything },
  { name: "another service's listener", lines: "service auth {\n  inet_listener sasl {\n    port = 12345\n  }\n}" },
];

const filters: readonly Case[] = [
  { name: "a protocol block wins", lines: "protocol submission {\n  ssl = required\n}" },
  { name: "another protocol's block", lines: "protocol imap {\n  ssl = required\n}" },
  { name: "not this protocol", lines: "protocol !submission {\n  ssl = required\n}" },
  { name: "a protocol block before the global line", lines: "protocol submission {\n  ssl = required\n}\nssl = yes" },
  { name: "TLS off, and on in ssl_server", lines: "ssl = no\nssl_server {\n  ssl = required\n}" },
  {
    name: "TLS off in the protocol block, and on in ssl_server",
    lines: "protocol submission {\n  ssl = no\n}\nssl_server {\n  ssl = yes\n}",
  },
  { name: "TLS off in the protocol block", lines: "protocol submission {\n  ssl = no\n}", open: unserved },
  { name: "TLS on in the protocol block alone", lines: "ssl = no\nprotocol submission {\n  ssl = yes\n}" },
  { name: "a remote block takes passwords in clear", lines: "remote 127.0.0.0/30 {\n  auth_allow_cleartext = yes\n}" },
  {
    name: "of two remote blocks the later, the wider one",
    lines: "remote 127.0.0.2 {\n  ssl = yes\n}\nremote 127.0.0.0/8 {\n  ssl = required\n}",
  },
  {
    name: "of two remote blocks the later, the narrower one",
    lines: "remote 127.0.0.0/8 {\n  ssl = required\n}\nremote 127.0.0.2 {\n  ssl = yes\n}",
  },
  { name: "a remote block of 0 bits", lines: "remote 0.0.0.0/0 {\n  auth_allow_cleartext = yes\n}" },
  {
    name: "a remote block of 0 bits against the top level",
    lines: "auth_allow_cleartext = no\nremote 0.0.0.0/0 {\n  auth_allow_cleartext = yes\n}",
  },
  {
    name: "a remote block, then a protocol block",
    lines: "remote 127.0.0.2 {\n  ssl = yes\n}\nprotocol submission {\n  ssl = required\n}",
  },
  {
    name: "a protocol block, then a remote block",
    lines: "protocol submission {\n  ssl = required\n}\nremote 127.0.0.2 {\n  ssl = yes\n}",
  },
  { name: "protocol inside remote", lines: "remote 127.0.0.2 {\n  protocol submission {\n    ssl = required\n  }\n}" },
  { name: "remote inside protocol", lines: "protocol submission {\n  remote 127.0.0.2 {\n    ssl = yes\n  }\n}" },
  {
    name: "a local block at a listener with an address",
    lines: "listen = 192.0.2.1\nlocal 192.0.2.1 {\n  ssl = required\n}",
  },
  { name: "a local block at a wildcard", lines: "local 192.0.2.1 {\n  ssl = required\n}", open: ["tlsGate"] },
  { name: "a local_name block before TLS", lines: "local_name mail.lab.example {\n  ssl = required\n}" },
  { name: "mechanisms inside remote", lines: "remote 127.0.0.2 {\n  auth_mechanisms = login\n}" },
  { name: "a passdb inside remote", lines: "remote 127.0.0.2 {\n  passdb pam {\n  }\n}" },
  { name: "a passdb inside protocol", lines: "protocol submission {\n  passdb pam {\n  }\n}" },
  { name: "trusted networks are secured", lines: "login_trusted_networks = 127.0.0.3, 192.0.2.0/24" },
  { name: "but not where TLS is required", lines: "ssl = required\nlogin_trusted_networks = 127.0.0.3, 192.0.2.0/24" },
  { name: "a network that is none ends the list", lines: "login_trusted_networks = nonsense 192.0.2.0/24" },
  {
    name: "no TLS at one of two addresses of a port",
    lines: "listen = 127.0.0.1, 192.0.2.1\nlocal 192.0.2.1 {\n  ssl = no\n}",
    open: [
      ...["authBeforeTls", "authGate", "authMechanisms", "pathFailure"],
      ...["starttlsOffered", "tlsGate", "tlsVersions", "vrfy"],
    ],
  },
  {
    name: "trusted networks in a local block",
    lines: "listen = 192.0.2.1\nlocal 192.0.2.1 {\n  login_trusted_networks = 192.0.2.0/24\n}",
  },
  {
    name: "trusted networks in a remote block",
    lines: "remote 192.0.2.0/24 {\n  login_trusted_networks = 192.0.2.0/25\n}",
  },
  { name: "trusted networks as a block", lines: "login_trusted_networks {\n  192.0.2.0/24 = yes\n}" },
  {
    name: "a group that is included",
    lines: "group @tls strict {\n  ssl = required\n}\n@tls = strict",
  },
  {
    name: "a group does not win over the block itself",
    lines: "group @tls strict {\n  ssl = required\n}\nssl = yes\n@tls = strict",
  },
  {
    name: "a group that a protocol block includes",
    lines: "group @tls strict {\n  ssl = required\n}\nprotocol submission {\n  @tls = strict\n}",
  },
  { name: "a group that nobody includes", lines: "group @tls strict {\n  ssl = required\n}" },
  { name: "a group that is not there", lines: "@tls = strict" },
];

const files: readonly Case[] = [
  { name: "no version at all", files: whole(withoutVersion + passdb24) },
  { name: "the version second", files: whole(`ssl = required\n${base24}${passdb24}`) },
  { name: "the version after a comment and an empty line", files: whole(`# Dovecot\n\n${base24}${passdb24}`) },
  {
    name: "the version in an included file",
    files: { ...whole(`!include v.conf\n${withoutVersion}${passdb24}`), "v.conf": "dovecot_config_version = 2.4.1\n" },
  },
  {
    name: "a version without its third number",
    files: whole((base24 + passdb24).replace("version = 2.4.1", "version = 2.4")),
  },
  { name: "the version before this", files: whole((base24 + passdb24).replace("version = 2.4.1", "version = 2.4.0")) },
  { name: "a version to come", files: whole((base24 + passdb24).replace("version = 2.4.1", "version = 2.4.9")) },
  { name: "the version of 2.3", files: whole((base24 + passdb24).replace("version = 2.4.1", "version = 2.3.19")) },
  { name: "the version again", lines: "dovecot_config_version = 2.4.1" },
  { name: "another version later", lines: "dovecot_config_version = 2.4.0" },
  { name: "no storage version", files: whole((base24 + passdb24).replace(/dovecot_storage_version.*\n/, "")) },
  {
    name: "a storage version that is none",
    files: whole((base24 + passdb24).replace(/storage_version.*\n/, "storage_version = soon\n")),
  },
  { name: "no passdb: no greeting", files: whole(base24), open: unserved },
  { name: "no passdb, external alone", files: whole(`${base24}auth_mechanisms = external\n`), open: unserved },
  {
    name: "an include",
    lines: "!include conf.d/*.conf",
    files: { "conf.d/20-b.conf": "ssl = required\n", "conf.d/10-a.conf": "ssl = no\n" },
  },
  { name: "an include of nothing is tried", lines: "!include_try local.conf\n!include_try none.d/*.conf" },
  { name: "quotes around a value", lines: 'ssl = "required"' },
  { name: "quotes around a name", lines: '"ssl" = required' },
  { name: "a comment behind a value", lines: "ssl = required # not yes" },
  { name: "a # without a space before it", lines: "ssl = required# not yes" },
  { name: "a continued line", lines: "auth_mechanisms = plain \\\n   login" },
];

/** Two visits tell whether the server starts, all of them what it does. */
export const briefCases24: readonly Case[] = [...names, ...values, ...files];

export const cases24: readonly Case[] = [...tls, ...lists, ...listeners, ...filters];
