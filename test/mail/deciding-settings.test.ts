import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { AddressSet } from "../../model/addresses.js";
import { courier } from "./deciding/courier.js";
import { dovecot, dovecot24 } from "./deciding/dovecot.js";
import { exchange } from "./deciding/exchange.js";
import { exim } from "./deciding/exim.js";
import { haraka } from "./deciding/haraka.js";
import { maddy } from "./deciding/maddy.js";
import { mailManager } from "./deciding/mail-manager.js";
import { opensmtpd } from "./deciding/opensmtpd.js";
import { postfix } from "./deciding/postfix.js";
import type { Files, Row, Server } from "./deciding/rows.js";
import { sendmail, sendmailCf } from "./deciding/sendmail.js";
import { stalwart } from "./deciding/stalwart.js";

const servers: readonly Server[] = [
  ...[postfix, exim, dovecot, dovecot24, opensmtpd, sendmail, sendmailCf, courier, haraka, maddy, stalwart, exchange],
  mailManager,
];

interface Stated {
  readonly subject: string;
  readonly name: string;
  readonly from: readonly string[];
  readonly value: unknown;
}

interface Trial {
  readonly server: Server;
  readonly row: Row;
  readonly hosts: readonly [before: string, after: string];
}

const trials = servers.flatMap((server) =>
  server.rows.map(
    (row, index): Trial => ({ server, row, hosts: [`${nameOf(server)}-${index}-a`, `${nameOf(server)}-${index}-b`] }),
  ),
);

function nameOf({ heading, name = heading }: Server): string {
  return name.toLowerCase().replace(/\W+/g, "-");
}

/** Every fact by the release that is told, of all directories at once. */
const stated = new Map<string, readonly Stated[]>();
let place: string;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "port587-deciding-"));
  const directories = new Map<string, string[]>();
  for (const { server, row, hosts } of trials) {
    const before = row.more.given?.(server.files) ?? server.files;
    const release = row.more.release ?? server.release ?? "";
    for (const [i, files] of [before, row.change(before)].entries()) {
      const host = hosts[i] as string;
      write(join(host, server.directory ?? ""), host, files);
      directories.set(release, [...(directories.get(release) ?? []), host]);
    }
  }
  for (const [release, paths] of directories) stated.set(release, explained(release, paths));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

function write(directory: string, host: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const to = join(place, directory, path);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, text.replaceAll("@HOST@", host));
  }
}

function explained(release: string, paths: readonly string[]): Stated[] {
  const told = release === "" ? [] : ["--release", release];
  const words = ["explain", "--json", ...told, ...paths.flatMap((path) => ["--config", path])];
  const { stdout, stderr } = spawnSync(process.execPath, [resolve("dist/cli/main.js"), ...words], {
    cwd: place,
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  if (!stdout.startsWith("[")) throw new Error(stderr);
  return JSON.parse(stdout) as Stated[];
}

/** The fact that is stated of a client, in words. */
function said({ row, server }: Trial, host: string): string {
  const { port = 587, client = "192.0.2.10", release = server.release ?? "" } = row.more;
  const peer = AddressSet.of(client);
  const own = (stated.get(release) ?? []).filter(
    ({ subject, name, from }) =>
      name === row.fact && RegExp(`^${host}(?:/.*)?:${port}$`).test(subject) && AddressSet.of(...from).contains(peer),
  );
  return own.length === 0
    ? "not stated"
    : own.map(({ value }) => inWords(value).replaceAll(host, "@HOST@")).join(" and ");
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(" ");
  if (typeof value !== "object" || value === null) return String(value);
  if ("unknown" in value) return `unknown: ${inWords(value.unknown)}`;
  if ("offered" in value && "accepted" in value) {
    const [offered, accepted] = [inWords(value.offered), inWords(value.accepted)];
    return offered === accepted ? offered : `offers ${offered}, accepts ${accepted}`;
  }
  if ("stage" in value && "kind" in value) return `${value.kind} at ${value.stage}`;
  return "accepted" in value ? inWords(value.accepted) : JSON.stringify(value);
}

describe.each(servers.map((server) => [server.name ?? server.heading, server] as const))("%s", (_, server) => {
  const own = trials.filter((each) => each.server === server);
  it.each(own.map((trial) => [trial.row.setting, trial.row.fact, trial] as const))("%s decides %s", (_, __, trial) => {
    const { before, after } = trial.row;
    expect(trial.hosts.map((host) => said(trial, host))).toEqual([before, after]);
  });
});

/** The tables of docs/limits.md: of each section, what its rows say of each fact. */
const documented = new Map(
  readFileSync("docs/limits.md", "utf8")
    .split(/^#{2,3} /m)
    .map((section): [string, ReadonlyMap<string, string>] => [section.split("\n")[0] ?? "", factsOf(section)]),
);

function factsOf(section: string): Map<string, string> {
  const said = new Map<string, string>();
  for (const [, facts = "", settings = ""] of section.matchAll(/^\| (`[^|]*) \| (.*) \|$/gm))
    for (const [, fact = ""] of facts.matchAll(/`(\w+)`/g)) said.set(fact, `${said.get(fact) ?? ""} ${settings}`);
  return said;
}

const everyFact = [
  ...["listening", "implicitTls", "starttlsOffered", "tlsGate", "tlsVersions", "authBeforeTls", "authMechanisms"],
  ...["authGate", "relay", "certificateFile", "vrfy", "bareNewline", "earlyPipelining"],
];

it.each([...new Set(servers.map(({ heading }) => heading))])(
  "docs/limits.md says of %s what decides each fact",
  (heading) => {
    expect(everyFact.filter((fact) => !documented.get(heading)?.has(fact))).toEqual([]);
    const rows = servers.filter((each) => each.heading === heading).flatMap((each) => each.rows);
    const unsaid = rows.filter(({ setting, fact }) => !documented.get(heading)?.get(fact)?.includes(setting));
    expect(unsaid.map(({ setting, fact }) => `${fact}: ${setting}`)).toEqual([]);
  },
);
