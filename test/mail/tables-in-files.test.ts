import { readFileSync } from "node:fs";
import { AddressSet } from "../../model/addresses.js";
import { nothingDeclared } from "../../model/declaration.js";
import { InputError } from "../../model/errors.js";
import type { Fact } from "../../model/fact.js";
import { Subjects } from "../../model/subjects.js";
import { mailDefinitionsIn } from "../../sources/mail/index.js";
import { treeOf } from "../../sources/mail/tree.js";
import { mailFacts } from "./facts.js";

type Files = Readonly<Record<string, string | undefined>>;

const ours = `table ours file:/etc/mail/ours
action "out" relay
listen on 0.0.0.0 port 587
match from src <ours> for any action "out"
`;
const machine = "file:/etc/mail/ours";

/** What relaying is said to be for whom; what decides it is judged by the labs, here where the files are found. */
const found: readonly (readonly [name: string, files: Files, says: readonly string[]])[] = [
  [
    "opensmtpd: below the directory of smtpd.conf",
    { "etc/smtpd.conf": ours, "etc/mail/ours": "10.1.0.0/16\n" },
    ["closed", "open 10.1.0.0/16"],
  ],
  ["opensmtpd: beside smtpd.conf", { "smtpd.conf": ours, ours: "10.1.0.0/16\n" }, ["closed", "open 10.1.0.0/16"]],
  [
    "opensmtpd: elsewhere on the same machine",
    { "a/etc/smtpd/smtpd.conf": ours, "a/etc/mail/ours": "10.1.0.0/16\n", "b/etc/mail/ours": "10.2.0.0/16\n" },
    ["closed", "open 10.1.0.0/16"],
  ],
  ["opensmtpd: on another machine", { "a/etc/smtpd/smtpd.conf": ours, "b/etc/mail/ours": "" }, [`? ${machine}`]],
  ["opensmtpd: not at hand", { "etc/smtpd.conf": ours }, [`? ${machine}`]],
  ["opensmtpd: written by something else", { "smtpd.conf": ours, ours: undefined }, [`? ${machine}`]],
  [
    "opensmtpd: a database",
    { "smtpd.conf": ours.replace("file:", "db:"), ours: "10.1.0.0/16\n" },
    ["? db:/etc/mail/ours"],
  ],
];

const exim = (list: string) =>
  `daemon_smtp_ports = 587\nhostlist ours = ${list}\nacl_smtp_rcpt = check\nbegin acl\ncheck:\n  accept hosts = +ours\n`;

const eximFound: typeof found = [
  [
    "exim: beside exim4.conf",
    { "exim4.conf": exim("/etc/exim4/ours"), ours: "10.1.0.0/16\n" },
    ["closed", "open 10.1.0.0/16"],
  ],
  [
    "exim: below its directory, with a macro before the name",
    {
      "exim4.conf": `CONFDIR = /etc/exim4\n${exim("net-iplsearch;CONFDIR/nets/ours")}`,
      "nets/ours": "10.1.0.0/16: x\n",
    },
    ["closed", "open 10.1.0.0/16"],
  ],
  [
    "exim: elsewhere on the same machine",
    { "a/etc/exim4/exim4.conf": exim("/etc/mail/ours"), "a/etc/mail/ours": "10.1.0.0/16\n", "b/etc/mail/ours": "" },
    ["closed", "open 10.1.0.0/16"],
  ],
  ["exim: not at hand", { "exim4.conf": exim("/etc/exim4/ours") }, ["? /etc/exim4/ours"]],
  [
    "exim: what exists, not at hand",
    { "exim4.conf": exim(`\${if exists{/etc/exim4/ours}{*}{}}`) },
    ["? /etc/exim4/ours"],
  ],
  ["exim: a database", { "exim4.conf": exim("net-dbm;/etc/exim4/ours"), ours: "10.1.0.0/16\n" }, ["? (exim4.conf:2)"]],
  [
    "exim: a file of passwords",
    { "exim4.conf": exim("net-lsearch;/etc/exim4/passwd"), passwd: "10.1.0.0/16\n" },
    ["? (exim4.conf:2)"],
  ],
];

