import { type Confirmed, confirm } from "../confirm/index.js";
import type { Declaration } from "../model/declaration.js";
import type { Fact } from "../model/fact.js";
import type { Finding } from "../model/finding.js";
import { docsOf, judge, rules } from "../policies/index.js";

/** What has been found already of subjects of which nothing more is known. */
export interface Settled {
  readonly subjects: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

const nothing: Settled = { subjects: new Set(), findings: [] };

/** What the rules say of facts of all origins, joined; of settled subjects what was found before, and no rule is asked again. */
export function found(facts: readonly Fact[], declaration: Declaration, startedAt: Date, settled = nothing): Confirmed {
  const open = settled.subjects.size > 0 ? facts.filter(({ subject }) => !settled.subjects.has(subject)) : facts;
  const judgements = judge(rules, open, declaration, startedAt);
  const { findings, blocks } = confirm(judgements, facts, declaration, startedAt, docsOf);
  return { findings: [...settled.findings, ...findings], blocks };
}
