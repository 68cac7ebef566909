import { type Fact, type FactOf, factsNamed, type PathFailure } from "../model/fact.js";
import { isUnknown } from "../model/maybe.js";
import { type Block, culprits } from "./culprits.js";

/** Names who blocks each endpoint with a path failure, from the observations and the static rules together. */
export function attributions(facts: readonly Fact[]): FactOf<"attributedBlock">[] {
  return factsNamed(facts, "pathFailure").flatMap((fact) => {
    if (fact.origin !== "observed" || isUnknown(fact.value)) return [];
    const block = situation(fact, fact.value, facts);
    const row = culprits.find((each) => each.when(block));
    return row ? [{ ...fact, name: "attributedBlock" as const, value: row.blame(block) }] : [];
  });
}

function situation(fact: FactOf<"pathFailure">, failure: PathFailure, facts: readonly Fact[]): Block {
  const { subject, from } = fact;
  const { host, port } = parts(subject);
  const same = facts.filter((each) => each.subject === subject && each.origin !== "observed");
  const rules = factsNamed(same, "reachable").filter((each) => each.from.overlaps(from));
  const listening = factsNamed(same, "listening").filter((each) => each.from.overlaps(from));
  const answered = factsNamed(facts, "reachable")
    .filter((each) => each.origin === "observed" && each.value === true)
    .map((each) => each.subject);
  const failing = factsNamed(facts, "pathFailure")
    .filter((each) => each.origin === "observed" && isLike(each.value, failure))
    .map((each) => each.subject);
  const elsewhere = (subjects: readonly string[]) =>
    subjects.filter((each) => parts(each).port === port && parts(each).host !== host).map((each) => parts(each).host);
  return {
    subject,
    host,
    port,
    failure,
    admitted: agreed(rules.map((each) => each.value)),
    rules,
    provider: providerOf(subject, facts),
    listens: agreed(listening.map((each) => each.value)),
    broken: factsNamed(same, "pathFailure")[0],
    answering: answered
      .filter((each) => parts(each).host === host && parts(each).port !== port)
      .map((each) => parts(each).port)
      .sort((a, b) => a - b),
    alike: elsewhere(failing),
    unlike: elsewhere(answered.filter((each) => !failing.includes(each))),
  };
}

/** Declared clients of this endpoint whose egress the provider shuts. */
function providerOf(subject: string, facts: readonly Fact[]): Block["provider"] {
  const shut = factsNamed(facts, "egressAllowed").flatMap((fact) => {
    const [client, destination] = fact.subject.split(" -> ");
    if (fact.value !== false || destination !== subject || client === undefined) return [];
    const says = fact.evidence.filter(({ layer }) => layer?.name === "provider" && layer.decision === "deny");
    return says.map((each) => ({ client, says: each.says }));
  });
  if (shut.length === 0) return undefined;
  const distinct = (texts: readonly string[]) => [...new Set(texts)].sort();
  return { says: distinct(shut.map(({ says }) => says)), clients: distinct(shut.map(({ client }) => client)) };
}

function isLike(value: FactOf<"pathFailure">["value"], failure: PathFailure): boolean {
  return !isUnknown(value) && value.stage === failure.stage && value.kind === failure.kind;
}

/** One yes or no that all of them give; else undefined. */
function agreed(values: readonly unknown[]): boolean | undefined {
  const [first] = values;
  return typeof first === "boolean" && values.every((each) => each === first) ? first : undefined;
}

function parts(subject: string): { host: string; port: number } {
  const colon = subject.lastIndexOf(":");
  return { host: subject.slice(0, colon), port: Number(subject.slice(colon + 1)) };
}
