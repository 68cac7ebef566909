/** One configuration of Dovecot: lines added to the lab's own, or whole files; its name states the truth. */
export interface Case {
  readonly name: string;
  /** Lines of dovecot.conf after the lab's. */
  readonly lines?: string;
  /** Further files below the configuration directory. */
  readonly files?: Readonly<Record<string, string>>;
  /** Names of facts that the files leave open for some clients. */
  readonly open?: readonly string[];
  readonly generated?: true;
}

/** What every configuration of the lab begins with. */
export const base = `base_dir = @LAB@/run
state_dir = @LAB@/state
log_path = @LAB@/dovecot.log
instance_name = lab
hostname = mail.lab.example
protocols = submission
ssl_cert = <ssl/cert.pem
ssl_key = <ssl/key.pem
ssl_cipher_list = ALL:@SECLEVEL=0
default_vsz_limit = 1G
auth_failure_delay = 0
mail_location = maildir:~/Maildir
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=@LAB@/home
}
`;

export const passdb = `passdb {
  driver = passwd-file
  args = scheme=PLAIN @LAB@/users
}
`;

const implicit = `service submission-login {
  inet_listener submissions {
    port = 465
    ssl = yes
  }
}
`;

/** Where the port opens and nobody is greeted. */
export const unserved = ["authMechanisms", "starttlsOffered", "tlsGate", "tlsVersions"];

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

/** Values that stand in files. @param clear the boolean that lets passwords through in clear, and its value. */
export function valuesInFiles(clear: string, value: string): Case[] {
  return [
    {
      name: "mechanisms and a boolean of files, relative to the file that names them",
      lines: "auth_mechanisms = <mechs\n!include sub/a.conf",
      files: { mechs: "plain login", "sub/a.conf": `${clear} = <clear\n`, "sub/clear": value },
    },
    {
      name: "mechanisms of a file that ends its line: no mechanism is called so",
      lines: "auth_mechanisms = <mechs",
      files: { mechs: "plain login\n" },
      open: unserved,
    },
    {
      name: "a mode of a file that ends its line: it does not start",
      lines: "ssl = <mode",
      files: { mode: "required\n" },
    },
  ];
}

