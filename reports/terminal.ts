import type { Evidence } from "../model/evidence.js";
import { factsNamed } from "../model/fact.js";
import type { Finding } from "../model/finding.js";
import type { Report } from "../model/report.js";
import { alike, named, whose } from "./alike.js";
import { decidingLines } from "./deciding.js";
import type { Format } from "./format.js";
import { noticeLines } from "./notices.js";
import { byText, groupBy, inOrder, statuses, verdicts } from "./order.js";
import { type Pen, penFor } from "./pen.js";
import { profileBlocks } from "./profiles.js";
import { type Question, questionsOf, questionText } from "./questions.js";
import { count, oneLine } from "./text.js";
import { type Blocked, blocked, place, seenBy, statusWord, verdictMeaning, verdictWord } from "./words.js";

/** For the engineer at 3 a.m.: what failed first, why, the evidence that decides, the fix; what passed in a line. */
export const terminal: Format = {
  render(report, style) {
    const sorted = inOrder(report);
    const pen = penFor(style);
    const of = (status: Finding["status"]) => sorted.findings.filter((finding) => finding.status === status);
    const dead = new Set(factsNamed(sorted.facts, "pathFailure").map(({ subject }) => subject));
    const blocks = [
      head(sorted, pen),
      ...alike(of("fail"), (each) => (dead.has(each.subject) ? failureText(each) : undefined)).map((group) =>
        failed(group, pen),
      ),
      ...alike(blocked(sorted), ({ by }) => JSON.stringify([by.layer, by.culprit, by.confidence, by.advice])).map(
        (group) => culprit(group, pen),
      ),
      ...alike(questionsOf(sorted.findings), questionText).map((group) => undecided(group, pen)),
      section("exempt, by decision", of("exempt"), (finding) => exempt(finding, pen), pen),
      passes(of("pass"), pen),
      ...profileBlocks(sorted, pen),
      summary(sorted, pen),
    ];
    return blocks.filter((block) => block.length > 0).map((block, i) => (i === 0 ? `${block}\n` : `\n${block}\n`));
  },
};

function head({ tool, startedAt, inputs, notices = [], probes }: Report, pen: Pen): string {
  const extent = `${count(inputs.length, "input")}, ${count(probes.length, "endpoint")} probed`;
  return [
    pen.paragraph(pen.dim, `${tool.name} ${tool.version} · ${startedAt} · ${extent}`),
    ...inputs.flatMap(({ problem }) => (problem ? [pen.paragraph(pen.red, `! not read: ${problem}`, 0, 2)] : [])),
    ...noticeLines(notices).map((line) => pen.paragraph(pen.yellow, `! ${line}`, 0, 2)),
  ].join("\n");
}

/** What definitions say of one endpoint is said of no other. */
function failureText({ severity, rule, message, verdict, explanation, evidence, remedy }: Finding): string | undefined {
  if (evidence.some(({ kind }) => kind !== "wire")) return undefined;
  return JSON.stringify([severity, rule, message, verdict, explanation, remedy]);
}

function failed(group: readonly Finding[], pen: Pen): string {
  const [finding] = group;
  if (!finding) return "";
  const { severity, rule, message, evidence, remedy, docs } = finding;
  return [
    pen.title("✗", pen.severity(severity), severity.toUpperCase(), `${rule}  ${whose(group)}`),
    pen.paragraph(pen.bold, message, 2),
    ...named(group).map((line) => pen.paragraph(pen.plain, line, 2)),
    verdictLine(finding, pen),
    ...evidence.flatMap((each) => proof(each, pen)),
    pen.field("fix", remedy),
    pen.link("docs", docs),
  ].join("\n");
}

function verdictLine(finding: Finding, pen: Pen): string {
  const { verdict, explanation } = finding;
  const word = `${verdictWord(verdict)}${seenBy(finding)}`;
  return pen.paragraph(pen.verdict(verdict), `${word}: ${explanation || verdictMeaning[verdict]}`, 2);
}

function proof(evidence: Evidence, pen: Pen): string[] {
  const layer = evidence.layer ? ` (${evidence.layer.name}: ${evidence.layer.decision})` : "";
  return [
    pen.field(evidence.kind, `${place(evidence.at)}  ${evidence.says}${layer}`),
    ...decidingLines(evidence).map(({ at, by, text }) =>
      pen.paragraph(pen.dim, `${by} ${oneLine(text, 160).trimEnd()} · ${at} ms`, 10, 2),
    ),
  ];
}

