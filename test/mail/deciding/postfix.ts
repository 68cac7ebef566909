import { adds, both, type Change, row, type Server, swaps } from "./rows.js";

const main = (text: string): Change => adds("main.cf", text);
const may = main("smtpd_tls_security_level = may");
const encrypt = main("smtpd_tls_security_level = encrypt");
const sasl = main("smtpd_sasl_auth_enable = yes");
const modern = "TLSv1.2 TLSv1.3";
const every = "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3";

export const postfix: Server = {
  heading: "Postfix",
  release: "3.7",
  files: {
    "main.cf": `compatibility_level = 3.6
mynetworks = 127.0.0.0/8
mydestination = example.com
smtpd_tls_chain_files = /etc/postfix/pair.pem
`,
    "master.cf": `submission inet n - y - - smtpd
smtps inet n - y - - smtpd
  -o smtpd_tls_wrappermode=yes
`,
  },
  rows: [
    row("master.cf", "listening", "not stated", "true", adds("master.cf", "2587 inet n - y - - smtpd"), { port: 2587 }),
    row("inet_interfaces", "listening", "true", "false", main("inet_interfaces = loopback-only")),
    row("inet_protocols", "listening", "true", "false", main("inet_protocols = ipv4"), { client: "2001:db8::1" }),
    row("master_service_disable", "listening", "true", "false", main("master_service_disable = submission/inet")),
    row("smtpd_tls_wrappermode", "implicitTls", "false", "true", main("smtpd_tls_wrappermode = yes"), { given: may }),
    row("smtpd_tls_security_level", "starttlsOffered", "absent", "offered", may),
    row("smtpd_use_tls", "starttlsOffered", "absent", "offered", main("smtpd_use_tls = yes")),
    row(
      "smtpd_discard_ehlo_keywords",
      "starttlsOffered",
      "offered",
      "absent",
      main("smtpd_discard_ehlo_keywords = starttls"),
      { given: may },
    ),
    row(
      "smtpd_tls_chain_files",
      "starttlsOffered",
      "offered",
      "refused",
      swaps("main.cf", "smtpd_tls_chain_files = /etc/postfix/pair.pem\n", ""),
      { given: may },
    ),
    row(
      "smtpd_discard_ehlo_keyword_address_maps",
      "starttlsOffered",
      "offered",
      "unknown: the table of smtpd_discard_ehlo_keyword_address_maps",
      main("smtpd_discard_ehlo_keyword_address_maps = cidr:/etc/postfix/words"),
      { given: may },
    ),
    row(
      "smtpd_sasl_security_options",
      "authBeforeTls",
      "*",
      "unknown: the SASL backend's mechanisms without plaintext passwords",
      main("smtpd_sasl_security_options = noplaintext"),
      { given: sasl },
    ),
    row(
      "smtpd_sasl_exceptions_networks",
      "authMechanisms",
      "*",
      "none",
      main("smtpd_sasl_exceptions_networks = 192.0.2.0/24"),
      { given: both(sasl, may) },
    ),
    row("smtpd_helo_restrictions", "authGate", "rcpt", "mail", main("smtpd_helo_restrictions = reject"), {
      given: main("smtpd_delay_reject = no\nsmtpd_helo_required = yes"),
    }),
    row(
      "smtpd_recipient_restrictions",
      "authGate",
      "none",
      "rcpt",
      main("smtpd_recipient_restrictions = permit_sasl_authenticated, reject"),
      { given: main("smtpd_relay_restrictions = check_client_access static:OK, reject") },
    ),
    row(
      "smtpd_restriction_classes",
      "relay",
      "closed",
      "open",
      main("smtpd_restriction_classes = ours\nours = check_client_access static:OK"),
      { given: main("smtpd_relay_restrictions = ours, reject\nours = reject") },
    ),
    row("smtpd_tls_req_ccert", "authGate", "rcpt", "mail", main("smtpd_tls_req_ccert = yes"), { given: encrypt }),
    row(
      "smtpd_upstream_proxy_protocol",
      "authGate",
      "rcpt",
      "unknown: the proxy in front (smtpd_upstream_proxy_protocol)",
      main("smtpd_upstream_proxy_protocol = haproxy"),
    ),
    row("smtpd_tls_security_level", "tlsGate", "none", "mail", encrypt),
    row("smtpd_enforce_tls", "tlsGate", "none", "mail", main("smtpd_enforce_tls = yes")),
    row(
      "reject_plaintext_session",
      "tlsGate",
      "none",
      "rcpt",
      main("smtpd_client_restrictions = reject_plaintext_session"),
      { given: may },
    ),
    row("smtpd_tls_protocols", "tlsVersions", every, modern, main("smtpd_tls_protocols = >=TLSv1.2"), { given: may }),
    row(
      "smtpd_tls_mandatory_protocols",
      "tlsVersions",
      every,
      modern,
      main("smtpd_tls_mandatory_protocols = !SSLv2, !SSLv3, !TLSv1, !TLSv1.1"),
      { given: encrypt },
    ),
    row("smtpd_sasl_auth_enable", "authBeforeTls", "none", "*", sasl),
    row("smtpd_tls_auth_only", "authBeforeTls", "*", "none", main("smtpd_tls_auth_only = yes"), {
      given: both(sasl, may),
    }),
    row("smtpd_tls_security_level", "authBeforeTls", "*", "none", encrypt, { given: sasl }),
    row(
      "smtpd_sasl_exceptions_networks",
      "authBeforeTls",
      "*",
      "offers none, accepts *",
      main("smtpd_sasl_exceptions_networks = 192.0.2.0/24"),
      { given: sasl },
    ),
    row("smtpd_discard_ehlo_keywords", "authBeforeTls", "*", "none", main("smtpd_discard_ehlo_keywords = auth"), {
      given: sasl,
    }),
    row("smtpd_sasl_auth_enable", "authMechanisms", "none", "*", sasl, { given: may }),
    row(
      "smtpd_client_restrictions",
      "authGate",
      "rcpt",
      "connect",
      main("smtpd_client_restrictions = permit_sasl_authenticated, reject"),
      { given: both(sasl, main("smtpd_delay_reject = no")) },
    ),
    row(
      "smtpd_sender_restrictions",
      "authGate",
      "rcpt",
      "mail",
      main("smtpd_sender_restrictions = permit_sasl_authenticated, reject"),
      { given: both(sasl, main("smtpd_delay_reject = no")) },
    ),
    row("smtpd_delay_reject", "authGate", "rcpt", "mail", main("smtpd_delay_reject = no"), {
      given: both(sasl, main("smtpd_sender_restrictions = permit_sasl_authenticated, reject")),
    }),
    row(
      "smtpd_relay_restrictions",
      "authGate",
      "rcpt",
      "none",
      main("smtpd_relay_restrictions = check_client_access static:OK, reject"),
    ),
    row(
      "smtpd_relay_restrictions",
      "relay",
      "closed",
      "open",
      main("smtpd_relay_restrictions = check_client_access static:OK, reject"),
    ),
    row("smtpd_recipient_restrictions", "relay", "open", "closed", main("smtpd_recipient_restrictions = reject"), {
      given: main("smtpd_relay_restrictions = check_client_access static:OK, reject"),
    }),
    row("mynetworks", "relay", "closed", "open", swaps("main.cf", "127.0.0.0/8", "192.0.2.0/24")),
    row(
      "mynetworks_style",
      "relay",
      "closed",
      "unknown: mynetworks (mynetworks_style takes it from the machine's interfaces)",
      main("mynetworks_style = subnet"),
      { given: swaps("main.cf", "mynetworks = 127.0.0.0/8\n", "") },
    ),
    row("relay_domains", "relay", "closed", "open", main("relay_domains = static:all")),
    row(
      "smtpd_tls_chain_files",
      "certificateFile",
      "elsewhere",
      "none",
      swaps("main.cf", "smtpd_tls_chain_files = /etc/postfix/pair.pem\n", ""),
      { given: may },
    ),
    row(
      "smtpd_tls_cert_file",
      "certificateFile",
      "none",
      "elsewhere",
      main("smtpd_tls_cert_file = /etc/postfix/c.pem"),
      { given: both(may, swaps("main.cf", "smtpd_tls_chain_files = /etc/postfix/pair.pem\n", "")) },
    ),
    row("disable_vrfy_command", "vrfy", "discloses", "silent", main("disable_vrfy_command = yes")),
    row("local_recipient_maps", "vrfy", "discloses", "silent", main("local_recipient_maps =")),
    row("smtpd_forbid_bare_newline", "bareNewline", "normalized", "accepted", main("smtpd_forbid_bare_newline = no"), {
      release: "3.9",
    }),
    row(
      "smtpd_forbid_bare_newline",
      "bareNewline",
      "normalized",
      "rejected",
      main("smtpd_forbid_bare_newline = reject"),
      { release: "3.9" },
    ),
    row(
      "smtpd_forbid_bare_newline_exclusions",
      "bareNewline",
      "normalized",
      "accepted",
      main("smtpd_forbid_bare_newline_exclusions = 192.0.2.0/24"),
      { release: "3.9" },
    ),
    row(
      "smtpd_forbid_unauth_pipelining",
      "earlyPipelining",
      "rejected",
      "accepted",
      main("smtpd_forbid_unauth_pipelining = no"),
      { release: "3.9" },
    ),
    row(
      "reject_unauth_pipelining",
      "earlyPipelining",
      "accepted",
      "rejected",
      main("smtpd_data_restrictions = reject_unauth_pipelining"),
    ),
  ],
};
