import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Finding } from "../../model/finding.js";
import type { Report } from "../../model/report.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "port587-audit-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function audit(...args: string[]) {
  return spawnSync(process.execPath, ["dist/cli/main.js", "audit", ...args], { encoding: "utf8", timeout: 60_000 });
}

describe("port587 audit of examples/acme, without probing", () => {
  it("finds what the names of the resources say, and nothing else", () => {
    const { status, stdout } = audit("examples/acme", "--format", "json");
    const { findings } = JSON.parse(stdout) as Report;
    expect(status).toBe(1);
    expect(
      findings
        .filter((each) => each.status === "fail")
        .map((each) => `${each.rule} ${each.subject}`)
        .sort(),
    ).toEqual([
      "auth-before-tls legacy.acme.example:587",
      "broad-port-rule legacy.acme.example:587",
      "relay-unreachable worker-server -> relay.acme.example:587",
      "submission-exposed legacy-server:465",
      "submission-unreachable mail.acme.example:465",
      "submission-without-server legacy-server:465",
      "submissions-port-missing legacy.acme.example:587",
      "submissions-port-missing relay.acme.example:587",
      "tls-required legacy.acme.example:587",
      "tls-version legacy.acme.example:587",
    ]);
    expect(findings.filter((each) => each.status === "undecided")).toEqual([]);
    expect(findings.every((each) => each.verdict === "static")).toBe(true);
  });

  it("writes every format at once, and one of them to standard output", () => {
    const file = (name: string) => join(directory, name);
    const files = ["json", "html", "sarif", "junit"].flatMap((name) => ["--format", `${name}=${file(name)}`]);
    const { stdout } = audit("examples/acme", "--format", "terminal", ...files);
    expect(stdout).toContain("exit 1:");
    expect(["json", "html", "sarif", "junit"].every((name) => existsSync(file(name)))).toBe(true);
    expect(readFileSync(file("html"), "utf8")).toContain("legacy.acme.example:587");
  });

  it("says the same at every run but for the time", () => {
    const [one, two] = [audit("examples/acme", "--format", "json"), audit("examples/acme", "--format", "json")].map(
      ({ stdout }) => stdout.replace(/"startedAt": "[^"]+"/, ""),
    );
    expect(one).toBe(two);
  });

  it.each([
    ["critical", 1],
    ["high", 1],
    ["low", 1],
  ])("fails on %s", (severity, code) => expect(audit("examples/acme", "--fail-on", severity).status).toBe(code));

  it("is clean below the gate", () => {
    expect(audit("examples/acme/postfix/mail", "--fail-on", "low").status).toBe(0);
  });
});

describe("port587 audit --profile", () => {
  const under = (...args: string[]) =>
    audit("examples/acme", "--profile", "rfc", "--profile", "pci-dss-4.0.1", ...args);

  it("holds the definitions against the standards, with section and line", () => {
    const { status, stdout } = under("--format", "json");
    const { profiles = [], summary } = JSON.parse(stdout) as Report;
    expect(status).toBe(1);
    expect(summary.because).toMatch(/; \d requirements? of rfc not met; \d requirements? of pci-dss-4\.0\.1 not met$/);
    expect(profiles.map(({ profile, date }) => `${profile} ${date}`)).toEqual(["pci-dss-4.0.1 2024-06", "rfc 2022-11"]);
    const legacy = profiles[0]?.subjects.find(({ subject }) => subject === "legacy.acme.example:587");
    const clear = legacy?.requirements.find(({ requirement }) => requirement === "no-fallback-to-cleartext");
    expect(clear).toMatchObject({ section: "4.2.1", status: "fail" });
    expect(clear?.evidence.map(({ at }) => at)).toContain("examples/acme/postfix/legacy/main.cf:7");
    const suites = legacy?.requirements.find(({ requirement }) => requirement === "secure-algorithms");
    expect(suites?.status).toBe("unknown");
  });

  it("shows them in the terminal and in HTML", () => {
    const html = join(directory, "profiles.html");
    const { stdout } = under("--format", "terminal", "--format", `html=${html}`);
    for (const text of [stdout, readFileSync(html, "utf8")]) {
      expect(text).toContain("no-fallback-to-cleartext");
      expect(text).toContain("RFC 8314, 4.4");
      expect(text).toContain("https://www.pcisecuritystandards.org/document_library/");
    }
  });

  it("makes what is only unknown exit code 3", () => {
    const { status, stdout } = audit("examples/acme/postfix/mail", "--profile", "rfc", "--format", "json");
    const { summary } = JSON.parse(stdout) as Report;
    expect({ status, because: summary.because }).toMatchObject({
      status: 3,
      because: expect.stringMatching(/^\d+ requirements of rfc not decided$/),
    });
  });
});

describe("npm run demo", () => {
  it("shows three violations confirmed, a contradiction, a blocked port with its culprit, and a pass confirmed; and leaves nothing behind", async () => {
    const child = spawn(process.execPath, ["dist/examples/lab/demo.js"], {
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    let output = "";
    child.stdout.on("data", (data) => {
      output += data;
    });
    const code = await new Promise((done) => child.on("exit", done));
    expect(code).toBe(0);
    expect(output.match(/^ {2}CONFIRMED/gm)?.length).toBeGreaterThanOrEqual(3);
    expect(output.match(/^ {2}CONTRADICTED/gm)?.length).toBeGreaterThanOrEqual(1);
    expect(output).toMatch(/BLOCKED {2}mail\.acme\.example:465/);
    expect(output).toContain("mail-pass-587-fail-465");
    expect(output).toMatch(/✓ mail\.acme\.example:587 .*confirmed/);
    expect(output).toMatch(/Report: .*port587-report\.html/);
    const left = spawnSync("ps", ["-eo", "pgid,args"], { encoding: "utf8" })
      .stdout.split("\n")
      .filter((line) => Number.parseInt(line, 10) === child.pid);
    expect(left).toEqual([]);
  }, 60_000);
});

describe("the JSON report", () => {
  it("lists the inputs with their digests, so that an auditor can check them", () => {
    const { inputs } = JSON.parse(audit("examples/acme", "--format", "json").stdout) as Report;
    expect(inputs.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      "port587.yaml examples/acme/port587.yaml",
      "postfix examples/acme/postfix/legacy",
      "postfix examples/acme/postfix/mail",
      "postfix examples/acme/postfix/relay",
      "pulumi-state examples/acme/stack.json",
    ]);
    expect(inputs.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256 ?? ""))).toBe(true);
  });

  it("gives every finding its evidence", () => {
    const { findings } = JSON.parse(audit("examples/acme", "--format", "json").stdout) as { findings: Finding[] };
    expect(findings.filter((each) => each.evidence.length === 0)).toEqual([]);
  });
});
