import { readdirSync, readFileSync } from "node:fs";
import { readServers } from "../../mail/index.js";
import { nothingDeclared } from "../../model/declaration.js";
import type { Fact } from "../../model/fact.js";
import { Subjects } from "../../model/subjects.js";
import { hygiene, type Look, type Outcome, type Seen } from "../setup/mail-lab.js";
import { describeWith } from "../setup/real-part.js";
import { debiansMacros, runSendmail, sendmailVersion } from "../setup/sendmail.js";
import { namespacesUnavailable } from "../setup/unpacked.js";
import { compare, type Words } from "./agreement.js";
import { factsUnlessRefused } from "./derived.js";
import { drawn } from "./drawn.js";
import { tally } from "./judge.js";
import { certificate, generatedFiles, type Lines } from "./sendmail-generated.js";

const sasl = "define(`confAUTH_MECHANISMS', `PLAIN LOGIN')dnl";
const none = "FEATURE(`no_default_msa')dnl";
const access = "FEATURE(`access_db')dnl";
const msa = (more: string) => `DAEMON_OPTIONS(\`Name=MSA, Port=587${more}')dnl`;
const smtps = (more = "s") => `DAEMON_OPTIONS(\`Name=TLS, Port=465, M=${more}')dnl`;
const usual = [certificate, sasl, none, msa(", M=Ea"), smtps("Eas")];
const of = (...lines: readonly string[]): Lines => ({ mc: lines.join("\n") });
const withAccess = (text: string, ...lines: readonly string[]): Lines => ({
  mc: [access, ...lines].join("\n"),
  access: text,
});
const plain = [certificate, sasl, none, msa(""), smtps()];
const p = "define(`confAUTH_OPTIONS', `A p y')dnl";

