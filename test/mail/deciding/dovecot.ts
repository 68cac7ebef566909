import { adds, type Change, row, type Server, swaps } from "./rows.js";

const file = "dovecot.conf";
const line = (text: string): Change => adds(file, text);
const modern = "TLSv1.2 TLSv1.3";
const inet = (text: string): Change => line(`service submission-login {\n  inet_listener ${text}\n}`);
const smtps = "submissions {\n    port = 465\n    ssl = yes\n  }";

export const dovecot: Server = {
  heading: "Dovecot",
  release: "2.3.19",
  files: {
    [file]: `protocols = submission
ssl_cert = </etc/dovecot/cert.pem
ssl_key = </etc/dovecot/key.pem
ssl_min_protocol = TLSv1
submission_relay_host = 127.0.0.1
passdb {
  driver = pam
}
`,
  },
  rows: [
    row("protocols", "listening", "true", "not stated", line("protocols = imap")),
    row("port", "listening", "not stated", "true", inet("more {\n    port = 2587\n  }"), { port: 2587 }),
    row("address", "listening", "true", "false", inet("submission {\n    address = 127.0.0.1\n  }")),
    row("listen", "listening", "true", "false", line("listen = 127.0.0.1")),
    row("ssl", "listening", "true", "not stated", line("ssl = no"), { given: inet(smtps), port: 465 }),
    row("ssl", "implicitTls", "false", "true", swaps(file, "ssl = no", "ssl = yes"), {
      given: inet(smtps.replace("yes", "no")),
      port: 465,
    }),
    row("ssl", "starttlsOffered", "offered", "absent", line("ssl = no")),
    row("ssl", "tlsGate", "none", "mail", line("ssl = required")),
    row("ssl_min_protocol", "tlsVersions", `TLSv1 TLSv1.1 ${modern}`, modern, line("ssl_min_protocol = TLSv1.2")),
    row("ssl_cert", "tlsVersions", `TLSv1 TLSv1.1 ${modern}`, "none", line("ssl_cert =")),
    row("disable_plaintext_auth", "authBeforeTls", "none", "PLAIN", line("disable_plaintext_auth = no")),
    row("ssl", "authBeforeTls", "PLAIN", "none", line("ssl = required"), {
      given: line("disable_plaintext_auth = no"),
    }),
    row("auth_mechanisms", "authBeforeTls", "none", "CRAM-MD5", line("auth_mechanisms = plain cram-md5"), {
      given: swaps(file, "driver = pam", "driver = passwd-file\n  args = /etc/dovecot/users"),
    }),
    row("login_trusted_networks", "authBeforeTls", "none", "PLAIN", line("login_trusted_networks = 192.0.2.0/24")),
    row("auth_mechanisms", "authMechanisms", "PLAIN", "LOGIN PLAIN", line("auth_mechanisms = plain login")),
    row(
      "implicit-auth-external",
      "relay",
      "closed",
      "unknown: client certificates: implicit-auth-external logs their owners in at MAIL",
      line("submission_client_workarounds = implicit-auth-external"),
    ),
    row("ssl_cert", "certificateFile", "elsewhere", "none", line("ssl_cert =")),
    row("passdb", "pathFailure", "not stated", "busy at greeting", swaps(file, "passdb {\n  driver = pam\n}\n", "")),
  ],
};

const cleartext = line("auth_allow_cleartext = yes");

export const dovecot24: Server = {
  heading: "Dovecot",
  name: "Dovecot 2.4",
  files: {
    [file]: `dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
protocols = submission
ssl_server_cert_file = /etc/dovecot/cert.pem
ssl_server_key_file = /etc/dovecot/key.pem
submission_relay_host = 127.0.0.1
passdb pam {
}
`,
  },
  rows: [
    row("protocols", "listening", "true", "not stated", line("protocols = imap")),
    row("listen", "listening", "true", "false", line("listen = 127.0.0.1")),
    row("port", "listening", "not stated", "true", inet("more {\n    port = 2587\n  }"), { port: 2587 }),
    row("ssl", "implicitTls", "true", "false", inet("submissions {\n    ssl = no\n  }"), { port: 465 }),
    row("ssl", "starttlsOffered", "offered", "absent", line("ssl = no")),
    row("ssl", "tlsGate", "none", "mail", line("ssl = required"), { given: line("ssl = yes") }),
    row("ssl_min_protocol", "tlsVersions", modern, "TLSv1.3", line("ssl_min_protocol = TLSv1.3")),
    row("auth_allow_cleartext", "authBeforeTls", "none", "PLAIN", cleartext),
    row("ssl", "authBeforeTls", "PLAIN", "none", line("ssl = required"), {
      given: line("login_trusted_networks = 192.0.2.0/24"),
    }),
    row("login_trusted_networks", "authBeforeTls", "none", "PLAIN", line("login_trusted_networks = 192.0.2.0/24")),
    row("auth_mechanisms", "authMechanisms", "PLAIN", "LOGIN PLAIN", line("auth_mechanisms = plain login")),
    row(
      "ssl_server_cert_file",
      "certificateFile",
      "elsewhere",
      "none",
      swaps(file, "ssl_server_cert_file = /etc/dovecot/cert.pem\n", ""),
    ),
  ],
};