export const cases: readonly Case[] = [
  { name: "nothing but the defaults: STARTTLS, no password in clear" },
  { name: "an unknown setting: Dovecot does not start", lines: "disable_plaintext_aut = yes" },
  { name: "an unknown setting in a service: it does not start", lines: "service submission-login {\n  chrot = x\n}" },
  {
    name: "an unknown setting in a protocol: it does not start",
    lines: "protocol submission {\n  ssl_require = yes\n}",
  },
  { name: "an unknown section: it does not start", lines: "submission {\n  port = 587\n}" },
  { name: "any name may stand in plugin", lines: "plugin {\n  no_such_thing = yes\n}" },
  { name: "an obsolete setting is known", lines: "sieve = ~/.sieve\nmail_log_max_lines_per_sec = 0" },
  { name: "TLS required, and 465 beside it", lines: `ssl = required\n${implicit}` },
  ...valuesInFiles("disable_plaintext_auth", "no"),
  { name: "no TLS at all: 465 is not opened", lines: `ssl = no\n${implicit}` },
  { name: "passwords in clear", lines: "disable_plaintext_auth = no" },
  { name: "required wins over passwords in clear", lines: "ssl = required\ndisable_plaintext_auth = no" },
  {
    name: "one port twice, where TLS is off and neither is opened",
    lines: `ssl = no\n${implicit}${implicit.replace("submissions", "other")}`,
  },
  {
    name: "no TLS at one of two addresses of a port",
    lines: "listen = 127.0.0.1, 192.0.2.1\nlocal 192.0.2.1 {\n  ssl = no\n}",
    open: ["authBeforeTls", "authMechanisms", "starttlsOffered", "tlsVersions"],
  },
  {
    name: "trusted networks in a local block",
    lines: "listen = 192.0.2.1\nlocal 192.0.2.1 {\n  login_trusted_networks = 192.0.2.0/24\n}",
  },
  {
    name: "trusted networks in a remote block",
    lines: "remote 192.0.2.0/24 {\n  login_trusted_networks = 192.0.2.0/25\n}",
  },
  {
    name: "two blocks of one protocol, the wider one second: they contradict each other",
    lines: "remote ::1 {\n  protocol submission {\n    ssl = required\n  }\n}\nprotocol submission {\n  ssl = yes\n}",
  },
  { name: "no TLS and no passwords in clear: nobody logs in", lines: "ssl = no" },
  { name: "challenge mechanisms are taken in clear", lines: "auth_mechanisms = plain cram-md5" },
  { name: "a list continued with $", lines: "auth_mechanisms = $auth_mechanisms login" },
  { name: "anonymous is never listed", lines: "auth_mechanisms = plain anonymous" },
  { name: "submissions without ssl = yes speaks in clear", lines: implicit.replace("    ssl = yes\n", "") },
  {
    name: "a port of 0 switches the built-in listener off",
    lines: "service submission-login {\n  inet_listener submission {\n    port = 0\n  }\n}",
  },
  { name: "submission is not among the protocols", lines: "protocols = imap" },
  { name: "protocols none", lines: "protocols = none" },
  { name: "an unnamed listener", lines: "service submission-login {\n  inet_listener {\n    port = 2587\n  }\n}" },
  {
    name: "blocks of one name merge",
    lines: `${implicit}${implicit.replace("port = 465", "address = 192.0.2.1").replace("    ssl = yes\n", "")}`,
  },
  { name: "TLS 1.3 only", lines: "ssl_min_protocol = TLSv1.3" },
  { name: "TLS 1.0 and later", lines: "ssl_min_protocol = tlsv1" },
  { name: "any TLS", lines: "ssl_min_protocol = ANY" },
  { name: "a version that is none", lines: `ssl_min_protocol = TLSv2\n${implicit}`, open: unserved },
  { name: "trusted networks are secured", lines: "ssl = required\nlogin_trusted_networks = 127.0.0.3, 192.0.2.0/24" },
  {
    name: "a network that is none ends the list",
    lines: "ssl = required\nlogin_trusted_networks = 127.0.0.3 nonsense 192.0.2.0/24",
  },
  { name: "a protocol block wins", lines: "protocol submission {\n  ssl = required\n}" },
  { name: "another protocol's block", lines: "protocol imap {\n  ssl = required\n}" },
  { name: "not this protocol", lines: "protocol !submission {\n  ssl = required\n}" },
  {
    name: "TLS off in the protocol block: 465 drops everyone",
    lines: `${implicit}protocol submission {\n  ssl = no\n}`,
    open: unserved,
  },
  { name: "TLS on in the protocol block alone", lines: `${implicit}ssl = no\nprotocol submission {\n  ssl = yes\n}` },
  { name: "a remote block takes passwords in clear", lines: "remote 127.0.0.0/30 {\n  disable_plaintext_auth = no\n}" },
  {
    name: "the narrower remote block wins",
    lines: "remote 127.0.0.2 {\n  ssl = yes\n}\nremote 127.0.0.0/8 {\n  ssl = required\n}",
  },
  {
    name: "a remote block of 0 bits is everyone, after the top level",
    lines: "remote 0.0.0.0/0 {\n  disable_plaintext_auth = no\n}",
  },
  {
    name: "a remote block of 0 bits does not beat the top level",
    lines: "disable_plaintext_auth = yes\nremote 0.0.0.0/0 {\n  disable_plaintext_auth = no\n}",
  },
  {
    name: "a remote and a protocol block that both set ssl",
    lines: "remote 127.0.0.2 {\n  ssl = yes\n}\nprotocol submission {\n  ssl = required\n}",
    open: unserved,
  },
  { name: "protocol inside remote", lines: "remote 127.0.0.2 {\n  protocol submission {\n    ssl = required\n  }\n}" },
  {
    name: "a local block at a listener with an address",
    lines: "listen = 192.0.2.1\nlocal 192.0.2.1 {\n  ssl = required\n}",
  },
  {
    name: "a local block at a wildcard",
    lines: "local 192.0.2.1 {\n  ssl = required\n}",
    open: ["tlsGate"],
  },
  {
    name: "a local_name block decides nothing before TLS",
    lines: "local_name mail.lab.example {\n  ssl = required\n}",
  },
  {
    name: "remote inside protocol is refused",
    lines: "protocol submission {\n  remote 127.0.0.2 {\n    ssl = yes\n  }\n}",
  },
  { name: "mechanisms inside remote are refused", lines: "remote 127.0.0.2 {\n  auth_mechanisms = login\n}" },
  { name: "mechanisms in the protocol block", lines: "protocol submission {\n  auth_mechanisms = plain login\n}" },
  { name: "a boolean that is none", lines: "disable_plaintext_auth = maybe" },
  { name: "booleans in short", lines: "disable_plaintext_auth = y" },
  { name: "no is not shortened", lines: "disable_plaintext_auth = n" },
  { name: "a word that ssl does not know", lines: "ssl = maybe" },
  { name: "ssl in capitals", lines: "ssl = Required" },
  { name: "no certificate", lines: "ssl_cert =" },
  { name: "no passdb: no greeting", files: { "no-passdb": "" }, open: unserved },
  {
    name: "no passdb, external alone",
    lines: "auth_mechanisms = external",
    open: unserved,
    files: { "no-passdb": "" },
  },
  { name: "a mechanism that does not exist", lines: "auth_mechanisms = plain rot13", open: everything },
  { name: "an empty list of mechanisms", lines: "auth_mechanisms =", open: unserved },
  {
    name: "two listeners on one socket",
    lines: "service submission-login {\n  inet_listener other {\n    port = 587\n  }\n}",
  },
  {
    name: "two listeners on one port, one with an address",
    lines: "service submission-login {\n  inet_listener other {\n    port = 587\n    address = 192.0.2.1\n  }\n}",
  },
  {
    name: "two listeners on one port with two addresses",
    lines:
      "service submission-login {\n  inet_listener submission {\n    address = 127.0.0.1\n  }\n  inet_listener other {\n    port = 587\n    ssl = yes\n    address = 192.0.2.1\n  }\n}",
    open: ["authBeforeTls", "implicitTls", "starttlsOffered", "tlsGate"],
  },
  { name: "IPv4 only", lines: "listen = *" },
  { name: "IPv6 only", lines: "listen = ::" },
  { name: "loopback only", lines: "listen = 127.0.0.1 ::1" },
  {
    name: "haproxy: others get no dialogue",
    lines: "service submission-login {\n  inet_listener submission {\n    haproxy = yes\n  }\n}",
    open: everything,
  },
  {
    name: "includes in the order of their names",
    lines: "!include conf.d/*.conf",
    files: { "conf.d/20-b.conf": "ssl = required\n", "conf.d/10-a.conf": "ssl = no\n" },
  },
  {
    name: "an include inside a block",
    lines: "protocol submission {\n!include more.conf\n}",
    files: { "more.conf": "ssl = required\n" },
  },
  {
    name: "an include from an include is relative to it",
    lines: "!include conf.d/a.conf",
    files: { "conf.d/a.conf": "!include b.conf\n", "conf.d/b.conf": "ssl = required\n", "b.conf": "ssl = no\n" },
  },
  { name: "lines after an include win", lines: "!include a.conf\nssl = yes", files: { "a.conf": "ssl = required\n" } },
  { name: "include_try of nothing", lines: "!include_try local.conf\n!include_try none.d/*.conf" },
  {
    name: "a glob with brackets",
    lines: "!include conf.d/[0-1]?-*.conf",
    files: { "conf.d/10-a.conf": "ssl = required\n", "conf.d/20-b.conf": "ssl = no\n" },
  },
  {
    name: "a hidden file is not included",
    lines: "!include conf.d/*.conf",
    files: { "conf.d/10-a.conf": "ssl = required\n", "conf.d/.20-b.conf": "ssl = no\n" },
  },
  { name: "a continued line", lines: "auth_mechanisms = plain \\\n   login \\\n  cram-md5" },
  { name: "a comment behind a value", lines: "ssl = required # not yes" },
  { name: "quotes", lines: "ssl = \"required\"\nauth_mechanisms = 'plain login'" },
  { name: "a # in quotes is no comment", lines: 'login_greeting = "a # b"\nssl = required' },
  { name: "no blanks around =", lines: "ssl=required" },
  { name: "carriage returns", lines: "ssl = required\r\ndisable_plaintext_auth = yes\r\n" },
  { name: "the last line wins", lines: "ssl = no\nssl = required" },
  {
    name: "a variable takes the value so far",
    lines: "ssl = required\nauth_mechanisms = plain\nlogin_greeting = $ssl",
  },
  {
    name: "a variable in a protocol block is not the top level's",
    lines: "auth_mechanisms = plain login\nprotocol submission {\n  ssl = required\n}",
  },
  {
    name: "postfix's socket of the auth service changes nothing",
    lines: "service auth {\n  inet_listener {\n    port = 12345\n    address = 127.0.0.1\n  }\n}",
  },
];
