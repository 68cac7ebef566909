import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../model/report.js";
import { type Certificates, makeCertificates } from "../probes/certificates.js";
import { type Running, smtpServer } from "../probes/servers.js";
import { type DnsLab, dnsLab, dnsLabUnavailable } from "../setup/dns-lab.js";
import { describeWith } from "../setup/real-part.js";
import { factValue, port587, reportOf, statusOf } from "./cli.js";

/** What openssl says that a TLSA record of a certificate holds. */
function association(pem: string, selector: 0 | 1, matching: 0 | 1 | 2): string {
  const openssl = (input: string | Buffer, ...args: string[]) =>
    execFileSync("openssl", args, { input, stdio: "pipe" });
  const der =
    selector === 0
      ? openssl(pem, "x509", "-outform", "der")
      : openssl(openssl(pem, "x509", "-noout", "-pubkey"), "pkey", "-pubin", "-outform", "der");
  const hash = ["", "sha256", "sha512"][matching];
  return hash ? createHash(hash).update(der).digest("hex") : der.toString("hex");
}

type Usage = 0 | 1 | 2 | 3;
interface Row {
  readonly name: string;
  readonly zone?: "secure.test" | "plain.test";
  readonly records: readonly (readonly [Usage, 0 | 1, 0 | 1 | 2, of: "leaf" | "intermediate" | "root" | "other"])[];
  readonly matches: "pass" | "fail" | undefined;
  readonly signed: "pass" | "fail" | undefined;
}

/** Of a server that sends its leaf and its intermediate, below a root that is trusted and not sent. */
const rows: readonly Row[] = [
  { name: "none", records: [], matches: undefined, signed: undefined },
  { name: "ee-key", records: [[3, 1, 1, "leaf"]], matches: "pass", signed: "pass" },
  { name: "ee-key-512", records: [[3, 1, 2, "leaf"]], matches: "pass", signed: "pass" },
  { name: "ee-whole", records: [[3, 0, 0, "leaf"]], matches: "pass", signed: "pass" },
  { name: "ee-certificate", records: [[3, 0, 1, "leaf"]], matches: "pass", signed: "pass" },
  { name: "ee-of-the-issuer", records: [[3, 1, 1, "intermediate"]], matches: "fail", signed: "pass" },
  { name: "ee-of-another", records: [[3, 1, 1, "other"]], matches: "fail", signed: "pass" },
  {
    name: "rollover",
    records: [
      [3, 1, 1, "other"],
      [3, 1, 1, "leaf"],
    ],
    matches: "pass",
    signed: "pass",
  },
  { name: "ta", records: [[2, 1, 1, "intermediate"]], matches: "pass", signed: "pass" },
  { name: "ta-not-sent", records: [[2, 1, 1, "root"]], matches: "fail", signed: "pass" },
  { name: "ta-of-the-leaf", records: [[2, 1, 1, "leaf"]], matches: "fail", signed: "pass" },
  { name: "pkix-ee", records: [[1, 1, 1, "leaf"]], matches: "pass", signed: "pass" },
  { name: "pkix-ta", records: [[0, 1, 1, "root"]], matches: "pass", signed: "pass" },
  { name: "pkix-ta-of-another", records: [[0, 1, 1, "other"]], matches: "fail", signed: "pass" },
  { name: "unsigned", zone: "plain.test", records: [[3, 1, 1, "leaf"]], matches: "pass", signed: "fail" },
  { name: "nothing", zone: "plain.test", records: [], matches: undefined, signed: undefined },
];

