import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mailFacts } from "../../mail/index.js";
import { nothingDeclared } from "../../model/declaration.js";
import { InputError } from "../../model/errors.js";
import { Subjects } from "../../model/subjects.js";
import { readMail } from "../../sources/mail/index.js";

/** Each server's example, its main file, and a line that includes another file. */
const servers: readonly (readonly [
  name: string,
  directory: string,
  main: string,
  include?: (file: string) => string,
])[] = [
  ["postfix", "examples/acme/postfix/mail", "main.cf"],
  ["dovecot", "examples/dovecot/dovecot", "dovecot.conf", (file) => `!include ${file}`],
  ["exim", "examples/exim/exim4", "exim4.conf", (file) => `.include /etc/exim4/${file}`],
  ["opensmtpd", "examples/opensmtpd/smtpd", "smtpd.conf", (file) => `include "/etc/${file}"`],
  ["sendmail", "examples/sendmail/mail", "sendmail.mc", (file) => `include(\`/etc/mail/${file}')`],
  ["courier", "examples/courier/courier", "esmtpd"],
  ["haraka", "examples/haraka", "config/smtp.ini"],
  ["maddy", "examples/maddy/maddy", "maddy.conf", (file) => `import ${file}`],
  ["stalwart", "examples/stalwart/stalwart", "config.toml"],
  ["exchange", "examples/exchange/exchange/receive-connectors.json", ""],
];

/** The same without the includes. */
const examples = servers.map(([name, directory, main]): readonly [string, string, string] => [name, directory, main]);

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "port587-bad-"));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

/** A copy of the example in which `change` has been at every file, or at the main one. */
function copyOf(from: string, change: (text: Buffer, path: string) => string | Buffer): string {
  const isFile = statSync(from).isFile();
  const copy = join(place, isFile ? "receive-connectors.json" : "mail");
  cpSync(from, copy, { recursive: true });
  const files = isFile
    ? [""]
    : readdirSync(copy, { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
        .map((each) => join(each.parentPath, each.name).slice(copy.length + 1));
  for (const file of files) {
    const path = join(copy, file);
    writeFileSync(path, change(readFileSync(path), file));
  }
  return copy;
}

/** What is said of each port, without the places that it is said of. */
async function factsOf(path: string): Promise<string[]> {
  const facts = await mailFacts(await readMail(path), new Subjects(nothingDeclared, [], []));
  return facts.map(
    ({ name, subject, from, value }) => `${name} ${subject.split(":").at(-1)} ${from} ${JSON.stringify(value)}`,
  );
}

/** A shell takes a carriage return into the value, so that Courier's files say less with them; nobody says anything else. */
it.each(examples.filter(([name]) => name !== "opensmtpd"))(
  "%s: with CRLF nothing certain is said that differs",
  async (_, from) => {
    const plain = await factsOf(copyOf(from, (text) => text));
    const crlf = await factsOf(copyOf(from, (text) => text.toString().replaceAll("\n", "\r\n")));
    expect(plain.length).toBeGreaterThan(5);
    expect(crlf.filter((fact) => !fact.includes('{"unknown":') && !plain.includes(fact))).toEqual([]);
  },
);

it("opensmtpd: CRLF is refused, as `smtpd -n` of 6.8 does", async () => {
  const path = copyOf("examples/opensmtpd/smtpd", (text) => text.toString().replaceAll("\n", "\r\n"));
  await expect(factsOf(path)).rejects.toMatchObject({
    where: expect.stringMatching(/:\d+$/),
    mend: expect.stringContaining("LF"),
  });
});

// config.toml is a name of many programs: one that is no text is not taken for Stalwart's.
it.each(examples.filter(([name]) => name !== "stalwart"))(
  "%s: a binary file is refused by name",
  async (_, from, main) => {
    const path = copyOf(from, (text, file) => (file === main ? Buffer.from([0, 1, 2, 0]) : text));
    const failing = factsOf(path);
    await expect(failing).rejects.toBeInstanceOf(InputError);
    await expect(failing).rejects.toMatchObject({ where: join(path, main), mend: expect.stringMatching(/\w/) });
  },
);

const including = servers.flatMap(([name, from, main, include]) =>
  include ? [[name, from, main, include] as const] : [],
);

it.each(including)(
  "%s: a file that includes itself is refused or undecided, and ends",
  async (_, from, main, include) => {
    const path = copyOf(from, (text, file) => (file === main ? `${text}\n${include(main)}\n` : text));
    const said = await factsOf(path).catch((error: unknown) => error);
    if (said instanceof Error) expect(said).toBeInstanceOf(InputError);
    else expect((said as string[]).filter((fact) => !fact.includes('{"unknown":') && !/false$/.test(fact))).toEqual([]);
  },
);

it.each(including)("%s: an include that is not at hand is named", async (_, from, main, include) => {
  const path = copyOf(from, (text, file) => (file === main ? `${include("elsewhere.conf")}\n${text}` : text));
  const said = await factsOf(path).catch((error: unknown) => String(error));
  expect(String(said)).toContain("elsewhere.conf");
});
