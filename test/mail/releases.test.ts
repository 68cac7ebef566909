import type { FactName } from "../../model/fact.js";
import type { MailProduct } from "../../model/mail.js";
import { factsOf } from "../lab/derived.js";

type Texts = Readonly<Record<string, string>>;

const smtpd = (options: string): Texts => ({
  "smtpd.conf": `pki mail cert "/c"\npki mail key "/k"\nlisten on 0.0.0.0 port 587 ${options}\naction "out" relay\nmatch from any for any action "out"\n`,
});
const courier = (options: string): Texts => ({
  esmtpd: `MAILUSER=courier MAILGROUP=courier PORT=587 PIDFILE=/run/x ESMTPDSTART=YES MAXDAEMONS=9 MAXPERC=9 MAXPERIP=9
ACCESSFILE=/etc/courier/smtpaccess
TCPDOPTS="${options}"\n`,
});
const exim = (command: string): Texts => ({
  "exim4.conf": `daemon_smtp_ports = 587\nacl_smtp_${command} = early\nacl_smtp_rcpt = all\nbegin acl\nearly:\n  warn encrypted = *\n  accept\nall:\n  accept\n`,
});
const sendmail = (features: string): Texts => ({
  "sendmail.mc": `FEATURE(\`access_db')dnl\nFEATURE(\`no_default_msa')dnl\nDAEMON_OPTIONS(\`Name=MSA, Port=587')dnl\n`,
  access: `Srv_Features:\t${features}\n`,
});
const spoken = { accepted: ["TLSv1.2", "TLSv1.3"], refused: ["SSLv3", "TLSv1", "TLSv1.1"] };
const some = { unknown: [expect.any(String)] };

// As the labs see it: OpenSMTPD 6.8, 7.6, 7.9; Courier 1.0.16, 1.4.1; Exim 4.96, 4.98.2; Sendmail 8.17.1.9, 8.18.1.
it.each<[MailProduct, string | undefined, string, Texts, FactName, unknown]>([
  ["opensmtpd", "7.6", "libtls", smtpd("tls pki mail"), "tlsVersions", spoken],
  ["opensmtpd", "6.8", "OpenSSL", smtpd("tls pki mail"), "tlsVersions", some],
  ["opensmtpd", undefined, "one or the other", smtpd("tls pki mail"), "tlsVersions", some],
  ["opensmtpd", "7.6", "protocols", smtpd('tls pki mail protocols "TLSv1.3"'), "tlsVersions", some],
  ["opensmtpd", "7.6", "a pki that is not named", smtpd("tls"), "certificateFile", "none"],
  ["opensmtpd", "6.8", "a pki that is not named", smtpd("tls"), "certificateFile", "elsewhere"],
  ["opensmtpd", undefined, "a pki that is not named", smtpd("tls"), "certificateFile", some],
  ["opensmtpd", undefined, "a bare newline", smtpd("tls pki mail"), "bareNewline", "accepted"],
  ["courier", "1.4.1", "-noidentlookup: it does not start", courier("-noidentlookup"), "listening", false],
  ["courier", "1.0.16", "-noidentlookup", courier("-noidentlookup"), "listening", true],
  ["courier", undefined, "-noidentlookup", courier("-noidentlookup"), "listening", true],
  ["courier", "1.0.16", "-haproxy: it does not start", courier("-haproxy=1"), "listening", false],
  ["exim", "4.96", "encrypted at HELO: no HELO is taken", exim("helo"), "starttlsOffered", "absent"],
  ["exim", "4.98", "encrypted at connect: nobody is let in", exim("connect"), "authGate", "connect"],
  ["exim", "4.96", "encrypted at connect", exim("connect"), "relay", "open"],
  ["exim", undefined, "encrypted at connect, of which nothing is said", exim("connect"), "relay", undefined],
  ["sendmail", "8.18.1", "early commands", sendmail("S"), "earlyPipelining", "rejected"],
  ["sendmail", "8.18.1", "early commands let in", sendmail("F"), "earlyPipelining", "accepted"],
  ["sendmail", "8.18.1", "bare newlines", sendmail("O"), "bareNewline", "rejected"],
  ["sendmail", "8.18.1", "bare newlines within a message", sendmail("G"), "bareNewline", "normalized"],
  ["sendmail", "8.18.1", "bare newlines at its end", sendmail("G O"), "bareNewline", "accepted"],
  ["sendmail", "8.18.1", "bare newlines as spaces", sendmail("g2 O"), "bareNewline", "normalized"],
  ["sendmail", "8.17.1", "bare newlines, of which nothing is said", sendmail("S"), "bareNewline", undefined],
])("%s %s: %s", async (product, version, _, texts, name, value) => {
  const facts = (await factsOf(product, texts, version)).filter((fact) => fact.subject.endsWith(":587"));
  const values = new Set(facts.filter((fact) => fact.name === name).map((fact) => JSON.stringify(fact.value)));
  expect([...values].map((each) => JSON.parse(each) as unknown)).toEqual(value === undefined ? [] : [value]);
});
