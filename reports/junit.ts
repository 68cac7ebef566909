import { createRequire } from "node:module";
import type { Builder, TestCase, TestSuite } from "junit-report-builder";
import type { Finding } from "../model/finding.js";
import type { Input } from "../model/report.js";
import type { Format } from "./format.js";
import { byText, groupBy, inOrder } from "./order.js";
import { oneLine } from "./text.js";
import { place, verdictMeaning } from "./words.js";

/**
 * JUnit XML, for CI systems: a suite per endpoint, a case per rule. Undecided findings are errors, because a skipped
 * case is shown green; exempt ones are skipped with their reason.
 */
export const junit: Format = {
  *render(report) {
    const { tool, startedAt, inputs, findings } = inOrder(report);
    const unread = inputs.filter(({ problem }) => problem !== undefined);
    const of = (status: Finding["status"]) => findings.filter((each) => each.status === status).length;
    const counts = `tests="${unread.length + findings.length}" failures="${of("fail")}" errors="${unread.length + of("undecided")}"`;
    // Jenkins' schema has no count of the skipped here.
    yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${tool.name}" ${counts}`;
    if (unread.length + findings.length === 0) {
      yield "/>\n";
      return;
    }
    yield ">";
    if (unread.length > 0) yield suiteXml("inputs", startedAt, (suite) => addUnread(suite, unread));
    const subjects = [...groupBy(findings, ({ subject }) => subject)].sort(([a], [b]) => byText(a, b));
    for (const [subject, own] of subjects)
      yield suiteXml(subject, startedAt, (suite) => {
        for (const finding of own)
          settle(
            suite
              .testCase()
              .className(`port587.${oneLine(subject)}`)
              .name(finding.rule),
            finding,
          );
      });
    yield "\n</testsuites>\n";
  },
};

/** One suite as the builder writes it, without what it writes around all suites. */
function suiteXml(name: string, timestamp: string, fill: (suite: TestSuite) => void): string {
  const builder = newBuilder();
  fill(builder.testSuite().name(oneLine(name)).timestamp(timestamp));
  const text = builder.build();
  return text.slice(text.indexOf("\n  <testsuite "), text.lastIndexOf("\n</testsuites>"));
}

function addUnread(suite: TestSuite, unread: readonly Input[]): void {
  for (const { name, problem = "" } of unread)
    suite.testCase().className("port587.inputs").name(oneLine(name)).error(oneLine(problem), "unread");
}

/** Its types promise an ES default export where Node finds `module.exports`; it is loaded only when it is needed. */
function newBuilder(): Builder {
  const builder: Builder = createRequire(import.meta.url)("junit-report-builder");
  return builder.newBuilder();
}

function settle(testCase: TestCase, finding: Finding): void {
  const { status, severity, message, exemption } = finding;
  if (status === "fail") testCase.failure(oneLine(message), severity).stacktrace(body(finding));
  if (status === "undecided") testCase.error(oneLine(message), "undecided", body(finding));
  if (status === "exempt") {
    skip(testCase, exemption ? `exempt until ${exemption.expires}: ${exemption.reason} (${exemption.at})` : "exempt");
  }
}

/** The builder writes `<skipped/>` without a message; readers show the message, so it is written here. */
function skip(testCase: TestCase, reason: string): void {
  const build = testCase.build.bind(testCase);
  testCase.getSkippedCount = () => 1;
  testCase.build = (parent) => {
    const element = build(parent);
    element.element("skipped", { message: oneLine(reason) });
    return element;
  };
}

function body({ verdict, explanation, evidence, missing, remedy, docs }: Finding): string {
  const told = [
    `${verdict}: ${explanation || verdictMeaning[verdict]}`,
    ...missing.map((input) => `missing: ${place(input)}`),
    ...evidence.map(({ kind, at, says }) => `${kind}: ${place(at)}: ${says}`),
    `fix: ${remedy}`,
    `docs: ${docs}`,
  ];
  // The builder splits only the first `]]>` of a CDATA section.
  return told.map((line) => oneLine(line).replaceAll("]]>", "]] >")).join("\n");
}
