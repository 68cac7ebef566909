import type { Exemption } from "../model/declaration.js";
import type { Finding } from "../model/finding.js";

/** An accepted finding stays in every report, with its reason and the day on which it returns. */
export function exempt(finding: Finding, exemptions: readonly Exemption[], now: Date): Finding {
  if (finding.status === "pass") return finding;
  const held = exemptions.find((each) => matches(each, finding) && !hasExpired(each, now));
  return held
    ? { ...finding, status: "exempt", exemption: { reason: held.reason, expires: held.expires, at: held.at } }
    : finding;
}

/** Exemptions that match nothing or have run out: a decision that nobody needs any more, or has to be taken again. */
export function staleExemptions(exemptions: readonly Exemption[], findings: readonly Finding[], now: Date): Finding[] {
  return exemptions.flatMap((each) => {
    const expired = hasExpired(each, now);
    const used = findings.some((finding) => matches(each, finding) && finding.status !== "pass");
    if (used && !expired) return [];
    const problem = expired ? `expired on ${each.expires}` : "matches no finding";
    return [
      {
        rule: "stale-exemption",
        title: "Every exemption is needed and still holds",
        severity: "info",
        subject: each.subject,
        status: "fail",
        verdict: "static",
        message: `The exemption of ${each.rule} for ${each.subject} ${problem}`,
        explanation: "Exemptions are dated decisions; this one has no effect.",
        remedy: expired
          ? "Mend the finding, or decide again with a new date."
          : "Remove the exemption, or correct its rule and subject.",
        docs: "docs/exemptions.md",
        standards: [],
        missing: [],
        evidence: [{ kind: "code", at: each.at, says: `reason given: ${each.reason}` }],
      } satisfies Finding,
    ];
  });
}

function matches(exemption: Exemption, finding: Finding): boolean {
  return exemption.rule === finding.rule && exemption.subject === finding.subject;
}

function hasExpired({ expires }: Exemption, now: Date): boolean {
  return now.getTime() > new Date(`${expires}T23:59:59.999Z`).getTime();
}
