import { AddressSet } from "../model/addresses.js";
import type { Declaration, Role, RuleOptions } from "../model/declaration.js";
import type { Fact } from "../model/fact.js";
import type { Outcome } from "../model/finding.js";
import type { Judgement, Rule, View } from "../model/rule.js";
import { egressSubject, endpointSubject } from "../model/subjects.js";

/** Asks every rule about every subject, the definitions and the wire apart. Pure; sorted by subject, side and rule. */
export function judge(
  rules: readonly Rule[],
  facts: readonly Fact[],
  declaration: Declaration,
  now: Date,
): Judgement[] {
  const views = new Map<string, Fact[]>();
  for (const fact of facts) {
    const key = `${fact.subject}\n${fact.origin === "observed" ? "observed" : "static"}`;
    const same = views.get(key);
    if (same) same.push(fact);
    else views.set(key, [fact]);
  }
  const about = lookUp(declaration);
  const asked = askedAbout(
    rules.flatMap((rule) => {
      const options = declaration.rules[rule.id];
      return options === false ? [] : [{ rule, options: { ...defaultsOf(rule), ...options } }];
    }),
  );
  return [...views]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, known]) => {
      const [subject, side] = key.split("\n") as [string, View["side"]];
      const port = Number(subject.slice(subject.lastIndexOf(":") + 1));
      const endpoint = about.endpoint(subject);
      const view = {
        subject,
        side,
        facts: known,
        port,
        endpoint,
        role: endpoint?.role ?? roles[port],
        relay: about.relay(subject),
        declaration,
        options: {},
        now,
      };
      return asked(known).flatMap(({ rule, options }) => {
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

const roles: Record<number, Role> = { 25: "mx", 465: "submission", 587: "submission", 2525: "submission" };

function lookUp({ endpoints, relays }: Declaration) {
  const bySubject = new Map(endpoints.map((each) => [endpointSubject(each.host, each.port), each]));
  const byResource = new Map(endpoints.flatMap((each) => (each.resource ? [[each.resource, each] as const] : [])));
  const relaySubjects = new Map(
    relays.flatMap((each) =>
      each.clients.map((client) => [egressSubject(client, each.host, each.port), each] as const),
    ),
  );
  return {
    /** Of an egress subject: the endpoint that the sending machine itself serves. */
    endpoint: (subject: string) => bySubject.get(subject) ?? byResource.get(subject.split(" -> ")[0] ?? ""),
    relay: (subject: string) => relaySubjects.get(subject),
  };
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