describeWith(dnsLabUnavailable())("what the DNS says of a host, as Unbound resolves it", () => {
  let certificates: Certificates;
  let directory: string;
  let lab: DnsLab;
  let server: Running;
  let anchors: string;

  beforeAll(async () => {
    certificates = makeCertificates();
    directory = mkdtempSync(join(tmpdir(), "port587-host-"));
    anchors = join(directory, "root.pem");
    writeFileSync(anchors, certificates.anchor);
    server = await smtpServer(certificates.complete, { host: "0.0.0.0" });
    const [leaf = "", intermediate = ""] = certificates.complete.cert.split(/(?<=-----END CERTIFICATE-----\n)/);
    const pem = { leaf, intermediate, root: certificates.anchor, other: certificates.sound.cert };
    const hosts = (zone: string) =>
      rows
        .filter((row) => (row.zone ?? "secure.test") === zone)
        .flatMap(({ name, records }) => [
          `${name} A 127.0.0.1`,
          ...records.map(
            ([usage, selector, matching, of]) =>
              `_587._tcp.${name} TLSA ${usage} ${selector} ${matching} ${association(pem[of], selector, matching)}`,
          ),
        ])
        .join("\n");
    lab = await dnsLab({
      "secure.test": {
        signed: "yes",
        records: `${hosts("secure.test")}
mail A 127.0.0.1
wrong A 127.0.0.2
six AAAA 2001:db8::7
xn--bcher-kva A 127.0.0.1
guarded A 127.0.0.1
guarded CAA 0 issue "ca.example.net; account=1"
shut A 127.0.0.1
shut CAA 0 issue ";"
strange A 127.0.0.1
strange CAA 128 future "x"
${Array.from({ length: 100 }, (_, i) => `many A 127.0.1.${i + 1}`).join("\n")}`,
      },
      "plain.test": { signed: "no", records: `${hosts("plain.test")}\n@ CAA 0 issue "ca.example.org"` },
      "bogus.test": {
        signed: "expired",
        records: `mail A 127.0.0.1\n_587._tcp.mail TLSA 3 1 1 ${association(leaf, 1, 1)}`,
      },
      "127.in-addr.arpa": {
        signed: "no",
        records: "1.0.0 PTR mail.secure.test.\n2.0.0 PTR mail.secure.test.\n1.1.0 PTR many.secure.test.",
      },
    });
  }, 120_000);
  afterAll(async () => {
    await Promise.all([lab?.stop(), server?.stop()]);
    rmSync(directory, { recursive: true, force: true });
  });

  const everywhere = () => ["--connect-to", `::127.0.0.1:${server.port}`, "--ca", anchors, "--inventory"];

  describe("TLSA", () => {
    let report: Report;
    beforeAll(async () => {
      const subjects = rows.map(({ name, zone = "secure.test" }) => `${name}.${zone}:587`);
      report = await reportOf(...subjects, ...everywhere(), "--per-host", "20", "--resolver", lab.validating);
    }, 40_000);

    it.each(rows)("$name: $matches, $signed", ({ name, zone = "secure.test", records, matches, signed }) => {
      const subject = `${name}.${zone}:587`;
      expect(statusOf(report, "tlsa-matches", subject)).toBe(matches);
      expect(statusOf(report, "tlsa-signed", subject)).toBe(signed);
      expect(factValue(report, "tlsa", subject)).toEqual({
        records: records.length,
        matches: matches === "pass",
        dnssec: zone === "secure.test" ? "secure" : "insecure",
      });
    });

    it("is undecided by a resolver that does not validate, and names what is missing", async () => {
      const report = await reportOf("ee-key.secure.test:587", ...everywhere(), "--resolver", lab.plain);
      expect(statusOf(report, "tlsa-matches", "ee-key.secure.test:587")).toBe("pass");
      const finding = report.findings.find(({ rule }) => rule === "tlsa-signed");
      expect(finding).toMatchObject({ status: "undecided", verdict: "unverified" });
      expect(finding?.missing).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+ does not validate/)]);
    });

    it("is bogus where the signatures have expired, and then the name has no address either", async () => {
      const [judged, resolved] = await Promise.all([
        reportOf("mail.bogus.test:587", ...everywhere(), "--resolver", lab.validating),
        port587(["check", "mail.bogus.test:587", "--resolver", lab.validating]),
      ]);
      expect(factValue(judged, "tlsa", "mail.bogus.test:587")).toEqual({ records: 1, matches: true, dnssec: "bogus" });
      expect(statusOf(judged, "tlsa-signed", "mail.bogus.test:587")).toBe("fail");
      expect(resolved.stdout).toMatch(/✗ resolve .*DNSSEC: bogus, as 127\.0\.0\.1:\d+/);
    });
  });

  it("tells who may issue, by the records of the name or of a parent", async () => {
    const hosts = [
      "guarded.secure.test",
      "shut.secure.test",
      "strange.secure.test",
      "nothing.plain.test",
      "mail.secure.test",
    ];
    const subjects = hosts.map((each) => `${each}:587`);
    const report = await reportOf(...subjects, ...everywhere(), "--per-host", "9", "--resolver", lab.validating);
    expect(subjects.map((each) => [factValue(report, "caa", each), statusOf(report, "caa-forbids", each)])).toEqual([
      [{ at: "guarded.secure.test", issuers: ["ca.example.net"] }, "pass"],
      [{ at: "shut.secure.test", issuers: [] }, "fail"],
      [{ at: "strange.secure.test", issuers: [] }, "fail"],
      [{ at: "plain.test", issuers: ["ca.example.org"] }, "pass"],
      [{ issuers: [] }, undefined],
    ]);
  });

  it("judges the names of addresses on an MX, never on a submission port", async () => {
    const endpoint = (host: string, role: string) =>
      `  - { host: ${host}.secure.test, ports: [${server.port}], role: ${role} }\n`;
    for (const role of ["mx", "submission"]) {
      writeFileSync(join(directory, "port587.yaml"), `endpoints:\n${endpoint("mail", role)}${endpoint("wrong", role)}`);
      const flags = ["--live", "--inventory", "--ca", anchors, "--resolver", lab.validating, "--format", "json"];
      const report = JSON.parse((await port587(["audit", ...flags], directory)).stdout) as Report;
      const subjects = ["mail", "wrong"].map((each) => `${each}.secure.test:${server.port}`);
      expect(subjects.map((each) => statusOf(report, "reverse-dns", each))).toEqual(
        role === "mx" ? ["pass", "fail"] : [undefined, undefined],
      );
      expect(subjects.map((each) => factValue(report, "ptr", each))).toEqual([
        [{ address: "127.0.0.1", names: ["mail.secure.test"], confirmed: true }],
        [{ address: "127.0.0.2", names: ["mail.secure.test"], confirmed: false }],
      ]);
    }
  });

  it("asks for a name with a hundred addresses over TCP, tries four, and says how many there are", async () => {
    const subject = `many.secure.test:${server.port}`;
    const report = await reportOf(subject, "--ca", anchors, "--inventory", "--resolver", lab.validating);
    const [probe] = report.probes;
    expect(probe?.steps[0]).toMatchObject({ name: "resolve", outcome: "ok" });
    expect(probe?.steps[0]?.says).toMatch(/^127\.0\.1\.1(, 127\.0\.1\.\d+){7} and 92 more$/);
    expect(probe?.steps.filter(({ name }) => name === "connect")).toHaveLength(4);
    const reachable = report.facts.find(({ name }) => name === "reachable");
    expect(reachable?.evidence.at(-1)?.says).toMatch(/^further addresses were not tried: .* and 88 more$/);
  });

  it("asks for an internationalised name in its ASCII form", async () => {
    const flags = ["--ca", anchors, "--inventory", "--resolver", lab.validating];
    const report = await reportOf(`bücher.secure.test:${server.port}`, ...flags);
    expect(report.probes[0]?.steps[0]).toMatchObject({ name: "resolve", outcome: "ok", says: "127.0.0.1" });
    expect(report.probes[0]?.host).toBe("bücher.secure.test");
  });

  it("asks no TLSA and no CAA record for an IP literal", async () => {
    const report = await reportOf(`127.0.0.1:${server.port}`, "--inventory", "--resolver", lab.validating);
    const asked = report.facts.map(({ name }) => name).filter((name) => ["tlsa", "caa", "ptr"].includes(name));
    expect(asked).toEqual(["ptr"]);
  });
});
