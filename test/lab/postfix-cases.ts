/** Configurations whose names state the truth; `{port}` in a service stands for the port that the lab gives it. */
export interface Case {
  readonly name: string;
  /** Lines added to the lab's main.cf; cases with equal lines run in one instance. */
  readonly main?: string;
  /** `-o` options of the smtpd service, one a line; or whole master.cf lines. */
  readonly options?: string;
  readonly services?: string;
  /** Lookup tables beside main.cf, by names that no other case uses. */
  readonly tables?: Readonly<Record<string, string>>;
  /** The names of facts that the files leave open for some clients, besides the SASL mechanisms. */
  readonly open?: readonly string[];
  /** Made at random: which facts stay open is not foretold. */
  readonly generated?: true;
  /** The address that the IPv4 clients go to, where it is not the one nearest to them. */
  readonly to?: string;
}

const good = `smtpd_tls_security_level=encrypt
smtpd_sasl_auth_enable=yes
smtpd_client_restrictions=permit_sasl_authenticated,reject
smtpd_relay_restrictions=permit_sasl_authenticated,reject`;
const everythingBehindTheGreeting = [
  "authBeforeTls",
  "authGate",
  "implicitTls",
  "relay",
  "starttlsOffered",
  "tlsGate",
  "tlsVersions",
];

