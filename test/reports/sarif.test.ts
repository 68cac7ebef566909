import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import type { Log, Result } from "sarif";
import type { Report } from "../../model/report.js";
import { emptyReport, hostile, plainReport, sampleReport, unknownReport } from "./sample-report.js";
import { textOf } from "./styles.js";

/** The OASIS schema as Microsoft's own SARIF matchers ship it; draft 4 differs from draft 7 for it only in these two keys. */
function officialSchema(): object {
  const path = createRequire(import.meta.url).resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
  const { $schema, id, ...rest } = JSON.parse(readFileSync(path, "utf8"));
  return rest;
}

const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const valid = ajv.compile(officialSchema());

function parsed(report: Report): Log {
  const text = textOf("sarif", report);
  const log: Log = JSON.parse(text);
  expect(text).toBe(`${JSON.stringify(log, null, 2)}\n`);
  return log;
}
const runOf = (report: Report) => {
  const [run] = parsed(report).runs;
  if (!run) throw new Error("no run");
  return run;
};
const resultsOf = (report: Report): Result[] => runOf(report).results ?? [];

describe("the SARIF report", () => {
  it.each(Object.entries({ sampleReport, plainReport, emptyReport, unknownReport }))(
    "%s keeps SARIF 2.1.0",
    (_, report) => {
      expect(valid(parsed(report)) ? [] : valid.errors).toEqual([]);
    },
  );

  it("the schema is strict enough to refuse a result without a message", () => {
    const log = parsed(plainReport);
    log.runs[0]?.results?.push({ ruleId: "x" } as Result);
    expect(valid(log)).toBe(false);
  });

  it("has a result per finding, with kind and level as section 3.27 wants them", () => {
    const seen = resultsOf(sampleReport).map(({ kind, level, properties, suppressions = [] }) =>
      [properties?.status, properties?.severity, kind, level, suppressions.length].join(" "),
    );
    const levels = { critical: "error", high: "error", medium: "warning", low: "note", info: "note" };
    const expected = sampleReport.findings.map(
      ({ status, severity }) =>
        ({
          fail: `fail ${severity} fail ${levels[severity]} 0`,
          exempt: `exempt ${severity} fail ${levels[severity]} 1`,
          undecided: `undecided ${severity} open none 0`,
          pass: `pass ${severity} pass none 0`,
        })[status],
    );
    expect(seen.sort()).toEqual(expected.sort());
  });

  it("justifies every suppression and says where it was decided", () => {
    const exempt = resultsOf(sampleReport).find(({ ruleId }) => ruleId === "exempt-confirmed");
    expect(exempt?.suppressions).toEqual([
      {
        kind: "external",
        status: "accepted",
        justification: "Accepted until the move: confirmed (until 2027-01-31)",
        location: { physicalLocation: { artifactLocation: { uri: "port587.yaml" }, region: { startLine: 41 } } },
      },
    ]);
  });

  it("points at the line of code, and at the endpoint and resources by name", () => {
    const [location] = resultsOf(plainReport).find(({ ruleId }) => ruleId === "tls-required")?.locations ?? [];
    expect(location?.physicalLocation).toMatchObject({
      artifactLocation: { uri: "examples/acme/postfix/main.cf" },
      region: { startLine: 12 },
    });
    const exposure = resultsOf(plainReport).find(({ ruleId }) => ruleId === "submission-exposure")?.locations?.[0];
    expect(exposure?.physicalLocation).toBeUndefined();
    expect(exposure?.logicalLocations?.map(({ fullyQualifiedName }) => fullyQualifiedName)).toEqual([
      "mail.example.com:587",
      "urn:pulumi:dev::acme::acme:mail:Stack$aws:ec2/securityGroup:SecurityGroup::mail_open_to_world#ingress[0].cidrBlocks",
      "arn:aws:ec2:eu-west-1:111122223333:security-group-rule/sgr-0a1b2c",
    ]);
  });

  it.each([
    ["conf/main.cf:7", "conf/main.cf", 7],
    ["/etc/postfix/main.cf:7", "file:///etc/postfix/main.cf", 7],
    ["a b/#1?.cf:12", "a%20b/%231%3F.cf", 12],
    ["urn:pulumi:a::b::c::d:5", undefined, undefined],
    ["https://example.org:443", undefined, undefined],
    ["main.cf", undefined, undefined],
    ["main.cf:0", undefined, undefined],
  ])("evidence at %s is the location %s line %s", (at, uri, line) => {
    const [finding] = plainReport.findings;
    if (!finding) throw new Error("no finding");
    const report = { ...plainReport, findings: [{ ...finding, evidence: [{ kind: "code" as const, at, says: "x" }] }] };
    const physical = resultsOf(report)[0]?.locations?.[0]?.physicalLocation;
    expect([physical?.artifactLocation?.uri, physical?.region?.startLine]).toEqual([uri, line]);
    expect(valid(parsed(report)) ? [] : valid.errors).toEqual([]);
  });

  it("keeps fingerprints when only the words change, and never gives two results the same", () => {
    const prints = (report: Report) =>
      resultsOf(report).map(({ partialFingerprints }) => partialFingerprints?.["port587/v1"]);
    const reworded = {
      ...sampleReport,
      findings: sampleReport.findings.map((each) => ({ ...each, message: `Today: ${each.message}` })),
    };
    expect(prints(reworded)).toEqual(prints(sampleReport));
    const twice = { ...sampleReport, findings: [...sampleReport.findings, ...sampleReport.findings] };
    expect(new Set(prints(twice)).size).toBe(twice.findings.length);
  });

  it("has each rule once, sorted, with help and the severity that code scanning reads", () => {
    const rules = runOf(sampleReport).tool.driver.rules ?? [];
    expect(rules.map(({ id }) => id)).toEqual([...new Set(sampleReport.findings.map(({ rule }) => rule))].sort());
    const tls = rules.find(({ id }) => id === "tls-required");
    expect(tls?.help?.text).toContain("RFC 8314, section 3.3");
    expect(tls?.properties?.["security-severity"]).toBe("9.5");
  });

  it("gives a help address only where the docs are one", () => {
    const [finding] = plainReport.findings;
    if (!finding) throw new Error("no finding");
    const rule = (docs: string) => runOf({ ...plainReport, findings: [{ ...finding, docs }] }).tool.driver.rules?.[0];
    expect(rule("https://example.org/a.md")?.helpUri).toBe("https://example.org/a.md");
    expect(rule("docs/rules/a.md")).not.toHaveProperty("helpUri");
    expect(rule("docs/rules/a.md")?.help?.text).toContain("docs/rules/a.md");
  });

  it("lets no server write a link into a message", () => {
    expect(JSON.stringify(resultsOf(sampleReport))).not.toContain("](https");
    expect(hostile.sarif).toContain("](https");
  });

  it("names the inputs with their digests", () => {
    const hashes = (runOf(sampleReport).artifacts ?? []).flatMap(({ location, hashes: found }) =>
      found ? [[location?.uri, found["sha-256"]]] : [],
    );
    expect(hashes).toEqual([
      ["examples/acme/postfix", "1d".repeat(32)],
      ["examples/acme/stack.json", "0c".repeat(32)],
      ["port587.yaml", "2e".repeat(32)],
    ]);
  });
});
