import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../model/report.js";
import { makeCertificates } from "../probes/certificates.js";
import { type Running, smtpServer } from "../probes/servers.js";
import { type DnsLab, dnsLab, dnsLabUnavailable } from "../setup/dns-lab.js";
import { describeWith } from "../setup/real-part.js";
import { factValue, port587, reportOf, statusOf } from "./cli.js";
import { type Page, type WebServer, webServer } from "./pages.js";

const policy = (mode: string, ...mx: string[]) =>
  [`version: STSv1`, `mode: ${mode}`, `max_age: 604800`, ...mx.map((each) => `mx: ${each}`), ""].join("\r\n");
const sts = '_mta-sts TXT "v=STSv1; id=20261127;"\nmta-sts A 127.0.0.1';
const rpt = (text: string) => `_smtp._tls TXT "${text}"`;

/** A domain whose MX side is judged: its records, what stands behind mta-sts, and what each rule says. */
interface MxRow {
  readonly name: string;
  readonly records: string;
  readonly page?: Page;
  readonly says: Readonly<Record<"mx-resolves" | "mta-sts-policy" | "tls-rpt-record", string | undefined>>;
}
const judged = (mx?: string, mtaSts?: string, tlsRpt?: string): MxRow["says"] => ({
  ...{ "mx-resolves": mx, "mta-sts-policy": mtaSts, "tls-rpt-record": tlsRpt },
});
const mail = "@ MX 10 mail.secure.test.";

const mxRows: readonly MxRow[] = [
  { name: "nothing", records: "www A 127.0.0.1", says: judged() },
  { name: "mx", records: mail, says: judged("pass") },
  { name: "mx-lost", records: `${mail}\n@ MX 20 gone.secure.test.`, says: judged("fail") },
  { name: "mx-null", records: "@ MX 0 .", says: judged("pass") },
  { name: "mx-null-and-more", records: `${mail}\n@ MX 0 .`, says: judged("fail") },
  {
    name: "sts",
    records: `${mail}\n${sts}`,
    page: { body: policy("enforce", "mail.secure.test") },
    says: judged("pass", "pass"),
  },
  {
    name: "sts-wildcard",
    records: `${mail}\n${sts}`,
    page: { body: policy("testing", "*.secure.test"), type: "text/plain; charset=utf-8" },
    says: judged("pass", "pass"),
  },
  {
    name: "sts-wildcard-too-deep",
    records: `${mail}\n${sts}`,
    page: { body: policy("enforce", "*.test") },
    says: judged("pass", "fail"),
  },
  { name: "sts-none", records: `${mail}\n${sts}`, page: { body: policy("none") }, says: judged("pass", "pass") },
  {
    name: "sts-other-mx",
    records: `${mail}\n${sts}`,
    page: { body: policy("enforce", "mx.elsewhere.test") },
    says: judged("pass", "fail"),
  },
  { name: "sts-no-page", records: `${mail}\n${sts}`, says: judged("pass", "fail") },
  { name: "sts-no-host", records: `${mail}\n_mta-sts TXT "v=STSv1; id=1"`, says: judged("pass", "fail") },
  {
    name: "sts-redirect",
    records: `${mail}\n${sts}`,
    page: { body: "", status: 301, location: "https://mail.secure.test/" },
    says: judged("pass", "fail"),
  },
  {
    name: "sts-html",
    records: `${mail}\n${sts}`,
    page: { body: policy("enforce", "mail.secure.test"), type: "text/html" },
    says: judged("pass", "fail"),
  },
  { name: "sts-no-policy", records: `${mail}\n${sts}`, page: { body: "hello" }, says: judged("pass", "fail") },
  {
    name: "sts-too-long",
    records: `${mail}\n${sts}`,
    page: { body: Buffer.alloc(200_000, policy("enforce", "mail.secure.test")) },
    says: judged("pass", "fail"),
  },
  {
    name: "sts-twice",
    records: `${mail}\n${sts}\n_mta-sts TXT "v=STSv1; id=2;"`,
    page: { body: policy("enforce", "mail.secure.test") },
    says: judged("pass", "fail"),
  },
  { name: "sts-no-id", records: `${mail}\n_mta-sts TXT "v=STSv1;"`, says: judged("pass", "fail") },
  { name: "spf-only", records: `${mail}\n_mta-sts TXT "v=spf1 -all"`, says: judged("pass") },
  { name: "rpt", records: rpt("v=TLSRPTv1; rua=mailto:tls@secure.test"), says: judged(undefined, undefined, "pass") },
  {
    name: "rpt-two",
    records: rpt("v=TLSRPTv1;rua=mailto:a@secure.test,https://tls.secure.test/r"),
    says: judged(undefined, undefined, "pass"),
  },
  { name: "rpt-no-rua", records: rpt("v=TLSRPTv1;"), says: judged(undefined, undefined, "fail") },
  { name: "rpt-ftp", records: rpt("v=TLSRPTv1; rua=ftp://a.test"), says: judged(undefined, undefined, "fail") },
];