const mc = (line: string) => `divert(0)dnl
include(\`/usr/share/sendmail/cf/m4/cf.m4')dnl
OSTYPE(\`linux')dnl
FEATURE(\`no_default_msa')dnl
DAEMON_OPTIONS(\`Name=MSA, Port=587')dnl
${line}dnl
MAILER(\`smtp')dnl
`;
const loopback = "open 127.0.0.1/32";

/** Of Sendmail a file that need not be there (`-o`) counts as absent where its directory was read. */
const sendmailFound: typeof found = [
  ...[
    "RELAY_DOMAIN_FILE(`-o /etc/mail/ours')",
    "RELAY_DOMAIN_FILE(`/etc/mail/ours')",
    "define(`confCR_FILE', `-o /etc/mail/ours')",
  ].map((line): (typeof found)[number] => [
    `sendmail: ${line}`,
    { "sendmail.mc": mc(line), ours: "10.1\n" },
    ["closed", `open 10.1.0.0/16, 127.0.0.1/32`],
  ]),
  [
    "sendmail: a file that need not be there, and is not",
    { "sendmail.mc": mc("RELAY_DOMAIN_FILE(`-o /etc/mail/ours')"), access: "" },
    ["closed", loopback],
  ],
  [
    "sendmail: not at hand",
    { "sendmail.mc": mc("RELAY_DOMAIN_FILE(`/etc/mail/ours')"), access: "" },
    ["? /etc/mail/ours"],
  ],
  [
    "sendmail: elsewhere on the same machine",
    { "etc/mail/sendmail.mc": mc("RELAY_DOMAIN_FILE(`-o /etc/ours')"), "etc/ours": "10.1\n" },
    ["closed", `open 10.1.0.0/16, 127.0.0.1/32`],
  ],
  [
    "sendmail: an access map of another name",
    { "sendmail.mc": mc("FEATURE(`access_db', `hash -T<TMPF> -o /etc/mail/ours')"), ours: "10.1\tRELAY\n" },
    ["closed", `open 10.1.0.0/16, 127.0.0.1/32`],
  ],
];

const maddy = (kind: string) => `hostname mail.example
tls off
target.remote out {
}
smtp tcp://0.0.0.0:587 {
  destination_in ${kind} {
    deliver_to &out
  }
  default_destination {
    reject
  }
}
`;
const maddyFound: typeof found = [
  ["maddy: a file", { "maddy.conf": maddy("file /etc/maddy/ours"), ours: "lab.example\n" }, ["closed"]],
  [
    "maddy: a file by name",
    { "maddy.conf": `table.file t /etc/maddy/ours\n${maddy("&t")}`, ours: "lab.example\n" },
    ["closed"],
  ],
  ["maddy: not at hand", { "maddy.conf": maddy("file /etc/maddy/ours") }, ["? holds"]],
];

const esmtpd = readFileSync("examples/courier/courier/esmtpd", "utf8").replace("/smtpaccess", "/ours");
const courierFound: typeof found = [
  ["courier: a file", { esmtpd, ours: "10.1\tallow,RELAYCLIENT\n" }, ["closed", "open 10.1.0.0/16"]],
  [
    "courier: a directory of another name",
    { esmtpd, "ours/a": "10.1\tallow,RELAYCLIENT\n", "ours/b": "10.3\tallow,RELAYCLIENT\n" },
    ["closed", "open 10.1.0.0/16, 10.3.0.0/16"],
  ],
  ["courier: not at hand", { esmtpd, "others/a": "10.1\tallow,RELAYCLIENT\n" }, ["? ours"]],
];

