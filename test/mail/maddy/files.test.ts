import { AddressSet } from "../../../model/addresses.js";
import { nothingDeclared } from "../../../model/declaration.js";
import type { FactName } from "../../../model/fact.js";
import type { MailDefinition } from "../../../model/mail.js";
import { Subjects } from "../../../model/subjects.js";
import { mailFacts } from "../facts.js";

type Texts = Readonly<Record<string, string>>;

async function factsOf(texts: Texts, version?: string) {
  const files = Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, { at: path, text }]));
  const definition: MailDefinition = {
    ...({ id: "maddy", product: "maddy", origin: "planned", files, missing: [] } as const),
    ...(version === undefined ? {} : { version }),
  };
  const endpoint = {
    host: "mail.example.com",
    role: "submission",
    exposure: AddressSet.everything,
    config: "maddy",
  } as const;
  const endpoints = [587, 465].map((port) => ({ ...endpoint, port }));
  return mailFacts([definition], new Subjects({ ...nothingDeclared, endpoints }));
}

async function valuesAt(texts: Texts, port: number, ...names: FactName[]) {
  return valuesOf(texts, "0.8.2", port, ...names);
}

async function valuesOf(texts: Texts, version: string | undefined, port: number, ...names: FactName[]) {
  const facts = (await factsOf(texts, version)).filter((fact) => fact.subject.endsWith(`:${port}`));
  return names.map((name) => facts.filter((fact) => fact.name === name).map((fact) => fact.value));
}

const head = "hostname mail.example.com\ntls file c.pem k.pem\nauth.pass_table db {\n table dummy\n}\n";
const handled = "auth &db\n deliver_to dummy";