type Rule = "port-answers" | "security" | "authentication" | "name";
const config = (port: string, socket: string, authentication: string, host = "HOST") =>
  `<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="x"><incomingServer type="imap"><hostname>a.test</hostname>
<port>993</port></incomingServer><outgoingServer type="smtp"><hostname>${host}</hostname><port>${port}</port><socketType>${socket}</socketType>
<authentication>${authentication}</authentication></outgoingServer></emailProvider></clientConfig>`;
const outlook = (port: string, more: string) =>
  `<?xml version="1.0"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"><Response
xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"><Account><Protocol><Type>SMTP</Type>
<Server>HOST</Server><Port>${port}</Port>${more}</Protocol></Account></Response></Autodiscover>`;

/** A domain that sends mail clients to HOST, its mail server; UPGRADE, TLS and CLOSED are ports of the lab. */
interface ClientRow {
  readonly name: string;
  readonly zone?: "plain.test";
  readonly records: string;
  readonly pages?: Readonly<Record<string, string | Page>>;
  /** The port of its mail server that is judged. */
  readonly of: "UPGRADE" | "TLS" | "CLOSED" | "587";
  readonly says: Partial<Record<Rule, "pass" | "fail" | "undecided">>;
  readonly step?: RegExp;
}

const autoconfig = "autoconfig A 127.0.0.1";
const thunderbird = "autoconfig/mail/config-v1.1.xml";
const autodiscover = "autodiscover/autodiscover/autodiscover.xml";

/** A server of its own, so that one run judges all of them; one domain is sent to a server of another domain. */
const hostOf = ({ name, zone }: ClientRow) => (zone ? "mail.secure.test" : `mail.${name}.secure.test`);

