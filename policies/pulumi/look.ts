import { confirm } from "../../confirm/index.js";
import { clientFacts } from "../../mail/clients/index.js";
import { containerFacts } from "../../mail/containers/index.js";
import { readServers } from "../../mail/index.js";
import type { Declaration } from "../../model/declaration.js";
import type { Finding, Outcome } from "../../model/finding.js";
import type { Estate } from "../../model/network.js";
import type { Judgement, Rule } from "../../model/rule.js";
import { Subjects } from "../../model/subjects.js";
import { reachFacts } from "../../reach/index.js";
import { noticesOf } from "../../reach/notices.js";
import type { PolicyResourceLike } from "../../sources/pulumi/index.js";
import { docsOf, judgements, rules } from "../index.js";
import { readDeclaration } from "./declared.js";
import {
  aboutDeclaration,
  aboutExemption,
  aboutFailure,
  aboutFinding,
  aboutNotices,
  aboutProblem,
  aboutUndecided,
} from "./messages.js";
import { placesIn } from "./places.js";
import { type Inputs, readProgram } from "./program.js";
import type { Round, Violation } from "./round.js";
import type { Service } from "./services.js";
import type { Settings } from "./tap.js";

/**
 * Reads and judges a whole stack. A failure of our own is a mandatory violation, never a silent pass: of the policy
 * `unreadable-input`, and of every rule where that one is not mandatory.
 */
export async function look(resources: () => PolicyResourceLike[], inputs: Inputs, settings: Settings): Promise<Round> {
  try {
    return await judged(resources(), inputs, settings);
  } catch (error) {
    const isEnough = settings["unreadable-input"]?.enforcementLevel === "mandatory";
    return {
      violationsOf: (rule) => (isEnough ? [] : [aboutFailure(rule.id, error)]),
      reportOf: ({ id }) => (id === "unreadable-input" ? [aboutFailure(id, error)] : []),
    };
  }
}

async function judged(resources: readonly PolicyResourceLike[], inputs: Inputs, settings: Settings): Promise<Round> {
  const declared = await readDeclaration(settings.declaration?.path);
  const program = await readProgram(resources, inputs);
  const subjects = new Subjects(
    withOptions(declared.declaration, settings),
    program.estate.interfaces,
    program.estate.containers,
  );
  const { declaration } = subjects;
  const { facts, notices, problems } = await factsOf(program.estate, subjects);
  const now = new Date();
  // Nothing was probed, and of what is right the pack says nothing.
  const found: Judgement[] = [];
  for (const each of judgements(rules, facts, declaration, now)) if (each.outcomes.some(isNoPass)) found.push(each);
  const { findings } = confirm(found, facts, declaration, now, docsOf);
  const unread = [...declared.problems, ...program.problems, ...problems];
  const places = placesIn(resources, facts);
  const told = aboutNotices([...noticesOf(program.estate), ...notices], places);
  const problemsAs = (id: string) => unread.map((problem) => aboutProblem(id, problem, places));
  const isOn = ({ rule }: Finding) => settings[rule]?.enforcementLevel !== "disabled";
  const reports: Record<Service["id"], () => Violation[]> = {
    declaration: () => (declared.path === undefined ? [aboutDeclaration(declared.searched)] : []),
    exemptions: () =>
      findings
        .filter((each) => each.status === "exempt" || each.rule === "stale-exemption")
        .map((each) => aboutExemption(each, places)),
    undecided: () => [
      ...aboutUndecided(
        findings.filter((each) => each.status === "undecided" && isOn(each)),
        places,
      ),
      ...told,
    ],
    "unreadable-input": () => problemsAs("unreadable-input"),
  };
  // Where that policy is switched off (`all: "disabled"`), what a rule could not read is the rule's own concern.
  const isReported = settings["unreadable-input"]?.enforcementLevel !== "disabled";
  return {
    violationsOf: ({ id }: Rule) => [
      ...(isReported ? [] : problemsAs(id)),
      ...findings
        .filter((each) => each.rule === id && each.status === "fail")
        .map((each) => aboutFinding(each, places)),
    ],
    reportOf: (service) => reports[service.id](),
  };
}

function isNoPass({ status }: Outcome): boolean {
  return status !== "pass";
}

/** Options given to the pack win over those in port587.yaml; a rule that is switched off there stays off. */
function withOptions(declaration: Declaration, settings: Settings): Declaration {
  const given = rules.flatMap(({ id }) => {
    const { enforcementLevel: _, ...options } = settings[id] ?? {};
    const written = declaration.rules[id];
    return written === false || Object.keys(options).length === 0 ? [] : [[id, { ...written, ...options }] as const];
  });
  return { ...declaration, rules: { ...declaration.rules, ...Object.fromEntries(given) } };
}

async function factsOf(estate: Estate, subjects: Subjects) {
  const clients = await clientFacts(estate, subjects);
  const { facts, notices, open, broken, stopped } = await readServers(estate.definitions, subjects);
  return {
    facts: [
      ...reachFacts(estate, subjects, clients.requirements),
      ...clients.facts,
      ...containerFacts(estate.containers ?? [], subjects),
      ...facts,
    ],
    notices: [...notices, ...open],
    problems: [...broken, ...stopped].map(({ error }) => error),
  };
}
