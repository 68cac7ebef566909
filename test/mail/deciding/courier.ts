import { adds, type Change, row, type Server } from "./rows.js";

const msa = (text: string): Change => adds("esmtpd-msa", text);
const auth = msa("ESMTPAUTH='LOGIN PLAIN'");
const access = (text: string): Change => adds("smtpaccess/default", text);
const modern = "TLSv1.2 TLSv1.3";

export const courier: Server = {
  heading: "Courier",
  files: {
    esmtpd: `MAILUSER=courier
MAILGROUP=courier
MAXDAEMONS=40
MAXPERC=4
MAXPERIP=4
PORT=25
PIDFILE=/run/courier/esmtpd.pid
ACCESSFILE=/etc/courier/smtpaccess
ESMTPDSTART=YES
COURIERTLS=/usr/bin/couriertls
TLS_CERTFILE=/etc/courier/esmtpd.pem
`,
    "esmtpd-msa": "PORT=587\nADDRESS=0\nPIDFILE=/run/courier/msa.pid\nESMTPDSTART=YES\n",
    "esmtpd-ssl": "SSLPORT=465\nSSLADDRESS=0\nSSLPIDFILE=/run/courier/ssl.pid\nESMTPDSSLSTART=YES\n",
    "smtpaccess/default": "127.0.0.1\tallow,RELAYCLIENT\n",
  },
  rows: [
    row("PORT", "listening", "not stated", "true", msa("PORT=587,2587"), { port: 2587 }),
    row("ADDRESS", "listening", "true", "false", msa("ADDRESS=127.0.0.1")),
    row("SSLPORT", "implicitTls", "not stated", "true", adds("esmtpd-ssl", "SSLPORT=2465"), { port: 2465 }),
    row("SSLADDRESS", "listening", "true", "false", adds("esmtpd-ssl", "SSLADDRESS=127.0.0.1"), { port: 465 }),
    row(
      "ESMTPDSTART",
      "listening",
      "true",
      "unknown: whether ESMTPDSTART is asked where esmtpd-msa is started",
      msa("ESMTPDSTART=NO"),
    ),
    row(
      "ESMTPDSSLSTART",
      "listening",
      "true",
      "unknown: whether ESMTPDSSLSTART is asked where esmtpd-ssl is started",
      adds("esmtpd-ssl", "ESMTPDSSLSTART=NO"),
      { port: 465 },
    ),
    row("MAXDAEMONS", "listening", "true", "false", msa("MAXDAEMONS=many")),
    row("MAXPERC", "listening", "true", "false", msa("MAXPERC=")),
    row("MAXPERIP", "listening", "true", "false", msa("MAXPERIP=0")),
    row("COURIERTLS", "starttlsOffered", "offered", "absent", msa("COURIERTLS=")),
    row("TLS_CERTFILE", "starttlsOffered", "offered", "absent", msa("TLS_CERTFILE=")),
    row("ESMTP_TLS_REQUIRED", "tlsGate", "none", "mail", msa("ESMTP_TLS_REQUIRED=1")),
    row(
      "TLS_PRIORITY",
      "tlsVersions",
      `TLSv1 TLSv1.1 ${modern}`,
      modern,
      msa("TLS_PRIORITY=NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"),
    ),
    row(
      "TLS_PROTOCOL",
      "tlsVersions",
      `TLSv1 TLSv1.1 ${modern}`,
      "unknown: the TLS library that couriertls is built with",
      msa("TLS_PROTOCOL=TLSv1.2"),
    ),
    row(
      "TLS_CIPHER_LIST",
      "tlsVersions",
      `TLSv1 TLSv1.1 ${modern}`,
      "unknown: the TLS library that couriertls is built with",
      msa("TLS_CIPHER_LIST=HIGH"),
    ),
    row(
      "TLS_VERIFYPEER",
      "tlsVersions",
      `TLSv1 TLSv1.1 ${modern}`,
      "unknown: the certificates of clients (TLS_VERIFYPEER)",
      msa("TLS_VERIFYPEER=REQUIREPEER"),
    ),
    row("ESMTPAUTH", "authBeforeTls", "none", "LOGIN PLAIN", auth),
    row(
      "ESMTP_TLS_REQUIRED",
      "authBeforeTls",
      "LOGIN PLAIN",
      "offers LOGIN PLAIN, accepts none",
      msa("ESMTP_TLS_REQUIRED=1"),
      { given: auth },
    ),
    row("ESMTPAUTH", "authMechanisms", "none", "LOGIN PLAIN", auth),
    row("ESMTPAUTH_TLS", "authMechanisms", "LOGIN PLAIN", "CRAM-MD5", msa("ESMTPAUTH_TLS=CRAM-MD5"), { given: auth }),
    row("AUTH_REQUIRED", "authGate", "rcpt", "mail", msa("AUTH_REQUIRED=1")),
    row("RELAYCLIENT", "authGate", "rcpt", "none", msa("RELAYCLIENT=")),
    row("BLOCK", "authGate", "none", "rcpt", msa("BLOCK=550"), { given: msa("RELAYCLIENT=") }),
    row("RELAYCLIENT", "relay", "closed", "open", access("192.0.2\tallow,RELAYCLIENT")),
    row("AUTH_REQUIRED", "relay", "open", "closed", msa("AUTH_REQUIRED=1"), {
      given: access("192.0.2\tallow,RELAYCLIENT"),
    }),
    row("BLOCK", "relay", "open", "closed", msa("BLOCK=550"), { given: msa("RELAYCLIENT=") }),
    row("ACCESSFILE", "relay", "open", "closed", msa("ACCESSFILE="), { given: access("192.0.2\tallow,RELAYCLIENT") }),
    row(
      "BLACKLISTS",
      "relay",
      "open",
      "unknown: what the options in BLACKLISTS decide",
      msa("BLACKLISTS=-block=list.example"),
      { given: msa("RELAYCLIENT=") },
    ),
    row("TLS_CERTFILE", "certificateFile", "elsewhere", "none", msa("TLS_CERTFILE=")),
    row("BOFHNOVRFY", "vrfy", "discloses", "silent", msa("BOFHNOVRFY=1"), { given: msa("BOFHNOEXPN=1") }),
    row("BOFHNOEXPN", "vrfy", "discloses", "silent", msa("BOFHNOEXPN=1"), { given: msa("BOFHNOVRFY=1") }),
    row("AUTH_REQUIRED", "vrfy", "discloses", "silent", msa("AUTH_REQUIRED=1")),
    row(
      "ESMTP_TLS_REQUIRED",
      "earlyPipelining",
      "accepted",
      "unknown: commands before their turn inside TLS (ESMTP_TLS_REQUIRED)",
      msa("ESMTP_TLS_REQUIRED=1"),
    ),
  ],
};
