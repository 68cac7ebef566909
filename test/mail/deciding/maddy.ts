import { adds, both, type Change, row, type Server, swaps } from "./rows.js";

const file = "maddy.conf";
const inside = (text: string): Change => swaps(file, "0:587 {\n", `0:587 {\n  ${text}\n`);
const smtp = swaps(file, "submission tcp", "smtp tcp");
const tls = (text: string): Change => swaps(file, "tls file c.pem k.pem", text);

export const maddy: Server = {
  heading: "maddy",
  release: "0.8.2",
  files: {
    [file]: `hostname @HOST@
tls file c.pem k.pem
auth.pass_table db {
  table dummy
}
submission tcp://0.0.0.0:587 {
  auth &db
  deliver_to dummy
}
`,
  },
  rows: [
    row("submission", "listening", "not stated", "true", swaps(file, ":587", ":2587"), { port: 2587 }),
    row("submission", "listening", "true", "false", swaps(file, "//0.0.0.0", "//127.0.0.1")),
    row("smtp", "listening", "not stated", "true", adds(file, "smtp tcp://0.0.0.0:2525 {\n  deliver_to dummy\n}"), {
      port: 2525,
    }),
    row("tls://", "implicitTls", "false", "true", swaps(file, "tcp://", "tls://")),
    row("tls", "starttlsOffered", "offered", "absent", tls("tls off")),
    row(
      "protocols",
      "tlsVersions",
      "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3",
      "TLSv1.2 TLSv1.3",
      inside("tls file c.pem k.pem {\n    protocols tls1.2 tls1.3\n  }"),
    ),
    row("insecure_auth", "authBeforeTls", "none", "PLAIN", inside("insecure_auth yes")),
    row("tls off", "authBeforeTls", "none", "PLAIN", tls("tls off")),
    row("sasl_login", "authMechanisms", "PLAIN", "LOGIN PLAIN", inside("sasl_login yes")),
    row("auth", "authMechanisms", "none", "PLAIN", inside("auth &db"), {
      given: both(
        smtp,
        swaps(file, "  auth &db\n", ""),
        adds(file, "submission tcp://0.0.0.0:2588 {\n  auth &db\n  deliver_to dummy\n}"),
      ),
    }),
    row("smtp", "authGate", "mail", "none", smtp),
    row("reject", "authGate", "none", "rcpt", swaps(file, "deliver_to dummy", "reject"), { given: smtp }),
    row(
      "defer_sender_reject",
      "authGate",
      "rcpt",
      "unknown: whether the sender is refused at MAIL (defer_sender_reject)",
      inside("defer_sender_reject no"),
      { given: both(smtp, swaps(file, "deliver_to dummy", "reject")) },
    ),
    row("smtp", "relay", "closed", "open", smtp),
    row("deliver_to", "relay", "closed", "open", swaps(file, "  reject\n", "  deliver_to dummy\n"), {
      given: both(smtp, swaps(file, "deliver_to dummy", "reject")),
    }),
    row(
      "default_destination",
      "relay",
      "open",
      "closed",
      swaps(
        file,
        "  deliver_to dummy\n",
        "  destination example.com {\n    deliver_to dummy\n  }\n  default_destination {\n    reject\n  }\n",
      ),
      { given: smtp },
    ),
    row(
      "default_source",
      "relay",
      "open",
      "closed",
      swaps(file, "  deliver_to dummy\n", "  default_source {\n    reject\n  }\n"),
      { given: smtp },
    ),
    row(
      "check",
      "relay",
      "open",
      "unknown: whom the checks in @HOST@/maddy.conf:7 refuse",
      inside("check {\n    require_tls\n  }"),
      { given: smtp },
    ),
    row(
      "proxy_protocol",
      "authGate",
      "mail",
      "unknown: the proxy in front (proxy_protocol)",
      inside("proxy_protocol {\n    trust 192.0.2.1\n  }"),
    ),
    row("tls", "certificateFile", "elsewhere", "generated", tls("tls self_signed")),
  ],
};
