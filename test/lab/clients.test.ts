import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clientFacts } from "../../mail/clients/index.js";
import { nothingDeclared } from "../../model/declaration.js";
import { type FactName, type FactValues, factsNamed } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import { Subjects } from "../../model/subjects.js";
import { clientsIn } from "../../sources/clients/index.js";
import { treeOnDisk } from "../../sources/mail/tree.js";
import {
  ClientLab,
  django,
  msmtp,
  nodemailer,
  type Sender,
  type ServerKind,
  serverKinds,
  type Visit,
} from "../setup/mail-clients.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";

/** The files of one client; `@PORT@` is the server's, `@CA@` the authority of the trusted ones. */
type Case = readonly [name: string, files: Readonly<Record<string, string>>];

const rc = (...lines: string[]): Record<string, string> => ({
  msmtprc: ["account default", "host localhost", "port @PORT@", "tls_trust_file @CA@", ...lines, ""].join("\n"),
});
const settings = (version: string, ...lines: string[]): Record<string, string> => ({
  "settings.py": ["EMAIL_HOST = 'localhost'", "EMAIL_PORT = @PORT@", "EMAIL_TIMEOUT = 5", ...lines, ""].join("\n"),
  "requirements.txt": `Django==${version}\n`,
});
const options = (...lines: string[]): Record<string, string> => ({
  "mailer.cjs": `const nodemailer = require(process.env.NODE_PATH + "/nodemailer");
const transport = nodemailer.createTransport({
  host: "localhost", // the server
  port: @PORT@,
${lines.map((line) => `  ${line},\n`).join("")}});
transport.sendMail({ from: "app@example.com", to: "you@example.com", text: "hello" });
`,
});
const url = (text: string): Record<string, string> => ({
  "mailer.cjs": `const nodemailer = require(process.env.NODE_PATH + "/nodemailer");
const transport = nodemailer.createTransport("${text}");
transport.sendMail({ from: "app@example.com", to: "you@example.com", text: "hello" });
`,
});
/** The files of examples/clients, pointed at the lab's server. */
const example = (name: string): Record<string, string> => {
  const directory = join("examples/clients", name);
  const texts = readdirSync(directory).map((file): [string, string] => [
    file,
    readFileSync(join(directory, file), "utf8")
      .replace("smtp.example.net", "localhost")
      .replace("587", "@PORT@")
      .replace('require("nodemailer")', 'require(process.env.NODE_PATH + "/nodemailer")')
      .replace("tls on\n", "tls on\ntls_trust_file @CA@\n"),
  ]);
  return Object.fromEntries(texts);
};
const login = ["auth plain", "user me", "password hunter2"];
const djangoLogin = ["EMAIL_HOST_USER = 'me'", "EMAIL_HOST_PASSWORD = 'hunter2'"];
const nodeLogin = 'auth: { user: "me", pass: "hunter2" }';

const djangoCases = (version: string): Case[] => [
  ["no TLS", settings(version)],
  ["no TLS, with a login", settings(version, ...djangoLogin)],
  ["USE_TLS", settings(version, "EMAIL_USE_TLS = True", ...djangoLogin)],
  ["USE_SSL", settings(version, "EMAIL_USE_SSL = True")],
  ["a user without a password", settings(version, "EMAIL_HOST_USER = 'me'")],
];

