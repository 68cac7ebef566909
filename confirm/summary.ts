import { atLeast, type Finding, type Severity, severities, type Verdict } from "../model/finding.js";
import type { Summary } from "../model/report.js";

/**
 * Counts the findings and decides the exit code: 1 when a failed finding is at or above the gate, else 3 when something
 * could not be decided or probed, else 0.
 * @param probing whether live probes were asked for: then an endpoint that was not seen is inconclusive.
 */
export function summarise(findings: readonly Finding[], gate: Severity, probing: boolean): Summary {
  const failed = findings.filter((each) => each.status === "fail");
  const gated = failed.filter((each) => atLeast(each.severity, gate));
  const open = findings.filter((each) => each.status === "undecided" && atLeast(each.severity, gate));
  const verdicts: readonly Verdict[] = ["confirmed", "contradicted", "unreachable", "unverified", "static"];
  return {
    status: count(["fail", "pass", "undecided", "exempt"], findings, (each) => each.status),
    verdict: count(verdicts, findings, (each) => each.verdict),
    severity: count(severities, failed, (each) => each.severity),
    ...exit(gated.length, open.length, gate, probing),
  };
}

function exit(gated: number, open: number, gate: Severity, probing: boolean): Pick<Summary, "exitCode" | "because"> {
  if (gated > 0)
    return { exitCode: 1, because: `${gated} ${gated === 1 ? "finding" : "findings"} of severity ${gate} or higher` };
  if (open > 0)
    return {
      exitCode: 3,
      because: `${open} ${open === 1 ? "check" : "checks"} could not be decided${probing ? " or probed" : ""}`,
    };
  return { exitCode: 0, because: `no finding of severity ${gate} or higher` };
}

function count<K extends string>(
  keys: readonly K[],
  findings: readonly Finding[],
  of: (finding: Finding) => K,
): Record<K, number> {
  const counts = Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
  for (const finding of findings) counts[of(finding)]++;
  return counts;
}