const clientRows: readonly ClientRow[] = [
  {
    name: "c-both",
    records: "_submissions._tcp SRV 0 1 TLS HOST.\n_submission._tcp SRV 0 1 UPGRADE HOST.",
    of: "TLS",
    says: { "port-answers": "pass", security: "pass", name: "pass" },
  },
  {
    name: "c-starttls",
    records: "_submission._tcp SRV 0 1 UPGRADE HOST.",
    of: "UPGRADE",
    says: { "port-answers": "pass", security: "pass", name: "pass" },
  },
  {
    name: "c-closed",
    records: "_submissions._tcp SRV 0 1 CLOSED HOST.",
    of: "CLOSED",
    says: { "port-answers": "fail", security: "undecided", name: "pass" },
  },
  {
    name: "c-swapped",
    records: "_submission._tcp SRV 0 1 TLS HOST.",
    of: "TLS",
    says: { "port-answers": "pass", security: "fail", name: "pass" },
  },
  {
    name: "c-swapped-too",
    records: "_submissions._tcp SRV 0 1 UPGRADE HOST.",
    of: "UPGRADE",
    says: { "port-answers": "pass", security: "fail", name: "pass" },
  },
  { name: "c-denied", records: "_submission._tcp SRV 0 0 0 .", of: "587", says: { "port-answers": "fail" } },
  { name: "c-denied-other", records: "_submissions._tcp SRV 0 0 0 .", of: "587", says: {} },
  {
    name: "c-unsigned",
    zone: "plain.test",
    records: "_submission._tcp SRV 0 1 UPGRADE HOST.",
    of: "UPGRADE",
    says: { "port-answers": "pass", security: "pass", name: "fail" },
    step: /autoconfig: .*the certificate does not name it/,
  },
  {
    name: "c-mozilla",
    records: autoconfig,
    pages: { [thunderbird]: config("UPGRADE", "STARTTLS", "password-cleartext") },
    of: "UPGRADE",
    says: { "port-answers": "pass", security: "pass", authentication: "pass", name: "pass" },
  },
  {
    name: "c-mozilla-well-known",
    records: "@ A 127.0.0.1",
    pages: { ".well-known/autoconfig/mail/config-v1.1.xml": config("TLS", "SSL", "password-cleartext") },
    of: "TLS",
    says: { "port-answers": "pass", security: "pass", authentication: "pass", name: "pass" },
  },
  {
    name: "c-mozilla-plain",
    records: autoconfig,
    pages: { [thunderbird]: config("UPGRADE", "plain", "password-encrypted") },
    of: "UPGRADE",
    says: { "port-answers": "pass", security: "fail", authentication: "fail", name: "pass" },
  },
  {
    name: "c-mozilla-wrapper",
    records: autoconfig,
    pages: { [thunderbird]: config("TLS", "STARTTLS", "OAuth2") },
    of: "TLS",
    says: { "port-answers": "pass", security: "fail", authentication: "fail", name: "pass" },
  },
  {
    name: "c-mozilla-broken",
    records: autoconfig,
    pages: { [thunderbird]: "<clientConfig><emailProvider>" },
    of: "UPGRADE",
    says: {},
    step: /autoconfig: .*something else than a configuration/,
  },
  {
    name: "c-mozilla-redirect",
    records: autoconfig,
    pages: { [thunderbird]: { status: 302, location: "https://elsewhere.test/", body: "" } },
    of: "UPGRADE",
    says: {},
    step: /autoconfig: .*answers 302, which is not followed/,
  },
  {
    name: "c-outlook",
    records: "autodiscover A 127.0.0.1",
    pages: { [autodiscover]: outlook("UPGRADE", "<SSL>on</SSL><SPA>off</SPA><AuthRequired>on</AuthRequired>") },
    of: "UPGRADE",
    says: { "port-answers": "pass", security: "pass", authentication: "pass", name: "pass" },
  },
  {
    name: "c-outlook-ssl",
    records: "autodiscover A 127.0.0.1",
    pages: { [autodiscover]: outlook("UPGRADE", "<Encryption>SSL</Encryption>") },
    of: "UPGRADE",
    says: { "port-answers": "pass", security: "fail", name: "pass" },
  },
  {
    name: "c-outlook-login",
    records: "autodiscover A 127.0.0.1",
    pages: { [autodiscover]: { status: 401, body: "" } },
    of: "UPGRADE",
    says: {},
    step: /outlook: .*asks for a login: not read/,
  },
];