const clients: readonly [string, () => Sender | Promise<Sender>, Case[]][] = [
  [
    "msmtp",
    msmtp,
    [
      ["examples/clients", example("msmtp")],
      ["by default", rc()],
      ["a login in clear", rc(...login)],
      ["tls on", rc("tls on")],
      ["tls on, with a login", rc("tls on", ...login)],
      ["tls on, unchecked", { msmtprc: "account default\nhost localhost\nport @PORT@\ntls on\ntls_certcheck off\n" }],
      ["tls from the first byte", rc("tls on", "tls_starttls off", ...login)],
      ["tls_starttls off alone", rc("tls_starttls off")],
      ["auth off beside a user", rc("auth off", "user me", "password hunter2")],
      ["defaults", { msmtprc: `defaults\ntls on\ntls_trust_file @CA@\n\n${rc().msmtprc}` }],
      [
        "an account that takes over another",
        {
          msmtprc: `account base\ntls on\n${login.join("\n")}\n\n${rc().msmtprc?.replace("account default", "account main : base\ntls_starttls on")}\naccount default : main\n`,
        },
      ],
    ],
  ],
  ["Django 4.1", () => django("4.1.13"), djangoCases("4.1.13")],
  ["Django 5.2", () => django("5.2"), [["examples/clients", example("django")], ...djangoCases("5.2")]],
  [
    "nodemailer",
    () => nodemailer("7.0.6"),
    [
      ["examples/clients", example("node")],
      ["by default", options()],
      ["a login", options(nodeLogin)],
      ["secure", options("secure: true", nodeLogin)],
      ["secure, unchecked", options("secure: true", "tls: { rejectUnauthorized: false }")],
      ["requireTLS", options("requireTLS: true", nodeLogin)],
      ["ignoreTLS", options("ignoreTLS: true", nodeLogin)],
      ["ignoreTLS and requireTLS", options("ignoreTLS: true", "requireTLS: true")],
      ["unchecked", options("tls: { rejectUnauthorized: false }")],
      ["a URL", url("smtp://me:hunter2@localhost:@PORT@")],
      ["a URL of smtps", url("smtps://localhost:@PORT@")],
    ],
  ],
];

const atOnce = 10;

interface Derived {
  readonly tls: FactValues["clientTls"];
  readonly verifies: boolean;
  readonly login: boolean;
}

async function derived(directory: string): Promise<Derived> {
  const tree = treeOnDisk(directory);
  const clients = clientsIn(tree, { origin: "planned", idOf: (path) => tree.at(path) });
  const { facts } = await clientFacts({ clients, definitions: [] }, new Subjects(nothingDeclared));
  const value = <N extends FactName>(name: N): FactValues[N] | undefined => {
    const found = factsNamed(facts, name);
    if (found.length > 1) throw new Error(`${found.length} clients in ${directory}`);
    const said = found[0]?.value;
    if (isUnknown(said)) throw new Error(`${name} waits for ${said.unknown.join(", ")}`);
    return said as FactValues[N] | undefined;
  };
  const tls = value("clientTls");
  if (tls === undefined) throw new Error(`no client in ${directory}`);
  return { tls, verifies: value("clientVerifiesCertificate") ?? false, login: value("clientAuth")?.login ?? false };
}

/** What the facts say that a server of that kind will see. */
function expected({ tls, verifies, login }: Derived, kind: ServerKind): Visit {
  const inClear = { tls: false, login };
  const inTls = verifies && kind.endsWith("untrusted") ? undefined : { tls: true, login };
  if (kind.startsWith("tls")) return tls === "implicit" ? inTls : undefined;
  if (tls === "implicit") return undefined;
  if (tls === "none") return inClear;
  if (kind === "clear") return tls === "opportunistic" ? inClear : undefined;
  return inTls;
}

describeWith(namespacesUnavailable())("what real clients do is what their settings are read to say", () => {
  const lab = new ClientLab();
  afterAll(() => lab.close());

  it.each(clients)(
    "%s",
    async (_, sender, cases) => {
      const send = await sender();
      const visits = cases.flatMap(([name, files]) => serverKinds.map((kind) => ({ name, files, kind })));
      const seen: { name: string; kind: ServerKind; directory: string; seen: Visit }[] = [];
      const work = async () => {
        for (let next = visits.shift(); next !== undefined; next = visits.shift()) {
          const { name, files, kind } = next;
          const [directory, visit] = await lab.visit(send, files, kind);
          seen.push({ name, kind, directory, seen: visit });
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      // One after the other: jest's modules do not stand two imports of one file at a time.
      const results: { name: string; kind: ServerKind; seen: Visit; expected: Visit }[] = [];
      for (const { directory, kind, ...rest } of seen)
        results.push({ ...rest, kind, expected: expected(await derived(directory), kind) });
      expect(results.map(({ expected: _, ...rest }) => rest)).toEqual(
        results.map(({ seen: _, expected: seen, ...rest }) => ({ ...rest, seen })),
      );
    },
    300_000,
  );
});
