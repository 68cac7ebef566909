import { hostname, userInfo } from "node:os";
import fc from "fast-check";
import type { Report } from "../../model/report.js";
import { type FormatName, formats, renderCheck, type Style } from "../../reports/index.js";
import { oneLine } from "../../reports/text.js";
import { emptyReport, sampleReport, unknownReport } from "./sample-report.js";
import { textOf } from "./styles.js";

const names = Object.keys(formats) as FormatName[];
const style: Style = { colour: true, width: 90 };
const check = (report: Report) => [...renderCheck(report, style)].join("");
const renders = [
  ...names.map((name) => [name, (report: Report) => textOf(name, report, style)] as const),
  ["check", check] as const,
];

const alike = <T extends object>(values: readonly T[], key: keyof T, change: unknown) => [
  ...values,
  ...values.map((each) => ({ ...each, [key]: change })),
];

/** Everything twice, the second differing in what no sort key names. */
const twins: Report = {
  ...sampleReport,
  inputs: alike(sampleReport.inputs, "sha256", "4a".repeat(32)),
  facts: alike(sampleReport.facts, "evidence", []),
  findings: alike(sampleReport.findings, "message", "Another message."),
  probes: alike(sampleReport.probes, "conclusion", "Another conclusion."),
};

describe.each(renders)("%s", (name, render) => {
  it("gives the same bytes for the same report, whatever the order of its parts, also of those alike but for a word", () => {
    const expected = render(twins);
    const shuffled = <T>(values: readonly T[]) => fc.shuffledSubarray([...values], { minLength: values.length });
    const any = fc.record({
      inputs: shuffled(twins.inputs),
      facts: shuffled(twins.facts),
      findings: shuffled(twins.findings),
      probes: shuffled(twins.probes),
    });
    fc.assert(
      fc.property(any, (parts) => render({ ...twins, ...parts }) === expected),
      { numRuns: 15 },
    );
  });

  it("does not depend on the time zone or the clock", () => {
    const zone = process.env.TZ;
    const expected = render(sampleReport);
    process.env.TZ = "Pacific/Kiritimati";
    try {
      expect(render(sampleReport)).toBe(expected);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it("leaves the report as it was", () => {
    const before = JSON.stringify(sampleReport);
    render(sampleReport);
    expect(JSON.stringify(sampleReport)).toBe(before);
  });

  it("says nothing that the report does not say: no name of this machine, its user, its directories or environment", () => {
    process.env.npm_package_name = "canary-7f3a";
    const text = [sampleReport, emptyReport, unknownReport].map(render).join("");
    delete process.env.npm_package_name;
    const canaries = [hostname(), userInfo().homedir, process.cwd(), process.execPath, "canary-7f3a"];
    expect(canaries.filter((canary) => canary.length > 3 && text.includes(canary))).toEqual([]);
  });

  it("ends with exactly one line feed", () => {
    expect(render(emptyReport)).toMatch(/[^\n]\n$/);
    expect(name.length).toBeGreaterThan(0);
  });
});

/** The sample's findings, facts and probes for each of so many endpoints. */
function estateOf(endpoints: number): Report {
  const each = <T extends { readonly subject: string }>(values: readonly T[]) =>
    Array.from({ length: endpoints }, (_, i) =>
      values.map((value) => ({ ...value, subject: `h${i}.${value.subject}` })),
    );
  const { findings, facts, probes } = sampleReport;
  return { ...sampleReport, findings: each(findings).flat(), facts: each(facts).flat(), probes: each(probes).flat() };
}

/** V8 holds no string of more than half a billion characters, which a report of some thousand endpoints exceeds. */
it.each(["json", "html", "sarif", "junit"] as const)("%s comes in pieces that are small beside the whole", (format) => {
  const lengths = [...formats[format].render(estateOf(100), style)].map((piece) => piece.length);
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  expect(Math.max(...lengths)).toBeLessThan(whole / 10);
});

describe("oneLine", () => {
  it("makes every text safe to show, of bounded length, and leaves safe text alone", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.nat(200), (text, limit) => {
        const shown = oneLine(text, limit);
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
        expect(shown.length).toBeLessThanOrEqual(limit * 6 + 40);
        if (/^[ -~äöü€]*$/.test(text) && text.length <= limit) expect(shown).toBe(text);
      }),
    );
  });

  it.each([
    ["\u001b[31m", "\\x1b[31m"],
    ["a\r\nb", "a\\x0d\\x0ab"],
    ["\u202e", "\\u202e"],
    ["\ud800x", "\\ud800x"],
    ["tab\there", "tab here"],
    ["grüße 📧", "grüße 📧"],
  ])("shows %j as %j", (text, shown) => {
    expect(oneLine(text)).toBe(shown);
  });
});