/** Differences that -o options can make; the lab's main.cf stays as it is. */
const byOption: readonly Case[] = [
  { name: "good submission: TLS and AUTH before anything", options: good },
  { name: "good submissions: TLS from the first byte", options: `smtpd_tls_wrappermode=yes\n${good}` },
  { name: "may with SASL offers AUTH in clear", options: "smtpd_tls_security_level=may\nsmtpd_sasl_auth_enable=yes" },
  {
    name: "may with auth_only keeps AUTH for TLS and takes MAIL in clear",
    options: "smtpd_tls_security_level=may\nsmtpd_tls_auth_only=yes\nsmtpd_sasl_auth_enable=yes",
  },
  { name: "encrypt without SASL: nobody can log in", options: "smtpd_tls_security_level=encrypt" },
  { name: "no TLS level and auth_only: AUTH never", options: "smtpd_tls_auth_only=yes\nsmtpd_sasl_auth_enable=yes" },
  { name: "no TLS at all with SASL", options: "smtpd_tls_security_level=none\nsmtpd_sasl_auth_enable=yes" },
  { name: "nothing set but the defaults", options: "" },
  { name: "encrypt without a certificate: 454", options: `${good}\nsmtpd_tls_chain_files=`, open: ["authGate"] },
  {
    name: "may without a certificate: 454, mail in clear",
    options: "smtpd_tls_security_level=may\nsmtpd_tls_chain_files=",
  },
  {
    name: "wrapper without a certificate drops everyone",
    options: "smtpd_tls_wrappermode=yes\nsmtpd_tls_chain_files=",
    open: ["authGate"],
  },
  { name: "wrapper beats level none", options: "smtpd_tls_wrappermode=yes\nsmtpd_tls_security_level=none" },
  {
    name: "wrapper ignores a level that does not exist",
    options: "smtpd_tls_wrappermode=yes\nsmtpd_tls_security_level=mabye",
  },
  { name: "levels are read in any case", options: "smtpd_tls_security_level=ENCRYPT" },
  { name: "verify counts as encrypt", options: "smtpd_tls_security_level=verify" },
  { name: "fingerprint counts as encrypt", options: "smtpd_tls_security_level=fingerprint" },
  { name: "secure counts as encrypt", options: "smtpd_tls_security_level=secure" },
  {
    name: "dane is no level of the server",
    options: "smtpd_tls_security_level=dane",
    open: everythingBehindTheGreeting,
  },
  { name: "a level that does not exist", options: "smtpd_tls_security_level=mabye", open: everythingBehindTheGreeting },
  { name: "the obsolete enforce switch", options: "smtpd_enforce_tls=yes\nsmtpd_sasl_auth_enable=yes" },
  { name: "the obsolete use switch", options: "smtpd_use_tls=yes\nsmtpd_sasl_auth_enable=yes" },
  { name: "a level beats the obsolete switches", options: "smtpd_enforce_tls=yes\nsmtpd_tls_security_level=may" },
  { name: "STARTTLS discarded", options: "smtpd_tls_security_level=may\nsmtpd_discard_ehlo_keywords=starttls" },
  {
    name: "STARTTLS discarded and demanded: nobody gets in",
    options: "smtpd_tls_security_level=encrypt\nsmtpd_discard_ehlo_keywords=silent-discard,STARTTLS",
    open: ["authGate"],
  },
  {
    name: "AUTH discarded",
    options: "smtpd_tls_security_level=may\nsmtpd_sasl_auth_enable=yes\nsmtpd_discard_ehlo_keywords=auth",
  },
  {
    name: "AUTH hidden from some networks still works",
    options: "smtpd_tls_security_level=may\nsmtpd_sasl_auth_enable=yes\nsmtpd_sasl_exceptions_networks=127.0.0.3",
  },
  {
    name: "yes and no are the only booleans",
    options: "smtpd_sasl_auth_enable=true",
    open: everythingBehindTheGreeting,
  },
  { name: "YES is a boolean", options: "smtpd_tls_security_level=may\nsmtpd_sasl_auth_enable=YES" },
  { name: "TLS 1.2 and later", options: `${good}\nsmtpd_tls_mandatory_protocols=>=TLSv1.2` },
  { name: "TLS 1.3 only", options: `${good}\nsmtpd_tls_mandatory_protocols=>=TLSv1.3` },
  { name: "TLS up to 1.2", options: `${good}\nsmtpd_tls_mandatory_protocols=<=TLSv1.2` },
  { name: "one version named is the only one", options: `${good}\nsmtpd_tls_mandatory_protocols=TLSv1.2` },
  {
    name: "versions excluded one by one",
    options: `${good}\nsmtpd_tls_mandatory_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1`,
  },
  { name: "a hole between the versions", options: `${good}\nsmtpd_tls_mandatory_protocols=TLSv1,TLSv1.2` },
  { name: "a bound as a hexadecimal number", options: `${good}\nsmtpd_tls_mandatory_protocols=>=0303` },
  { name: "an empty list of versions permits all", options: `${good}\nsmtpd_tls_mandatory_protocols=` },
  {
    name: "a version that does not exist: no TLS at all",
    options: `${good}\nsmtpd_tls_mandatory_protocols=>=TLSv1.9`,
    open: ["authGate"],
  },
  {
    name: "with may the other list counts",
    options: "smtpd_tls_security_level=may\nsmtpd_tls_mandatory_protocols=>=TLSv1.3\nsmtpd_tls_protocols=>=TLSv1.2",
  },
  {
    name: "mynetworks may relay without AUTH",
    options: `smtpd_tls_security_level=encrypt\nsmtpd_sasl_auth_enable=yes\nsmtpd_relay_restrictions=permit_mynetworks,permit_sasl_authenticated,reject`,
  },
  {
    name: "permit hides the refusal in both lists: smtpd stops",
    options:
      "smtpd_relay_restrictions=permit,reject\nsmtpd_recipient_restrictions=permit_mynetworks,permit,reject_unauth_destination\nsmtpd_sender_restrictions=permit",
    open: everythingBehindTheGreeting,
  },
  {
    name: "an open relay behind a check that always permits",
    options: "smtpd_relay_restrictions=check_client_access,static:OK,reject",
  },
  {
    name: "an open relay: the refusal only warns, defer is never reached",
    options:
      "smtpd_relay_restrictions=warn_if_reject,reject_unauth_destination,permit_auth_destination,check_recipient_access,static:permit,reject",
  },
  {
    name: "no open relay: whose a domain is, trivial-rewrite decides and not an option of smtpd",
    options: "relay_domains=static:all\nsmtpd_relay_restrictions=reject_unauth_destination",
  },
  {
    name: "a static DUNNO decides nothing",
    options: "smtpd_relay_restrictions=check_sender_access,static:DUNNO,reject",
  },
  { name: "a static refusal refuses", options: "smtpd_sender_restrictions=permit_mynetworks,static:REJECT" },
  {
    name: "a table nobody can see",
    options: "smtpd_relay_restrictions=check_client_access,cidr:/dev/null,permit_auth_destination,reject",
    open: ["authGate", "relay", "tlsGate"],
  },
  { name: "recipients of others are deferred", options: "smtpd_relay_restrictions=defer_unauth_destination" },
  {
    name: "defer_if_permit ends in a refusal",
    options:
      "smtpd_sender_restrictions=permit_mynetworks,defer_if_permit\nsmtpd_relay_restrictions=permit_mynetworks,check_client_access,static:OK,reject",
  },
  {
    name: "an open relay for mynetworks without HELO: only the list for HELO defers, and it is asked at HELO",
    options:
      "smtpd_delay_reject=no\nsmtpd_helo_restrictions=defer_if_permit,reject_plaintext_session\nsmtpd_tls_security_level=may",
  },
  {
    name: "an open relay without HELO: the list for HELO refuses at RCPT",
    options: "smtpd_helo_restrictions=reject\nsmtpd_relay_restrictions=check_client_access,static:OK,reject",
  },
  {
    name: "no open relay: the list for HELO refuses, and HELO is required",
    options:
      "smtpd_helo_required=yes\nsmtpd_helo_restrictions=reject\nsmtpd_relay_restrictions=check_client_access,static:OK,reject",
  },
  {
    name: "required HELO deferred at HELO: refused at RCPT",
    options:
      "smtpd_delay_reject=no\nsmtpd_helo_required=yes\nsmtpd_helo_restrictions=defer_if_permit\nsmtpd_relay_restrictions=check_client_access,static:OK,reject",
  },
  {
    name: "required HELO refused in clear",
    options:
      "smtpd_delay_reject=no\nsmtpd_helo_required=yes\nsmtpd_helo_restrictions=reject_plaintext_session\nsmtpd_tls_security_level=may",
  },
  {
    name: "an open relay for those who say HELO",
    options: "smtpd_relay_restrictions=check_helo_access,static:OK,reject",
  },
  {
    name: "a sender refused for its HELO goes on without HELO",
    options:
      "smtpd_delay_reject=no\nsmtpd_sender_restrictions=check_helo_access,static:REJECT\nsmtpd_relay_restrictions=reject_unauth_destination",
  },
  {
    name: "a restriction that does not exist greets with 451",
    options: "smtpd_delay_reject=no\nsmtpd_client_restrictions=no_such_restriction",
    open: ["authBeforeTls", "starttlsOffered", "tlsGate"],
  },
  {
    name: "defer greets with 450",
    options: "smtpd_delay_reject=no\nsmtpd_client_restrictions=permit_mynetworks,defer",
    open: ["authBeforeTls", "starttlsOffered", "tlsGate"],
  },
  {
    name: "refused for want of TLS only under a HELO name that a table knows",
    options:
      "smtpd_helo_required=yes\nsmtpd_helo_restrictions=inline:{lab.example=OK},reject\nsmtpd_sender_restrictions=reject_plaintext_session\nsmtpd_tls_security_level=may\nsmtpd_relay_restrictions=reject",
    open: ["tlsGate"],
  },
  {
    name: "a permit ends its own list only",
    options: "smtpd_client_restrictions=permit_mynetworks,reject\nsmtpd_relay_restrictions=reject_unauth_destination",
  },
  {
    name: "refused in the recipient list although the relay list permits",
    options:
      "smtpd_relay_restrictions=permit_mynetworks,permit_auth_destination,check_client_access,static:OK,reject\nsmtpd_recipient_restrictions=permit_mynetworks,reject",
  },
  {
    name: "cleartext refused by restriction",
    options: "smtpd_tls_security_level=may\nsmtpd_sender_restrictions=permit_mynetworks,reject_plaintext_session",
  },
  {
    name: "cleartext refused by restriction, else an open relay",
    options:
      "smtpd_tls_security_level=may\nsmtpd_recipient_restrictions=reject_plaintext_session\nsmtpd_relay_restrictions=check_client_access,static:OK,reject",
  },
  {
    name: "refused in the greeting",
    options: "smtpd_delay_reject=no\nsmtpd_client_restrictions=permit_mynetworks,reject",
    open: ["starttlsOffered", "tlsGate", "authBeforeTls"],
  },
  {
    name: "refused in the greeting inside TLS",
    options:
      "smtpd_tls_wrappermode=yes\nsmtpd_delay_reject=no\nsmtpd_client_restrictions=permit_mynetworks,permit_sasl_authenticated,reject",
    open: ["authBeforeTls"],
  },
  { name: "refused at MAIL", options: "smtpd_delay_reject=no\nsmtpd_sender_restrictions=permit_mynetworks,reject" },
  {
    name: "cleartext refused at MAIL",
    options: "smtpd_delay_reject=no\nsmtpd_tls_security_level=may\nsmtpd_sender_restrictions=reject_plaintext_session",
  },
  {
    name: "a HELO refusal can be walked around",
    options: "smtpd_delay_reject=no\nsmtpd_helo_restrictions=reject\nsmtpd_relay_restrictions=permit_mynetworks,reject",
  },
  {
    name: "no delay, and recipients are not known at MAIL",
    options: "smtpd_delay_reject=no\nsmtpd_sender_restrictions=reject_unauth_destination",
  },
  {
    name: "an unknown restriction is answered with 451",
    options: "smtpd_relay_restrictions=reject_unauthorized_destinations,check_client_access,static:OK,reject",
  },
  {
    name: "certificates of clients are no login",
    options:
      "smtpd_tls_security_level=encrypt\nsmtpd_tls_ask_ccert=yes\nsmtpd_relay_restrictions=permit_tls_all_clientcerts,permit_tls_clientcerts,reject",
  },
  { name: "the machine's own addresses", options: "smtpd_relay_restrictions=permit_inet_interfaces,reject" },
  {
    name: "a restriction class",
    options:
      "smtpd_restriction_classes=insiders\ninsiders=permit_mynetworks,reject\nsmtpd_relay_restrictions=insiders,check_client_access,static:OK",
  },
  {
    name: "a restriction class without a definition",
    options: "smtpd_restriction_classes=insiders\nsmtpd_relay_restrictions=insiders,reject",
    open: everythingBehindTheGreeting,
  },
  {
    name: "no refusal in either list: smtpd stops",
    options: "smtpd_relay_restrictions=permit_mynetworks",
    open: everythingBehindTheGreeting,
  },
  {
    name: "a refusal after permit does not count",
    options: "smtpd_relay_restrictions=permit,reject",
    open: everythingBehindTheGreeting,
  },
  { name: "restrictions are read in any case", options: "smtpd_relay_restrictions=PERMIT_MYNETWORKS,Reject" },
  {
    name: "mynetworks of this service alone",
    options: "mynetworks=127.0.0.3,192.0.2.0/24\nsmtpd_relay_restrictions=permit_mynetworks,reject",
  },
  {
    name: "mynetworks with an exception",
    options: "mynetworks=!127.0.0.3,127.0.0.0/8\nsmtpd_relay_restrictions=permit_mynetworks,reject",
  },
  {
    name: "mynetworks where the exception comes too late",
    options: "mynetworks=127.0.0.0/8,!127.0.0.3\nsmtpd_relay_restrictions=permit_mynetworks,reject",
  },
  {
    name: "mynetworks in the words of IPv6",
    options: "mynetworks=[::1]/128,[127.0.0.2],192.0.2.10/32\nsmtpd_relay_restrictions=permit_mynetworks,reject",
  },
  {
    name: "mynetworks with a bare ::1 stops smtpd",
    options: "mynetworks=127.0.0.2,::1",
    open: everythingBehindTheGreeting,
  },
  {
    name: "mynetworks with IPv6 without brackets fails the lookup",
    options:
      "mynetworks=127.0.0.2,2001:db8::/32\nsmtpd_relay_restrictions=permit_mynetworks,check_client_access,static:OK,reject",
  },
  {
    name: "mynetworks with host bits fails the lookup",
    options:
      "mynetworks=127.0.0.2,127.0.0.3/8\nsmtpd_relay_restrictions=permit_mynetworks,check_client_access,static:OK,reject",
  },
  {
    name: "undefined names expand to nothing",
    options: `smtpd_tls_security_level=encrypt\nsmtpd_tls_mandatory_protocols=$nobody_set_this\nsmtpd_client_restrictions=$mua_client_restrictions`,
  },
  {
    name: "a parameter read later is still empty",
    options: `smtpd_tls_security_level=encrypt\nsmtpd_tls_mandatory_protocols=\${smtpd_sasl_type?{TLSv1.2}}`,
  },
  {
    name: "a parameter read before has its default",
    options: "smtpd_tls_security_level=encrypt\nsmtpd_tls_mandatory_protocols=$smtpd_tls_protocols",
  },
  {
    name: "a conditional by compatibility level",
    options: `smtpd_tls_security_level=\${{$compatibility_level}<level{3}?{none}:{encrypt}}`,
  },
];