const written: readonly (readonly [name: string, lines: Lines])[] = [
  ["as it should be", of(...usual, p)],
  ["passwords in clear", of(...usual)],
  ["the default ports", of(certificate, sasl)],
  ["no certificate", of(sasl, none, msa(", M=Ea"), smtps())],
  ["a certificate without a CA", of(...plain, "undefine(`confCACERT')dnl")],
  ["a path that is none", of(...plain, "define(`confSERVER_KEY', `tls/key.pem')dnl")],
  ["no STARTTLS (M=S)", of(certificate, sasl, none, msa(", M=S"))],
  ["TLS from the first byte on 587, none on 465", of(certificate, sasl, none, msa(", M=s"), smtps("E"))],
  ["no AUTH (M=A) and yet required", of(certificate, sasl, none, msa(", M=aA"), smtps("A s"))],
  ["letters of AuthOptions that stick together", of(...plain, "define(`confAUTH_OPTIONS', `Ap')dnl")],
  ["challenges alone", of(...plain, "define(`confAUTH_MECHANISMS', `CRAM-MD5 DIGEST-MD5 PLAIN')dnl", p)],
  ["an empty list of mechanisms", of(...plain, "define(`confAUTH_MECHANISMS', `')dnl")],
  ["promiscuous", of(...plain, "FEATURE(`promiscuous_relay')dnl")],
  ["relay for local senders", of(...plain, "FEATURE(`relay_local_from')dnl")],
  ["addresses that relay", { ...of(...plain), relayDomains: "192.0.2.10 and more\n192.0.2.0/26\n" }],
  ["a network that relays", { ...of(...plain, "RELAY_DOMAIN(`192.0')dnl") }],
  ["the access map", withAccess("Connect:192.0.2\tRELAY\nConnect:192.0.2.77\tOK\n", ...plain)],
  ["refused when they connect", withAccess("Connect:192.0.2.10\tREJECT\n192.0.2.77\t550 no\n", ...plain)],
  ["refused at RCPT", withAccess("Connect:192.0.2.10\tREJECT\n", ...plain, "FEATURE(`delay_checks')dnl")],
  ["TLS for all", withAccess("TLS_Clt:\tENCR:112\n", ...plain)],
  ["TLS for some, later", withAccess("TLS_Clt:192.0.2\tPERM+ENCR:112\nTLS_Clt:192.0.2.77\tNO\n", ...plain)],
  ["TLS for all and a login", withAccess("TLS_Clt:\tENCR:112\n", ...usual)],
  ["TLS for all, and none is there", withAccess("TLS_Clt:\tENCR:112\n", sasl, none, msa(""))],
  [
    "TLS for those who relay, at RCPT",
    withAccess("TLS_Clt:\tENCR:112\n192.0.2.10\tRELAY\n", ...plain, "FEATURE(`delay_checks')dnl"),
  ],
  ["certificates of clients", withAccess("TLS_Clt:\tVERIFY\n", ...plain)],
  ["features of clients", withAccess("Srv_Features:192.0.2.10\tS A\nSrv_Features:\tl\n", ...plain)],
  [
    "early commands and bare newlines are let in",
    withAccess("192.0.2.10\tRELAY\nSrv_Features:192.0.2.10\tF G O\n", ...plain),
  ],
  ["newlines that stand alone", withAccess("192.0.2.10\tRELAY\nSrv_Features:\tG\n", ...plain)],
  ["ends of messages that are none", withAccess("192.0.2.10\tRELAY\nSrv_Features:\tO f\n", ...plain)],
  ["newlines become spaces", withAccess("192.0.2.10\tRELAY\nSrv_Features:\tg2 O\n", ...plain)],
  ["newlines are refused", withAccess("192.0.2.10\tRELAY\nSrv_Features:\to g\n", ...plain)],
  ["a name that relays", withAccess("Connect:example.net\tRELAY\n", ...plain)],
  ["an entry that ends the search", { ...withAccess("Connect:192.0.2.10\tSKIP\n192.0.2\tRELAY\n", ...plain) }],
  ["one key twice", withAccess("192.0.2.10\tOK\n192.0.2.10\tRELAY\n", ...plain)],
  ["privacy", of(...plain, "define(`confPRIVACY_FLAGS', `goaway')dnl")],
  ["old versions", of(...plain, "define(`confCIPHER_LIST', `DEFAULT:@SECLEVEL=0')dnl")],
  ["TLS 1.3 alone", of(...plain, "define(`confSERVER_SSL_OPTIONS', `+SSL_OP_NO_TLSv1_2')dnl")],
  ["a rule of one's own", of(...plain, "LOCAL_RULESETS", "SLocal_check_rcpt", "R$*\t\t$#OK")],
  ["raw lines", of(...plain, "LOCAL_CONFIG", "O AuthOptions=p", "CR192.0.2.77")],
  ["an option that m4 does not see", of(...plain, "define(`X', `a')ifdef(`X', `FEATURE(`promiscuous_relay')')dnl")],
  ["a family that is none", of(certificate, none, msa(", Family=inet5"))],
  ["a key that is none", of(certificate, none, msa(", Zone=x"))],
  ["a service that is none", of(certificate, none, "DAEMON_OPTIONS(`Port=nothing')dnl")],
  ["a privacy option that is none", of(...plain, "define(`confPRIVACY_FLAGS', `goway')dnl")],
  ["an SSL option that is none", of(...plain, "define(`confSERVER_SSL_OPTIONS', `+NO_TLSv1')dnl")],
  ["an option that is none", of(...plain, "LOCAL_CONFIG", "O AuthOptons=p")],
  ["options that are there twice", of(...plain, "LOCAL_CONFIG", "O Timeout.ident=1s", "O timeout.ident=2s")],
  ["a line that is none", of(...plain, "LOCAL_CONFIG", "authoptions=p")],
  [
    "more ports than there may be",
    of(none, ...Array.from({ length: 65 }, (_, i) => msa("").replace("587", `${3000 + i}`))),
  ],
  ["one address", of(certificate, sasl, none, msa(", A=127.0.0.1"), smtps("s, Addr=192.0.2.1"))],
  ["two addresses of one port", of(certificate, none, msa(", Addr=127.0.0.1, M=a"), msa(", Addr=192.0.2.1, M=E"))],
  ["IPv6 takes IPv4", of(certificate, sasl, none, msa(", Family=inet6, M=a"))],
  ["commented out", of(certificate, none, msa(""), `dnl ${smtps()}`, `# ${smtps("E")}`)],
];

// The long run looks for new disagreements: PORT587_SEED=random PORT587_CASES=100 npm test -- test/lab/sendmail
const { seed, count } = drawn("Sendmail", 40);
const head = `divert(-1)
# It's a comment: FEATURE(\`promiscuous_relay')
divert(0)dnl
include(\`/usr/share/sendmail/cf/m4/cf.m4')dnl
VERSIONID(\`lab')dnl
OSTYPE(\`linux')dnl
define(\`confDOMAIN_NAME', \`mail.lab.example')dnl
`;
const load = "define(`confREFUSE_LA', `1000')dnl\ndefine(`confQUEUE_LA', `1000')dnl\n";
const mailers = "MAILER(`local')dnl\nMAILER(`smtp')dnl\n";
/** What m4 copies into sendmail.cf comes after the mailers. */
function framed(mc: string): string {
  const [macros = "", ...raw] = mc.split(/^(?=LOCAL_(?:RULESETS|CONFIG))/m);
  return `${head}${load}${macros}\n${mailers}${raw.join("")}\n`;
}

