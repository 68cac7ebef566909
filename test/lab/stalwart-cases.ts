import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";

/** What a configuration sets beside what the lab needs; `listeners` in place of the usual ones. */
export interface Case {
  readonly name: string;
  readonly listeners?: string;
  /** Lines at the end: `session.auth.require = true`. */
  readonly settings?: string;
  /** A whole file, to which only what the lab needs is added. */
  readonly file?: string;
  /** `config.local-keys` without the session. */
  readonly fromDatabase?: true;
  /** Facts that the file leaves open for someone. */
  readonly open?: readonly string[];
  readonly generated?: true;
}

const listeners = `[server.listener.smtp]
bind = ["[::]:25"]
protocol = "smtp"

[server.listener.submission]
bind = ["[::]:587"]
protocol = "smtp"

[server.listener.submissions]
bind = ["[::]:465"]
protocol = "smtp"
tls.implicit = true
`;

/** What a server needs, and what keeps it from banning its visitors. */
const surroundings = `[storage]
data = "db"
fts = "db"
blob = "db"
lookup = "db"
directory = "memory"

[store.db]
type = "sqlite"
path = "@LAB@/data/db.sqlite3"

[directory.memory]
type = "memory"

[[directory.memory.principals]]
class = "individual"
name = "me"
secret = "hunter2"
email = ["me@lab.example"]

[certificate.default]
cert = "%{file:@LAB@/cert.pem}%"
private-key = "%{file:@LAB@/key.pem}%"
default = true

[tracer.out]
type = "stdout"
level = "info"
ansi = false
enable = true

[auth]
iprev.verify = "disable"
spf.verify.ehlo = "disable"
spf.verify.mail-from = "disable"
dkim.verify = "disable"
arc.verify = "disable"
dmarc.verify = "disable"

# With it no first start fetches rules and sets limits in the database.
[version]
spam-filter = "2.0.5"

[server.auto-ban]
auth.rate = "100000/1s"
abuse.rate = "100000/1s"
loiter.rate = "100000/1s"
scan.rate = "100000/1s"
`;

/** Stalwart 0.9 and later: what no line of a case sets is made harmless, so that no visit bans the next. */
export function configToml(each: Case): string {
  if (each.file !== undefined) return `${each.file}\n[session.rcpt.errors]\ntotal = 100\nwait = "1ms"\n${surroundings}`;
  const session = each.fromDatabase ? "" : ', "session.*"';
  return `${hostOf(each)}${each.settings ?? ""}

${each.listeners ?? listeners}
[config]
local-keys = ["store.*", "directory.*", "tracer.*", "server.*", "!server.blocked-ip.*", "certificate.*", "storage.*", "config.*", "auth.*", "authentication.*", "queue.*", "resolver.*", "spam-filter.*", "webadmin.*", "version.*"${session}]

${surroundings}`;
}

function hostOf({ settings = "" }: Case): string {
  const roomy = ["auth.errors.total", "rcpt.errors.total"].filter((name) => !settings.includes(`session.${name}`));
  const waits = ["auth.errors.wait", "rcpt.errors.wait"];
  const lines = [...roomy.map((name) => `session.${name} = 100`), ...waits.map((name) => `session.${name} = "1ms"`)];
  return `${lines.join("\n")}\nserver.hostname = "mail.lab.example"\n`;
}

const inTls = `[ { if = "local_port != 25 && is_tls", then = "[plain, login]" }, { else = false } ]`;

const example = join(import.meta.dirname, "../../examples/stalwart/stalwart/config.toml");

