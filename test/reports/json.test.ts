import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import type { Attribution, CertificateValue, FactName, Gate, PathFailure, TlsVersion } from "../../model/fact.js";
import type { Step } from "../../model/observation.js";
import type { Input, Report } from "../../model/report.js";
import { emptyReport, plainReport, sampleReport, unknownReport } from "./sample-report.js";
import { textOf } from "./styles.js";
import { reportOf } from "./told.js";

const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
addFormats.default(ajv);
const schema = JSON.parse(readFileSync(new URL("../../schemas/report.schema.json", import.meta.url), "utf8"));
const valid = ajv.compile(schema);

const parsed = (report: Report) => JSON.parse(textOf("json", report));
const problems = (document: unknown) =>
  valid(document) ? [] : (valid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);

const reports = { sample: sampleReport, plain: plainReport, empty: emptyReport, unknown: unknownReport };

describe("the JSON report", () => {
  it.each(Object.entries(reports))("%s keeps the schema", (_, report) => {
    expect(problems(parsed(report))).toEqual([]);
  });

  it("holds every input, fact, finding and probe once, whole", () => {
    const bag = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();
    const document = reportOf(textOf("json", sampleReport));
    // Where nothing was said there is no transcript.
    const said = JSON.parse(JSON.stringify(sampleReport).replaceAll(',"transcript":[]', ""));
    for (const part of ["inputs", "facts", "findings", "probes", "profiles"] as const) {
      expect(bag(document[part] ?? [])).toEqual(bag(said[part]));
    }
    expect(document.summary).toEqual(sampleReport.summary);
  });

  it("holds each transcript once", () => {
    const { transcripts } = parsed(sampleReport);
    const lines = transcripts.map((each: { lines: unknown }) => JSON.stringify(each.lines));
    expect(lines.length).toBeGreaterThan(1);
    expect(new Set(lines).size).toBe(lines.length);
    expect(transcripts.map(({ id }: { id: number }) => id)).toEqual(lines.map((_: string, i: number) => i + 1));
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
    for (const report of Object.values(reports)) {
      const text = textOf("json", report);
      expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
    }
  });
});

/** Each union of the model, complete by its type: a new member does not compile until it stands here. */
const inputKinds: Record<Input["kind"], 1> = {
  "pulumi-state": 1,
  "pulumi-preview": 1,
  "terraform-plan": 1,
  "terraform-state": 1,
  "host-firewall": 1,
  kubernetes: 1,
  "mail-client": 1,
  compose: 1,
  "not-evaluated": 1,
  ansible: 1,
  "tls-scan": 1,
  exim: 1,
  postfix: 1,
  dovecot: 1,
  haraka: 1,
  maddy: 1,
  opensmtpd: 1,
  courier: 1,
  sendmail: 1,
  exchange: 1,
  stalwart: 1,
  "port587.yaml": 1,
  aws: 1,
  live: 1,
};
const stepNames: Record<Step["name"], 1> = {
  ...{ resolve: 1, connect: 1, greeting: 1, ehlo: 1, starttls: 1 },
  ...{
    tls: 1,
    certificate: 1,
    auth: 1,
    relay: 1,
    login: 1,
    message: 1,
    received: 1,
    tlsa: 1,
    caa: 1,
    ptr: 1,
    mx: 1,
    srv: 1,
    "mta-sts": 1,
    "tls-rpt": 1,
    autoconfig: 1,
    outlook: 1,
  },
};
const layers: Record<Attribution["layer"], 1> = {
  ...{ "name-resolution": 1, "this-machine": 1, "local-network": 1, provider: 1, "cloud-firewall": 1 },
  ...{ path: 1, host: 1, server: 1, unknown: 1 },
};
const chains: Record<CertificateValue["chain"], 1> = {
  trusted: 1,
  "self-signed": 1,
  untrusted: 1,
  incomplete: 1,
  invalid: 1,
};
const stages: Record<PathFailure["stage"], 1> = {
  ...{ resolve: 1, connect: 1, greeting: 1, ehlo: 1, starttls: 1, tls: 1, session: 1 },
};
const failures: Record<PathFailure["kind"], 1> = {
  ...{ refused: 1, timeout: 1, unreachable: 1, reset: 1, closed: 1 },
  ...{ busy: 1, protocol: 1, "not-found": 1, local: 1 },
};
const tlsVersions: Record<TlsVersion, 1> = { SSLv3: 1, TLSv1: 1, "TLSv1.1": 1, "TLSv1.2": 1, "TLSv1.3": 1 };
const gates: Record<Gate, 1> = { connect: 1, mail: 1, rcpt: 1, none: 1 };