describeWith(dnsLabUnavailable())("what a mail domain publishes, as Unbound resolves it", () => {
  let directory: string;
  let lab: DnsLab;
  let web: WebServer;
  let servers: { upgrade: Running; tls: Running };
  let ports: Readonly<Record<ClientRow["of"], number>>;

  const filled = (text: string, row: ClientRow) =>
    text.replaceAll("HOST", hostOf(row)).replace(/\b(UPGRADE|TLS|CLOSED)\b/g, (word) => `${ports[word as "TLS"]}`);
  /** Records of a domain below its zone. */
  const below = (name: string, records: string) =>
    records.replace(/^(\S+)/gm, (owner) => (owner === "@" ? name : `${owner}.${name}`));
  const pageOf = (page: string | Page, row: ClientRow): Page =>
    typeof page === "string" ? { type: "text/xml", body: filled(page, row) } : page;

  beforeAll(async () => {
    const hosts = [
      ...mxRows.map(({ name }) => `${name}.secure.test`),
      ...clientRows.flatMap(({ name, zone }) => (zone ? [] : [`${name}.secure.test`])),
    ];
    const domains = hosts.flatMap((each) => [`DNS:${each}`, `DNS:*.${each}`]);
    const certificates = makeCertificates(["DNS:mail.secure.test", ...domains].join());
    directory = mkdtempSync(join(tmpdir(), "port587-domain-"));
    writeFileSync(join(directory, "root.pem"), certificates.anchor);
    servers = {
      upgrade: await smtpServer(certificates.sound),
      tls: await smtpServer(certificates.sound, { implicit: true }),
    };
    ports = { UPGRADE: servers.upgrade.port, TLS: 465, CLOSED: await closedPort(), "587": 587 };
    const pages = Object.fromEntries([
      ...mxRows.flatMap(({ name, page }) =>
        page ? [[`mta-sts.${name}.secure.test/.well-known/mta-sts.txt`, page]] : [],
      ),
      ...clientRows.flatMap((row) =>
        Object.entries(row.pages ?? {}).map(([at, page]) => [
          at.startsWith(".") ? `${row.name}.secure.test/${at}` : at.replace("/", `.${row.name}.secure.test/`),
          pageOf(page, row),
        ]),
      ),
    ]);
    web = await webServer(certificates.sound, pages);
    const recordsOf = (wanted: string) =>
      clientRows
        .filter(({ zone = "secure.test" }) => zone === wanted)
        .flatMap((row) => [below(row.name, filled(row.records, row)), `mail.${row.name} A 127.0.0.1`]);
    lab = await dnsLab({
      "secure.test": {
        signed: "yes",
        records: [
          "mail A 127.0.0.1",
          ...mxRows.map(({ name, records }) => below(name, records)),
          ...recordsOf("secure.test"),
        ].join("\n"),
      },
      "plain.test": { signed: "no", records: recordsOf("plain.test").join("\n") },
      "bogus.test": { signed: "expired", records: "@ MX 10 mail.secure.test." },
    });
  }, 120_000);
  afterAll(async () => {
    await Promise.all([lab?.stop(), web?.stop(), servers?.upgrade.stop(), servers?.tls.stop()]);
    rmSync(directory, { recursive: true, force: true });
  });

  const flags = () => [
    ...["--inventory", "--ca", join(directory, "root.pem"), "--resolver", lab.validating],
    ...[
      "--connect-to",
      `:443:127.0.0.1:${web.port}`,
      "--connect-to",
      `:587:127.0.0.1:${servers.upgrade.port}`,
      "--connect-to",
      `:465:127.0.0.1:${servers.tls.port}`,
    ],
  ];

  describe("for the servers that send it mail", () => {
    let report: Report;
    beforeAll(async () => {
      const domains = [...mxRows.map(({ name }) => `${name}.secure.test`), "bogus.test"];
      report = await reportOf("mail.secure.test:587", ...domains.flatMap((each) => ["--domain", each]), ...flags());
    }, 60_000);

    it.each(mxRows)("$name: $says", ({ name, says }) => {
      const subject = `${name}.secure.test`;
      const rules = Object.keys(says) as (keyof MxRow["says"])[];
      expect(Object.fromEntries(rules.map((rule) => [rule, statusOf(report, rule, subject)]))).toEqual(says);
      expect(statusOf(report, "domain-bogus", subject)).toBe("pass");
      expect(report.domains.find(({ domain }) => domain === subject)?.steps.map((step) => step.name)).toEqual([
        ...["mx", "mta-sts", "tls-rpt", "srv", "autoconfig", "outlook"],
      ]);
    });

    it("a domain whose signatures have expired is bogus", () => {
      expect(statusOf(report, "domain-bogus", "bogus.test")).toBe("fail");
      expect(factValue(report, "dnssec", "bogus.test")).toBe("bogus");
    });

    it("none of it is said of the submission endpoint", () => {
      const own = report.findings.filter(({ subject }) => subject === "mail.secure.test:587").map(({ rule }) => rule);
      expect(own).toContain("certificate-valid");
      expect(own.filter((rule) => /^(mx|mta-sts|tls-rpt|domain)-/.test(rule))).toEqual([]);
    });
  });

  describe("for mail clients, held against the ports", () => {
    const reports = new Map<ClientRow, Report>();
    beforeAll(async () => {
      // A service that is denied is denied for every server of the run; and the first row's server is named by its domain alone.
      const denying = clientRows.filter(({ records }) => records.endsWith(" ."));
      const others = clientRows.filter((row) => !denying.includes(row));
      for (const rows of [others, ...denying.map((row) => [row])]) {
        const hosts = rows.slice(rows.length > 1 ? 1 : 0).map((row) => `${hostOf(row)}:${ports[row.of]}`);
        const domains = rows.flatMap(({ name, zone = "secure.test" }) => ["--domain", `${name}.${zone}`]);
        const report = await reportOf(...new Set(hosts), ...domains, ...flags(), "--per-host", "9");
        for (const row of rows) reports.set(row, report);
      }
    }, 60_000);

    it.each(clientRows)("$name: $says", (row) => {
      const report = reports.get(row) as Report;
      const domain = `${row.name}.${row.zone ?? "secure.test"}`;
      const said = (["port-answers", "security", "authentication", "name"] as const).flatMap((rule) => {
        const status = statusOf(report, `announced-${rule}`, `${hostOf(row)}:${ports[row.of]}`);
        return status === undefined ? [] : [[rule, status]];
      });
      expect(Object.fromEntries(said)).toEqual(row.says);
      const steps = report.domains.find((each) => each.domain === domain)?.steps;
      const open = steps?.filter(({ outcome }) => outcome === "unknown").map(({ name, says }) => `${name}: ${says}`);
      if (row.step) expect(open?.join("\n")).toMatch(row.step);
      else expect(open).toEqual([]);
    });
  });

  it("asks for no mailbox but postmaster, sends no password, and asks each page once", () => {
    const posts = web.asked.filter(({ line }) => line.startsWith("POST"));
    expect(posts.length).toBeGreaterThan(0);
    for (const { body } of posts) expect(body).toMatch(/<EMailAddress>postmaster@[\w.-]+<\/EMailAddress>/);
    expect(web.asked.filter(({ line }) => /@|emailaddress/i.test(line))).toEqual([]);
    const policies = web.asked.map(({ line }) => line).filter((line) => line.includes("mta-sts"));
    expect(new Set(policies).size).toBe(policies.length);
  });

  it("audit --live takes the domains of port587.yaml", async () => {
    writeFileSync(
      join(directory, "port587.yaml"),
      "endpoints:\n  - { host: mail.secure.test, ports: [587] }\ndomains: [sts.secure.test, c-denied.secure.test]\n",
    );
    const { stdout, code } = await port587(["audit", "--live", "--format", "json", ...flags()], directory);
    const report = JSON.parse(stdout) as Report;
    expect(report.domains.map(({ domain }) => domain)).toEqual(["c-denied.secure.test", "sts.secure.test"]);
    expect(statusOf(report, "mta-sts-policy", "sts.secure.test")).toBe("pass");
    expect(statusOf(report, "announced-port-answers", "mail.secure.test:587")).toBe("fail");
    expect(code).toBe(1);
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
