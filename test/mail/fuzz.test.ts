import fc from "fast-check";
import { nothingDeclared } from "../../model/declaration.js";
import { InputError } from "../../model/errors.js";
import type { MailProduct } from "../../model/mail.js";
import { Subjects } from "../../model/subjects.js";
import { drawn } from "../lab/drawn.js";
import { mailFacts } from "./facts.js";

interface Language {
  /** The files that are made up, by path. */
  readonly files: readonly string[];
  /** What each may begin with: nothing, or what lets the reader come further. */
  readonly heads: readonly string[];
  /** The words of the language, separated by spaces. */
  readonly words: string;
}

const languages: Readonly<Record<MailProduct, Language>> = {
  postfix: {
    files: ["main.cf", "master.cf", "a.cidr", "a.regexp", "a.texthash"],
    heads: [
      ...["", "submission inet n - y - - smtpd\n", "mydestination = a\n"],
      "smtpd_recipient_restrictions = cidr:/etc/postfix/a.cidr texthash:/etc/postfix/a.texthash reject\n",
      "mynetworks = cidr:/etc/postfix/a.cidr /etc/postfix/a.cidr\nsmtpd_sender_restrictions = regexp:/etc/postfix/a.regexp\n",
    ],
    words: `= { } $ \${a?{b}:{c}} $mynetworks , : -o smtpd_tls_security_level encrypt may none smtpd_recipient_restrictions
      permit_mynetworks reject reject_unauth_destination check_client_access cidr:/etc/postfix/x static:OK inline:{a=b}
      192.0.2 2001:db8::1 OK if ! endif /^a/i $1 ( [ ] texthash:/etc/postfix/a.texthash mynetworks 127.0.0.0/8 ::/129 [::1]/128 submission inet n - y smtpd smtps unix 587 0.0.0.0:465 pass`,
  },
  exim: {
    files: ["exim4.conf"],
    heads: ["", "daemon_smtp_ports = 587 : 465\ntls_on_connect_ports = 465\n"],
    words: `.ifdef .ifndef .else .endif .include /etc/exim4/exim4.conf A = == AA begin acl authenticators x: accept deny
      acl = x hosts = +h hostlist h acl_smtp_rcpt \${if and{ \${if eq{$a}{ \${lookup{ { } \\ " : <; ! = $ condition`,
  },
  dovecot: {
    files: ["dovecot.conf", "a.conf"],
    heads: [
      "protocols = submission\npassdb {\n  driver = pam\n}\nssl_cert = <cert.pem\n",
      "dovecot_config_version = 2.4.1\nprotocols = submission\npassdb pam {\n}\nssl_server_cert_file = /etc/c.pem\n",
    ],
    words: `ssl = { } \\ < " ' # $ !include a.conf protocol remote service submission-login inet_listener port 0.0.0.0/0
      ::/129 yes dovecot_config_version listen local auth_mechanisms`,
  },
  haraka: {
    files: ["smtp.ini", "tls.ini", "plugins", "relay.ini", "relay_acl_allow", "auth_flat_file.ini", "host_list_regex"],
    heads: ["", "listen=587\nlisten=0.0.0.0:587\n", "relay\ntls\n", "[main]\n"],
    words: `[main] listen= port=99999 listen[]=1 key= # ; [ ] all=true tls relay 0.0.0.0/0 ::/-1 __proto__ ( * auth/flat_file`,
  },
  maddy: {
    files: ["maddy.conf"],
    heads: ["", "hostname mail.example.com\ntls file c.pem k.pem\nauth.pass_table db {\n table dummy\n}\n"],
    words: `{ } " \\ # $(a) $(a)=b (s) import s maddy.conf submission smtp tcp://0.0.0.0:587 tls://[::]:465 tls off file
      auth x deliver_to dummy hostname {env:A} protocols tls1.0 reject default_source __proto__`,
  },
  opensmtpd: {
    files: ["smtpd.conf", "other.conf"],
    heads: ["", 'pki m cert "/c"\npki m key "/k"\naction "out" relay\nmatch from any for any action "out"\n'],
    words: `listen on 0.0.0.0 $a port 587 tls tls-require smtps pki m auth auth-optional <t> { } , => " ' ! = \\ # include
      "other.conf" table t file:/x match from any local for domain "x" action "out" reject tag socket filter proxy-v2`,
  },
  courier: {
    files: ["esmtpd", "esmtpd-msa", "esmtpd-ssl", "smtpaccess/default", "smtpaccess/other"],
    heads: [
      "",
      "PORT=587\nADDRESS=0\nMAXDAEMONS=1\nMAXPERC=1\nMAXPERIP=1\nACCESSFILE=/etc/courier/smtpaccess\n",
      "10\tallow,",
    ],
    words: `PORT= ADDRESS= ESMTPDSTART=YES TLS_PRIORITY="NORMAL:-VERS-TLS1.0" ESMTPAUTH= " ' \\ \` $ $( ) \${ } # ; if fi . export
      unset ESMTP_TLS_REQUIRED=1 AUTH_REQUIRED=1 587,192.0.2.1.2587 \t allow,RELAYCLIENT deny 192.0.2 10.0.0.0/33 10.0.0.1-9 ::/0
      :2001:0db8 * TCPDOPTS= -block=x __proto__ = , . ::1.465`,
  },
  sendmail: {
    files: ["sendmail.mc", "access", "relay-domains"],
    heads: ["", "include(`/usr/share/sendmail/cf/m4/cf.m4')dnl\nFEATURE(`access_db')dnl\n", "define(`a', `b"],
    words: `dnl define( \` ' , ) ( FEATURE(\`access_db') FEATURE(\`no_default_msa')dnl DAEMON_OPTIONS(\`Port=587,M=Eas') divert(-1)
      divert(0) include(\`/etc/mail/sendmail.mc') LOCAL_CONFIG LOCAL_RULESETS a a( ifdef( # TLS_Clt: ENCR:112 Connect:192.0.2
      RELAY REJECT IPv6:2001:db8 192.0.2.999 localhost Srv_Features: confAUTH_OPTIONS __proto__ constructor R$* \t S O`,
  },
  stalwart: {
    files: ["config.toml"],
    heads: ["", '[server.listener.x]\nprotocol = "smtp"\n', 'config.local-keys = ["*"]\nsession.auth.require = '],
    words: `= [ ] { } , . " ' # server.listener.x [server.listener.y] bind = "[::]:587" "0.0.0.0:99999" protocol "smtp" tls.implicit
      true false "%{env:A}%" session.auth.mechanisms if then else "local_port != 25 && is_tls" "[plain,]" [[a]] __proto__ 1e9
      1979-05-27 """ constructor`,
  },
  exchange: {
    files: ["receive-connectors.json", "receive-connectors.csv"],
    heads: [
      "",
      '[{"Bindings":["0.0.0.0:587"],"RemoteIPRanges":["0.0.0.0-255.255.255.255"],"AuthMechanism":',
      '#TYPE x\n"Bindings","RemoteIPRanges","AuthMechanism","Server"\n"0.0.0.0:25","0.0.0.0-255.255.255.255",',
    ],
    words: `{ } [ ] , : " "Bindings" "RemoteIPRanges" "AuthMechanism" "PermissionGroups" "RequireTLS" "Enabled" "Server" true null
      15 63 64 -1 1e9 "Tls" "Tls,BasicAuth" "10.0.0.0/33" "10.0.0.5-10.0.0.1" "::-ffff::" "[::]:587" "0.0.0.0:99999" "__proto__"`,
  },
};

