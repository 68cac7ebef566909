import type { Fact } from "../model/fact.js";
import { type Finding, severities, type Verdict } from "../model/finding.js";
import type { Report } from "../model/report.js";

export const statuses = ["fail", "undecided", "exempt", "pass"] as const satisfies readonly Finding["status"][];

/** Most serious first: a wire that contradicts the definitions means that nobody knows what runs. */
export const verdicts = [
  "contradicted",
  "confirmed",
  "unreachable",
  "unverified",
  "static",
] as const satisfies readonly Verdict[];

/** What an engineer must act on first comes first; ties end in the finding's own text, so the order is total. */
export function byImportance(a: Finding, b: Finding): number {
  return (
    statuses.indexOf(a.status) - statuses.indexOf(b.status) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict) ||
    byText(a.rule, b.rule) ||
    byText(a.subject, b.subject) ||
    byJson(a, b)
  );
}

export function byFact(a: Fact, b: Fact): number {
  return byText(a.subject, b.subject) || byText(a.name, b.name) || byText(a.origin, b.origin) || byJson(a, b);
}

/** By code unit: the order must not depend on the machine's locale. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byJson(a: unknown, b: unknown): number {
  return byText(JSON.stringify(a), JSON.stringify(b));
}

/** The report with everything in the order in which every format shows it. */
export function inOrder(report: Report): Report {
  return {
    ...report,
    inputs: report.inputs.toSorted((a, b) => byText(a.name, b.name) || byJson(a, b)),
    ...(report.notices
      ? { notices: report.notices.toSorted((a, b) => byText(a.at, b.at) || byText(a.says, b.says)) }
      : {}),
    facts: report.facts.toSorted(byFact),
    findings: report.findings.toSorted(byImportance),
    ...(report.profiles ? { profiles: report.profiles.toSorted((a, b) => byText(a.profile, b.profile)) } : {}),
    probes: report.probes.toSorted((a, b) => byText(a.subject, b.subject) || byJson(a, b)),
    domains: report.domains.toSorted((a, b) => byText(a.domain, b.domain) || byJson(a, b)),
  };
}

/** The values by key, keys in the order in which they first appear. */
export function groupBy<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group) group.push(value);
    else groups.set(key(value), [value]);
  }
  return groups;
}
