import { adds, type Change, row, type Server, swaps } from "./rows.js";

const file = "config.toml";
const listener = (text: string): Change => swaps(file, 'protocol = "smtp"', `protocol = "smtp"\n${text}`);
const session = (text: string): Change => adds(file, text);
const auth = session('[session.auth]\nmechanisms = "[plain]"\nrequire = false');

export const stalwart: Server = {
  heading: "Stalwart",
  files: {
    [file]: `[server.listener.submission]
bind = ["0.0.0.0:587"]
protocol = "smtp"
[config]
local-keys = ["store.*", "server.*", "session.*"]
`,
  },
  rows: [
    row("server.listener.*.bind", "listening", "true", "false", swaps(file, "0.0.0.0", "127.0.0.1")),
    row(
      "protocol",
      "starttlsOffered",
      "offered",
      "unknown: a listener that speaks SMTP (submission speaks imap)",
      swaps(file, '"smtp"', '"imap"'),
    ),
    row("tls.implicit", "implicitTls", "false", "true", listener("tls.implicit = true")),
    row("tls.enable", "starttlsOffered", "offered", "absent", listener("tls.enable = false")),
    row(
      "server.tls",
      "tlsVersions",
      "TLSv1.2 TLSv1.3",
      "TLSv1.2",
      session('[server.tls]\ndisable-protocols = ["TLSv1.3"]'),
    ),
    row("tls.implicit", "tlsGate", "none", "connect", listener("tls.implicit = true")),
    row(
      "session.mail.is-allowed",
      "tlsGate",
      "none",
      "unknown: session.mail.is-allowed",
      session('[session.mail]\nis-allowed = "is_tls"'),
    ),
    row(
      "tls.disable-protocols",
      "tlsVersions",
      "TLSv1.2 TLSv1.3",
      "TLSv1.3",
      listener('tls.disable-protocols = ["TLSv1.2"]'),
    ),
    row("session.auth.mechanisms", "authBeforeTls", "PLAIN", "none", swaps(file, '"[plain]"', "false"), {
      given: auth,
    }),
    row(
      "session.auth.mechanisms",
      "authMechanisms",
      "PLAIN",
      "LOGIN PLAIN",
      swaps(file, '"[plain]"', '"[plain, login]"'),
      { given: auth },
    ),
    row("session.auth.require", "authGate", "rcpt", "mail", swaps(file, "require = false", "require = true"), {
      given: auth,
    }),
    row("session.rcpt.relay", "authGate", "rcpt", "none", session("[session.rcpt]\nrelay = true"), { given: auth }),
    row("session.rcpt.relay", "relay", "closed", "open", session("[session.rcpt]\nrelay = true"), { given: auth }),
    row("session.auth.require", "relay", "open", "closed", swaps(file, "require = false", "require = true"), {
      given: (files) => session("[session.rcpt]\nrelay = true")(auth(files)),
    }),
    row(
      "config.local-keys",
      "authGate",
      "rcpt",
      "unknown: session.auth.require in Stalwart's database (config.local-keys leaves it there)",
      swaps(file, ', "session.*"', ""),
      { given: auth },
    ),
  ],
};