const service = "{port} inet n - n - - smtpd";

/** Differences in the way master.cf is written. */
const byService: readonly Case[] = [
  {
    name: "the last of two equal options counts",
    services: `${service}\n  -o smtpd_tls_security_level=encrypt -o smtpd_tls_security_level=none`,
  },
  {
    name: "the last of two equal services counts",
    services: `${service} -o smtpd_tls_security_level=encrypt\n${service} -o smtpd_tls_security_level=none`,
  },
  {
    name: "the long form of an option",
    services: `${service}\n  -o { smtpd_tls_security_level = encrypt }\n  -o {smtpd_relay_restrictions=permit_mynetworks, reject}`,
  },
  { name: "an option glued to its flag", services: `${service} -v -osmtpd_tls_security_level=encrypt` },
  {
    name: "blanks around = stop smtpd",
    services: `${service}\n  -o smtpd_tls_security_level = encrypt`,
    open: everythingBehindTheGreeting,
  },
  {
    name: "a stray word stops smtpd",
    services: `${service}\n  -o smtpd_relay_restrictions=permit_mynetworks, reject`,
    open: everythingBehindTheGreeting,
  },
  {
    name: "comments and blank lines do not end a service",
    services: `${service}\n# -o smtpd_tls_security_level=none\n\n  # a comment\n  -o smtpd_tls_security_level=encrypt`,
  },
  { name: "bound to loopback only", services: `127.0.0.1:${service} -o smtpd_tls_security_level=encrypt` },
  { name: "bound to one public address", services: `[192.0.2.1]:${service}`, to: "192.0.2.1" },
  {
    name: "two addresses, two truths",
    services: `127.0.0.1:${service} -o smtpd_tls_security_level=encrypt\n192.0.2.1:${service}`,
    open: ["certificateFile", "starttlsOffered", "tlsGate", "tlsVersions"],
  },
  { name: "commented out", services: `#${service}` },
];

