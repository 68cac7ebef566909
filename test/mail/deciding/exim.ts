import { begins, both, type Change, row, type Server, swaps } from "./rows.js";

const file = "exim4.conf";
const main = (text: string): Change => begins(file, text);
const acl = (name: string, text: string): Change =>
  both(main(`acl_smtp_${name} = on_${name}`), swaps(file, "begin acl\n", `begin acl\non_${name}:\n  ${text}\n`));
const first = (text: string): Change => swaps(file, "check_rcpt:\n", `check_rcpt:\n  ${text}\n`);
const modern = "TLSv1.2 TLSv1.3";

export const exim: Server = {
  heading: "Exim",
  release: "4.96",
  files: {
    [file]: `daemon_smtp_ports = 587 : 465
tls_on_connect_ports = 465
tls_certificate = /etc/exim4/cert.pem
acl_smtp_rcpt = check_rcpt
begin acl
check_rcpt:
  accept authenticated = *
  deny message = no
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = false
`,
  },
  rows: [
    row("daemon_smtp_ports", "listening", "not stated", "true", swaps(file, "587 :", "587 : 2587 :"), { port: 2587 }),
    row("local_interfaces", "listening", "true", "false", main("local_interfaces = 127.0.0.1")),
    row("disable_ipv6", "listening", "true", "false", main("disable_ipv6 = true"), { client: "2001:db8::1" }),
    row("tls_on_connect_ports", "implicitTls", "false", "true", swaps(file, "ports = 465", "ports = 465 : 587")),
    row("tls_advertise_hosts", "starttlsOffered", "offered", "absent", main("tls_advertise_hosts =")),
    row("acl_smtp_starttls", "starttlsOffered", "offered", "refused", acl("starttls", "deny")),
    row("acl_smtp_helo", "starttlsOffered", "offered", "absent", acl("helo", "deny")),
    row("acl_smtp_mail", "tlsGate", "none", "mail", acl("mail", "deny !encrypted = *\n  accept")),
    row("acl_smtp_rcpt", "tlsGate", "none", "rcpt", first("deny !encrypted = *"), {
      given: first("accept hosts = 192.0.2.10"),
    }),
    row(
      "tls_require_ciphers",
      "tlsVersions",
      `TLSv1 TLSv1.1 ${modern}`,
      modern,
      main("tls_require_ciphers = NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"),
    ),
    row(
      "openssl_options",
      "tlsVersions",
      `TLSv1 TLSv1.1 ${modern}`,
      modern,
      main("openssl_options = +no_tlsv1 +no_tlsv1_1"),
    ),
    row(
      "auth_advertise_hosts",
      "authBeforeTls",
      "PLAIN",
      "none",
      main(`auth_advertise_hosts = $${"{if eq{$tls_in_cipher}{}{}{*}}"}`),
    ),
    row(
      "server_advertise_condition",
      "authBeforeTls",
      "PLAIN",
      "none",
      swaps(file, "server_prompts", `server_advertise_condition = $${"{if def:tls_in_cipher}"}\n  server_prompts`),
    ),
    row("acl_smtp_auth", "authBeforeTls", "PLAIN", "offers PLAIN, accepts none", acl("auth", "deny")),
    row(
      "control = allow_auth_unadvertised",
      "authBeforeTls",
      "none",
      "unknown: control = allow_auth_unadvertised",
      acl("connect", "accept control = allow_auth_unadvertised"),
      { given: main("auth_advertise_hosts =") },
    ),
    row(
      "driver",
      "authMechanisms",
      "PLAIN",
      "unknown: what the library behind the authenticator plain (@HOST@/exim4.conf:10) can do",
      swaps(
        file,
        "driver = plaintext\n  public_name = PLAIN\n  server_prompts = :\n",
        "driver = gsasl\n  public_name = PLAIN\n",
      ),
    ),
    row(
      "acl_smtp_predata",
      "relay",
      "open",
      "unknown: what acl_smtp_predata and acl_smtp_data refuse",
      acl("predata", "deny"),
      { given: first("accept hosts = 192.0.2.10") },
    ),
    row("public_name", "authMechanisms", "PLAIN", "LOGIN", swaps(file, "public_name = PLAIN", "public_name = LOGIN")),
    row("auth_advertise_hosts", "authMechanisms", "PLAIN", "none", main("auth_advertise_hosts =")),
    row(
      "server_advertise_condition",
      "authMechanisms",
      "PLAIN",
      "none",
      swaps(file, "server_prompts", "server_advertise_condition = false\n  server_prompts"),
    ),
    row("acl_smtp_connect", "authGate", "rcpt", "connect", acl("connect", "deny hosts = 192.0.2.10\n  accept")),
    row("host_reject_connection", "authGate", "rcpt", "connect", main("host_reject_connection = 192.0.2.0/24")),
    row("acl_smtp_helo", "authGate", "rcpt", "mail", acl("helo", "deny")),
    row("acl_smtp_mail", "authGate", "rcpt", "mail", acl("mail", "deny !authenticated = *\n  accept")),
    row("acl_smtp_rcpt", "authGate", "rcpt", "none", first("accept hosts = 192.0.2.10")),
    row("acl_smtp_rcpt", "relay", "closed", "open", first("accept hosts = 192.0.2.10")),
    row("acl_smtp_mail", "relay", "open", "closed", acl("mail", "deny !authenticated = *\n  accept"), {
      given: first("accept hosts = 192.0.2.10"),
    }),
    row(
      "acl_smtp_data",
      "relay",
      "open",
      "unknown: what acl_smtp_predata and acl_smtp_data refuse",
      acl("data", "deny"),
      { given: first("accept hosts = 192.0.2.10") },
    ),
    row(
      "acl_smtp_vrfy",
      "vrfy",
      "silent",
      "unknown: what the routers make of an address that acl_smtp_vrfy lets through",
      acl("vrfy", "accept"),
    ),
    row(
      "acl_smtp_expn",
      "vrfy",
      "silent",
      "unknown: what the routers make of an address that acl_smtp_expn lets through",
      acl("expn", "accept"),
    ),
    row(
      "pipelining_connect_advertise_hosts",
      "earlyPipelining",
      "accepted",
      "rejected",
      main("pipelining_connect_advertise_hosts ="),
    ),
    row("smtp_enforce_sync", "earlyPipelining", "rejected", "accepted", main("smtp_enforce_sync = false"), {
      given: main("pipelining_connect_advertise_hosts ="),
    }),
    row(
      "control = no_enforce_sync",
      "earlyPipelining",
      "rejected",
      "unknown: the ACL with control = no_enforce_sync",
      acl("connect", "accept control = no_enforce_sync"),
      { given: main("pipelining_connect_advertise_hosts =") },
    ),
    row("smtp_banner", "bannerVersion", "true", "false", main("smtp_banner = mail")),
    row(
      "tls_certificate",
      "certificateFile",
      "elsewhere",
      "generated",
      swaps(file, "tls_certificate = /etc/exim4/cert.pem\n", ""),
    ),
  ],
};
