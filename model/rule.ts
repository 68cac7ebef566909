import type { Declaration, DeclaredEndpoint, DeclaredRelay, Role, RuleOptions } from "./declaration.js";
import type { Fact, FactName } from "./fact.js";
import type { Outcome, Severity, Standard } from "./finding.js";

/** All that a rule may look at: the facts of one subject from one side, and what was declared about it. */
export interface View {
  readonly subject: string;
  /** `static`: planned and deployed facts. `observed`: what the probe saw. */
  readonly side: "static" | "observed";
  readonly facts: readonly Fact[];
  /** What the same side says of another port of the same host; empty where it says nothing. */
  readonly beside: (port: number) => readonly Fact[];
  /** The port that the subject ends in. */
  readonly port: number;
  /** Declared, or derived from the port: 587 and 465 submission, 25 mx, others undefined. */
  readonly role: Role | undefined;
  readonly endpoint: DeclaredEndpoint | undefined;
  readonly relay: DeclaredRelay | undefined;
  readonly declaration: Declaration;
  readonly options: RuleOptions;
  readonly now: Date;
}

/** A pure, three-valued judgement over facts, with everything that is said about it in one place. */
export interface Rule {
  /** Kebab-case; kept for ever. */
  readonly id: string;
  /** What is right, as a sentence. */
  readonly title: string;
  readonly severity: Severity;
  /** Why it matters, one or two sentences. */
  readonly why: string;
  readonly remedy: string;
  readonly standards: readonly Standard[];
  /** JSON Schema (draft 7) of the options' properties, with defaults. */
  readonly options?: Readonly<
    Record<string, { readonly type: string; readonly default: unknown; readonly description: string }>
  >;
  /** The facts that it judges: of a subject without any of them it says nothing, and is not asked. */
  readonly about: readonly FactName[];
  /** No outcome: the rule has nothing to say about this subject. */
  evaluate(view: View): Outcome[];
}

/** What one rule says of one subject from one side; never empty. */
export interface Judgement {
  readonly rule: Rule;
  readonly subject: string;
  readonly side: View["side"];
  readonly outcomes: readonly Outcome[];
}
