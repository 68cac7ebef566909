import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readServers } from "../../../mail/index.js";
import { AddressSet } from "../../../model/addresses.js";
import { nothingDeclared } from "../../../model/declaration.js";
import { isUnknown } from "../../../model/maybe.js";
import { Subjects } from "../../../model/subjects.js";
import { readMail } from "../../../sources/mail/index.js";

// Which tables at hand are read, wherever main.cf lies; what they hold is judged beside the real Postfix in test/lab.

const home = mkdtempSync(join(tmpdir(), "port587-postfix-tables-"));
afterAll(() => rmSync(home, { recursive: true }));

const master = "submission inet n - y - - smtpd\n";
const asking = (table: string, more = "") =>
  `smtpd_relay_restrictions = check_client_access ${table}, reject_unauth_destination\n${more}`;
const partners = "198.51.100.0/24 OK\n";
let next = 0;

async function read(texts: Readonly<Record<string, string>>) {
  const directory = join(home, String(next++), "postfix");
  for (const [path, text] of Object.entries({ "master.cf": master, ...texts })) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  const definitions = await readMail(directory);
  const { facts, notices } = await readServers(definitions, new Subjects(nothingDeclared));
  const partner = AddressSet.of("198.51.100.7");
  const relay = facts.find(({ name, from }) => name === "relay" && from.contains(partner));
  const bare = (text: string) => text.replace(`${directory}/`, "");
  return {
    relay: relay && isUnknown(relay.value) ? "unknown" : relay?.value,
    evidence: relay?.evidence.map(({ at }) => bare(at)),
    needs: relay && isUnknown(relay.value) ? relay.value.unknown.map(bare) : [],
    notices: notices.map(({ at, says }) => `${bare(at)}: ${says}`),
    files: Object.keys(definitions[0]?.files ?? {}),
  };
}

it.each([
  ["beside main.cf", "cidr:/etc/postfix/partners", { partners }, "open"],
  ["in a directory below", "cidr:/etc/postfix/maps/partners", { "maps/partners": partners }, "open"],
  ["by config_directory", "cidr:$config_directory/partners", { partners }, "open"],
  ["by config_directory in braces", `cidr:\${config_directory}/partners`, { partners }, "open"],
  ["where FreeBSD's ports have it", "cidr:/usr/local/etc/postfix/partners", { partners }, "open"],
  ["from the text that postmap reads", "hash:/etc/postfix/partners", { partners: "198.51.100 OK\n" }, "open"],
  ["of PCRE", "pcre:/etc/postfix/partners", { partners: "/^/ OK\n" }, "open"],
  ["in another directory", "cidr:/etc/mail/partners", { partners }, "unknown"],
  ["that is not there", "cidr:/etc/postfix/partners", {}, "unknown"],
  ["that a database holds", "mysql:/etc/postfix/partners", { partners }, "unknown"],
  ["by a path that leads out", "cidr:/etc/postfix/../partners", { "../partners": partners }, "unknown"],
] as const)("a table %s", async (_, name, texts, relay) => {
  expect((await read({ "main.cf": asking(name), ...texts })).relay).toBe(relay);
});

it("is no open relay for certain where mail may be thrown away", async () => {
  const { relay } = await read({ "main.cf": asking("regexp:/etc/postfix/x"), x: "/^10\\./ DISCARD\n/^/ OK\n" });
  expect(relay).toBe("unknown");
});

it("names the entry that decides, its line and the setting's", async () => {
  const { evidence } = await read({
    "main.cf": asking("cidr:/etc/postfix/partners"),
    partners: "# those who may\n203.0.113.0/24 REJECT\n198.51.100.0/24\n  OK\n",
  });
  expect(evidence).toEqual(["main.cf:1", "partners:3"]);
});

it("reads no file that holds passwords, and none that nothing names", async () => {
  const passwords = "smtp_sasl_password_maps =\n  # ours\n  texthash:/etc/postfix/sasl\n";
  const { files } = await read({
    "main.cf": asking("cidr:/etc/postfix/partners", passwords),
    partners,
    sasl: "[smtp.example.net] alice:secret\n",
    "key.pem": "secret",
  });
  expect(files.sort()).toEqual(["main.cf", "master.cf", "partners"]);
});

const nobody = "finds nobody: a table with keys knows no blocks (write 192.0.2, or use cidr:)";

it.each([
  [
    "a block with bits of the host",
    "cidr",
    "198.51.100.7/24 OK\n",
    "1: Postfix skips this line: 198.51.100.7/24 is no block of addresses, or has bits of the host",
  ],
  ["no result", "cidr", "198.51.100.0/24\n", "1: Postfix skips this line: no result stands behind the block"],
  ["an endif too many", "cidr", `${partners}endif\n`, "2: Postfix skips this line: no if stands before it"],
  ["a key alone", "hash", "198.51.100\n", "1: Postfix skips this line: it is no key with a value behind it"],
  ["a block as a key", "hash", "198.51.100.0/24 OK\n", `1: 198.51.100.0/24 ${nobody}`],
  ["a key twice", "hash", "a OK\nb OK\nA REJECT\n", "3: the key is there a second time: postmap takes the first"],
  [
    "a key twice where Postfix reads the text itself",
    "texthash",
    "a OK\nA REJECT\n",
    "2: the key is there a second time: texthash:/etc/postfix/x cannot be opened, and lookups are answered with 451",
  ],
  ["a pattern without an end", "regexp", "/a OK\n", "1: Postfix skips this line: no / ends the pattern"],
] as const)("%s is named with its line", async (_, type, text, says) => {
  const { notices } = await read({ "main.cf": asking(`${type}:/etc/postfix/x`), x: text });
  expect(notices).toEqual([`x:${says}`]);
});

it("names of very many lines without effect the first, and counts the rest", async () => {
  const { notices } = await read({ "main.cf": asking("cidr:/etc/postfix/x"), x: "a OK\n".repeat(1000) });
  expect(notices).toHaveLength(51);
  expect(notices.at(-1)).toContain("950 more lines of tables that have no effect");
});

it.each([
  ["a sender", "check_sender_access hash", "partner.example OK\n", "which sender a client gives: x:1 lets one through"],
  ["a HELO name", "check_helo_access hash", "b REJECT\na OK\n", "which HELO name a client gives: x:2 lets one through"],
  [
    "names of hosts",
    "check_client_access hash",
    "partner.example OK\n",
    "the names of the clients (check_client_access)",
  ],
  ["a pattern", "check_sender_access regexp", "!/@partner/ OK\n", "the table of check_sender_access"],
  ["what a pattern finds", "check_sender_access pcre", "/^(.*)$/ $1\n", "what the pattern at x:1 finds"],
] as const)("says what would tell: %s", async (_, asked, x, needs) => {
  const main = `smtpd_relay_restrictions = ${asked}:/etc/postfix/x, reject_unauth_destination\n`;
  expect((await read({ "main.cf": main, x })).needs).toEqual([needs]);
});

it("leaves open what tables cut into more client sets than anyone can look at", async () => {
  const rows = Array.from({ length: 600 }, (_, i) => `10.0.${i >> 8}.${i & 255} class${i}\n`).join("");
  const { relay } = await read({ "main.cf": asking("cidr:/etc/postfix/x"), x: rows });
  expect(relay).toBe("unknown");
});
