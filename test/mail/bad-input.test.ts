import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readServers } from "../../mail/index.js";
import { nothingDeclared } from "../../model/declaration.js";
import { InputError } from "../../model/errors.js";
import { Subjects } from "../../model/subjects.js";
import { readMail } from "../../sources/mail/index.js";
import { mailFacts } from "./facts.js";

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
async function factsOf(path: string, version?: string): Promise<string[]> {
  const definitions = (await readMail(path)).map((each) => (version === undefined ? each : { ...each, version }));
  const facts = await mailFacts(definitions, new Subjects(nothingDeclared, [], []));
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

/** Does nobody come to the server, as far as is said: it is refused, or listens nowhere. */
async function isRefused(path: string): Promise<boolean> {
  try {
    const said = await factsOf(path);
    return said.length > 0 && said.every((fact) => fact.startsWith("listening ") && fact.endsWith(" false"));
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return true;
  }
}

/**
 * What the servers do with a byte order mark, tried with Postfix 3.7.11, Dovecot 2.3.19, Exim 4.96, OpenSMTPD 6.8, Sendmail
 * 8.17, haraka-config and maddy's lexer, and read in the source of Stalwart's; PowerShell writes one into files of Exchange.
 */
const passedOver = ["haraka", "maddy", "exchange"];

it.each(examples)("%s: a byte order mark is taken as the server takes it", async (name, from, main) => {
  const [plain, path] = [await factsOf(from), copyOf(from, (text, file) => (file === main ? `\uFEFF${text}` : text))];
  if (passedOver.includes(name)) expect(await factsOf(path)).toEqual(plain);
  // For the shell its first line is another command, which may do anything.
  else if (name === "courier")
    expect((await factsOf(path)).filter((fact) => !fact.includes('{"unknown":') && !plain.includes(fact))).toEqual([]);
  else expect(await isRefused(path)).toBe(true);
});

// Where it stands before a setting, Postfix starts: the mark belongs to the name, and the setting is another one.
it.each(examples.filter(([name]) => ["postfix", "dovecot", "exim", "opensmtpd"].includes(name)))(
  "%s: before a setting as well",
  async (name, from, main) => {
    if (name !== "postfix") {
      const bare = (text: Buffer) => text.toString().replace(/^(?:#.*\n)+/, "");
      const marked = copyOf(from, (text, file) => (file === main ? `\uFEFF${bare(text)}` : text));
      expect(await isRefused(marked)).toBe(true);
    } else {
      const versions = /^smtpd_tls_mandatory_protocols = .*\n/m;
      const without = (text: Buffer) => text.toString().replace(versions, "");
      const first = (text: Buffer) => `\uFEFF${versions.exec(text.toString())?.[0]}${without(text)}`;
      const said = await factsOf(copyOf(from, (text, file) => (file === main ? first(text) : text)));
      expect(said).toEqual(await factsOf(copyOf(from, (text, file) => (file === main ? without(text) : text))));
      expect(said).not.toEqual(await factsOf(from));
    }
  },
);

const unreadable: readonly (readonly [how: string, target: (path: string) => string])[] = [
  ["leads nowhere", () => "nowhere"],
  ["leads to itself", (path) => path],
];

// Stalwart's file is told by its content.
it.each(
  examples
    .filter(([name]) => name !== "stalwart")
    .flatMap(([name, from, main]) => unreadable.map(([how, target]) => [name, how, from, main, target] as const)),
)("%s: a link that %s in place of its file is named", async (_, __, from, main, target) => {
  const copy = copyOf(from, (text) => text);
  const path = join(copy, main);
  rmSync(path);
  symlinkSync(target(path), path);
  const failing = factsOf(main === "" ? dirname(copy) : copy);
  await expect(failing).rejects.toBeInstanceOf(InputError);
  await expect(failing).rejects.toMatchObject({ where: path, mend: expect.stringContaining("link") });
});

/**
 * A setting that is there twice: after which text of which file, the second one, and whether the server starts with it. Where it
 * does, the second counts. Postfix, Dovecot and Exim were tried, Stalwart is by its source, the others as m4, a shell and haraka-config read.
 */
const twice: readonly (readonly [name: string, file: string, first: RegExp, second: string, starts: boolean])[] = [
  ["postfix", "main.cf", /^smtpd_tls_mandatory_protocols = .*$/m, "smtpd_tls_mandatory_protocols = >=TLSv1", true],
  ["dovecot", "dovecot.conf", /^protocols = .*$/m, "protocols = none", true],
  ["exim", "exim4.conf", /^daemon_smtp_ports = .*$/m, "daemon_smtp_ports = 2525", false],
  ["sendmail", "sendmail.mc", /^define\(`confAUTH_OPTIONS'.*$/m, "define(`confAUTH_OPTIONS', `A')dnl", true],
  ["courier", "esmtpd-msa", /^AUTH_REQUIRED=.*$/m, "AUTH_REQUIRED=0", true],
  ["haraka", "config/tls.ini", /^minVersion=.*$/m, "minVersion=TLSv1.3", true],
  ["stalwart", "config.toml", /^hostname = .*$/m, 'hostname = "b.example"', false],
];

it.each(twice)(
  "%s: of a setting in %s that is there twice the second counts",
  async (name, main, first, second, starts) => {
    const [, from] = examples.find(([each]) => each === name) as (typeof examples)[number];
    const changed = (how: (found: string) => string) =>
      copyOf(from, (text, file) => (file === main ? text.toString().replace(first, how) : text));
    const plain = await factsOf(changed((found) => found));
    if (!starts) {
      expect(await isRefused(changed((found) => `${found}\n${second}`))).toBe(true);
      return;
    }
    const said = await factsOf(changed((found) => `${found}\n${second}`));
    const alone = await factsOf(changed(() => second));
    expect(said).toEqual(alone);
    expect(said).not.toEqual(plain);
  },
);

/** Whatever is said beside the facts: what a server passes over, does not start with, or does not read. */
async function saidOf(path: string): Promise<string> {
  const subjects = new Subjects(nothingDeclared, [], []);
  const { notices, open, broken, stopped } = await readServers(await readMail(path), subjects);
  return [
    ...[...notices, ...open].map(({ at, says }) => `notice ${at}: ${says}`),
    ...[...broken, ...stopped].map(({ error }) => `error ${error.line}`),
  ].join("\n");
}

/**
 * A line that the server does not know, what is said of it, and what is meant. The labs of Postfix, Dovecot, Exim and maddy hold
 * it against the real ones, `smtpd -n` refuses OpenSMTPD's; Haraka, Courier and Stalwart are by their source.
 */
const unknown: readonly (readonly [name: string, file: string, line: string, says: RegExp])[] = [
  [
    "postfix",
    "main.cf",
    "smtpd_tls_securty_level = may\n",
    /notice .*passes it over; did you mean smtpd_tls_security_level/,
  ],
  [
    "dovecot",
    "dovecot.conf",
    "disable_plaintext_aut = no\n",
    /error .*did you mean disable_plaintext_auth\?.*not start.*doveconf/,
  ],
  ["exim", "exim4.conf", "tls_advertise_host = *\n", /error .*did you mean tls_advertise_hosts\?.*not start.*exim -bV/],
  ["opensmtpd", "smtpd.conf", "no such statement\n", /error/],
  ["opensmtpd", "smtpd.conf", "queue ttll 1d\n", /error .*compression, encryption, ttl.*smtpd -n/],
  ["sendmail", "sendmail.mc", "FEATURE(`no_such')dnl\n", /no_such/],
  [
    "sendmail",
    "sendmail.mc",
    "define(`confAUTH_OPTONS', `A')dnl\n",
    /notice .*passes it over; did you mean confAUTH_OPTIONS/,
  ],
  ["courier", "esmtpd-msa", "AUTH_REQIRED=1\n", /notice .*passes it over; did you mean AUTH_REQUIRED/],
  ["haraka", "config/tls.ini", "minVersoin=TLSv1.3\n", /notice .*passes it over; did you mean minVersion/],
  ["maddy", "maddy.conf", "hostnam a.example\n", /error .*not start.*did you mean hostname/],
  ["maddy", "maddy.conf", "tls_client { protocol tls1.2\n}\n", /error .*not start.*did you mean protocols/],
  ["stalwart", "config.toml", '"session.duratoin" = "5m"\n', /notice .*did you mean session\.duration/],
  ...(
    [
      ['"server.listener.mx.tls.implict" = true', "server.listener.mx.tls.implicit"],
      ['"server.tls.disable-protocol" = ["TLSv1.2"]', "server.tls.disable-protocols"],
      ['"certificate.own.private-ky" = "k"', "certificate.own.private-key"],
      ['"auth.dmarc.verfy" = "strict"', "auth.dmarc.verify"],
      ['"authentication.master.usr" = "m"', "authentication.master.user"],
      ['"directory.people.bind.auth.methd" = "lookup"', "directory.people.bind.auth.method"],
      ['"queue.outbound.tls.startls" = "require"', "queue.outbound.tls.starttls"],
      ['"sesion.auth.require" = true', "session.auth.require"],
    ] as const
  ).map(
    ([line, meant]) =>
      ["stalwart", "config.toml", `${line}\n`, new RegExp(`notice .*did you mean ${meant}\\?`)] as const,
  ),
];

it.each(unknown)("%s: in %s a setting that is not known is named with its line", async (name, main, line, says) => {
  const [, from] = examples.find(([each]) => each === name) as (typeof examples)[number];
  const path = copyOf(from, (text, file) => (file === main ? `${line}${text}` : text));
  const said = await saidOf(path);
  expect(said).toContain(`${join(path, main)}:1`);
  expect(said).toMatch(says);
  expect(await saidOf(from)).not.toContain("did you mean");
});

const again: readonly (readonly [name: string, file: string, line: RegExp, second: string, says: RegExp])[] = [
  [
    "postfix",
    "main.cf",
    /^smtpd_tls_mandatory_protocols = .*$/m,
    "smtpd_tls_mandatory_protocols = >=TLSv1",
    /takes the last one/,
  ],
  ["dovecot", "dovecot.conf", /^protocols = .*$/m, "protocols = none", /protocols is set in .*takes the last one/],
  ["exim", "exim4.conf", /^daemon_smtp_ports = .*$/m, "daemon_smtp_ports = 2525", /set twice: Exim does not start/],
  [
    "opensmtpd",
    "smtpd.conf",
    /^action .*$/m,
    'action "deliver" mbox',
    /error .*action deliver is there twice, in .*smtpd.conf:\d+ too/,
  ],
  [
    "opensmtpd",
    "smtpd.conf",
    /^pki .*$/m,
    "queue ttl 1d\nqueue ttl 2d",
    /notice .*queue ttl is set in .*smtpd takes the last one/,
  ],
  [
    "opensmtpd",
    "smtpd.conf",
    /^pki .*$/m,
    'p = "587"\np = "2525"',
    /notice .*what stands between them has the first one/,
  ],
  [
    "sendmail",
    "sendmail.mc",
    /^define\(`confAUTH_OPTIONS'.*$/m,
    "define(`confAUTH_OPTIONS', `A')dnl",
    /notice .*confAUTH_OPTIONS is set in .*sendmail.mc:\d+.*m4 takes the last one/,
  ],
  ["courier", "esmtpd-msa", /^AUTH_REQUIRED=.*$/m, "AUTH_REQUIRED=0", /takes the last one/],
  ["haraka", "config/tls.ini", /^minVersion=.*$/m, "minVersion=TLSv1.3", /takes the last one/],
  ["maddy", "maddy.conf", /^hostname .*$/m, "hostname b.example", /maddy does not start: hostname is there twice/],
];

it.each(again)(
  "%s: in %s a setting that is there twice is named with both lines",
  async (name, main, line, second, says) => {
    const [, from] = examples.find(([each]) => each === name) as (typeof examples)[number];
    const path = copyOf(from, (text, file) =>
      file === main ? text.toString().replace(line, (first) => `${first}\n${second}`) : text,
    );
    const said = await saidOf(path);
    expect(said).toMatch(says);
    expect(said).toMatch(new RegExp(`${main}:\\d+`));
  },
);

const inPlace = [
  ...examples.filter(([name]) => !["courier", "exchange", "stalwart"].includes(name)),
  ["courier", "examples/courier/courier", "esmtpd-msa"] as const,
];

it.each(inPlace)("%s: a directory in place of its file is named", async (_, from, main) => {
  const path = copyOf(from, (text) => text);
  rmSync(join(path, main));
  mkdirSync(join(path, main));
  await expect(readMail(path)).rejects.toBeInstanceOf(InputError);
  await expect(readMail(path)).rejects.toMatchObject({ where: join(path, main), mend: expect.stringMatching(/file/) });
});

/** Root may read everything, so that it becomes another user for as long as the files are read. */
async function asNobody<T>(read: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return read();
  process.seteuid?.(65534);
  try {
    return await read();
  } finally {
    process.seteuid?.(0);
  }
}

it.each(examples.filter(([name]) => name !== "exchange"))(
  "%s: a file that may not be read is named",
  async (_, from, main) => {
    const path = copyOf(from, (text) => text);
    chmodSync(place, 0o755);
    chmodSync(join(path, main), 0);
    // Its path tells Stalwart's file where its content does not.
    const named = join(place, "stalwart");
    renameSync(path, named);
    await expect(asNobody(() => readMail(named))).rejects.toMatchObject({
      where: join(named, main),
      problem: "the file cannot be read (EACCES)",
      mend: expect.stringContaining("permissions"),
    });
  },
);

it.each([
  ["postfix", "2.1"],
  ["dovecot", "3.1"],
  ["exim", "5.0"],
  ["opensmtpd", "5.9"],
  ["sendmail", "9.0"],
  ["courier", "3.0"],
  ["haraka", "2.8"],
  ["maddy", "1.0"],
  ["stalwart", "0.16"],
  ["stalwart", "0.6.0"],
  ["exchange", "14.3"],
])("%s: a version that is not known is named", async (name, version) => {
  const [, from] = examples.find(([each]) => each === name) as (typeof examples)[number];
  const failing = factsOf(
    copyOf(from, (text) => text),
    version,
  );
  await expect(failing).rejects.toBeInstanceOf(InputError);
  await expect(failing).rejects.toMatchObject({
    message: expect.stringMatching(/version/),
    mend: expect.stringMatching(/\d\.\d/),
  });
});