const submission = "submission inet n - n - - smtpd";
const submissions = "submissions inet n - n - - smtpd -o smtpd_tls_wrappermode=yes";

/** Differences in main.cf; each has its own instance with the real ports 587 and 465. */
const byMain: readonly Case[] = [
  { name: "service names", services: `${submission}\n${submissions}`, main: "smtpd_tls_security_level = encrypt" },
  {
    name: "a service name and its number are one service",
    services: `${submission} -o smtpd_tls_security_level=encrypt\n587 inet n - n - - smtpd -o smtpd_tls_security_level=none`,
    main: "# name and number",
  },
  {
    name: "the last of two lines counts",
    services: submission,
    main: "smtpd_tls_security_level = encrypt\nsmtpd_tls_security_level = may",
  },
  {
    name: "a comment behind a value is part of it",
    services: `${submission}\nsmtps inet n - n - - smtpd -o smtpd_tls_security_level=may`,
    main: "smtpd_tls_security_level = may # not enforced",
    open: everythingBehindTheGreeting,
  },
  {
    name: "continued over comments",
    services: submission,
    main: "smtpd_relay_restrictions =\n  permit_mynetworks\n# a comment\n\n   # another\n  reject\nsmtpd_tls_security_level=\n encrypt",
  },
  {
    name: "a $ expression without an end: Postfix does not start",
    services: submission,
    main: `smtpd_tls_security_level = \${encrypt`,
  },
  {
    name: "an option beats main.cf",
    services: `${submission} -o smtpd_tls_security_level=may`,
    main: "smtpd_tls_security_level = encrypt",
  },
  {
    name: "values by reference",
    services: `${submission} -o smtpd_client_restrictions=$mua_client_restrictions`,
    main: `mua_client_restrictions = permit_sasl_authenticated, \${insiders}\ninsiders = permit_mynetworks reject`,
  },
  {
    name: "an open relay: every domain is ours",
    services: submission,
    main: "relay_domains = static:all\nsmtpd_relay_restrictions = reject_unauth_destination",
  },
  {
    name: "an open relay: trivial-rewrite's own options say every domain is ours",
    services: `${submission}\nrewrite unix - - n - - trivial-rewrite -o relay_domains=static:all`,
    main: "# rewrite",
  },
  {
    name: "an option with a $ expression without an end: Postfix does not start",
    services: `${submission} -o smtpd_tls_security_level=$(encrypt`,
    main: "# bad option",
  },
  { name: "loopback-only", services: submission, main: "inet_interfaces = loopback-only" },
  { name: "one interface", services: submission, main: "inet_interfaces = 192.0.2.1", to: "192.0.2.1" },
  { name: "interfaces by name", services: submission, main: "inet_interfaces = localhost, 192.0.2.1" },
  { name: "a host part beats inet_interfaces", services: `0.0.0.0:${submission}`, main: "inet_interfaces = 127.0.0.1" },
  { name: "IPv4 alone", services: submission, main: "inet_protocols = ipv4" },
  { name: "IPv6 alone", services: submission, main: "inet_protocols = ipv6" },
  {
    name: "a service switched off",
    services: `${submission}\n${submissions}`,
    main: "master_service_disable = submission.inet",
  },
  {
    name: "all inet services switched off",
    services: `${submission}\n${submissions}`,
    main: "master_service_disable = inet",
  },
  {
    name: "all but one switched off",
    services: `${submission}\n${submissions}`,
    main: "master_service_disable = !submission/inet, inet",
  },
  {
    name: "two services on one address share it",
    services: `${submission}\n127.0.0.1:587 inet n - n - - smtpd`,
    main: "# clash",
  },
  {
    name: "a malformed compatibility level: Postfix does not start",
    services: submission,
    main: "compatibility_level = latest",
  },
  {
    name: "a protocol that does not exist: Postfix does not start",
    services: submission,
    main: "inet_protocols = ipv5",
  },
  { name: "other known ports", services: "mua inet n - n - - smtpd", main: "known_tcp_ports = mua=587" },
  {
    name: "level 0 trusts the subnet and has no relay list",
    services: submission,
    main: "compatibility_level = 0\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\n#no-mynetworks",
    open: ["authGate", "relay"],
  },
  {
    name: "level 0 with nothing set: smtpd stops",
    services: submission,
    main: "compatibility_level = 0\n#no-mynetworks",
    open: everythingBehindTheGreeting,
  },
  {
    name: "level 0 with a recipient list that refuses foreigners with a warning only",
    services: submission,
    main: "compatibility_level = 0\nsmtpd_recipient_restrictions = check_client_access static:OK, reject",
  },
  { name: "level 2 trusts the machine itself", services: submission, main: "compatibility_level = 2\n#no-mynetworks" },
  {
    name: "level 3.6 trusts the machine itself",
    services: submission,
    main: "compatibility_level = 3.6\n#no-mynetworks",
  },
  {
    name: "mynetworks by class",
    services: submission,
    main: "mynetworks_style = class\n#no-mynetworks",
    open: ["authGate", "relay"],
  },
  {
    name: "behind postscreen",
    services:
      "587 inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd -o smtpd_tls_security_level=may\ndnsblog unix - - n - 0 dnsblog\ntlsproxy unix - - n - 0 tlsproxy",
    main: "postscreen_greet_wait = 1s\npostscreen_access_list = static:permit\npostscreen_cache_map =\nsmtpd_tls_security_level = may",
  },
  {
    name: "a proxy must speak first",
    services: `${submission} -o smtpd_upstream_proxy_protocol=haproxy -o smtpd_upstream_proxy_timeout=1s`,
    main: "# proxy",
    open: everythingBehindTheGreeting,
  },
];

export const cases: readonly Case[] = [...byOption, ...byService, ...byMain];
