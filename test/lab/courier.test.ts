import { readdirSync, readFileSync } from "node:fs";
import type { Fact } from "../../model/fact.js";
import { courierVersion, runCourier } from "../setup/courier.js";
import { hygiene, type Outcome, type Seen } from "../setup/mail-lab.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";
import { compare, type Words } from "./agreement.js";
import { generatedFiles, type Lines } from "./courier-generated.js";
import { factsUnlessRefused } from "./derived.js";
import { drawn } from "./drawn.js";
import { tally } from "./judge.js";

const tls = "TLS_CERTFILE=/etc/courier/esmtpd.pem\n";
const sasl = 'ESMTPAUTH=""\nESMTPAUTH_TLS="PLAIN LOGIN"\n';

/** Lines after those of the lab, by file. */
const written: readonly (readonly [name: string, lines: Lines])[] = [
  ["as it should be", { esmtpd: tls + sasl, msa: "AUTH_REQUIRED=1\nESMTP_TLS_REQUIRED=1\n", ssl: "AUTH_REQUIRED=1\n" }],
  ["no certificate", { esmtpd: sasl }],
  ["no certificate, and TLS is required", { esmtpd: "ESMTP_TLS_REQUIRED=1\n" }],
  ["AUTH in clear", { esmtpd: `${tls}ESMTPAUTH="CRAM-MD5"\n` }],
  ["AUTH in clear, refused before TLS", { esmtpd: `${tls}ESMTPAUTH="PLAIN"\nESMTP_TLS_REQUIRED=1\n` }],
  ["yes is no number", { esmtpd: `${tls}ESMTP_TLS_REQUIRED=yes\nAUTH_REQUIRED=YES\n`, msa: "AUTH_REQUIRED=yes\n" }],
  ["a number and more", { esmtpd: `${tls}ESMTP_TLS_REQUIRED=" 1x"\n`, msa: "AUTH_REQUIRED=-2\n" }],
  ["esmtpd-msa undoes esmtpd", { esmtpd: `${tls}AUTH_REQUIRED=1\n`, msa: "AUTH_REQUIRED=0\n" }],
  [
    "esmtpd-ssl does not have sysconfdir",
    { esmtpd: `TLS_CERTFILE=$${"{sysconfdir}"}/esmtpd.pem\n`, ssl: "AUTH_REQUIRED=1\n" },
  ],
  ["TLS 1.2 and later", { esmtpd: `${tls}TLS_PRIORITY="NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"\n` }],
  ["versions one by one", { esmtpd: `${tls}TLS_PRIORITY=SECURE128:-VERS-ALL:+VERS-TLS1.2\n` }],
  ["no couriertls", { esmtpd: `${tls}COURIERTLS=\n` }],
  ["relay for all", { esmtpd: `${tls}RELAYCLIENT=\n` }],
  ["relay for all with a login", { esmtpd: `${tls}RELAYCLIENT=\n`, msa: "AUTH_REQUIRED=1\n" }],
  ["quotes", { esmtpd: `${tls}ESMTPAUTH_TLS='PLAIN'" LOGIN"\\ CRAM-MD5\n` }],
  ["two on a line, joined lines", { esmtpd: `A=1 ESMTP_TLS_REQUIRED=1; ${tls}ESMTPAUTH=\\\nPLAIN # LOGIN\n` }],
  ["a comment in a word", { esmtpd: `${tls}ESMTPAUTH=PLAIN#LOGIN\n` }],
  ["a variable set before it on the line", { esmtpd: `${tls}X=1 ESMTP_TLS_REQUIRED=$X\n` }],
  ["a variable in another", { esmtpd: `${tls}L="LOGIN"\nESMTPAUTH_TLS="PLAIN $L"\nL=\n` }],
  ["export and unset", { esmtpd: `${tls}export ESMTPAUTH=LOGIN\nESMTP_TLS_REQUIRED=1\nunset ESMTP_TLS_REQUIRED\n` }],
  ["a quote that does not end", { esmtpd: tls, msa: 'AUTH_REQUIRED="1\n' }],
  ["a limit that is empty", { esmtpd: tls, msa: "MAXPERIP=\n" }],
  ["one address", { esmtpd: tls, msa: "ADDRESS=127.0.0.1\n", ssl: "SSLADDRESS=127.0.0.1\n" }],
  ["addresses of ports", { esmtpd: tls, msa: "PORT=127.0.0.1.587,2587\n", ssl: "SSLPORT=127.0.0.1.465\n" }],
  ["a port by its name", { esmtpd: tls, msa: "PORT=submission\n" }],
  ["networks that relay", { esmtpd: tls, access: "192.0.2\tallow,RELAYCLIENT\n" }],
  ["the longest key", { esmtpd: tls, access: "192.0.2\tallow,RELAYCLIENT\n192.0.2.10\tallow\n*\tdeny\n" }],
  ["a block", { esmtpd: tls, access: "192.0.2.0/26\tdeny\n192.0.2.64-192.0.2.80 allow,RELAYCLIENT\n" }],
  ["a range beside a block", { esmtpd: tls, access: "192.0.0.0/22\tallow,RELAYCLIENT\n192.0.2.10\tdeny\n" }],
  ["a blank where a tab must be", { esmtpd: tls, access: "192.0.2.10 deny\n192.0.2.77\t deny\n" }],
  ["one key twice", { esmtpd: tls, access: "192.0.2.10\tdeny\n192.0.2.10\tallow,RELAYCLIENT\n" }],
  ["a key alone", { esmtpd: tls, access: "192.0.2.10\n*\tdeny\nx y\n" }],
  ["one key three times", { esmtpd: tls, access: "127.0.0.1\tdeny\n127.0.0.1\tallow\n127.0.0.1\tdeny\n" }],
  [
    "settings of clients",
    {
      esmtpd: tls,
      access: '192.0.2.10\tallow,AUTH_REQUIRED=1,ESMTP_TLS_REQUIRED\n127\tallow, ESMTPAUTH="PLAIN,LOGIN"\n',
    },
  ],
  ["another address for mail", { esmtpd: tls, access: "192.0.2.10\tallow,RELAYCLIENT=@lab.example\n" }],
  ["blocked", { esmtpd: tls, access: '192.0.2.10\tallow,RELAYCLIENT,BLOCK="550 no, no"\n192.0.2.77\tallow,BLOCK=1\n' }],
  ["no access file", { esmtpd: `${tls}ACCESSFILE=\n`, msa: "ACCESSFILE=\n", access: "*\tallow,RELAYCLIENT\n" }],
  ["lists of the DNS", { esmtpd: `${tls}BLACKLISTS="-block=list.example -block=more.example,BLOCK"\nDROP=-drop\n` }],
  ["an option of 1.3.8 and earlier", { esmtpd: `${tls}TCPDOPTS="-noidentlookup -nodnslookup"\n` }],
  ["an option of 1.3.9 and later", { esmtpd: `${tls}TCPDOPTS="-haproxy=1 -nodnslookup"\n` }],
  ["other options", { esmtpd: `${tls}TCPDOPTS="-accesslocal -block=list.example,RELAYCLIENT"\n` }],
  ["no VRFY", { esmtpd: `${tls}BOFHNOVRFY=1\n` }],
  ["no VRFY and no EXPN", { esmtpd: `${tls}BOFHNOVRFY=1\nBOFHNOEXPN=1\n`, msa: "BOFHNOEXPN=01\n" }],
  ["no VRFY for some", { esmtpd: `${tls}BOFHNOEXPN=10\n`, access: "192.0.2\tallow,BOFHNOVRFY=1\n" }],
  ["a command", { esmtpd: `${tls}ESMTPAUTH="$(echo PLAIN)"\n` }],
  ["an if", { esmtpd: `${tls}if true; then ESMTP_TLS_REQUIRED=1; fi\n` }],
];