/** The file that the daemon reads, where it is there beside the macros. */
const sendmailCf: Language = {
  files: ["sendmail.cf", "access", "relay-domains"],
  heads: [
    "",
    "V10/Berkeley\nKaccess hash /etc/mail/access\nO DaemonPortOptions=Port=587, Name=MSA, M=Eas\nSRelay_ok\n",
  ],
  words: `O DaemonPortOptions= Port=587 Addr=::1 Family=inet6 , M=Eas \n \t R$* $: $@ RELAY S Local_check_rcpt Relay_ok # \\# $# C{R} FR
    -o /etc/mail/relay-domains %[^\\#] CR192.0.2 Kaccess PrivacyOptions=goaway Op OO AuthOptions= ServerSSLOptions= = " < > { }
    CipherList=@SECLEVEL=0 AuthMechanisms=PLAIN TLS_Clt: ENCR:112 Connect:192.0.2 192.0.2/24 IPv6:2001:db8 __proto__`,
};

/** What Stalwart is set by since 0.16. */
const stalwartPlan: Language = {
  files: ["plan.ndjson"],
  heads: [
    "",
    '{"@type":"create","object":"NetworkListener","value":{"a":{"bind":["[::]:587"]}}}\n',
    '{"@type":"upsert","object":"NetworkListener","value":',
  ],
  words: `{ } [ ] , : " "@type": "create" "upsert" "update" "destroy" "object": "NetworkListener" "MtaStageAuth" "MtaStageRcpt" "value":
    {"a":{"name":"a.b","bind":{"[::]:587":true},"tlsImplicit":1}} {"require":{"else":"local_port"}} {"match":[1,{}],"else":[]} null
    true 1e9 "__proto__": "constructor" # {"saslMechanisms":"[plain,]"} "0.0.0.0:99999" {"__proto__":{"bind":7}}`,
};

/** @throws whatever is thrown that is no InputError. */
async function outcome(product: MailProduct, texts: Readonly<Record<string, string>>): Promise<"facts" | "refused"> {
  const files = Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, { at: path, text }]));
  try {
    await mailFacts([{ id: "made up", product, origin: "planned", files, missing: [] }], new Subjects(nothingDeclared));
    return "facts";
  } catch (error) {
    if (error instanceof InputError) return "refused";
    throw error;
  }
}

// The long run: PORT587_SEED=random PORT587_CASES=100000 npm test -- test/mail/fuzz
const { seed, count } = drawn("made-up texts of mail servers", 300);

const all = [...Object.entries(languages), ["sendmail", sendmailCf], ["stalwart", stalwartPlan]] as [
  MailProduct,
  Language,
][];

describe.each(all)("%s", (product, { files, heads, words }) => {
  const word = fc.constantFrom(...words.split(/\s+/));
  const part = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(word, fc.constantFrom(" ", " ", "\n", "")).map((each) => each.join("")) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
  );
  const text = fc
    .tuple(fc.constantFrom(...heads), fc.array(part, { maxLength: 60 }))
    .map(([head, parts]) => head + parts.join(""));
  const definitions = fc.record(Object.fromEntries(files.map((path) => [path, text])));

  it("whatever the files hold, they are read or an InputError says why not", async () => {
    await fc.assert(
      fc.asyncProperty(definitions, async (texts) => {
        await outcome(product, texts);
      }),
      { seed, numRuns: count },
    );
  }, 36_000_000);

  it.each([`${words.replace(/\s+/g, " ")}\n`, ";; ", "x ", "x = y\n", '"', "{", "\\\n", "\n", "# x\n"])(
    "a megabyte of %j ends",
    async (unit) => {
      const path = files[0] as string;
      const text = `${heads.at(-1)}${unit.repeat(1_000_000 / unit.length)}`;
      expect(await outcome(product, { [path]: text })).toMatch(/^(facts|refused)$/);
    },
  );
});
