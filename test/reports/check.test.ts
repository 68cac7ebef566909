import { renderCheck } from "../../reports/index.js";
import { emptyReport, plainReport, sampleReport } from "./sample-report.js";

const render = (report = plainReport, colour = false, width = 100) =>
  [...renderCheck(report, { colour, width })].join("");

describe("the check view", () => {
  it("has a line per step in aligned columns, then the conclusion and the advice", () => {
    expect(render()).toBe(
      [
        "mail.example.com:465  1 connection",
        "  ✓ resolve          8 ms              192.0.2.25",
        "  ✗ connect       5000 ms  192.0.2.25  no answer within 5 s",
        "  → Port 465 is blocked on the way, most likely by network ACL acl-0f00.",
        "    - Check rule 90 of acl-0f00.",
        "",
        "mail.example.com:587  3 connections",
        "  ✓ resolve          8 ms                192.0.2.25, 2001:db8::25",
        "  ✓ connect         11 ms  192.0.2.25    open",
        "  ✗ connect          1 ms  2001:db8::25  network is unreachable",
        "  ✓ greeting        13 ms                220 \\x1b[2J\\x1b[31mowned\\x1b]0;owned\\x07<script>document.ti",
        `                                         tle="owned"</script><img src=x`,
        `                                         onerror="document.title='owned'">`,
        "  ✓ ehlo            13 ms                STARTTLS, AUTH PLAIN LOGIN, 8BITMIME",
        "  ✓ starttls        31 ms                TLSv1.3",
        "  ✓ certificate      0 ms                trusted, mail.example.com, 38 days left",
        "  ✗ auth            13 ms                PLAIN and LOGIN are offered before TLS",
        "  ? relay           14 ms                450 4.2.0 greylisted: try again later",
        "  → Submission on mail.example.com:587 works from here, but passwords may travel in cleartext.",
        "    - Set smtpd_tls_auth_only = yes.",
        "    - Try port 465 from mobile networks.",
        "",
        "exit 1: 3 findings at or above high failed.",
        "Port 587 of mail.example.com works, but passwords may travel in cleartext; port 465 is blocked on",
        "the way, most likely by network ACL acl-0f00.",
        "",
      ].join("\n"),
    );
  });

  it("ends in the standards that were asked for: what is not met, what is open, what is met", () => {
    const shown = render(sampleReport).split("\n");
    const at = shown.findIndex((line) => line.startsWith("§ ncsc-nl-2025-05"));
    expect(shown.slice(at, at + 6)).toEqual([
      "§ ncsc-nl-2025-05  NCSC-NL, Security guidelines for TLS, 2025-05 (2025-05)",
      "  source  https://www.ncsc.nl/en/transport-layer-security",
      "  mail.example.com:587: 2 of 5 met, 2 not met, 1 unknown; of 3 recommended 1 met",
      "  ✗ 3.3.1  fail-must (must): What fail-must asks.",
      "    mail.example.com:587: fail-must fail",
      "    wire: mail.example.com:587 (192.0.2.25)  MAIL FROM is accepted without TLS.",
    ]);
    expect(shown).toContain("    missing: a list of every accepted cipher suite");
    expect(shown).toContain("  ✓ pass-must (3.3.1), pass-should (3.3.1), unsure (3.3.1)");
    expect(shown).toContain("  no submission port is known");
    expect(shown.join("\n")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  it("has the mail domains after the endpoints", () => {
    const { domains, profiles: _, ...rest } = sampleReport;
    const lines = render({ ...rest, probes: [], domains }).split("\n");
    expect(lines.slice(0, 3)).toEqual([
      "example.com\\u202egpj.exe\\u2066\\u200b  mail domain",
      "  ✓ mx               4 ms  10 mx.example.com",
      "  ✗ mta-sts         31 ms  it does not name \\x1b[2J\\x1b[31mowned\\x1b]0;owned\\x07",
    ]);
    expect(lines).toContain("  → what example.com publishes was read, but is not sound.");
    expect(lines).toContain("    - Name every MX in the policy.");
  });

  it("in colour says the same words", () => {
    const coloured = render(plainReport, true);
    expect(coloured).toContain("\u001b[32m✓");
    expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).toBe(render());
  });

  it("keeps to a narrow terminal", () => {
    expect(
      render(plainReport, false, 72)
        .split("\n")
        .filter((line) => line.length > 72),
    ).toEqual([]);
  });

  it("says so when nothing was probed", () => {
    expect(render(emptyReport)).toBe("Nothing was probed.\n\nexit 0: Nothing failed.\n");
  });
});
