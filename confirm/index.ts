import type { Declaration } from "../model/declaration.js";
import type { Evidence } from "../model/evidence.js";
import { type Attribution, type Fact, factsNamed } from "../model/fact.js";
import type { Finding, Outcome } from "../model/finding.js";
import { isUnknown } from "../model/maybe.js";
import type { Judgement, Rule } from "../model/rule.js";
import { attributions } from "./attribution/index.js";
import { exempt, staleExemptions } from "./exemptions.js";
import { join, type Probed } from "./join.js";

export interface Confirmed {
  /** Sorted by rule and subject. */
  readonly findings: readonly Finding[];
  /** Who blocks each endpoint that could not be probed to the end. */
  readonly blocks: readonly Fact[];
}

/** Joins the judgements of both sides into findings. Pure: `now` decides which exemptions still hold. */
export function confirm(
  judgements: readonly Judgement[],
  facts: readonly Fact[],
  declaration: Declaration,
  now: Date,
  docsOf: (rule: Rule) => string,
): Confirmed {
  const blocks = attributions(facts);
  const blockOf = new Map(
    // Of several the first counts: the others are of further addresses.
    factsNamed(blocks, "attributedBlock")
      .map((fact) => [fact.subject, fact.value as Attribution] as const)
      .reverse(),
  );
  const probed = probes(facts);
  const pairs = new Map<string, Judgement[]>();
  for (const judgement of judgements) {
    const key = `${judgement.rule.id}\n${judgement.subject}`;
    const sides = pairs.get(key);
    if (sides) sides.push(judgement);
    else pairs.set(key, [judgement]);
  }
  const findings = [...pairs.values()].map((sides) => {
    const { rule, subject } = sides[0] as Judgement;
    const outcomesOf = (side: Judgement["side"]) =>
      sides.filter((each) => each.side === side).flatMap((each) => each.outcomes);
    const joined = join(outcomesOf("static"), outcomesOf("observed"), probed(subject));
    const block = joined.status === "pass" ? undefined : blockOf.get(subject);
    const finding: Finding = {
      rule: rule.id,
      title: rule.title,
      severity: rule.severity,
      subject,
      status: joined.status,
      verdict: joined.verdict,
      message: messageOf(joined.said, joined.status, rule, subject),
      explanation: joined.explanation,
      remedy: rule.remedy,
      docs: docsOf(rule),
      standards: rule.standards,
      missing: joined.status === "undecided" ? [...new Set(joined.said.flatMap((each) => each.missing))].sort() : [],
      evidence: distinct(joined.said.flatMap((each) => each.evidence)),
      ...(block && (joined.verdict === "unreachable" || rule.id === "submission-unreachable") ? { block } : {}),
    };
    return exempt(finding, declaration.exemptions, now);
  });
  const all = [...findings, ...staleExemptions(declaration.exemptions, findings, now)];
  return { findings: all.sort((a, b) => compare(a.rule, b.rule) || compare(a.subject, b.subject)), blocks };
}

/** The sentences of the side that speaks first, where it carries the status; a sound claim that was not seen says so. */
function messageOf(said: readonly Outcome[], status: Outcome["status"], rule: Rule, subject: string): string {
  const carrying = said.filter((each) => each.status === status);
  const first = carrying[0];
  if (!first) return `${subject}: not proven: ${rule.title.charAt(0).toLowerCase()}${rule.title.slice(1)}`;
  const side = carrying.filter((each) => isObserved(each) === isObserved(first));
  return [...new Set(side.map((each) => each.message))].join("; ");
}

function isObserved({ evidence }: Outcome): boolean {
  return evidence.some((each) => each.kind === "wire");
}

/** The stages that a path failure must not have passed for the path itself to be the reason. */
const onTheWay: readonly string[] = ["resolve", "connect", "greeting"];

/** Not what another scanner tells of. */
function isProbed({ origin, evidence }: Fact): boolean {
  return origin === "observed" && !(evidence.length > 0 && evidence.every(({ by }) => by !== undefined));
}

function probes(facts: readonly Fact[]): (subject: string) => Probed {
  const seen = new Set(facts.filter(isProbed).map((fact) => fact.subject));
  const ended = new Map<string, Probed>();
  for (const { subject, value, origin } of factsNamed(facts, "pathFailure")) {
    if (origin !== "observed" || isUnknown(value)) continue;
    const blocked = onTheWay.includes(value.stage) && value.kind !== "busy" && value.kind !== "protocol";
    ended.set(subject, blocked ? "blocked" : "inconclusive");
  }
  return (subject) => (seen.has(subject) ? (ended.get(subject) ?? "seen") : "no");
}

function distinct(evidence: readonly Evidence[]): readonly Evidence[] {
  if (evidence.length < 2) return evidence;
  const seen = new Map(evidence.map((each) => [`${each.kind}\n${each.at}\n${each.says}`, each]));
  return [...seen.values()];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export { conclusions, domainConclusion } from "./conclusion.js";
export { withoutHidden } from "./looks.js";
export { summarise } from "./summary.js";
