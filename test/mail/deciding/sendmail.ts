import { adds, both, type Change, row, type Server, swaps } from "./rows.js";

const mc = "sendmail.mc";
const define = (name: string, value: string): Change =>
  swaps(mc, "MAILER(", `define(\`${name}', \`${value}')dnl\nMAILER(`);
const feature = (name: string): Change => swaps(mc, "MAILER(", `FEATURE(\`${name}')dnl\nMAILER(`);
const daemon = (text: string): Change => swaps(mc, "Port=587", `Port=587, ${text}`);
const access = (text: string): Change => adds("access", text);
const map = feature("access_db");
const secret = define("confAUTH_OPTIONS", "A p");

export const sendmail: Server = {
  heading: "Sendmail",
  files: {
    [mc]: `OSTYPE(\`linux')dnl
FEATURE(\`no_default_msa')dnl
define(\`confCACERT_PATH', \`/etc/mail/tls')dnl
define(\`confCACERT', \`/etc/mail/tls/cert.pem')dnl
define(\`confSERVER_CERT', \`/etc/mail/tls/cert.pem')dnl
define(\`confSERVER_KEY', \`/etc/mail/tls/key.pem')dnl
define(\`confAUTH_MECHANISMS', \`PLAIN LOGIN')dnl
DAEMON_OPTIONS(\`Name=MSA, Port=587')dnl
MAILER(\`smtp')dnl
`,
    access: "",
  },
  rows: [
    row("Port", "listening", "not stated", "true", swaps(mc, "Port=587", "Port=2587"), { port: 2587 }),
    row("Addr", "listening", "true", "false", daemon("Addr=127.0.0.1")),
    row("Family", "listening", "true", "false", daemon("Family=inet6, Addr=::1")),
    row("no_default_msa", "listening", "not stated", "true", swaps(mc, "FEATURE(`no_default_msa')dnl\n", ""), {
      given: swaps(mc, "DAEMON_OPTIONS(`Name=MSA, Port=587')dnl\n", ""),
    }),
    row("M=s", "implicitTls", "false", "true", daemon("M=s")),
    row(
      "ServerCertFile",
      "starttlsOffered",
      "offered",
      "absent",
      swaps(mc, "define(`confSERVER_CERT', `/etc/mail/tls/cert.pem')dnl\n", ""),
    ),
    row(
      "ServerKeyFile",
      "starttlsOffered",
      "offered",
      "absent",
      swaps(mc, "define(`confSERVER_KEY', `/etc/mail/tls/key.pem')dnl\n", ""),
    ),
    row(
      "CACertFile",
      "starttlsOffered",
      "offered",
      "absent",
      swaps(mc, "define(`confCACERT', `/etc/mail/tls/cert.pem')dnl\n", ""),
    ),
    row(
      "CACertPath",
      "starttlsOffered",
      "offered",
      "absent",
      swaps(mc, "define(`confCACERT_PATH', `/etc/mail/tls')dnl\n", "undefine(`confCACERT_PATH')dnl\n"),
    ),
    row("M=S", "starttlsOffered", "offered", "absent", daemon("M=S")),
    row("Srv_Features:", "starttlsOffered", "offered", "absent", access("Srv_Features:\tS"), { given: map }),
    row(
      "ServerSSLOptions",
      "tlsVersions",
      "TLSv1.2 TLSv1.3",
      "TLSv1.2",
      define("confSERVER_SSL_OPTIONS", "+SSL_OP_NO_TLSv1_3"),
    ),
    row(
      "CipherList",
      "tlsVersions",
      "TLSv1.2 TLSv1.3",
      "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3",
      define("confCIPHER_LIST", "DEFAULT:@SECLEVEL=0"),
    ),
    row("TLS_Clt:", "tlsGate", "none", "mail", access("TLS_Clt:\tENCR:112"), { given: map }),
    row("delay_checks", "tlsGate", "mail", "rcpt", feature("delay_checks"), {
      given: both(map, access("TLS_Clt:\tENCR:112\n192.0.2\tRELAY")),
    }),
    row("AuthMechanisms", "authBeforeTls", "LOGIN PLAIN", "PLAIN", swaps(mc, "PLAIN LOGIN", "PLAIN")),
    row("AuthOptions", "authBeforeTls", "LOGIN PLAIN", "none", secret),
    row("M=A", "authBeforeTls", "LOGIN PLAIN", "none", daemon("M=A")),
    row("Srv_Features:", "authBeforeTls", "LOGIN PLAIN", "none", access("Srv_Features:\tc"), { given: map }),
    row("Srv_Features:", "vrfy", "discloses", "silent", access("Srv_Features:\tX"), {
      given: both(map, define("confPRIVACY_FLAGS", "novrfy")),
    }),
    row("Srv_Features:", "earlyPipelining", "rejected", "accepted", access("Srv_Features:\tF"), {
      given: map,
      release: "8.18.1",
    }),
    row("Srv_Features:", "bareNewline", "rejected", "normalized", access("Srv_Features:\tG"), {
      given: map,
      release: "8.18.1",
    }),
    row("Srv_Features:", "authBeforeTls", "LOGIN PLAIN", "none", access("Srv_Features:\tA"), { given: map }),
    row("AuthMechanisms", "authMechanisms", "LOGIN PLAIN", "CRAM-MD5", swaps(mc, "PLAIN LOGIN", "CRAM-MD5")),
    row("mech_list", "authMechanisms", "LOGIN PLAIN", "PLAIN", adds("sasl/Sendmail.conf.2", "mech_list: PLAIN")),
    row("M=a", "authGate", "rcpt", "mail", daemon("M=a")),
    row("Srv_Features:", "authGate", "rcpt", "mail", access("Srv_Features:\tl"), { given: map }),
    row("promiscuous_relay", "authGate", "rcpt", "none", feature("promiscuous_relay")),
    row("promiscuous_relay", "relay", "closed", "open", feature("promiscuous_relay")),
    row("relay-domains", "relay", "closed", "open", adds("relay-domains", "192.0.2.10")),
    row("RELAY", "relay", "closed", "open", access("Connect:192.0.2\tRELAY"), { given: map }),
    row("REJECT", "authGate", "rcpt", "mail", access("Connect:192.0.2\tREJECT"), { given: map }),
    row(
      "relay_local_from",
      "relay",
      "closed",
      "unknown: the sender that a client names (relay_local_from relays for local ones)",
      feature("relay_local_from"),
    ),
    row("M=a", "relay", "open", "closed", daemon("M=a"), { given: feature("promiscuous_relay") }),
    row(
      "ServerCertFile",
      "certificateFile",
      "elsewhere",
      "none",
      swaps(mc, "define(`confSERVER_CERT', `/etc/mail/tls/cert.pem')dnl\n", ""),
    ),
    row("PrivacyOptions", "vrfy", "discloses", "silent", define("confPRIVACY_FLAGS", "novrfy,noexpn")),
    row("PrivacyOptions", "vrfy", "discloses", "silent", define("confPRIVACY_FLAGS", "goaway")),
  ],
};

