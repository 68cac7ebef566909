import { AddressSet } from "../../../model/addresses.js";
import { nothingDeclared } from "../../../model/declaration.js";
import type { Fact, FactName } from "../../../model/fact.js";
import type { MailDefinition } from "../../../model/mail.js";
import { Subjects } from "../../../model/subjects.js";
import { mailFacts } from "../facts.js";

async function factsOf(text: string, version?: string): Promise<Fact[]> {
  const files = { "config.toml": { at: "config.toml", text } };
  const declared = version === undefined ? {} : { version };
  const definition: MailDefinition = {
    id: "st",
    product: "stalwart",
    origin: "planned",
    files,
    missing: [],
    ...declared,
  };
  const endpoint = {
    host: "mail.example.com",
    role: "submission",
    exposure: AddressSet.everything,
    config: "st",
  } as const;
  const endpoints = [587, 465].map((port) => ({ ...endpoint, port }));
  return mailFacts([definition], new Subjects({ ...nothingDeclared, endpoints }));
}

async function valueAt(
  text: string,
  port: number,
  name: FactName,
  client = "192.0.2.1",
  version?: string,
): Promise<unknown> {
  const facts = (await factsOf(text, version)).filter(
    (fact) => fact.subject.endsWith(`:${port}`) && fact.name === name && fact.from.contains(AddressSet.of(client)),
  );
  expect(facts.length).toBeLessThan(2);
  return facts[0]?.value;
}

/** What the installer writes (documentation, "Listeners"). */
const listeners = `[server]
hostname = "mail.example.com"
[server.listener.smtp]
bind = "[::]:25"
protocol = "smtp"
[server.listener.submission]
bind = ["[::]:587"]
protocol = "smtp"
[server.listener.submissions]
bind = "[::]:465"
protocol = "smtp"
tls.implicit = true
[server.listener.imap]
bind = "[::]:143"
protocol = "imap"
`;
const kept = (session: string) =>
  `config.local-keys = ["server.*", "session.*", "!server.blocked-ip.*"]\n${session}\n${listeners}`;
const inDatabase = { unknown: [expect.stringContaining("in Stalwart's database")] };
const some = { unknown: [expect.any(String)] };
const list = (...mechanisms: string[]) => ({ offered: mechanisms, accepted: mechanisms });
const documented = `session.auth.mechanisms = [ { if = "local_port != 25 && is_tls", then = "[plain, login]"}, { else = false } ]`;

const withoutTls = listeners.replace('["[::]:587"]', '["[::]:587"]\ntls.enable = false');

