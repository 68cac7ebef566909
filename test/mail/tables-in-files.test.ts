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

it.each([...found, ...eximFound])("%s", async (_, files, says) => {
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
