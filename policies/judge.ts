import { AddressSet } from "../model/addresses.js";
import type { Declaration, RuleOptions } from "../model/declaration.js";
import type { Fact } from "../model/fact.js";
import type { Outcome } from "../model/finding.js";
import type { Judgement, Rule, View } from "../model/rule.js";
import { viewsOf } from "./views.js";

/** Asks every rule about every subject, the definitions and the wire apart. Pure; sorted by subject, side and rule. */
export function judge(
  rules: readonly Rule[],
  facts: readonly Fact[],
  declaration: Declaration,
  now: Date,
): Judgement[] {
  const asked = askedAbout(
    rules.flatMap((rule) => {
      const options = declaration.rules[rule.id];
      return options === false ? [] : [{ rule, options: { ...defaultsOf(rule), ...options } }];
    }),
  );
  return viewsOf(facts, declaration, now).flatMap((view) => {
    const { subject, side } = view;
    return asked(view.facts).flatMap(({ rule, options }) => {
      const outcomes = ask(rule, Object.keys(options).length > 0 ? { ...view, options } : view);
      return outcomes.length > 0 ? [{ rule, subject, side, outcomes }] : [];
    });
  });
}

/** The rules that have something to say where there are these facts; most subjects have facts of few names. */
function askedAbout<R extends { readonly rule: Rule }>(rules: readonly R[]): (facts: readonly Fact[]) => readonly R[] {
  const byNames = new Map<string, readonly R[]>();
  return (facts) => {
    const key = facts.reduce((names, { name }) => (names.endsWith(` ${name}`) ? names : `${names} ${name}`), "");
    const known = byNames.get(key);
    if (known) return known;
    const asked = rules.filter(({ rule }) => facts.some(({ name }) => rule.about.includes(name)));
    byNames.set(key, asked);
    return asked;
  };
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