it.each<[string, string, number, FactName, unknown]>([
  ["a listener listens", listeners, 587, "listening", true],
  ["STARTTLS is there without a word", listeners, 587, "starttlsOffered", "offered"],
  ["implicit TLS", listeners, 465, "implicitTls", true],
  ["and no STARTTLS beside it", listeners, 465, "starttlsOffered", "absent"],
  ["TLS of a listener is off", withoutTls, 587, "starttlsOffered", "absent"],
  ["a macro decides on TLS", withoutTls.replace("false", '"%{env:TLS}%"'), 587, "starttlsOffered", some],
  ["IMAP is none of ours", listeners, 143, "listening", undefined],
  [
    "TLS 1.2 and 1.3 are spoken",
    listeners,
    ...([587, "tlsVersions", { accepted: ["TLSv1.2", "TLSv1.3"], refused: ["SSLv3", "TLSv1", "TLSv1.1"] }] as const),
  ],
  [
    "TLS 1.2 is disabled",
    `${listeners}[server.tls]\ndisable-protocols = ["TLSv1.2"]\n`,
    ...([587, "tlsVersions", { accepted: ["TLSv1.3"], refused: ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"] }] as const),
  ],
  ["AUTH stands in the database", listeners, 587, "authGate", inDatabase],
  [
    "a session key in the file that is not kept there",
    `session.auth.require = true\n${listeners}`,
    587,
    "authGate",
    inDatabase,
  ],
  ["AUTH is required on 587 by default", kept(""), 587, "authGate", "mail"],
  ["and not on 25", kept(""), 25, "authGate", "rcpt"],
  ["relaying is closed by default", kept(""), 25, "relay", "closed"],
  ["AUTH is not required", kept("session.auth.require = false"), 587, "authGate", "rcpt"],
  [
    "relaying for everyone",
    kept("session.auth.require = false\nsession.rcpt.relay = true"),
    ...([587, "relay", "open"] as const),
  ],
  [
    "relaying for those who logged in",
    kept(
      `session.auth.require = false\nsession.rcpt.relay = [ { if = "!is_empty(authenticated_as)", then = true }, { else = false } ]`,
    ),
    ...([587, "relay", "closed"] as const),
  ],
  [
    "by the listener's name",
    kept(`session.auth.require = [ { if = "listener != 'smtp'", then = true }, { else = false } ]`),
    ...([587, "authGate", "mail"] as const),
  ],
  ["the documented mechanisms in clear", kept(documented), 587, "authBeforeTls", list()],
  ["the documented mechanisms inside TLS", kept(documented), 587, "authMechanisms", ["LOGIN", "PLAIN"]],
  ["mechanisms in clear", kept(`session.auth.mechanisms = "[plain]"`), 587, "authBeforeTls", list("PLAIN")],
  ["mechanisms on the port with TLS first", kept(`session.auth.mechanisms = "[plain]"`), 465, "authBeforeTls", list()],
  ["no mechanisms are set", kept(""), 587, "authMechanisms", some],
  [
    "an expression that is not decided is quoted",
    kept(`session.auth.require = [ { if = "remote_ip == '10.0.0.1'", then = false }, { else = true } ]`),
    ...([587, "authGate", { unknown: ["session.auth.require: remote_ip == '10.0.0.1'"] }] as const),
  ],
  [
    "TLS stands from the first byte",
    kept(`session.auth.require = [ { if = "is_tls", then = true }, { else = false } ]`),
    ...([465, "authGate", "mail"] as const),
  ],
  [
    "a key that local-keys takes away",
    kept("").replace('"session.*"', '"session.*", "!session.auth.*"'),
    ...([587, "authGate", inDatabase] as const),
  ],
  ["nothing asks for TLS", kept(""), 587, "tlsGate", "none"],
  ["a script may", kept(`session.mail.script = "'x'"`), 587, "tlsGate", { unknown: ["session.mail.script"] }],
  ["TLS comes first", listeners, 465, "tlsGate", "connect"],
  ["no protocol is told", listeners.replaceAll('protocol = "smtp"\n', ""), 587, "starttlsOffered", some],
  ["bound to what the environment says", listeners.replace("[::]:587", "%{env:BIND}%"), 587, "listening", some],
  ["a port without a listener", listeners.replace("[::]:587", "[::]:588"), 587, "listening", false],
])("%s", async (_, text, port, name, expected) => {
  expect(await valueAt(text, port, name)).toEqual(expected);
});

// By the source of each release (crates/common/src/config, crates/smtp/src/config of 0.6).
const older = `${listeners}[server.tls]\nenable = false\n`;
const ofOlder = { unknown: [expect.stringMatching(/the Stalwart version: server\.tls\.enable is of 0\.6/)] };
it.each<[string | undefined, string, string, number, FactName, unknown]>([
  ["0.10.0", "mechanisms by default", kept(""), 587, "authMechanisms", ["LOGIN", "PLAIN"]],
  ["0.10.0", "mechanisms by default in clear", kept(""), 587, "authBeforeTls", list()],
  ["0.10.1", "mechanisms by default", kept(""), 587, "authMechanisms", ["LOGIN", "OAUTHBEARER", "PLAIN"]],
  ["0.10.1", "mechanisms by default in clear", kept(""), 587, "authBeforeTls", list()],
  ["0.10.2", "mechanisms by default in clear", kept(""), 587, "authBeforeTls", list("OAUTHBEARER")],
  ["0.10", "mechanisms by default in clear", kept(""), 587, "authBeforeTls", some],
  ["0.11.8", "mechanisms by default in clear", kept(""), 587, "authBeforeTls", list("OAUTHBEARER")],
  ["0.12", "mechanisms by default", kept(""), 587, "authMechanisms", ["LOGIN", "OAUTHBEARER", "PLAIN", "XOAUTH2"]],
  ["0.15.5", "mechanisms by default in clear", kept(""), 587, "authBeforeTls", list("OAUTHBEARER", "XOAUTH2")],
  [undefined, "mechanisms by default", kept(""), 587, "authBeforeTls", some],
  [undefined, "mechanisms by default on 25: none in every release", kept(""), 25, "authMechanisms", []],
  ["0.9.3", "a star in local-keys", kept(""), 587, "authGate", inDatabase],
  ["0.9.4", "a star in local-keys", kept(""), 587, "authGate", "mail"],
  ["0.15", "server.tls.enable, which 0.6 alone asks for", older, 587, "starttlsOffered", "offered"],
  [undefined, "server.tls.enable, which 0.6 alone asks for", older, 587, "starttlsOffered", ofOlder],
  [undefined, "and where it listens all the same", older, 587, "listening", true],
])("%s: %s", async (version, _, text, port, name, expected) => {
  expect(await valueAt(text, port, name, "192.0.2.1", version)).toEqual(expected);
});

it("a listener of IPv4 alone does not serve IPv6", async () => {
  const text = listeners.replace("[::]:587", "0.0.0.0:587");
  expect(await valueAt(text, 587, "listening", "2001:db8::1")).toBe(false);
});

it("evidence names the line", async () => {
  const facts = await factsOf(listeners);
  const found = facts.find(({ subject, name }) => subject.endsWith(":465") && name === "implicitTls");
  expect(found?.evidence[0]?.at).toBe(`config.toml:${listeners.split("\n").indexOf("tls.implicit = true") + 1}`);
});

it("what is no TOML is refused with its line", async () => {
  await expect(factsOf(`${listeners}x = = 1\n`)).rejects.toThrow(
    `config.toml:${listeners.split("\n").length}: malformed TOML`,
  );
});