// The long run looks for new disagreements: PORT587_SEED=random PORT587_CASES=100 npm test -- test/lab/courier
const { seed, count } = drawn("Courier", 40);
const common = "BOFHCHECKDNS=0\nTARPIT=0\nMAXDAEMONS=100\nMAXPERC=100\nMAXPERIP=100\n";
const heads = {
  esmtpd: `MAILUSER=courier MAILGROUP=courier ULIMIT=32768 COURIERTLS=/usr/bin/couriertls PORT=25\n${common}
TCPDOPTS="-stderrlogger=/usr/sbin/courierlogger -nodnslookup"\nPIDFILE=/run/courier/esmtpd.pid\nESMTPDSTART=YES
ACCESSFILE=$${"{sysconfdir}"}/smtpaccess\n`,
  msa: `PORT=587\nADDRESS=0\nPIDFILE=/run/courier/esmtpd-msa.pid\nESMTPDSTART=YES\n`,
  ssl: `SSLPORT=465\nSSLADDRESS=0\nSSLPIDFILE=/run/courier/esmtpd-ssl.pid\nESMTPDSSLSTART=YES\n`,
};
const example = "examples/courier/courier";
const exampleFiles = Object.fromEntries(
  readdirSync(example, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return [];
    const path = `${entry.parentPath}/${entry.name}`;
    const added = entry.name.startsWith("esmtpd") ? common : "";
    return [[path.slice(example.length + 1), readFileSync(path, "utf8") + added]];
  }),
);
const cases: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["examples/courier", exampleFiles],
  ...[...written, ...generatedFiles(seed, count)].map(
    ([name, lines]) =>
      [
        name,
        {
          esmtpd: heads.esmtpd + (lines.esmtpd ?? ""),
          "esmtpd-msa": heads.msa + (lines.msa ?? ""),
          "esmtpd-ssl": heads.ssl + (lines.ssl ?? ""),
          "smtpaccess/default": lines.access ?? "127.0.0.1\tallow,RELAYCLIENT\n",
        },
      ] as const,
  ),
];