export const cases: readonly Case[] = [
  { name: "the example, as it stands", file: readFileSync(example, "utf8") },
  { name: "nothing but listeners" },
  {
    name: "nothing but listeners, the session in the database",
    fromDatabase: true,
    open: ["authBeforeTls", "authGate", "authMechanisms", "relay", "tlsGate"],
  },
  { name: "AUTH inside TLS alone", settings: `session.auth.mechanisms = ${inTls}` },
  { name: "AUTH everywhere", settings: 'session.auth.mechanisms = "[plain, login]"' },
  { name: "AUTH nowhere", settings: "session.auth.mechanisms = false" },
  {
    name: "AUTH in clear alone",
    settings: 'session.auth.mechanisms = [ { if = "!is_tls", then = "[plain]" }, { else = false } ]',
  },
  { name: "a login for everybody", settings: "session.auth.require = true" },
  { name: "a login for nobody", settings: "session.auth.require = false" },
  {
    name: "a login by the listener",
    settings: `session.auth.require = [ { if = "listener == 'submission'", then = true }, { else = false } ]`,
  },
  { name: "an open relay", settings: "session.auth.require = false\nsession.rcpt.relay = true" },
  { name: "an open relay behind a login", settings: "session.auth.require = true\nsession.rcpt.relay = true" },
  {
    name: "relaying for those who logged in",
    settings:
      'session.auth.require = false\nsession.rcpt.relay = [ { if = "!is_empty(authenticated_as)", then = true }, { else = false } ]',
  },
  {
    name: "relaying inside TLS",
    settings: 'session.auth.require = false\nsession.rcpt.relay = [ { if = "is_tls", then = true }, { else = false } ]',
  },
  {
    name: "relaying on a port",
    settings:
      'session.auth.require = false\nsession.rcpt.relay = [ { if = "local_port == 25", then = true }, { else = false } ]',
  },
  {
    name: "an expression that is not worked out",
    settings: `session.auth.require = false\nsession.rcpt.relay = [ { if = "remote_ip == '127.0.0.2'", then = true }, { else = false } ]`,
    open: ["authGate", "relay"],
  },
  {
    name: "whose mail is taken is decided by an expression",
    settings: "session.mail.is-allowed = true",
    open: ["authGate", "tlsGate"],
  },
  {
    name: "no TLS on a listener",
    listeners: listeners.replace('bind = ["[::]:587"]', 'bind = ["[::]:587"]\ntls.enable = false'),
  },
  {
    name: "TLS from the first byte on 587",
    listeners: listeners.replace('bind = ["[::]:587"]', 'bind = ["[::]:587"]\ntls.implicit = true'),
  },
  { name: "STARTTLS on 465", listeners: listeners.replace("tls.implicit = true", "tls.implicit = false") },
  {
    name: "TLS 1.3 alone on a listener",
    listeners: listeners.replace('bind = ["[::]:587"]', 'bind = ["[::]:587"]\ntls.disable-protocols = ["TLSv1.2"]'),
  },
  { name: "TLS 1.3 alone everywhere", settings: 'server.tls.disable-protocols = ["TLSv1.2"]' },
  { name: "TLS 1.2 alone everywhere", settings: 'server.tls.disable-protocols = "TLSv1.3"' },
  { name: "a listener of one address", listeners: listeners.replace("[::]:587", "127.0.0.1:587") },
  { name: "a listener of IPv4", listeners: listeners.replace("[::]:587", "0.0.0.0:587") },
  { name: "two ports of one listener", listeners: listeners.replace('["[::]:587"]', '["[::]:587", "[::]:2525"]') },
  {
    name: "LMTP is no submission",
    listeners: listeners.replace('587"]\nprotocol = "smtp"', '587"]\nprotocol = "lmtp"'),
    open: [
      ...["authBeforeTls", "authGate", "authMechanisms", "implicitTls", "relay", "starttlsOffered", "tlsGate"],
      "tlsVersions",
    ],
  },
];

const yesNo = fc.constantFrom("true", "false");
const condition = fc
  .array(
    fc.constantFrom(
      "is_tls",
      "!is_tls",
      "local_port == 587",
      "local_port != 25",
      "listener == 'submissions'",
      "listener != 'smtp'",
      "is_empty(authenticated_as)",
      "!is_empty(authenticated_as)",
    ),
    { minLength: 1, maxLength: 2 },
  )
  .map((terms) => terms.join(" && "));
const chosen = (value: fc.Arbitrary<string>) =>
  fc.oneof(
    value,
    fc
      .tuple(fc.array(fc.tuple(condition, value), { minLength: 1, maxLength: 2 }), value)
      .map(
        ([branches, otherwise]) =>
          `[ ${branches.map(([when, then]) => `{ if = "${when}", then = ${then} }`).join(", ")}, { else = ${otherwise} } ]`,
      ),
  );
const mechanisms = fc.constantFrom('"[plain, login]"', '"[plain]"', '"[login]"', "false");
const protocols = fc.constantFrom('["TLSv1.2"]', '"TLSv1.3"', "[]");
const listener = (name: string, port: number) =>
  fc
    .tuple(
      fc.constantFrom("[::]", "0.0.0.0", "127.0.0.1"),
      fc.option(yesNo),
      fc.option(fc.constantFrom("true", "true", "false")),
      fc.option(protocols),
    )
    .map(([address, implicit, enable, disabled]) =>
      [
        `[server.listener.${name}]\nbind = ["${address}:${port}"]\nprotocol = "smtp"`,
        ...(implicit === null ? [] : [`tls.implicit = ${implicit}`]),
        ...(enable === null ? [] : [`tls.enable = ${enable}`]),
        ...(disabled === null ? [] : [`tls.disable-protocols = ${disabled}`]),
        "",
      ].join("\n"),
    );
const settings: Readonly<Record<string, fc.Arbitrary<string>>> = {
  "session.auth.mechanisms": chosen(mechanisms),
  "session.auth.require": chosen(yesNo),
  "session.rcpt.relay": chosen(yesNo),
  "server.tls.disable-protocols": protocols,
};
const configurations = fc.tuple(
  fc.tuple(listener("smtp", 25), listener("submission", 587), listener("submissions", 465)),
  fc.tuple(...Object.entries(settings).map(([name, value]) => fc.option(value.map((one) => `${name} = ${one}`)))),
);

/** Random configurations; the same seed gives the same ones. */
export function generatedCases(seed: number, count: number): Case[] {
  return fc.sample(configurations, { seed, numRuns: count }).map(([parts, lines], index) => ({
    name: `generated ${index + 1} of seed ${seed}`,
    listeners: parts.join("\n"),
    settings: lines.filter((line) => line !== null).join("\n"),
    generated: true as const,
  }));
}