async function relaying(files: Files): Promise<string[]> {
  const tree = treeOf(new Map(Object.entries(files)), (path) => path);
  const definitions = mailDefinitionsIn(tree, { origin: "planned", idOf: (root) => root });
  const facts = await mailFacts(definitions, new Subjects(nothingDeclared));
  return facts.filter(({ name }) => name === "relay").map(said);
}

function said({ value, from }: Fact): string {
  if (typeof value === "object" && value !== null && "unknown" in value)
    return `? ${/\S*$/.exec((value.unknown as readonly string[])[0] ?? "")?.[0]}`;
  return value === "open" ? `open ${from}` : String(value);
}

it.each([...found, ...eximFound, ...sendmailFound, ...courierFound, ...maddyFound])("%s", async (_, files, says) => {
  expect(await relaying(files)).toEqual(says);
});

it("opensmtpd: a table that smtpd does not take is named with its line", async () => {
  const failing = relaying({ "smtpd.conf": ours, ours: "10.1.0.1 yes\n10.1.0.2\n" });
  await expect(failing).rejects.toBeInstanceOf(InputError);
  await expect(failing).rejects.toMatchObject({ where: "ours:2", mend: expect.stringContaining("table(5)") });
});

it("opensmtpd: a table of passwords is not read", async () => {
  const text = `${ours}table creds file:/etc/mail/creds\nlisten on 0.0.0.0 port 465 auth <creds>\n`;
  const tree = treeOf(
    new Map([["smtpd.conf", text], ...["ours", "creds"].map((each) => [each, ""] as const)]),
    (p) => p,
  );
  const [definition] = mailDefinitionsIn(tree, { origin: "planned", idOf: (root) => root });
  expect(Object.keys(definition?.files ?? {})).toEqual(["smtpd.conf", "ours"]);
});

it("dovecot: files that hold values are read, but for certificates, keys and passwords", () => {
  const names = ["mechs", "mode", "sub/modes", "cert", "apart.key", "creds", "token", "elsewhere", "unnamed"];
  const conf = [
    "auth_mechanisms = </etc/dovecot/mechs",
    "  ssl =<mode",
    "protocols = < /usr/local/etc/dovecot/sub/modes",
    "ssl_cert = <cert",
    "hostname = </etc/dovecot/apart.key",
    "submission_relay_password = <creds",
    "oauth2_client_secret = <token",
    "listen = </run/elsewhere",
    "#mail_home = <unnamed",
  ].join("\n");
  const tree = treeOf(new Map([["dovecot.conf", conf], ...names.map((each) => [each, ""] as const)]), (path) => path);
  const [definition] = mailDefinitionsIn(tree, { origin: "planned", idOf: (root) => root });
  expect(Object.keys(definition?.files ?? {}).sort()).toEqual(["dovecot.conf", "mechs", "mode", "sub/modes"]);
});

it.each<[name: string, files: Files, value: unknown]>([
  ["a file of any name that is included", { "local.inc": "ssl = required\n" }, "mail"],
  ["one that need not be there, and is not", {}, { unknown: ["local.inc"] }],
])("dovecot: %s", async (_, more, value) => {
  const conf = "protocols = submission\nssl_cert = </k\npassdb {\n  driver = pam\n}\n!include_try local.inc\n";
  const tree = treeOf(new Map(Object.entries({ "dovecot.conf": conf, ...more })), (path) => path);
  const definitions = mailDefinitionsIn(tree, { origin: "planned", idOf: () => "mail" });
  const endpoint = {
    host: "mail.example",
    port: 587,
    role: "submission",
    exposure: AddressSet.everything,
    config: "mail",
  } as const;
  const facts = await mailFacts(definitions, new Subjects({ ...nothingDeclared, endpoints: [endpoint] }));
  const about = facts.find(({ name }) => name === "tlsGate") ?? facts.find(({ name }) => name === "listening");
  expect(about?.value).toEqual(value);
});
