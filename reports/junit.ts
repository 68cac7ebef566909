import { createRequire } from "node:module";
import type { Builder, TestCase } from "junit-report-builder";
import type { Finding } from "../model/finding.js";
import type { Format } from "./format.js";
import { byText, groupBy, inOrder } from "./order.js";
import { oneLine } from "./text.js";
import { place, verdictMeaning } from "./words.js";

/**
 * JUnit XML, for CI systems: a suite per endpoint, a case per rule. Undecided findings are errors, because a skipped
 * case is shown green; exempt ones are skipped with their reason.
 */
export const junit: Format = {
  render(report) {
    const sorted = inOrder(report);
    const xml = newBuilder().name(sorted.tool.name);
    const unread = sorted.inputs.filter(({ problem }) => problem !== undefined);
    const inputs = unread.length > 0 ? xml.testSuite().name("inputs").timestamp(sorted.startedAt) : undefined;
    for (const { name, problem = "" } of unread)
      inputs?.testCase().className("port587.inputs").name(oneLine(name)).error(oneLine(problem), "unread");
    const suites = groupBy(sorted.findings, ({ subject }) => subject);
    for (const [subject, findings] of [...suites].sort(([a], [b]) => byText(a, b))) {
      const suite = xml.testSuite().name(oneLine(subject)).timestamp(sorted.startedAt);
      for (const finding of findings) {
        settle(
          suite
            .testCase()
            .className(`port587.${oneLine(subject)}`)
            .name(finding.rule),
          finding,
        );
      }
    }
    // Jenkins' schema has no such attribute on the root; it is the sum of the suites' own.
    return `${xml.build().replace(/^(<testsuites [^>]*?) skipped="\d+"/m, "$1")}\n`;
  },
};

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
