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

/** What an engineer must act on first comes first. */
function byImportance(a: Finding, b: Finding): number {
  return (
    statuses.indexOf(a.status) - statuses.indexOf(b.status) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict) ||
    byText(a.rule, b.rule) ||
    byText(a.subject, b.subject)
  );
}

/** By subject, name and origin. */
export function sortedFacts(facts: readonly Fact[]): Fact[] {
  return sorted(facts, (a, b) => byText(a.subject, b.subject) || byText(a.name, b.name) || byText(a.origin, b.origin));
}

/** By code unit: the order must not depend on the machine's locale. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Ties end in the values' own text, which is written once for each of them, so that the order is total. */
function sorted<T>(values: readonly T[], compare: (a: T, b: T) => number): T[] {
  const ordered = values.toSorted(compare);
  for (let from = 0, to = 1; from < ordered.length; from = to++) {
    const first = ordered[from] as T;
    while (to < ordered.length && compare(first, ordered[to] as T) === 0) to++;
    if (to - from < 2) continue;
    const texts = ordered.slice(from, to).map((value) => [JSON.stringify(value), value] as const);
    for (const [i, [, value]] of texts.sort(([a], [b]) => byText(a, b)).entries()) ordered[from + i] = value;
  }
  return ordered;
}

/** The report with everything in the order in which every format shows it. */
export function inOrder(report: Report): Report {
  return {
    ...report,
    inputs: sorted(report.inputs, (a, b) => byText(a.name, b.name)),
    ...(report.notices
      ? { notices: report.notices.toSorted((a, b) => byText(a.at, b.at) || byText(a.says, b.says)) }
      : {}),
    facts: sortedFacts(report.facts),
    findings: sorted(report.findings, byImportance),
    ...(report.profiles ? { profiles: report.profiles.toSorted((a, b) => byText(a.profile, b.profile)) } : {}),
    probes: sorted(report.probes, (a, b) => byText(a.subject, b.subject)),
    domains: sorted(report.domains, (a, b) => byText(a.domain, b.domain)),
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
