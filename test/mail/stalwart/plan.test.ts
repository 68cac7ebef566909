import { AddressSet } from "../../../model/addresses.js";
import { nothingDeclared } from "../../../model/declaration.js";
import { InputError } from "../../../model/errors.js";
import { isUnknown } from "../../../model/maybe.js";
import { Subjects } from "../../../model/subjects.js";
import { mailDefinitionsIn } from "../../../sources/mail/index.js";
import { treeOf } from "../../../sources/mail/tree.js";
import { mailFacts } from "../facts.js";

const line = (kind: string, object: string, value: unknown, more: object = {}) =>
  `${JSON.stringify({ "@type": kind, object, ...more, value })}\n`;
const listeners = (kind: string, ...own: object[]) =>
  line(kind, "NetworkListener", Object.fromEntries(own.map((each, i) => [`l${i}`, each])));
const submission = { name: "submission", protocol: "smtp", bind: ["[::]:587"] };
const submissions = { name: "submissions", protocol: "smtp", bind: ["0.0.0.0:465"], tlsImplicit: true };
const login = `{"@type":"update","object":"MtaStageAuth","value":{"require":{"else":"local_port != 25"},"saslMechanisms":{"match":[\
{"if":"local_port != 25 && is_tls","then":"[plain, login]"}],"else":"false"}}}\n`;
const relay = line("update", "MtaStageRcpt", { allowRelaying: { else: "!is_empty(authenticated_as)" } });
const whole = `${listeners("create", submission, submissions)}${login}${relay}`;

async function factsOf(files: Readonly<Record<string, string>>, version?: string) {
  const tree = treeOf(new Map(Object.entries(files)), (path) => path);
  const definitions = mailDefinitionsIn(tree, { origin: "planned", idOf: () => "st" });
  const own = { role: "submission", exposure: AddressSet.everything, config: "st", host: "mail.example" } as const;
  const endpoints = [587, 465, 2525].map((port) => ({ ...own, port }));
  const declared = definitions.map((each) => (version ? { ...each, version } : each));
  return mailFacts(declared, new Subjects({ ...nothingDeclared, endpoints }));
}

async function valueAt(text: string, port: number, name: string): Promise<unknown> {
  const facts = await factsOf({ "plan.ndjson": text });
  const found = facts.find((each) => each.subject.endsWith(`:${port}`) && each.name === name && each.value !== false);
  return found && isUnknown(found.value) ? "unknown" : found?.value;
}

/** By the documentation of 0.16: no Stalwart is started here. */
it.each<[name: string, plan: string, port: number, fact: string, value: unknown]>([
  ["a listener listens", whole, 587, "listening", true],
  ["another port may be one of the database's", whole, 2525, "listening", "unknown"],
  ["TLS from the first byte", whole, 465, "implicitTls", true],
  ["STARTTLS by default", whole, 587, "starttlsOffered", "offered"],
  ["no TLS", listeners("create", { ...submission, useTls: false }), 587, "starttlsOffered", "absent"],
  ["what exists keeps what is not given", listeners("upsert", submission), 587, "starttlsOffered", "unknown"],
  ["a set of addresses", listeners("create", { ...submission, bind: { "[::]:587": true } }), 587, "listening", true],
  [
    "versions that are taken away",
    listeners("create", { ...submission, tlsDisableProtocols: ["x"] }),
    587,
    "tlsVersions",
    "unknown",
  ],
  ["mechanisms", whole, 587, "authMechanisms", ["LOGIN", "PLAIN"]],
  ["a login before MAIL", whole, 587, "authGate", "mail"],
  ["nobody relays", whole, 587, "relay", "closed"],
  ["what the plan does not set", listeners("create", submission), 587, "authMechanisms", "unknown"],
  ["who may relay, not set", listeners("create", submission), 587, "relay", "unknown"],
  [
    "anyone may relay, for all that scripts say",
    `${listeners("create", submission)}${line("update", "MtaStageRcpt", { allowRelaying: { else: "true" } })}`,
    587,
    "relay",
    "unknown",
  ],
  [
    "an expression that is not decided",
    `${listeners("create", submission)}${line("update", "MtaStageAuth", { require: { else: "remote_ip == '10.0.0.1'" } })}`,
    587,
    "authGate",
    "unknown",
  ],
  ["another protocol listens", listeners("create", { ...submission, protocol: "imap" }), 587, "listening", true],
  [
    "another protocol says nothing of mail",
    listeners("create", { ...submission, protocol: "imap" }),
    587,
    "relay",
    "unknown",
  ],
  [
    "SMTP where no protocol is given",
    listeners("create", { ...submission, protocol: undefined }),
    587,
    "authBeforeTls",
    "unknown",
  ],
  ["blank lines and comments", `# ours\n\n${whole}`, 587, "authGate", "mail"],
])("%s", async (_, plan, port, fact, value) => {
  expect(await valueAt(plan, port, fact)).toEqual(value);
});

it.each([
  ["no JSON", "{\n", "plan.ndjson:5"],
  ["no operation", "[1]\n", "plan.ndjson:5"],
])("%s is named with its line", async (_, text, where) => {
  const failing = factsOf({ "plan.ndjson": `${whole}${line("destroy", "Account", ["a"])}${text}` });
  await expect(failing).rejects.toBeInstanceOf(InputError);
  await expect(failing).rejects.toMatchObject({ where, mend: expect.stringContaining("--dry-run") });
});

it("is told from other files, and from what config.toml says", async () => {
  expect(await factsOf({ "log.ndjson": '{"level":"info"}\n' })).toEqual([]);
  const toml = '[server.listener.a]\nbind = "[::]:587"\nprotocol = "smtp"\n';
  const facts = await factsOf({ "config.toml": toml, "plan.ndjson": listeners("create", submissions) });
  expect(facts.filter(({ name, value }) => name === "listening" && value === true)).toHaveLength(1);
});

it.each([
  ["0.15", false],
  ["0.16", true],
])("a declared %s", async (version, isRead) => {
  const facts = factsOf({ "plan.ndjson": whole }, version);
  if (isRead) expect((await facts).length).toBeGreaterThan(5);
  else await expect(facts).rejects.toMatchObject({ mend: expect.stringContaining("0.16") });
});