const example = "examples/sendmail/mail";
const exampleFiles = Object.fromEntries(
  readdirSync(example).map((name) => {
    const text = readFileSync(`${example}/${name}`, "utf8");
    return [name, name === "sendmail.mc" ? text.replace("MAILER(`local')", `${load}MAILER(\`local')`) : text];
  }),
);
const unavailable = namespacesUnavailable();
/** The macros that Debian's package installs, and what they include: on 127.0.0.1 alone. */
const debian: Readonly<Record<string, string>> = unavailable
  ? {}
  : { "sendmail.mc": debiansMacros(), "m4/dialup.m4": load, "m4/provider.m4": "", "relay-domains": "192.0.2\n" };
const cases: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["Debian's own", { ...debian, access: "Connect:127\tRELAY\n", "local-host-names": "" }],
  ["examples/sendmail", exampleFiles],
  ...[...written, ...generatedFiles(seed, count)].map(
    ([name, { mc, access: map = "#\n", relayDomains = "" }]) =>
      [
        name,
        { "sendmail.mc": framed(mc), access: map, "relay-domains": relayDomains, "local-host-names": "" },
      ] as const,
  ),
];

/** What is said of 8.17 leaves early commands and bare newlines out. */
const stated = unavailable || sendmailVersion().startsWith("8.17") ? (["vrfy"] as const) : hygiene;

const looks: readonly Look[] = [
  { from: "192.0.2.10", to: "192.0.2.1", port: 587, hygiene: stated },
  { from: "192.0.2.77", to: "192.0.2.1", port: 587 },
  { from: "127.0.0.1", to: "127.0.0.1", port: 587 },
  { from: "192.0.2.10", to: "192.0.2.1", port: 465 },
];
/** The observer waits for a greeting there before it tries TLS: where it is of interest, and of the random ones every fourth. */
function looksAt465(index: number): boolean {
  const mc = written[index - 2]?.[1].mc ?? "";
  return index < 2 || (mc.includes("Port=465") && !mc.includes(plain.join("\n"))) || index % 4 === 0;
}

const words: Words = { demandsTls: (reply) => reply.includes("encryption too weak"), states: stated };
const known = tally("Sendmail");

function disagreementsOf(facts: readonly Fact[] | undefined, { seen }: Outcome, counts: boolean): string[] {
  const dead = seen.every((each) => !each.listening);
  if (!facts) return dead ? [] : ["refused, and it starts"];
  return looks.slice(0, seen.length).flatMap((look, i) => {
    const { disagreements, compared, open } = compare(facts, look, seen[i] as Seen, words);
    if (counts) {
      known.known += compared;
      known.unknown += open.length;
    }
    // Where the files leave everything open, a port is not said to be silent either.
    const told = disagreements.filter((each) => !open.includes("listening") || !each.includes("not derived"));
    return told.map((each) => `${look.from} ${look.port} ${each}`);
  });
}

describeWith(unavailable)("what Sendmail's files say and what the real Sendmail does", () => {
  let results: Outcome[];
  beforeAll(async () => {
    results = await runSendmail(cases.map(([, files], i) => ({ files, looks: looks.slice(0, looksAt465(i) ? 4 : 3) })));
  }, 3_600_000);

  it.each(cases.map(([name], index) => [name, index] as const))("%s", async (name, index) => {
    const result = results[index] as Outcome;
    const { files, seen, log } = result;
    const { "sendmail.cf": made, ...macros } = files;
    const version = sendmailVersion();
    const random = name.startsWith("generated");
    const found = [
      ...disagreementsOf(await factsUnlessRefused("sendmail", files, version), result, random).map(
        (each) => `sendmail.cf: ${each}`,
      ),
      ...disagreementsOf(await factsUnlessRefused("sendmail", macros, version), result, random).map(
        (each) => `sendmail.mc: ${each}`,
      ),
      ...(made === "" ? ["m4 made nothing"] : []),
    ];
    expect([found, found.length > 0 ? JSON.stringify(seen) + log : ""]).toEqual([[], ""]);
  });

  it("names the options that the real one does not start with, and no others", async () => {
    const cf = results.flatMap(({ files, log }) => {
      const text = files["sendmail.cf"] ?? "";
      const warned = [...text.matchAll(/^O (AuthOptons)=/gm)].map(([, name]) => name);
      return text === "" ? [] : [{ text, warned, log }];
    });
    for (const { text, warned } of cf) {
      const files = { "sendmail.cf": { at: "sendmail.cf", text } };
      const definition = { id: "lab", product: "sendmail", origin: "planned", files, missing: [] } as const;
      const { notices } = await readServers([definition], new Subjects(nothingDeclared));
      const says = notices.map((each) => each.says).filter((each) => each.includes("is no option"));
      expect(says.map((each) => each.split(" ")[0])).toEqual(warned);
    }
    expect(cf.length).toBeGreaterThan(30);
    expect(cf.flatMap(({ log }) => log.match(/unknown option name \w+/g) ?? [])).toEqual([
      "unknown option name AuthOptons",
    ]);
  });

  it("leaves at most one fact in twenty open", () => {
    expect(known.share()).toBeLessThan(0.05);
  });
});
