import type { Severity } from "../../model/finding.js";
import { emptyReport, plainReport, sampleReport, unknownReport } from "./sample-report.js";
import { textOf } from "./styles.js";

const render = (report = sampleReport, { colour = false, width = 100 } = {}) =>
  textOf("terminal", report, { colour, width });

/** Everything that could move a cursor, hide text or turn its direction; line feeds are ours. */
const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069]/;

describe("the terminal report", () => {
  it("tells one finding with all an engineer needs at 3 a.m.", () => {
    expect(render(plainReport)).toContain(
      [
        "✗ CRITICAL  tls-required  mail.example.com:587",
        "  Mail is accepted on port 587 without TLS: a password or a message can be read on the way.",
        "  CONFIRMED: The configuration says so, and the server took MAIL FROM in cleartext.",
        "  code    examples/acme/postfix/main.cf:12  smtpd_tls_security_level is may: TLS is offered, not",
        "          required.",
        "  default Postfix 3.10  smtpd_tls_auth_only is no unless it is set.",
        "  wire    mail.example.com:587 (192.0.2.25)  MAIL FROM is accepted without TLS.",
        "          > MAIL FROM:<> · 38 ms",
        "          < 250 2.1.0 Ok · 51 ms",
        "  fix     Set smtpd_tls_security_level = encrypt for the submission service in master.cf, then",
        "          postfix reload.",
        "  docs    https://example.org/port587/docs/rules/tls-required.md",
      ].join("\n"),
    );
  });

  it("names who blocks, how sure that is, why and what to do", () => {
    expect(render(plainReport, { width: 200 })).toContain(
      [
        "■ BLOCKED  mail.example.com:465",
        "  network ACL acl-0f00 rule 90 drops tcp 465 before rule 100 can admit it (cloud-firewall, high confidence)",
        "  because SYN to 192.0.2.25:465 timed out three times; port 587 of the same host answered in 11 ms.",
        "  because Rule 90 of acl-0f00 denies 465 from 0.0.0.0/0.",
        "  do      Delete rule 90, or admit tcp 465 with a lower rule number.",
        "  do      Until then, use port 587 with STARTTLS.",
      ].join("\n"),
    );
  });

  it("ends with the counts and why the exit code is what it is", () => {
    expect(render(plainReport)).toMatch(
      /3 failed \(1 critical, 2 high\), 1 undecided, 0 exempt, 0 passed\nverdicts: 1 contradicted, 1 confirmed, 1 unreachable, 1 static\nexit 1: 3 findings at or above high failed\.\n$/,
    );
  });

  it("puts first what matters most", () => {
    const failed = [...render().matchAll(/^✗ ([A-Z]+) {2}([a-z-]+)/gm)].map(
      ([, severity, rule]) => `${severity} ${rule}`,
    );
    expect(failed).toEqual([
      "CRITICAL fail-confirmed",
      "CRITICAL tls-required",
      "HIGH fail-contradicted",
      "HIGH submission-exposure",
      "HIGH submission-reachable",
      "MEDIUM fail-unreachable",
      "LOW greeting-honest",
      "LOW fail-unverified",
      "INFO fail-static",
    ]);
  });

  it("shows failed, then blocked, undecided, exempt and passed", () => {
    const text = render();
    const places = ["✗ INFO", "■ BLOCKED", "? UNDECIDED", "exempt, by decision", "✓ ", "exit 1"].map((mark) =>
      text.indexOf(`\n${mark}`),
    );
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it("lists what is missing for what is undecided, and short names for URNs", () => {
    expect(render(plainReport)).toContain(
      "  missing SecurityGroup app#egress[0].cidrBlocks\n  missing smtp.relay.example.net\n",
    );
  });

  it("asks once what many rules wait for", () => {
    const [open] = unknownReport.findings;
    if (!open) throw new Error("no finding");
    const alike = (rule: string, severity: Severity) => ({
      ...open,
      rule,
      severity,
      explanation: "The path is blocked.",
    });
    const findings = [
      alike("b", "high"),
      alike("a", "critical"),
      alike("c", "high"),
      { ...alike("d", "low"), missing: ["x"] },
    ];
    expect(render({ ...unknownReport, findings })).toContain(
      [
        "? UNDECIDED critical  3 rules  mail.example.com:587",
        "  a, b, c",
        "  static: The path is blocked.",
        "  missing smtpd_tls_security_level",
        "",
        "? UNDECIDED low  d  mail.example.com:587",
      ].join("\n"),
    );
  });

  it("always shows exemptions with reason, end and place", () => {
    expect(render(sampleReport, { width: 200 })).toContain(
      "- low exempt-confirmed  mail.example.com:587  CONFIRMED; until 2027-01-31, port587.yaml:41: Accepted until the move: confirmed",
    );
  });

  it("sums up passes in a line per subject, and names the proven ones", () => {
    expect(render()).toContain("✓ mail.example.com:465  2 passed: 1 confirmed (pass-confirmed), 1 unverified\n");
  });

  it("says plainly that nothing was found", () => {
    expect(render(emptyReport)).toContain("Nothing was judged: the inputs hold no mail endpoint.\n");
  });

  it("shows no tick where everything is unknown", () => {
    expect(render(unknownReport)).not.toContain("✓");
    expect(render(unknownReport)).toContain("0 failed, 2 undecided, 0 exempt, 0 passed");
  });

  it("shows the lines of a conversation that decide, not all of it", () => {
    expect(render(plainReport)).not.toContain("250-STARTTLS");
  });

  it("sends no control character of a server to the terminal", () => {
    expect(render()).not.toMatch(unsafe);
    expect(render()).toContain("\\x1b[2J\\x1b[31mowned");
  });

  it("in colour says the same words", () => {
    const coloured = render(sampleReport, { colour: true });
    expect(coloured).toContain("\u001b[31m");
    expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).toBe(render());
  });

  it.each([60, 80, 100, 132])("keeps to %i columns, but never breaks a link", (width) => {
    const long = render(sampleReport, { width })
      .split("\n")
      .filter((line) => [...line].length > width && !line.startsWith("  docs    "));
    expect(long).toEqual([]);
  });
});
