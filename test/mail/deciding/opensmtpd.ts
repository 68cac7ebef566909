import { begins, both, type Change, row, type Server, swaps } from "./rows.js";

const file = "smtpd.conf";
const listen = (text: string): Change => swaps(file, "port 587 tls pki m", `port 587 ${text}`);
const match = (text: string): Change => swaps(file, "match from any for domain", `${text}\nmatch from any for domain`);

export const opensmtpd: Server = {
  heading: "OpenSMTPD",
  release: "6.8",
  files: {
    [file]: `pki m cert "/etc/ssl/m.crt"
pki m key "/etc/ssl/m.key"
listen on 0.0.0.0 port 587 tls pki m
action "local" maildir
action "out" relay
match from any for domain "example.com" action "local"
`,
  },
  rows: [
    row("listen on", "listening", "true", "false", swaps(file, "on 0.0.0.0", "on 127.0.0.1")),
    row("port", "listening", "not stated", "true", swaps(file, "port 587", "port 2587"), { port: 2587 }),
    row("smtps", "implicitTls", "false", "true", listen("smtps pki m")),
    row("tls", "starttlsOffered", "offered", "absent", listen("")),
    row("tls-require", "tlsGate", "none", "mail", listen("tls-require pki m")),
    row("auth", "authMechanisms", "none", "LOGIN PLAIN", listen("tls pki m auth")),
    row("auth-optional", "authMechanisms", "none", "LOGIN PLAIN", listen("tls pki m auth-optional")),
    row("auth", "authGate", "rcpt", "mail", listen("tls pki m auth")),
    row("match", "authGate", "rcpt", "none", match('match from any for any action "out"')),
    row("match", "relay", "closed", "open", match('match from src 192.0.2.0/24 for any action "out"')),
    row("tag", "relay", "closed", "open", listen("tls pki m tag a"), {
      given: match('match tag a from any for any action "out"'),
    }),
    row("relay", "relay", "closed", "open", swaps(file, 'any action "local"', 'any action "out"'), {
      given: match('match from any for any action "local"'),
    }),
    row("auth", "relay", "open", "closed", listen("tls pki m auth"), {
      given: match('match from any for any action "out"'),
    }),
    row(
      "filter",
      "relay",
      "closed",
      "unknown: what the filter of the listener decides",
      both(listen('tls pki m filter "f"'), begins(file, 'filter "f" phase connect match all disconnect "550 no"')),
    ),
    row("proxy-v2", "authGate", "rcpt", "unknown: the proxy in front (proxy-v2)", listen("tls pki m proxy-v2")),
    row("verify", "tlsGate", "none", "unknown: the client's certificate", listen("tls-require verify pki m")),
    row(
      "pki",
      "certificateFile",
      "elsewhere",
      "none",
      both(listen("tls"), swaps(file, 'pki m cert "/etc/ssl/m.crt"\npki m key "/etc/ssl/m.key"\n', "")),
    ),
  ],
};