/** What the schema asks of a known value of this name. */
function valueSchema(name: FactName) {
  const branch = schema.definitions.fact.allOf.find(
    (each: { if: { properties: { name: { const: string } } } }) => each.if.properties.name.const === name,
  );
  return branch.then.properties.value.anyOf[1];
}

describe("the schema", () => {
  it("knows every fact name of the vocabulary", () => {
    expect([...schema.definitions.fact.properties.name.enum].sort()).toEqual(
      sampleReport.facts.map(({ name }) => name).sort(),
    );
  });

  const { definitions } = schema;
  it.each<[string, object, readonly string[]]>([
    ["inputs", inputKinds, definitions.input.properties.kind.enum],
    ["steps", stepNames, definitions.step.properties.name.enum],
    ["layers", layers, definitions.attribution.properties.layer.enum],
    ["chains", chains, definitions.certificate.properties.chain.enum],
    ["stages", stages, valueSchema("pathFailure").properties.stage.enum],
    ["failures", failures, valueSchema("pathFailure").properties.kind.enum],
    ["TLS versions", tlsVersions, valueSchema("tlsVersions").properties.accepted.items.enum],
    ["gates", gates, definitions.gate.enum],
  ])("knows the same %s as the model", (_, model, listed) => {
    expect([...listed].sort()).toEqual(Object.keys(model).sort());
  });

  it.each(sampleReport.facts.map(({ name }) => name))("refuses a value of %s that is of another shape", (name) => {
    const document = parsed(sampleReport);
    for (const wrong of [{ bogus: 1 }, 17, "of no kind", null, [1]]) {
      const facts = document.facts.map((fact: { name: string }) =>
        fact.name === name ? { ...fact, value: wrong } : fact,
      );
      expect(problems({ ...document, facts })).not.toEqual([]);
    }
  });

  const finding = parsed(sampleReport).findings[0];
  it.each<[string, object]>([
    ["a key too many", { extra: 1 }],
    ["another version", { schemaVersion: 1 }],
    ["another tool", { tool: { name: "other", version: "1" } }],
    ["a date without a time", { startedAt: "2026-11-24" }],
    ["no summary", { summary: undefined }],
    ["a severity that is none", { findings: [{ ...finding, severity: "severe" }] }],
    ["a status that is none", { findings: [{ ...finding, status: "ok" }] }],
    ["a verdict that is none", { findings: [{ ...finding, verdict: "maybe" }] }],
    ["a finding with a key too many", { findings: [{ ...finding, secret: "x" }] }],
    ["an exempt finding without its exemption", { findings: [{ ...finding, status: "exempt" }] }],
    [
      "a transcript in the evidence",
      { findings: [{ ...finding, evidence: [{ kind: "wire", at: "x", says: "x", transcript: [] }] }] },
    ],
    ["a transcript without lines", { transcripts: [{ id: 1, at: "x" }] }],
    ["evidence of no kind", { findings: [{ ...finding, evidence: [{ kind: "rumour", at: "x", says: "x" }] }] }],
    ["a fact that nobody named", { facts: [{ ...parsed(sampleReport).facts[0], name: "weather" }] }],
    ["a port out of range", { probes: [{ ...parsed(sampleReport).probes[0], port: 70000 }] }],
    ["a digest that is none", { inputs: [{ name: "x", kind: "postfix", sha256: "zz" }] }],
    ["an exit code that is none", { summary: { ...emptyReport.summary, exitCode: 4 } }],
  ])("refuses %s", (_, change) => {
    expect(problems(JSON.parse(JSON.stringify({ ...parsed(emptyReport), ...change })))).not.toEqual([]);
  });
});