const cf = "sendmail.cf";
const rulesets = "unknown: the rulesets of @HOST@/sendmail.cf: basic_check_relay is not among them";
const option = (text: string): Change => adds(cf, `O ${text}`);

export const sendmailCf: Server = {
  heading: "Sendmail",
  name: "Sendmail, by sendmail.cf",
  files: {
    [cf]: `V10/Berkeley
O DaemonPortOptions=Name=MSA, Port=587
O CACertPath=/etc/mail/tls
O CACertFile=/etc/mail/tls/cert.pem
O ServerCertFile=/etc/mail/tls/cert.pem
O ServerKeyFile=/etc/mail/tls/key.pem
O AuthMechanisms=PLAIN LOGIN
`,
  },
  rows: [
    row("Port", "listening", "not stated", "true", option("DaemonPortOptions=Port=2587"), { port: 2587 }),
    row("M=s", "implicitTls", "false", "true", swaps(cf, "Port=587", "Port=587, M=s")),
    row(
      "ServerKeyFile",
      "starttlsOffered",
      "offered",
      "absent",
      swaps(cf, "O ServerKeyFile=/etc/mail/tls/key.pem\n", ""),
    ),
    row("ServerSSLOptions", "tlsVersions", "TLSv1.2 TLSv1.3", "TLSv1.3", option("ServerSSLOptions=SSL_OP_NO_TLSv1_2")),
    row("AuthOptions", "authBeforeTls", "LOGIN PLAIN", "none", option("AuthOptions=p")),
    row("AuthMechanisms", "authMechanisms", "LOGIN PLAIN", "PLAIN", swaps(cf, "PLAIN LOGIN", "PLAIN")),
    row("M=a", "authGate", rulesets, "mail", swaps(cf, "Port=587", "Port=587, M=a")),
    row("PrivacyOptions", "vrfy", rulesets, "silent", option("PrivacyOptions=goaway")),
  ],
};
