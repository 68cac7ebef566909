import { atLeast, type Finding, type Severity, severities, type Verdict } from "../model/finding.js";
import type { ProfileResult } from "../model/profile.js";
import type { Summary } from "../model/report.js";

/**
 * Counts the findings and decides the exit code: 1 when a failed finding is at or above the gate or a profile is not met,
 * else 3 when something could not be decided or probed, else 0.
 * @param probing whether live probes were asked for: then an endpoint that was not seen is inconclusive.
 * @param profiles the standards that were asked for; what they recommend (`should`) is not counted.
 * @param undecided the mail servers of which too little is known for any finding.
 * @param refused what of the input is wrong, as a clause: it comes before all else.
 */
export function summarise(
  findings: readonly Finding[],
  gate: Severity,
  probing: boolean,
  profiles: readonly ProfileResult[] = [],
  undecided = 0,
  refused = "",
): Summary {
  const failed = findings.filter((each) => each.status === "fail");
  const gated = failed.filter((each) => atLeast(each.severity, gate));
  const open = findings.filter((each) => each.status === "undecided" && atLeast(each.severity, gate));
  const verdicts: readonly Verdict[] = ["confirmed", "contradicted", "unreachable", "unverified", "static"];
  return {
    status: count(["fail", "pass", "undecided", "exempt"], findings, (each) => each.status),
    verdict: count(verdicts, findings, (each) => each.verdict),
    severity: count(severities, failed, (each) => each.severity),
    ...exit(gated.length, open.length + undecided, gate, probing, profiles, refused),
  };
}

function exit(
  gated: number,
  open: number,
  gate: Severity,
  probing: boolean,
  profiles: readonly ProfileResult[],
  refused: string,
): Pick<Summary, "exitCode" | "because"> {
  const failures = [
    ...(gated > 0 ? [`${gated} ${gated === 1 ? "finding" : "findings"} of severity ${gate} or higher`] : []),
    ...requirements(profiles, "fail", "not met"),
  ];
  if (refused !== "") return { exitCode: 2, because: [refused, ...failures].join("; ") };
  if (failures.length > 0) return { exitCode: 1, because: failures.join("; ") };
  const questions = [
    ...(open > 0
      ? [`${open} ${open === 1 ? "check" : "checks"} could not be decided${probing ? " or probed" : ""}`]
      : []),
    ...requirements(profiles, "unknown", "not decided"),
  ];
  if (questions.length > 0) return { exitCode: 3, because: questions.join("; ") };
  const met = profiles.map(({ profile }) => `${profile} is met`);
  return { exitCode: 0, because: [`no finding of severity ${gate} or higher`, ...met].join("; ") };
}

function requirements(profiles: readonly ProfileResult[], status: "fail" | "unknown", words: string): string[] {
  return profiles.flatMap(({ profile, subjects }) => {
    const own = subjects.flatMap((each) => each.requirements);
    const number = own.filter((each) => each.level === "must" && each.status === status).length;
    if (own.length === 0 && status === "unknown") return [`${profile}: no submission port is known`];
    return number > 0 ? [`${number} ${number === 1 ? "requirement" : "requirements"} of ${profile} ${words}`] : [];
  });
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
