import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import type { FactName } from "../../model/fact.js";
import type { Report } from "../../model/report.js";
import { formats } from "../../reports/index.js";
import { emptyReport, plainReport, sampleReport, unknownReport } from "./sample-report.js";
import { anyStyle } from "./styles.js";

const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
addFormats.default(ajv);
const schema = JSON.parse(readFileSync(new URL("../../schemas/report.schema.json", import.meta.url), "utf8"));
const valid = ajv.compile(schema);

const parsed = (report: Report) => JSON.parse(formats.json.render(report, anyStyle));
const problems = (document: unknown) =>
  valid(document) ? [] : (valid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);

const reports = { sample: sampleReport, plain: plainReport, empty: emptyReport, unknown: unknownReport };

describe("the JSON report", () => {
  it.each(Object.entries(reports))("%s keeps the schema", (_, report) => {
    expect(problems(parsed(report))).toEqual([]);
  });

  it("holds every input, fact, finding and probe once, whole", () => {
    const bag = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();
    const document = parsed(sampleReport);
    for (const part of ["inputs", "facts", "findings", "probes"] as const) {
      expect(bag(document[part])).toEqual(bag(sampleReport[part]));
    }
    expect(document.summary).toEqual(sampleReport.summary);
  });

  it("writes addresses as CIDR blocks and what is unknown with its missing inputs", () => {
    const { facts } = parsed(sampleReport);
    const named = (name: FactName) => facts.find((fact: { name: string }) => fact.name === name);
    expect(named("reachable").from).toEqual(["198.51.100.0/24", "2001:db8::/48"]);
    expect(named("egressAllowed")).toMatchObject({
      from: ["0.0.0.0/0", "::/0"],
      value: { unknown: ["sg-app egress"] },
    });
  });

  it("ends with one line feed and is indented by two spaces", () => {
    expect(formats.json.render(emptyReport, anyStyle)).toMatch(/^\{\n {2}"schemaVersion": 1,\n[\s\S]*[^\n]\n$/);
  });
});

describe("the schema", () => {
  it("knows every fact name of the vocabulary", () => {
    expect([...schema.definitions.fact.properties.name.enum].sort()).toEqual(
      sampleReport.facts.map(({ name }) => name).sort(),
    );
  });

  it.each(sampleReport.facts.map(({ name }) => name))("refuses a value of %s that is of another shape", (name) => {
    const document = parsed(sampleReport);
    for (const wrong of [{ bogus: 1 }, 17, "bogus", null, [1]]) {
      const facts = document.facts.map((fact: { name: string }) =>
        fact.name === name ? { ...fact, value: wrong } : fact,
      );
      expect(problems({ ...document, facts })).not.toEqual([]);
    }
  });

  const finding = parsed(sampleReport).findings[0];
  it.each<[string, object]>([
    ["a key too many", { extra: 1 }],
    ["another version", { schemaVersion: 2 }],
    ["another tool", { tool: { name: "other", version: "1" } }],
    ["a date without a time", { startedAt: "2026-11-24" }],
    ["no summary", { summary: undefined }],
    ["a severity that is none", { findings: [{ ...finding, severity: "severe" }] }],
    ["a status that is none", { findings: [{ ...finding, status: "ok" }] }],
    ["a verdict that is none", { findings: [{ ...finding, verdict: "maybe" }] }],
    ["a finding with a key too many", { findings: [{ ...finding, secret: "x" }] }],
    ["an exempt finding without its exemption", { findings: [{ ...finding, status: "exempt" }] }],
    ["evidence of no kind", { findings: [{ ...finding, evidence: [{ kind: "rumour", at: "x", says: "x" }] }] }],
    ["a fact that nobody named", { facts: [{ ...parsed(sampleReport).facts[0], name: "weather" }] }],
    ["a port out of range", { probes: [{ ...parsed(sampleReport).probes[0], port: 70000 }] }],
    ["a digest that is none", { inputs: [{ name: "x", kind: "postfix", sha256: "zz" }] }],
    ["an exit code that is none of an audit", { summary: { ...emptyReport.summary, exitCode: 2 } }],
  ])("refuses %s", (_, change) => {
    expect(problems(JSON.parse(JSON.stringify({ ...parsed(emptyReport), ...change })))).not.toEqual([]);
  });
});