function culprit(group: readonly Blocked[], pen: Pen): string {
  const [first] = group;
  if (!first) return "";
  const { by } = first;
  return [
    pen.title("■", pen.red, "BLOCKED", whose(group)),
    pen.paragraph(pen.bold, `${by.culprit} (${by.layer}, ${by.confidence} confidence)`, 2),
    ...named(group).map((line) => pen.paragraph(pen.plain, line, 2)),
    ...by.because.map((reason) => pen.field("because", reason)),
    ...by.advice.map((advice) => pen.field("do", advice)),
  ].join("\n");
}

function undecided(group: readonly Question[], pen: Pen): string {
  const [question] = group;
  if (!question) return "";
  const { worst, findings } = question;
  const { severity, rule, message, missing, docs } = worst;
  const alone = findings.length === 1;
  const rules = findings.map((each) => each.rule).join(", ");
  return [
    pen.title(
      "?",
      pen.yellow,
      `UNDECIDED ${severity}`,
      `${alone ? rule : count(findings.length, "rule")}  ${whose(group)}`,
    ),
    pen.paragraph(pen.bold, alone ? message : rules, 2),
    ...named(group).map((line) => pen.paragraph(pen.plain, line, 2)),
    verdictLine(worst, pen),
    ...missing.map((input) => pen.field("missing", place(input))),
    ...(alone ? [pen.link("docs", docs)] : []),
  ].join("\n");
}

function exempt(finding: Finding, pen: Pen): string {
  const { rule, subject, severity, verdict, exemption } = finding;
  const decision = exemption ? `until ${exemption.expires}, ${exemption.at}: ${exemption.reason}` : "no reason given";
  return pen.paragraph(
    pen.plain,
    `- ${severity} ${rule}  ${subject}  ${verdictWord(verdict)}${seenBy(finding)}; ${decision}`,
    0,
    2,
  );
}

function passes(findings: readonly Finding[], pen: Pen): string {
  return [...groupBy(findings, ({ subject }) => subject)]
    .sort(([a], [b]) => byText(a, b))
    .map(([subject, passed]) =>
      pen.paragraph(pen.green, `✓ ${subject}  ${passed.length} passed: ${proofs(passed)}`, 0, 2),
    )
    .join("\n");
}

/** Confirmed passes by name: those alone are proven; of the others the reader needs the number and the reason. */
function proofs(passed: readonly Finding[]): string {
  const byVerdict = groupBy(passed, ({ verdict }) => verdict);
  return verdicts
    .flatMap((verdict) => {
      const group = byVerdict.get(verdict) ?? [];
      return [...groupBy(group, seenBy)].map(([by, told]) => {
        const names = verdict === "confirmed" ? ` (${told.map(({ rule }) => rule).join(", ")})` : "";
        return `${told.length} ${verdict}${by}${names}`;
      });
    })
    .join(", ");
}

function section(title: string, findings: readonly Finding[], line: (finding: Finding) => string, pen: Pen): string {
  return findings.length === 0 ? "" : [pen.paragraph(pen.bold, title), ...findings.map(line)].join("\n");
}

function summary(
  { summary: { status, severity, verdict, exitCode, because }, findings, facts }: Report,
  pen: Pen,
): string {
  const parts = Object.entries(severity).flatMap(([name, number]) => (number > 0 ? [`${number} ${name}`] : []));
  const counts = statuses.map(
    (name) =>
      `${status[name]} ${statusWord[name]}${name === "fail" && parts.length > 0 ? ` (${parts.join(", ")})` : ""}`,
  );
  const seen = verdicts.flatMap((name) => (verdict[name] > 0 ? [`${verdict[name]} ${name}`] : []));
  const nothing = facts.length === 0 ? "the inputs hold no mail endpoint" : "no rule had anything to say";
  return [
    ...(findings.length === 0 ? [pen.paragraph(pen.yellow, `Nothing was judged: ${nothing}.`)] : []),
    pen.paragraph(pen.bold, counts.join(", ")),
    ...(seen.length > 0 ? [pen.paragraph(pen.plain, `verdicts: ${seen.join(", ")}`)] : []),
    pen.paragraph(exitCode === 0 ? pen.green : exitCode === 3 ? pen.yellow : pen.red, `exit ${exitCode}: ${because}`),
  ].join("\n");
}