describe("what the directives decide on 587", () => {
  it.each([
    ["submission asks for AUTH at MAIL", `submission tcp://0.0.0.0:587 {\n ${handled}\n}`, "authGate", "mail"],
    ["smtp with auth does not", `smtp tcp://0.0.0.0:587 {\n ${handled}\n}`, "relay", "open"],
    ["smtp that rejects", "smtp tcp://0.0.0.0:587 {\n auth &db\n reject\n}", "authGate", "rcpt"],
    ["the global tls offers STARTTLS", `submission tcp://0.0.0.0:587 {\n ${handled}\n}`, "starttlsOffered", "offered"],
    ["tls off", `submission tcp://0.0.0.0:587 {\n tls off\n ${handled}\n}`, "starttlsOffered", "absent"],
    [
      "tls off takes AUTH in clear",
      `submission tcp://0.0.0.0:587 {\n tls off\n ${handled}\n}`,
      "authBeforeTls",
      { offered: ["PLAIN"], accepted: ["PLAIN"] },
    ],
    [
      "insecure_auth takes AUTH in clear",
      `submission tcp://0.0.0.0:587 {\n insecure_auth\n sasl_login yes\n ${handled}\n}`,
      "authBeforeTls",
      { offered: ["LOGIN", "PLAIN"], accepted: ["LOGIN", "PLAIN"] },
    ],
    [
      "AUTH is kept for TLS",
      `submission tcp://0.0.0.0:587 {\n ${handled}\n}`,
      "authBeforeTls",
      { offered: [], accepted: [] },
    ],
    [
      "without protocols TLS 1.0 is taken",
      `submission tcp://0.0.0.0:587 {\n ${handled}\n}`,
      "tlsVersions",
      { accepted: ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"], refused: ["SSLv3"] },
    ],
    [
      "protocols",
      `submission tcp://0.0.0.0:587 {\n tls file c k {\n protocols tls1.2 tls1.3\n }\n ${handled}\n}`,
      "tlsVersions",
      { accepted: ["TLSv1.2", "TLSv1.3"], refused: ["SSLv3", "TLSv1", "TLSv1.1"] },
    ],
    ["a snippet", `(s) {\n ${handled}\n}\nsubmission tcp://0.0.0.0:587 {\n import s\n}`, "authGate", "mail"],
    ["a macro", `$(a) = tcp://0.0.0.0:587\nsubmission $(a) {\n ${handled}\n}`, "authGate", "mail"],
    ["a macro in a word", `$(p) = 587\nsubmission tcp://0.0.0.0:$(p) {\n ${handled}\n}`, "authGate", "mail"],
    ["a line that goes on", `submission \\\n tcp://0.0.0.0:587 {\n ${handled}\n}`, "authGate", "mail"],
    ["a comment in a line", `submission tcp://0.0.0.0:587 { # all\n ${handled} # none\n}`, "authGate", "mail"],
    [
      "a queue by name relays",
      "target.queue out {\n}\nsmtp tcp://0.0.0.0:587 {\n auth &db\n default_source {\n default_destination {\n deliver_to &out\n }\n }\n}",
      "relay",
      "open",
    ],
    [
      "the environment decides",
      `submission tcp://0.0.0.0:587 {\n insecure_auth {env:X}\n ${handled}\n}`,
      "authBeforeTls",
      { unknown: ["the environment variable X"] },
    ],
    [
      "checks may still refuse",
      "smtp tcp://0.0.0.0:587 {\n auth &db\n check {\n spf\n }\n deliver_to dummy\n}",
      "relay",
      { unknown: ["whom the checks in maddy.conf:8 refuse"] },
    ],
  ] as const)("%s", async (_, text, name, value) => {
    expect(await valuesAt({ "maddy.conf": `${head}${text}\n` }, 587, name)).toEqual([[value]]);
  });
});

// By the source of the tags from 0.5.0 to 0.9.4 (internal/endpoint/smtp, internal/auth, framework/config/tls, go-smtp's data.go).
describe("what releases do differently", () => {
  const submission = (more = "") => `submission tcp://0.0.0.0:587 {\n ${more}\n ${handled}\n}`;
  const noAuth = `smtp tcp://0.0.0.0:587 {\n insecure_auth\n deliver_to dummy\n}\n${submission().replace("587", "588")}`;
  const unsaid = { unknown: ["the maddy version"] };
  const list = (...all: string[]) => ({ offered: all, accepted: all });
  const floor = (...below: string[]) => ({ accepted: [...below, "TLSv1.2", "TLSv1.3"], refused: ["SSLv3"] });
  it.each<[string | undefined, string, string, FactName, unknown]>([
    ["0.7.1", "LOGIN beside PLAIN", submission(), "authMechanisms", ["LOGIN", "PLAIN"]],
    ["0.8", "PLAIN alone", submission(), "authMechanisms", ["PLAIN"]],
    [undefined, "LOGIN or none", submission(), "authMechanisms", unsaid],
    [undefined, "sasl_login, which 0.7 does not know", submission("sasl_login no"), "authMechanisms", ["PLAIN"]],
    [undefined, "nothing in clear in every release", submission(), "authBeforeTls", list()],
    [undefined, "in clear", submission("insecure_auth"), "authBeforeTls", unsaid],
    ["0.6.3", "in clear", submission("insecure_auth"), "authBeforeTls", list("LOGIN", "PLAIN")],
    ["0.7.1", "no auth directive: AUTH is not taken", noAuth, "authBeforeTls", list()],
    ["0.9.0", "no auth directive: AUTH is taken", noAuth, "authBeforeTls", { offered: [], accepted: ["PLAIN"] }],
    [undefined, "no auth directive", noAuth, "authBeforeTls", unsaid],
    ["0.8.2", "TLS 1.0 by default", submission(), "tlsVersions", floor("TLSv1", "TLSv1.1")],
    ["0.7.1", "TLS 1.0 as Go has it", submission(), "tlsVersions", floor()],
    [undefined, "TLS 1.0 as Go has it, or taken", submission(), "tlsVersions", floor()],
    ["0.7.0", "bare newlines end a message", submission(), "bareNewline", "accepted"],
    ["0.7.1", "bare newlines end none", submission(), "bareNewline", "normalized"],
    [undefined, "bare newlines", submission(), "bareNewline", unsaid],
    ["0.7.1", "sasl_login: it does not start", submission("sasl_login no"), "listening", false],
    ["0.6.3", "auth_map: it does not start", submission("auth_map identity"), "listening", false],
    ["0.7.0", "auth_map", submission("auth_map identity"), "listening", true],
    ["0.8.2", "shutdown_timeout: it does not start", submission("shutdown_timeout 1m"), "listening", false],
    ["0.9.0", "shutdown_timeout", submission("shutdown_timeout 1m"), "listening", true],
  ])("%s: %s", async (version, _, text, name, value) => {
    expect(await valuesOf({ "maddy.conf": `${head}${text}\n` }, version, 587, name)).toEqual([[value]]);
  });
});

describe("maddy does not start", () => {
  it.each([
    ["a submission endpoint without auth", `${head}submission tcp://0.0.0.0:587 {\n deliver_to dummy\n}`],
    ["tls:// with tls off", `${head}submission tls://0.0.0.0:465 {\n tls off\n ${handled}\n}`],
    ["a named block that nobody uses", `${head}submission tcp://0.0.0.0:587 {\n auth dummy\n deliver_to dummy\n}`],
    ["no tls directive", "hostname x\nsubmission tcp://0.0.0.0:587 {\n auth dummy\n deliver_to dummy\n}"],
    ["a block that is not closed", `${head}submission tcp://0.0.0.0:587 {\n ${handled}\n`],
    ["a macro of two values in a word", `${head}$(p) = 5 6\nsubmission tcp://0.0.0.0:$(p) {\n ${handled}\n}`],
    [
      "a version that does not exist",
      `${head}submission tcp://0.0.0.0:587 {\n tls file c k {\n protocols tls1.4\n }\n ${handled}\n}`,
    ],
    ["two endpoints on one port", `${head}submission tcp://0.0.0.0:587 tcp://127.0.0.1:587 {\n ${handled}\n}`],
  ])("with %s", async (_, text) => {
    expect(await valuesAt({ "maddy.conf": `${text}\n` }, 587, "listening")).toEqual([[false]]);
  });
});

it("names a file that is imported and not at hand", async () => {
  const [listening] = await valuesAt({ "maddy.conf": "import more\n" }, 587, "listening");
  expect(listening).toEqual([{ unknown: ["more"] }]);
});

it("reads a file that is imported, by its name or with .conf", async () => {
  const texts = {
    "maddy.conf": `${head}import conf.d/a\n`,
    "conf.d/a.conf": `submission tcp://0.0.0.0:587 {\n ${handled}\n}\n`,
  };
  expect(await valuesAt(texts, 587, "authGate")).toEqual([["mail"]]);
});

it("reads a long file in time that grows with its length", async () => {
  const started = performance.now();
  for (const part of ["a b {\n}\n", "x ", '"', "$(", "{ ", "(s) {\n import s\n}\n"])
    await factsOf({ "maddy.conf": part.repeat(Math.floor(200_000 / part.length)) });
  expect(performance.now() - started).toBeLessThan(20_000);
});
