import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { InputError } from "../../model/errors.js";
import type { Fact, FactName } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import type { Report } from "../../model/report.js";
import { readSources } from "../../sources/index.js";
import { readScan } from "../../sources/scans/index.js";

const fixture = (name: string) => join("test/sources/fixtures/scans", name);
const textOf = (name: string) => readFileSync(fixture(name), "utf8");

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "port587-scans-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function written(text: string, name = "scan.json"): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

async function seenIn(path: string): Promise<readonly Fact[]> {
  const { estate, inputs } = await readSources([path]);
  expect(inputs).toEqual([{ name: path, kind: "tls-scan", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  return estate.seen ?? [];
}

/** Known values by name, and `unknown` for what is not. */
function valuesOf(facts: readonly Fact[], subject: string): Partial<Record<FactName, unknown>> {
  const own = facts.filter((fact) => fact.subject === subject);
  return Object.fromEntries(own.map(({ name, value }) => [name, isUnknown(value) ? "unknown" : value]));
}

type Json = Record<string, never>;
interface Sslyze {
  server_scan_results: {
    connectivity_status: string;
    connectivity_error_trace: string | null;
    scan_result: Record<string, { status: string; error_reason: string | null; result: Json | null }> | null;
  }[];
}

/** sslyze's own output, as if something had gone otherwise. */
function sslyzeBut(change: (result: Sslyze["server_scan_results"][number]) => void): string {
  const document = JSON.parse(textOf("sslyze.json")) as Sslyze;
  for (const result of document.server_scan_results) change(result);
  return written(JSON.stringify(document));
}

const host = "mail.lab.example";
/** Postfix as test/scanners starts it: on the first port with every version from TLS 1.0 on, on the second with TLS 1.3 alone. */
const [every, newest] = [`${host}:20000`, `${host}:20001`];
const fromTls1 = { accepted: ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"], refused: ["SSLv3"] };
const tls13Alone = { accepted: ["TLSv1.3"], refused: ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"] };
const tls13Suites = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];

describe("what sslyze saw", () => {
  it("is told as it saw it", async () => {
    const facts = await seenIn(fixture("sslyze.json"));
    expect(facts.every(({ origin }) => origin === "observed")).toBe(true);
    expect(facts[0]?.evidence[0]).toMatchObject({
      kind: "wire",
      at: expect.stringMatching(/sslyze\.json \(sslyze 6\.3\.1, \d{4}-\d\d-\d\dT.*\): mail\.lab\.example:2000\d$/),
    });
    const { cipherSuites, weakSuites, ...first } = valuesOf(facts, every) as Record<string, { accepted: never[] }>;
    expect(first).toMatchObject({
      starttlsOffered: "offered",
      tlsVersions: fromTls1,
      certificate: { names: [host], chain: "trusted", key: { type: "rsa", bits: 2048 } },
    });
    expect(weakSuites?.accepted).toContain("TLS_ECDH_anon_WITH_AES_256_CBC_SHA");
    expect(cipherSuites?.accepted.map(({ version }: { version: string }) => version)).toEqual(fromTls1.accepted);
    const second = valuesOf(facts, newest) as Record<string, { accepted: { suites: string[] }[] }>;
    expect(second).toMatchObject({ tlsVersions: tls13Alone, weakSuites: { accepted: [] } });
    expect([...(second.cipherSuites?.accepted[0]?.suites ?? [])].sort()).toEqual(tls13Suites);
  });

  it.each<{ what: string; change: Parameters<typeof sslyzeBut>[0]; values: Record<string, unknown> }>([
    {
      what: "no connection",
      change: (result) => {
        result.connectivity_status = "ERROR";
        result.connectivity_error_trace = "Traceback\nsslyze.errors.ConnectionToServerTimedOut: too slow\n";
        result.scan_result = null;
      },
      values: { tlsVersions: "unknown", weakSuites: "unknown", certificate: "unknown" },
    },
    {
      what: "an error at one version: the others stand, what needs all does not",
      change: ({ scan_result }) => {
        const attempt = scan_result?.tls_1_0_cipher_suites;
        if (attempt) Object.assign(attempt, { status: "ERROR", error_reason: "CONNECTIVITY_ISSUE", result: null });
      },
      values: {
        tlsVersions: { accepted: ["TLSv1.3"], refused: ["SSLv3", "TLSv1.1", "TLSv1.2"] },
        weakSuites: "unknown",
        cipherSuites: "unknown",
      },
    },
    {
      what: "a version that was not asked for is not refused",
      change: ({ scan_result }) => {
        const attempt = scan_result?.tls_1_0_cipher_suites;
        if (attempt) Object.assign(attempt, { status: "NOT_SCHEDULED", result: null });
      },
      values: {
        tlsVersions: { accepted: ["TLSv1.3"], refused: ["SSLv3", "TLSv1.1", "TLSv1.2"] },
        weakSuites: "unknown",
        cipherSuites: "unknown",
      },
    },
  ])("$what", async ({ change, values }) => {
    expect(valuesOf(await seenIn(sslyzeBut(change)), newest)).toMatchObject(values);
  });
});

describe("what testssl.sh saw", () => {
  it("is told as it saw it", async () => {
    const values = valuesOf(await seenIn(fixture("testssl.json")), "127.0.0.1:20001");
    expect(values).toMatchObject({
      tlsVersions: tls13Alone,
      weakSuites: { accepted: [] },
      certificate: { names: [host], key: { type: "rsa", bits: 2048 } },
    });
    const { accepted } = values.cipherSuites as { accepted: { version: string; suites: string[] }[] };
    expect(accepted.map((each) => ({ ...each, suites: [...each.suites].sort() }))).toEqual([
      { version: "TLSv1.3", suites: tls13Suites },
    ]);
  });

  it.each([
    {
      what: "interrupted",
      text: () =>
        textOf("testssl.json").replace(/("id"\s*:\s*"scanTime"[^}]*"finding"\s*:\s*")\d+/, "$1Scan interrupted"),
    },
    { what: "without the line that ends it", text: () => textOf("testssl.json").replaceAll('"scanTime"', '"other"') },
  ])("$what: unknown, whatever stands in it", async ({ text }) => {
    const values = valuesOf(await seenIn(written(text())), "127.0.0.1:20001");
    expect(values).toEqual({ tlsVersions: "unknown", weakSuites: "unknown", certificate: "unknown" });
  });

  it("is told with version and date where it was written pretty", async () => {
    const lines = JSON.parse(textOf("testssl.json")) as { id: string; port: string }[];
    // As testssl.sh's fileout_pretty_json_banner and fileout_json_section put it.
    const document = {
      Invocation: "testssl.sh --jsonfile-pretty x -t smtp mail.lab.example:20001",
      version: "3.0.8  from Sep 28, 2022",
      startTime: "1795790400",
      scanResult: [
        { targetHost: host, ip: "127.0.0.1", port: "20001", protocols: lines.filter(({ id }) => id !== "scanTime") },
      ],
      scanTime: 28,
    };
    const facts = await seenIn(written(JSON.stringify(document, null, 2)));
    expect(valuesOf(facts, newest)).toMatchObject({ tlsVersions: tls13Alone, weakSuites: { accepted: [] } });
    expect(facts[0]?.evidence[0]?.at).toContain("(testssl.sh 3.0.8, 2026-11-27T14:40:00.000Z)");
  });

  it("cut off: an error that names the place", async () => {
    const path = written(textOf("testssl.json").slice(0, -40));
    await expect(readSources([path])).rejects.toThrow(InputError);
    await expect(readSources([path])).rejects.toThrow(/scan\.json:\d+:\d+.*malformed JSON/);
  });
});

/** By the structures of zgrab2's `modules/smtp/scanner.go` and `module.go`, and zcrypto's `tls_handshake.go`. */
function zgrab2(result: object | undefined, more: object = {}): string {
  const scan = { status: "success", protocol: "smtp", port: 587, timestamp: "2026-07-09T13:12:44Z", ...more };
  const line = { ip: "192.0.2.1", domain: host, data: { smtp: { ...scan, ...(result ? { result } : {}) } } };
  return written(`${JSON.stringify(line)}\n`);
}

const hello = (value: number, more: object = {}) => ({
  tls: { handshake_log: { server_hello: { version: { name: "x", value }, ...more } } },
});

describe("what zgrab2 saw", () => {
  it.each<[what: string, path: () => string, values: Record<string, unknown>]>([
    [
      "TLS 1.2 after STARTTLS",
      () =>
        zgrab2({
          banner: "220 mail ready\r\n",
          ehlo: "250-mail\r\n250 STARTTLS\r\n",
          starttls: "220 go\r\n",
          ...hello(771),
        }),
      {
        greeting: { code: 220, text: "mail ready" },
        starttlsOffered: "offered",
        tlsVersions: { accepted: ["TLSv1.2"], refused: [] },
      },
    ],
    [
      "TLS 1.3 from the first byte",
      () =>
        zgrab2({
          implicit_tls: true,
          ...hello(771, { supported_versions: { selected_version: { name: "TLSv1.3", value: 772 } } }),
        }),
      { implicitTls: true, tlsVersions: { accepted: ["TLSv1.3"], refused: [] } },
    ],
    ["no STARTTLS", () => zgrab2({ ehlo: "250-mail\r\n250 PIPELINING\r\n" }), { starttlsOffered: "absent" }],
    ["no connection", () => zgrab2(undefined, { status: "connection-timeout" }), { tlsVersions: "unknown" }],
  ])("%s", async (_, path, values) => {
    expect(valuesOf(await seenIn(path()), `${host}:587`)).toEqual(values);
  });

  it("of an old version that does not tell the port is named and left out", async () => {
    const { estate } = await readSources([zgrab2({ banner: "220 mail\r\n" }, { port: undefined })]);
    expect(estate.seen).toEqual([]);
    expect(estate.notices).toEqual([
      { at: expect.any(String), says: expect.stringContaining("do not tell their port") },
    ]);
  });
});

describe("whatever a file holds", () => {
  const junk = fc.jsonValue({ maxDepth: 4 });
  /** Real names with values of any kind: they lead further into the readers than names that nobody knows. */
  const sslyzeLike = fc.record({
    date_scans_started: junk,
    sslyze_version: junk,
    invalid_server_strings: junk,
    server_scan_results: fc.oneof(
      junk,
      fc.array(
        fc.record({
          server_location: fc.oneof(junk, fc.record({ hostname: fc.string(), port: fc.oneof(fc.integer(), junk) })),
          network_configuration: junk,
          connectivity_status: fc.constantFrom("COMPLETED", "ERROR"),
          connectivity_error_trace: junk,
          scan_result: fc.oneof(
            junk,
            fc.dictionary(
              fc.constantFrom("tls_1_2_cipher_suites", "tls_1_3_cipher_suites", "certificate_info"),
              fc.oneof(junk, fc.record({ status: fc.constantFrom("COMPLETED", "ERROR"), result: junk })),
            ),
          ),
        }),
      ),
    ),
  });
  const line = fc.record({
    id: fc.constantFrom("TLS1_2", "cert", "cert_chain_of_trust", "scanTime", "cipher-tls1_2_xc030"),
    ip: fc.string(),
    port: fc.oneof(fc.string(), fc.constant("587")),
    severity: fc.constant("OK"),
    finding: fc.oneof(fc.string(), fc.constantFrom("offered", "not offered", "7", "passed.")),
  });
  const testsslLike = fc.tuple(line, fc.array(fc.oneof(line, junk))).map(([first, rest]) => [first, ...rest]);
  const prettyLike = fc.record({
    Invocation: fc.constant("testssl.sh x"),
    version: junk,
    startTime: junk,
    scanResult: fc.oneof(junk, fc.array(fc.record({ targetHost: junk, port: junk, protocols: fc.array(line) }))),
    scanTime: junk,
  });
  const zgrab2Like = fc.record({
    ip: junk,
    domain: junk,
    data: fc.record({
      smtp: fc.record({
        protocol: fc.constant("smtp"),
        status: junk,
        port: fc.oneof(fc.integer(), junk),
        result: junk,
      }),
    }),
  });

  it.each([
    ["sslyze", sslyzeLike],
    ["testssl.sh", testsslLike],
    ["testssl.sh, pretty", prettyLike],
    ["zgrab2", zgrab2Like],
  ])("like %s: facts or an InputError, and no crash", async (_, documents) => {
    await fc.assert(
      fc.asyncProperty(documents as fc.Arbitrary<unknown>, async (document) => {
        const seen = await readScan(written(JSON.stringify(document))).catch((error: unknown) => {
          expect(error).toBeInstanceOf(InputError);
          return undefined;
        });
        for (const { subject } of seen?.seen ?? []) expect(subject).toMatch(/^[\w.:[\]-]+:\d{1,5}$/);
      }),
    );
  });
});

describe("port587 audit of scans of declared endpoints", () => {
  function reportOf(scans: readonly string[], format: string, ...args: string[]): string {
    const home = mkdtempSync(join(directory, "audit-"));
    const endpoint = { host, ports: [20000, 20001], exposure: "internet" };
    const sources = scans.map((_, at) => `scan-${at}.json`);
    scans.forEach((text, at) => {
      writeFileSync(join(home, `scan-${at}.json`), text);
    });
    writeFileSync(join(home, "port587.yaml"), JSON.stringify({ sources, endpoints: [endpoint] }));
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["dist/cli/main.js", "audit", home, ...args, "--format", format],
      { encoding: "utf8", timeout: 60_000 },
    );
    expect(stderr).toBe("");
    return stdout;
  }
  function audit(scans: readonly string[], ...args: string[]): Report {
    return JSON.parse(reportOf(scans, "json", ...args)) as Report;
  }
  const statusOf = ({ findings }: Report, rule: string, subject: string) =>
    findings.find((each) => each.rule === rule && each.subject === subject)?.status;

  it("says who saw it and when, and that no probe of this run did", () => {
    const { findings } = audit([textOf("sslyze.json")]);
    const told = findings.filter(({ verdict }) => verdict === "confirmed");
    expect(told.length).toBeGreaterThan(0);
    for (const { explanation } of told)
      expect(explanation).toMatch(/ Told by sslyze 6\.\d\.\d, 2026-\S+: no probe of this run\.$/);
  });

  it.each([
    ["terminal", / confirmed by sslyze 6\.\d\.\d,\s+2026-/, /\d confirmed \(/],
    [
      "html",
      /confirmed<\/span> <span class="soft">by sslyze 6\.\d\.\d, 2026-/,
      /<td><span class="badge confirmed">confirmed<\/span><\/td>/,
    ],
  ])("says so beside the verdict: %s", (format, told, plain) => {
    const text = reportOf([textOf("sslyze.json")], format);
    expect(text).toMatch(told);
    expect(text).not.toMatch(plain);
  });

  it("judges them as what was seen", () => {
    const report = audit([textOf("sslyze.json")], "--profile", "mozilla-modern");
    expect(statusOf(report, "tls-version", every)).toBe("fail");
    expect(statusOf(report, "tls-version", newest)).toBe("pass");
    const subject = report.profiles?.[0]?.subjects.find((each) => each.subject === newest);
    expect(subject?.requirements.find(({ requirement }) => requirement === "cipher-suites")?.status).toBe("pass");
  });

  it("takes from one what the other did not see", () => {
    const failed = readFileSync(
      sslyzeBut((result) => {
        result.connectivity_status = "ERROR";
        result.scan_result = null;
      }),
      "utf8",
    );
    expect(statusOf(audit([failed]), "tls-version", newest)).toBe("undecided");
    expect(statusOf(audit([failed, textOf("sslyze.json")]), "tls-version", newest)).toBe("pass");
  });
});
