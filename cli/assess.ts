import { conclusion, confirm, summarise } from "../confirm/index.js";
import type { Declaration } from "../model/declaration.js";
import type { Fact } from "../model/fact.js";
import type { Severity } from "../model/finding.js";
import type { Observation } from "../model/observation.js";
import type { Input, Report } from "../model/report.js";
import { docsOf, judge, rules } from "../policies/index.js";
import { version } from "./version.js";

export interface Assessment {
  readonly inputs: readonly Input[];
  /** Planned and deployed facts. */
  readonly facts: readonly Fact[];
  readonly observations: readonly Observation[];
  readonly declaration: Declaration;
  readonly gate: Severity;
  readonly startedAt: Date;
}

/** Judges facts of all origins and joins them into the report that every format renders. */
export function assess({ inputs, facts, observations, declaration, gate, startedAt }: Assessment): Report {
  const known = [...facts, ...observations.flatMap((each) => each.facts)];
  const { findings, blocks } = confirm(
    judge(rules, known, declaration, startedAt),
    known,
    declaration,
    startedAt,
    docsOf,
  );
  const all = [...known, ...blocks];
  return {
    schemaVersion: 1,
    tool: { name: "port587", version },
    startedAt: startedAt.toISOString(),
    inputs,
    facts: all,
    findings,
    probes: observations.map(({ facts: _, ...probe }) => ({ ...probe, ...conclusion(probe.subject, findings, all) })),
    summary: summarise(findings, gate, observations.length > 0),
  };
}
