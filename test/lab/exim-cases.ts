import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Configurations whose names state the truth; `{plain}` and `{implicit}` stand for the ports that the lab gives them. */
export interface Case {
  readonly name: string;
  /** Lines of the main section beside the lab's own. */
  readonly main?: string;
  /** What stands instead of the lines that name the ports. */
  readonly ports?: string;
  readonly acl?: string;
  readonly authenticators?: string;
  /** Files that it names as `{tables}/NAME`. */
  readonly tables?: Readonly<Record<string, string>>;
  /** A whole file for the ports 587 and 465, instead of all that. */
  readonly whole?: string;
  /** The names of facts that the files leave open for some clients. */
  readonly open?: readonly string[];
  /** The same from Exim 4.97 on, where they are others. */
  readonly openSince497?: readonly string[];
  /** Made at random: which facts stay open is not foretold. */
  readonly generated?: true;
}

const rcpt = "acl_smtp_rcpt = check_rcpt\n";
const closed = `check_rcpt:
  accept authenticated = *
  deny message = 550 relay not permitted
`;

const example = fileURLToPath(new URL("../../examples/exim/exim4/exim4.conf", import.meta.url));

export const cases: readonly Case[] = [
  { name: "the example", whole: readFileSync(example, "utf8") },
  { name: "no ACL for RCPT: everyone is refused" },
  { name: "an ACL without a statement that decides: everyone is refused", main: rcpt, acl: "check_rcpt:\n  warn\n" },
  { name: "accept: an open relay", main: rcpt, acl: "check_rcpt:\n  accept\n" },
  { name: "an unknown option: Exim does not start", main: `${rcpt}tls_advertise_host = *\n`, acl: closed },
  {
    name: "an option that only another release knows",
    main: `${rcpt}hosts_xclient = 192.0.2.1\n`,
    acl: closed,
  },
  {
    name: "an unknown option of an authenticator: it does not start",
    ...{ main: rcpt, acl: closed },
    authenticators: "plain:\n  driver = plaintext\n  server_prompt = :\n",
  },
  {
    name: "an option of an authenticator twice: it does not start",
    ...{ main: rcpt, acl: closed },
    authenticators: "plain:\n  driver = plaintext\n  server_prompts = :\n  server_prompts = ::\n",
  },
  {
    name: "an unknown option of a transport: it does not start",
    ...{ main: rcpt, acl: `${closed}\nbegin transports\nout:\n  driver = smtp\n  hosts_require_tsl = *\n` },
  },
  {
    name: "options of routers and transports",
    ...{
      main: rcpt,
      acl: `${closed}
begin routers
out:
  driver = dnslookup
  domains = ! lab.example
  no_verify
  condition = yes
  condition = yes
  set = r_way = $domain
  transport = out
  ignore_target_hosts = 127.0.0.0/8
begin transports
out:
  driver = smtp
  hosts_require_tls = *
  not_delivery_date_add
`,
    },
  },
  ...[" yes", "yes ", "-1", "-0", "00", "10", "True", "", "on"].map((word) => ({
    ...{ name: `a condition that expands to "${word}"`, main: rcpt },
    acl: `check_rcpt:\n  accept condition = \${if eq{a}{a}{${word}}}\n  deny message = 550 no\n`,
  })),
  ...[
    "127.0.0.2",
    "127.0.0.0/8 : 192.0.2.10",
    "!127.0.0.2 : 127.0.0.0/8",
    "!127.0.0.2",
    "<; ::1 ; 127.0.0.3",
    "*",
    "",
  ].map((list) => ({
    ...{ name: `match_ip with ${list}`, main: rcpt },
    acl: `check_rcpt:\n  accept condition = \${if match_ip{$sender_host_address}{${list}}}\n  deny message = 550 no\n`,
  })),
  { name: "an ACL that is a word", main: "acl_smtp_rcpt = accept\n" },
  { name: "AUTH in clear", main: rcpt, acl: closed },
  {
    name: "AUTH only inside TLS, by auth_advertise_hosts",
    main: `${rcpt}auth_advertise_hosts = \${if eq{$tls_in_cipher}{}{}{*}}\n`,
    acl: closed,
  },
  {
    name: "AUTH only inside TLS, by the authenticator",
    main: rcpt,
    acl: closed,
    authenticators: `plain:\n  driver = plaintext\n  public_name = PLAIN\n  server_prompts = :\n  server_condition = false\n  server_advertise_condition = \${if def:tls_in_cipher}\n`,
  },
  {
    name: "AUTH offered and refused in clear, by the ACL",
    main: `${rcpt}acl_smtp_auth = check_auth\n`,
    acl: `${closed}check_auth:\n  accept encrypted = *\n  deny message = TLS required\n`,
  },
  {
    name: "TLS demanded at MAIL",
    main: `${rcpt}acl_smtp_mail = check_mail\n`,
    acl: `${closed}check_mail:\n  deny !encrypted = *\n       message = 530 5.7.0 TLS required\n  accept\n`,
  },
  {
    name: "TLS demanded at MAIL on one port alone",
    main: `${rcpt}acl_smtp_mail = check_mail\n`,
    acl: `${closed}check_mail:\n  deny condition = \${if ={$received_port}{587}}\n       !encrypted = *\n       message = TLS required\n  accept\n`,
  },
  {
    name: "AUTH demanded at MAIL",
    main: `${rcpt}acl_smtp_mail = check_mail\n`,
    acl: `${closed}check_mail:\n  require message = 530 log in\n          authenticated = *\n  accept\n`,
  },
  {
    name: "TLS demanded at RCPT, by require",
    main: rcpt,
    acl: "check_rcpt:\n  require message = TLS required\n          encrypted = *\n  deny message = no\n",
  },
  {
    name: "TLS demanded at RCPT, by an accept before the end",
    main: rcpt,
    acl: "check_rcpt:\n  accept encrypted = *\n",
  },
  {
    name: "trusted networks relay",
    main: `${rcpt}hostlist relay_from_hosts = 127.0.0.2 : 192.0.2.0/28\n`,
    acl: "check_rcpt:\n  accept hosts = +relay_from_hosts\n  deny\n",
  },
  {
    name: "an exception at the end of a list holds everyone else",
    main: rcpt,
    acl: "check_rcpt:\n  accept hosts = !127.0.0.2 : !192.0.2.0/24\n  deny\n",
  },
  {
    name: "a list with another separator and IPv6",
    main: rcpt,
    acl: "check_rcpt:\n  accept hosts = <; ::1 ; 127.0.0.3\n  deny\n",
  },
  { name: "doubled colons are literal", main: rcpt, acl: "check_rcpt:\n  accept hosts = ::::1 : 127.0.0.3\n  deny\n" },
  { name: "host bits count for nothing", main: rcpt, acl: "check_rcpt:\n  accept hosts = 127.0.0.9/28\n  deny\n" },
  {
    name: "an empty item is the local caller without an address",
    main: rcpt,
    acl: "check_rcpt:\n  accept hosts = :\n  deny\n",
  },
  {
    name: "domains of our own are not foreign",
    main: `${rcpt}domainlist local_domains = @ : lab.example\ndomainlist relay_to_domains =\n`,
    acl: "check_rcpt:\n  require message = relay not permitted\n          domains = +local_domains : +relay_to_domains\n  accept\n",
  },
  { name: "every domain but ours", main: rcpt, acl: "check_rcpt:\n  accept domains = !lab.example\n  deny\n" },
  { name: "discard takes and throws away", main: rcpt, acl: "check_rcpt:\n  discard\n", open: ["relay"] },
  { name: "drop", main: rcpt, acl: "check_rcpt:\n  drop message = gone\n" },
  { name: "defer", main: rcpt, acl: "check_rcpt:\n  defer message = later\n" },
  { name: "warn decides nothing", main: rcpt, acl: "check_rcpt:\n  warn hosts = *\n  accept\n" },
  {
    name: "endpass refuses",
    main: rcpt,
    acl: "check_rcpt:\n  accept hosts = *\n         endpass\n         encrypted = *\n  accept\n",
  },
  {
    name: "a nested ACL",
    main: rcpt,
    acl: "check_rcpt:\n  accept acl = trusted\n  deny\ntrusted:\n  accept hosts = 127.0.0.2\n  deny\n",
  },
  { name: "a condition that is no truth value: 451", main: rcpt, acl: "check_rcpt:\n  accept condition = maybe\n" },
  { name: "a condition that is a number", main: rcpt, acl: "check_rcpt:\n  accept condition = 1\n" },
  {
    name: "a lookup decides",
    main: rcpt,
    acl: `check_rcpt:\n  accept condition = \${lookup{$sender_host_address}lsearch{/nonexistent}{yes}{no}}\n  deny\n`,
    open: ["authGate", "relay", "tlsGate"],
  },
  {
    name: "clients turned away in the greeting",
    main: `${rcpt}acl_smtp_connect = check_connect\n`,
    acl: `${closed}check_connect:\n  deny hosts = 127.0.0.3\n  accept\n`,
    open: ["authBeforeTls", "starttlsOffered", "tlsGate"],
  },
  {
    name: "host_reject_connection",
    main: `${rcpt}host_reject_connection = 192.0.2.10\n`,
    acl: closed,
    open: ["authBeforeTls", "implicitTls", "starttlsOffered", "tlsGate"],
  },
  {
    name: "HELO refused: MAIL needs one",
    main: `${rcpt}acl_smtp_helo = check_helo\n`,
    acl: "check_helo:\n  deny\ncheck_rcpt:\n  accept\n",
  },
  {
    name: "HELO refused: a client goes on without one",
    main: `${rcpt}acl_smtp_helo = check_helo\nhosts_require_helo =\n`,
    acl: "check_helo:\n  deny\ncheck_rcpt:\n  accept\n",
  },
  { name: "STARTTLS for some", main: `${rcpt}tls_advertise_hosts = 127.0.0.0/30\n`, acl: closed },
  { name: "STARTTLS for nobody", main: `${rcpt}tls_advertise_hosts =\n`, acl: closed },
  { name: "STARTTLS refused", main: `${rcpt}acl_smtp_starttls = deny\n`, acl: closed },
  { name: "no authenticator", main: rcpt, acl: closed, authenticators: "" },
  {
    name: "TLS 1.2 and 1.3",
    main: `${rcpt}tls_require_ciphers = SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2\n`,
    acl: closed,
  },
  { name: "no TLS 1.0 and 1.1", main: `${rcpt}tls_require_ciphers = NORMAL:-VERS-TLS1.0:-VERS-TLS1.1\n`, acl: closed },
  { name: "TLS 1.0 alone", main: `${rcpt}tls_require_ciphers = NORMAL:-VERS-TLS-ALL:+VERS-TLS1.0\n`, acl: closed },
  { name: "a priority string that is none", main: `${rcpt}tls_require_ciphers = HIGH:!aNULL\n`, acl: closed },
  {
    name: "an option set twice: Exim does not start",
    main: `${rcpt}tls_advertise_hosts = *\ntls_advertise_hosts = *\n`,
    acl: closed,
  },
  {
    name: "an ACL condition that does not exist: Exim does not start",
    main: rcpt,
    acl: "check_rcpt:\n  accept host = *\n",
  },
  { name: "two ACLs of one name: Exim does not start", main: rcpt, acl: `${closed}${closed}` },
  {
    name: "loopback alone",
    ports: "daemon_smtp_ports = {plain}\nlocal_interfaces = 127.0.0.1\n",
    main: rcpt,
    acl: closed,
  },
  {
    name: "addresses with ports of their own",
    ports: "local_interfaces = <; 127.0.0.1.{plain} ; [::1]:{implicit}\ntls_on_connect_ports = {implicit}\n",
    main: rcpt,
    acl: closed,
  },
  { name: "no IPv6", ports: "daemon_smtp_ports = {plain} : {implicit}\ndisable_ipv6\n", main: rcpt, acl: closed },
  {
    name: "TLS on connect on a port that is not open",
    ports: "daemon_smtp_ports = {plain}\ntls_on_connect_ports = {implicit}\n",
    main: rcpt,
    acl: closed,
  },
  {
    name: "an unknown file of hosts",
    main: rcpt,
    acl: "check_rcpt:\n  accept hosts = /etc/nowhere\n  deny\n",
    open: ["authGate", "relay", "tlsGate"],
  },
  {
    name: "macros and conditions",
    main: `NEED = encrypted\n.ifdef NEED\nacl_smtp_rcpt = check_rcpt\n.else\nacl_smtp_rcpt = accept\n.endif\nMSG == x\n`.replace(
      "MSG == x\n",
      "MSG = x\nMSG == TLS required\n",
    ),
    acl: "check_rcpt:\n  require message = MSG\n          NEED = *\n  deny\n",
  },
  { name: "a macro defined twice: Exim does not start", main: `${rcpt}AB = 1\nAB = 2\n`, acl: closed },
  { name: "a macro whose name holds another: Exim does not start", main: `${rcpt}AB = 1\nABC = 2\n`, acl: closed },
  {
    name: "continuation lines with comments between",
    main: "acl_smtp_rcpt = \\\n# a comment\n   check_\\\n   rcpt\n",
    acl: closed,
  },
  {
    name: "a client certificate that nobody has",
    main: rcpt,
    acl: "check_rcpt:\n  accept verify = certificate\n  deny\n",
  },
  {
    name: "authenticated asked at connect",
    main: `${rcpt}acl_smtp_connect = check_early\n`,
    acl: `${closed}check_early:\n  warn authenticated = *\n  accept\n`,
    open: ["authBeforeTls", "starttlsOffered", "tlsGate"],
  },
  {
    name: "encrypted asked at connect",
    main: `${rcpt}acl_smtp_connect = check_early\n`,
    acl: `${closed}check_early:\n  warn encrypted = *\n  accept\n`,
    openSince497: ["authBeforeTls", "starttlsOffered", "tlsGate"],
  },
  {
    name: "domains asked at connect",
    main: `${rcpt}acl_smtp_connect = check_early\n`,
    acl: `${closed}check_early:\n  warn domains = *\n  accept\n`,
    open: ["authBeforeTls", "starttlsOffered", "tlsGate"],
  },
  {
    name: "senders asked at connect",
    main: `${rcpt}acl_smtp_connect = check_early\n`,
    acl: `${closed}check_early:\n  warn senders = *\n  accept\n`,
    open: ["authBeforeTls", "starttlsOffered", "tlsGate"],
  },
  {
    name: "verify asked at connect",
    main: `${rcpt}acl_smtp_connect = check_early\n`,
    acl: `${closed}check_early:\n  warn verify = certificate\n  accept\n`,
  },
  {
    name: "authenticated asked at helo",
    main: `${rcpt}acl_smtp_helo = check_early\n`,
    acl: `${closed}check_early:\n  warn authenticated = *\n  accept\n`,
  },
  {
    name: "encrypted asked at helo",
    main: `${rcpt}acl_smtp_helo = check_early\n`,
    acl: `${closed}check_early:\n  warn encrypted = *\n  accept\n`,
  },
  {
    name: "domains asked at helo",
    main: `${rcpt}acl_smtp_helo = check_early\n`,
    acl: `${closed}check_early:\n  warn domains = *\n  accept\n`,
  },
  {
    name: "senders asked at helo",
    main: `${rcpt}acl_smtp_helo = check_early\n`,
    acl: `${closed}check_early:\n  warn senders = *\n  accept\n`,
  },
  {
    name: "verify asked at helo",
    main: `${rcpt}acl_smtp_helo = check_early\n`,
    acl: `${closed}check_early:\n  warn verify = certificate\n  accept\n`,
  },
  {
    name: "domains asked at mail",
    main: `${rcpt}acl_smtp_mail = check_early\n`,
    acl: `${closed}check_early:\n  warn domains = *\n  accept\n`,
  },
  {
    name: "senders asked at mail",
    main: `${rcpt}acl_smtp_mail = check_early\n`,
    acl: `${closed}check_early:\n  warn senders = *\n  accept\n`,
  },
  {
    name: "local_parts asked at mail",
    main: `${rcpt}acl_smtp_mail = check_early\n`,
    acl: `${closed}check_early:\n  warn local_parts = *\n  accept\n`,
  },
  {
    name: "authenticated asked at mail",
    main: `${rcpt}acl_smtp_mail = check_early\n`,
    acl: `${closed}check_early:\n  warn authenticated = *\n  accept\n`,
  },
  {
    name: "encrypted asked at mail",
    main: `${rcpt}acl_smtp_mail = check_early\n`,
    acl: `${closed}check_early:\n  warn encrypted = *\n  accept\n`,
  },
  {
    name: "domains asked at auth",
    main: `${rcpt}acl_smtp_auth = check_early\n`,
    acl: `${closed}check_early:\n  warn domains = *\n  accept\n`,
  },
  {
    name: "senders asked at auth",
    main: `${rcpt}acl_smtp_auth = check_early\n`,
    acl: `${closed}check_early:\n  warn senders = *\n  accept\n`,
  },
  {
    name: "local_parts asked at auth",
    main: `${rcpt}acl_smtp_auth = check_early\n`,
    acl: `${closed}check_early:\n  warn local_parts = *\n  accept\n`,
  },
  {
    name: "authenticated asked at auth",
    main: `${rcpt}acl_smtp_auth = check_early\n`,
    acl: `${closed}check_early:\n  warn authenticated = *\n  accept\n`,
  },
  {
    name: "encrypted asked at auth",
    main: `${rcpt}acl_smtp_auth = check_early\n`,
    acl: `${closed}check_early:\n  warn encrypted = *\n  accept\n`,
  },
  {
    name: "domains asked at starttls",
    main: `${rcpt}acl_smtp_starttls = check_early\n`,
    acl: `${closed}check_early:\n  warn domains = *\n  accept\n`,
  },
  {
    name: "senders asked at starttls",
    main: `${rcpt}acl_smtp_starttls = check_early\n`,
    acl: `${closed}check_early:\n  warn senders = *\n  accept\n`,
  },
  {
    name: "local_parts asked at starttls",
    main: `${rcpt}acl_smtp_starttls = check_early\n`,
    acl: `${closed}check_early:\n  warn local_parts = *\n  accept\n`,
  },
  {
    name: "authenticated asked at starttls",
    main: `${rcpt}acl_smtp_starttls = check_early\n`,
    acl: `${closed}check_early:\n  warn authenticated = *\n  accept\n`,
  },
  {
    name: "encrypted asked at starttls",
    main: `${rcpt}acl_smtp_starttls = check_early\n`,
    acl: `${closed}check_early:\n  warn encrypted = *\n  accept\n`,
  },
];
