import { readFileSync } from "node:fs";
import { validateXML } from "xmllint-wasm";
import type { Report } from "../../model/report.js";
import { emptyReport, plainReport, sampleReport, unknownReport } from "./sample-report.js";
import { textOf } from "./styles.js";

const render = (report: Report) => textOf("junit", report);
const jenkins = readFileSync(new URL("./fixtures/jenkins-junit-10.xsd", import.meta.url), "utf8");

async function problems(xml: string): Promise<string[]> {
  const { errors } = await validateXML({ xml: { fileName: "report.xml", contents: xml }, schema: [jenkins] });
  return errors.map(({ message }) => message);
}

const count = (xml: string, pattern: RegExp) => [...xml.matchAll(pattern)].length;

describe("the JUnit report", () => {
  it.each(Object.entries({ sampleReport, plainReport, emptyReport, unknownReport }))(
    "%s keeps Jenkins' schema",
    async (_, report) => {
      expect(await problems(render(report))).toEqual([]);
    },
  );

  it("the schema is strict enough to refuse an attribute it does not know", async () => {
    expect(await problems(render(plainReport).replace("<testcase ", '<testcase colour="red" '))).not.toEqual([]);
  });

  it("has a suite per subject and a case per finding; undecided is an error, exempt is skipped", () => {
    const xml = render(sampleReport);
    const of = (status: string) => sampleReport.findings.filter((finding) => finding.status === status).length;
    expect(count(xml, /<testsuite name=/g)).toBe(new Set(sampleReport.findings.map(({ subject }) => subject)).size);
    expect(count(xml, /<testcase /g)).toBe(sampleReport.findings.length);
    expect(count(xml, /<failure message=/g)).toBe(of("fail"));
    expect(count(xml, /<error message=/g)).toBe(of("undecided"));
    expect(count(xml, /<skipped message=/g)).toBe(of("exempt"));
    expect(xml).toContain(
      `<testsuites name="port587" tests="25" failures="${of("fail")}" errors="${of("undecided")}">`,
    );
  });

  it("counts the skipped cases of a suite", () => {
    const suites = [...render(sampleReport).matchAll(/<testsuite name="([^"]*)".* skipped="(\d+)"/g)].map(
      ([, name, skipped]) => [name, Number(skipped)],
    );
    for (const [name, skipped] of suites) {
      const exempt = sampleReport.findings.filter(
        ({ subject, status }) => status === "exempt" && escaped(subject) === name,
      );
      expect([name, skipped]).toEqual([name, exempt.length]);
    }
  });

  it("gives the reason and the end of an exemption", () => {
    expect(render(sampleReport)).toContain(
      '<skipped message="exempt until 2027-01-31: Accepted until the move: confirmed (port587.yaml:41)"/>',
    );
  });

  it("is green for nothing that is unknown", () => {
    expect(render(unknownReport)).toContain('tests="2" failures="0" errors="2"');
  });

  it("lets no server end a CDATA section or send a character that XML forbids", () => {
    const xml = render(sampleReport);
    expect(count(xml, /<failure\/>/g)).toBe(1);
    expect(xml).toContain("]] >]] ><failure/>]] >");
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/);
  });
});

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
