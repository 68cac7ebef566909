import { createHash } from "node:crypto";
import type * as builder from "node-sarif-builder";
import type { Artifact, Invocation, Location, Result } from "sarif";
import type { Evidence } from "../model/evidence.js";
import type { Finding, Severity } from "../model/finding.js";
import type { Report } from "../model/report.js";
import { required } from "../model/required.js";
import type { Format } from "./format.js";
import { jsonPieces } from "./json-pieces.js";
import { noticeLines } from "./notices.js";
import { byText, groupBy, inOrder } from "./order.js";
import { oneLine } from "./text.js";
import { place } from "./words.js";

/** Loaded for those who ask for this format. */
const builders = () => required<typeof builder>("node-sarif-builder");

/** SARIF 2.1.0 (OASIS), for code-scanning gates: what failed, what passed, what is open and what was accepted. */
export const sarif: Format = {
  *render(report) {
    const log = new (builders().SarifBuilder)({ $schema: "https://json.schemastore.org/sarif-2.1.0.json" });
    log.addRun(runOf(inOrder(report)));
    yield* jsonPieces(log.buildSarifOutput(), depth);
    yield "\n";
  },
};

/** The log, its runs, the run, its results, and each of them. */
const depth = 4;

function runOf(report: Report): builder.SarifRunBuilder {
  const { tool, findings } = report;
  const { SarifRunBuilder, SarifResultBuilder } = builders();
  const run = new SarifRunBuilder({
    invocations: [invocation(report)],
    artifacts: artifacts(report),
    columnKind: "utf16CodeUnits",
  });
  run.initSimple({ toolDriverName: tool.name, toolDriverVersion: tool.version });
  const rules = new Map(findings.toReversed().map((finding) => [finding.rule, finding]));
  for (const finding of [...rules.values()].sort((a, b) => byText(a.rule, b.rule))) run.addRule(ruleOf(finding));
  const seen = new Map<string, number>();
  for (const finding of findings) {
    const twin = seen.get(identity(finding)) ?? 0;
    seen.set(identity(finding), twin + 1);
    run.addResult(new SarifResultBuilder(resultOf(finding, twin)));
  }
  return run;
}

function invocation({ startedAt, summary, inputs, notices = [] }: Report): Invocation {
  const problems = inputs.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  const notes = [
    ...problems.map((text) => ({ level: "error" as const, message: { text: oneLine(text) } })),
    ...noticeLines(notices).map((text) => ({ level: "warning" as const, message: { text } })),
  ];
  return {
    executionSuccessful: problems.length === 0,
    ...(notes.length === 0 ? {} : { toolExecutionNotifications: notes }),
    startTimeUtc: startedAt,
    exitCode: summary.exitCode,
    exitCodeDescription: oneLine(summary.because),
  };
}

function artifacts({ inputs }: Report): Artifact[] {
  return inputs.flatMap(({ name, sha256 }) =>
    sha256
      ? [{ location: { uri: uriOf(name) }, roles: ["analysisTarget" as const], hashes: { "sha-256": sha256 } }]
      : [],
  );
}

const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
  info: "note",
};

/** The scale by which GitHub code scanning names severities: above 9 critical, 7 high, 4 medium, else low. */
const scores: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
  info: "0.1",
};

function ruleOf({ rule, title, severity, remedy, docs, standards }: Finding): builder.SarifRuleBuilder {
  const clauses = standards.map(({ source, section, asks }) => `${source}, section ${section}: ${asks}`);
  return new (builders().SarifRuleBuilder)({
    id: rule,
    shortDescription: { text: prose(title) },
    help: { text: [remedy, ...clauses, docs].map(prose).join("\n\n") },
    ...(URL.canParse(docs) ? { helpUri: docs } : {}),
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: ["security", "mail"], "security-severity": scores[severity] },
  });
}

const kinds = { fail: "fail", exempt: "fail", undecided: "open", pass: "pass" } as const;

function resultOf(finding: Finding, twin: number): Partial<Result> {
  const { rule, subject, status, severity, verdict, message, explanation, missing, exemption } = finding;
  const kind = kinds[status];
  const needs = missing.length > 0 ? `Missing: ${missing.map(place).join(", ")}.` : "";
  const [first, ...others] = lines(finding.evidence);
  return {
    ruleId: rule,
    kind,
    // Section 3.27.10: a result that is no failure has no level.
    level: kind === "fail" ? levels[severity] : "none",
    message: { text: [message, `${verdict}: ${explanation}`, needs].filter(Boolean).map(prose).join(" ") },
    locations: [{ ...first, logicalLocations: logical(finding) }],
    ...(others.length > 0 ? { relatedLocations: others } : {}),
    partialFingerprints: {
      "port587/v1": createHash("sha256")
        .update(`${identity(finding)}\n${twin}`)
        .digest("hex"),
    },
    ...(status === "exempt" ? { suppressions: [suppression(exemption)] } : {}),
    properties: { subject: oneLine(subject), status, severity, verdict },
  };
}

/** What stays the same from run to run, whatever the message says. */
function identity({ rule, subject }: Finding): string {
  return `${rule}\n${subject}`;
}

function suppression(exemption: Finding["exemption"]): NonNullable<Result["suppressions"]>[number] {
  const where = exemption && fileLine(exemption.at);
  return {
    kind: "external",
    status: "accepted",
    justification: exemption ? `${prose(exemption.reason)} (until ${exemption.expires})` : "No reason given.",
    ...(where ? { location: where } : {}),
  };
}

/** The endpoint, and every resource that the evidence names. */
function logical({ subject, evidence }: Finding): Location["logicalLocations"] {
  const resources = evidence.filter(({ kind, at }) => kind !== "wire" && kind !== "default" && !fileLine(at));
  const names = new Set([subject, ...resources.map(({ at }) => at)].map((name) => oneLine(name)));
  return [...names].map((fullyQualifiedName) => ({ fullyQualifiedName, kind: "resource" }));
}

function lines(evidence: readonly Evidence[]): Location[] {
  const places = groupBy(
    evidence.filter(({ kind }) => kind === "code"),
    ({ at }) => at,
  );
  return [...places].flatMap(([at, [one]]) => {
    const where = fileLine(at);
    return where ? [{ ...where, ...(one ? { message: { text: prose(one.says) } } : {}) }] : [];
  });
}

/** `file:line` as a physical location; URNs, ARNs and URLs are none. */
function fileLine(at: string): Location | undefined {
  const [, file = "", line = ""] = /^(?!urn:|arn:|[a-z][a-z0-9+.-]*:\/\/)(.+):([1-9]\d{0,8})$/i.exec(at) ?? [];
  if (!file) return undefined;
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: Number(line) } } };
}

/** A path as a URI reference: relative paths stay relative, so that they meet the repository's own. */
function uriOf(path: string): string {
  const shown = oneLine(path).replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
  return path.startsWith("/") ? `file://${shown}` : shown;
}

/** Plain text of a message: `[text](target)` would be a link (section 3.11.6), whoever wrote it. */
function prose(text: string): string {
  return oneLine(text, 2000).replaceAll("](", "] (");
}