const looks = [
  { from: "192.0.2.10", to: "192.0.2.1", port: 587, hygiene },
  { from: "192.0.2.77", to: "192.0.2.1", port: 587 },
  { from: "127.0.0.1", to: "127.0.0.1", port: 587, hygiene },
  { from: "192.0.2.10", to: "192.0.2.1", port: 465, hygiene },
  { from: "127.0.0.1", to: "127.0.0.1", port: 465 },
];
/** The observer waits for a greeting there before it tries TLS: where it is of interest, and of the others every fourth. */
function looksAt465(files: Readonly<Record<string, string>>, index: number): boolean {
  return index % 4 === 0 || (index <= written.length && files["esmtpd-ssl"] !== heads.ssl);
}

const words: Words = { demandsTls: (reply) => reply.includes("STARTTLS is required"), states: hygiene };
const known = tally("Courier");

/** What is wrong; of what is refused, a daemon must lack or makesmtpaccess have failed. */
function disagreementsOf(facts: readonly Fact[] | undefined, { seen, log }: Outcome, counts: boolean): string[] {
  const fails = seen.some((each) => !each.listening) || log.includes("Cannot store record");
  if (!facts) return fails ? [] : ["refused, and nothing fails"];
  if (log.includes("Cannot store record")) return ["makesmtpaccess fails, and it is not refused"];
  return looks.slice(0, seen.length).flatMap((look, i) => {
    const { disagreements, compared, open } = compare(facts, look, seen[i] as Seen, words);
    if (counts) {
      known.known += compared;
      known.unknown += open.length;
    }
    // Where the files leave a whole session open, they leave open whether it begins.
    const told = disagreements.filter((each) => !open.includes("tlsGate") || !each.startsWith("pathFailure: not"));
    return told.map((each) => `${look.from} ${look.port} ${each}`);
  });
}

describeWith(namespacesUnavailable())("what Courier's files say and what the real Courier does", () => {
  let results: Outcome[];
  beforeAll(async () => {
    results = await runCourier(
      cases.map(([, files], i) => ({ files, looks: looks.slice(0, looksAt465(files, i) ? 5 : 3) })),
    );
  }, 3_600_000);

  it.each(cases.map(([name], index) => [name, index] as const))("%s", async (name, index) => {
    const result = results[index] as Outcome;
    const { files, seen, log } = result;
    const facts = await factsUnlessRefused("courier", files, courierVersion());
    const found = disagreementsOf(facts, result, name.startsWith("generated"));
    expect([found, found.length > 0 ? JSON.stringify(seen) + log : ""]).toEqual([[], ""]);
  });

  it("leaves at most one fact in twenty open", () => {
    expect(known.share()).toBeLessThan(0.05);
  });
});
