import { AddressSet } from "../model/addresses.js";
import type { Declaration, RuleOptions } from "../model/declaration.js";
import type { Fact, FactName } from "../model/fact.js";
import type { Outcome } from "../model/finding.js";
import { onceForEach } from "../model/once.js";
import type { Judgement, Rule, View } from "../model/rule.js";
import { viewsOf } from "./views.js";

/** Asks every rule about every subject, the definitions and the wire apart. Pure; sorted by subject, side and rule. */
export function judge(...asked: Parameters<typeof judgements>): Judgement[] {
  return [...judgements(...asked)].sort(({ subject: a }, { subject: b }) => (a < b ? -1 : a > b ? 1 : 0));
}

/** As `judge`, one after the other and in no order of subjects: of a large stack few are kept. */
export function* judgements(
  rules: readonly Rule[],
  facts: readonly Fact[],
  declaration: Declaration,
  now: Date,
): Generator<Judgement> {
  const asked = askedUnder(rules)(declaration.rules);
  for (const view of viewsOf(facts, declaration, now)) {
    const { subject, side } = view;
    for (const { rule, isSimple, options } of asked(view.facts)) {
      const outcomes = ask(rule, isSimple ? view : { ...view, options });
      if (outcomes.length > 0) yield { rule, subject, side, outcomes };
    }
  }
}

/** Kept: a host with a port or two may be judged alone, a thousand times. */
const askedUnder = onceForEach((rules: readonly Rule[]) =>
  onceForEach((settings: Declaration["rules"]) =>
    askedAbout(
      rules.flatMap((rule) => {
        const options = settings[rule.id];
        if (options === false) return [];
        const all = { ...defaultsOf(rule), ...options };
        return [{ rule, isSimple: Object.keys(all).length === 0, options: all }];
      }),
    ),
  ),
);

/** The rules that have something to say where there are these facts; most subjects have facts of few names. */
function askedAbout<R extends { readonly rule: Rule }>(rules: readonly R[]): (facts: readonly Fact[]) => readonly R[] {
  const start: Names<R> = { next: new Map() };
  return (facts) => {
    let names = start;
    let last: FactName | undefined;
    for (const { name } of facts) {
      if (name === last) continue;
      const next = names.next.get(name) ?? { next: new Map() };
      names.next.set(name, next);
      [names, last] = [next, name];
    }
    names.asked ??= rules.filter(({ rule }) => facts.some(({ name }) => rule.about.includes(name)));
    return names.asked;
  };
}

/** The names of a subject's facts up to one of them, and which may come next. */
interface Names<R> {
  readonly next: Map<FactName, Names<R>>;
  asked?: readonly R[];
}

/** The page that explains a rule, in the repository and in the installed package. */
export function docsOf(rule: Rule): string {
  return `docs/rules/${rule.id}.md`;
}

function defaultsOf(rule: Rule): RuleOptions {
  return Object.fromEntries(Object.entries(rule.options ?? {}).map(([name, option]) => [name, option.default]));
}

/** A rule that throws is a finding, never a silent pass and never the end of the audit. */
function ask(rule: Rule, view: View): Outcome[] {
  try {
    return rule.evaluate(view);
  } catch (error) {
    const message = `the rule ${rule.id} failed on ${view.subject}: ${error instanceof Error ? error.message : String(error)}`;
    return [{ status: "fail", from: AddressSet.everything, message, missing: [], evidence: [] }];
  }
}
