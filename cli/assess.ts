import { conclusions, domainConclusion, summarise } from "../confirm/index.js";
import type { Declaration } from "../model/declaration.js";
import type { Fact } from "../model/fact.js";
import type { Severity } from "../model/finding.js";
import type { Notice } from "../model/network.js";
import type { Input, Report } from "../model/report.js";
import { viewsOf } from "../policies/index.js";
import { judgeProfile } from "../policies/profiles/judge.js";
import type { Profile } from "../policies/profiles/profile.js";
import { found, type Settled } from "./found.js";
import type { Live } from "./probe.js";
import { version } from "./version.js";

export interface Assessment {
  readonly inputs: readonly Input[];
  readonly notices?: readonly Notice[];
  /** Mail servers of which nothing can be judged, because it is not known where they listen. */
  readonly undecided?: number;
  /** What of the input is wrong, as a clause, so that the command ends with 2. */
  readonly refused?: string;
  /** Planned and deployed facts, and what other scanners saw. */
  readonly facts: readonly Fact[];
  readonly live: Live;
  readonly declaration: Declaration;
  readonly gate: Severity;
  /** The standards that were asked for. */
  readonly profiles: readonly Profile[];
  readonly startedAt: Date;
  /** What was judged before the rest was known. */
  readonly settled?: Settled;
}

/** Judges facts of all origins and joins them into the report that every format renders. */
export function assess(assessment: Assessment): Report {
  const { inputs, facts, declaration, gate, startedAt } = assessment;
  const notices = [...(assessment.notices ?? []), ...(assessment.live.notices ?? [])];
  const { observations, domains } = assessment.live;
  const known = [...facts, ...[...observations, ...domains].flatMap((each) => each.facts)];
  const { findings, blocks } = found(known, declaration, startedAt, assessment.settled);
  const all = [...known, ...blocks];
  const conclusionOn = conclusions(findings, all);
  const views = assessment.profiles.length > 0 ? [...viewsOf(known, declaration, startedAt)] : [];
  const profiles = assessment.profiles.map((each) => judgeProfile(each, views));
  return {
    schemaVersion: 2,
    tool: { name: "port587", version },
    startedAt: startedAt.toISOString(),
    inputs,
    ...(notices.length > 0 ? { notices } : {}),
    facts: all,
    findings,
    probes: observations.map(({ facts: _, addresses: __, ...probe }) => {
      const greeting = probe.steps.find(({ name, outcome }) => name === "greeting" && outcome === "ok");
      return { ...probe, ...conclusionOn(probe.subject, greeting?.ms) };
    }),
    ...(profiles.length > 0 ? { profiles } : {}),
    domains: domains.map(({ facts: _, ...each }) => ({ ...each, ...domainConclusion(each, findings) })),
    summary: summarise(findings, gate, observations.length > 0, profiles, assessment.undecided, assessment.refused),
  };
}
