import { type Attribution, type Fact, factsNamed } from "../model/fact.js";
import type { Finding } from "../model/finding.js";
import { isUnknown } from "../model/maybe.js";
import type { DomainObservation } from "../model/observation.js";
import type { Elsewhere } from "../model/trial.js";
import { mannerOf } from "./manners.js";
import { type Conclusion, isRemark, shortcomings, unique } from "./shortcomings.js";

/**
 * The verdict on each subject of a run.
 * @param findings all findings of the run.
 * @param facts all facts, with the attributed blocks among them.
 * @returns takes, beside the subject, how long the server let us wait for its greeting, where it came.
 */
export function conclusions(
  findings: readonly Finding[],
  facts: readonly Fact[],
): (subject: string, greetingMs?: number) => Conclusion {
  const [found, known] = [bySubject(findings), bySubject(facts)];
  return (subject, greetingMs = 0) =>
    conclusion(subject, found.get(subject) ?? [], known.get(subject) ?? [], greetingMs);
}

function bySubject<T extends { readonly subject: string }>(values: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(value.subject);
    if (group) group.push(value);
    else groups.set(value.subject, [value]);
  }
  return groups;
}

function conclusion(
  subject: string,
  findings: readonly Finding[],
  facts: readonly Fact[],
  greetingMs: number,
): Conclusion {
  const blocks = factsNamed(facts, "attributedBlock").flatMap((each) => (isUnknown(each.value) ? [] : [each.value]));
  const failure = factsNamed(facts, "pathFailure").find(({ origin }) => origin === "observed")?.value;
  const [first, ...further] = blocks;
  if (first && failure && !isUnknown(failure)) {
    const manner = first.isIntermittent ? "answers only now and then" : mannerOf(failure);
    return together(subject, `${manner}: ${first.culprit}`, first, further);
  }
  const seen = sound(subject, findings, greetingMs);
  // Without a failure those with addresses are of the other addresses, and one without is about the conversation.
  const [between] = blocks.filter(({ addresses }) => addresses === undefined);
  const others = blocks.filter((each) => each !== between);
  if (between) return together(subject, `answers, but ${between.culprit}`, between, others, seen.advice);
  const trials = factsNamed(facts, "pathTrials")[0]?.value;
  const places = trials && !isUnknown(trials) ? trials.elsewhere : [];
  const lost = places.filter(({ outcome }) => outcome !== "open").map(fromThere);
  const reached = places
    .filter(({ outcome }) => outcome === "open")
    .map(({ from }) => `It answers from ${from} as well.`);
  const said = [...others.map(ofAddresses), ...lost];
  return {
    conclusion: [seen.conclusion, ...said.map((each) => `But ${each}`), ...unique(reached)].join(" "),
    inShort: [seen.inShort, ...said.map(inPassing)].join(", but "),
    advice: unique([...others.flatMap(({ advice }) => advice), ...seen.advice]),
  };
}

function fromThere({ from, outcome, detail }: Elsewhere): string {
  return `from ${from} it is not reached: ${detail || outcome}.`;
}

/** Greet delays that are in use begin at 6 s; an impatient client takes them for a block. */
const patienceMs = 5000;

function together(
  subject: string,
  says: string,
  first: Attribution,
  further: readonly Attribution[],
  advice: readonly string[] = [],
): Conclusion {
  const more = further.map(ofAddresses);
  return {
    conclusion: [`${subject} ${says} (confidence ${first.confidence}).`, ...more.map(capital)].join(" "),
    inShort: [says, ...further.map((each) => inPassing(ofAddresses(each)))].join("; "),
    advice: unique([...[first, ...further].flatMap((each) => each.advice), ...advice]),
  };
}

function ofAddresses({ addresses = [], culprit, confidence }: Attribution): string {
  const families = unique(addresses.map((each) => (each.includes(":") ? "IPv6" : "IPv4")));
  return `over ${families.join(" and ")} (${addresses.join(", ")}) it is stopped: ${culprit} (confidence ${confidence}).`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function inPassing(sentence: string): string {
  return sentence.replace(/(?: \(confidence \w+\))?\.$/, "");
}

function sound(subject: string, own: readonly Finding[], greetingMs: number): Conclusion {
  const remarks = own.filter(isRemark);
  const lacking = shortcomings(
    `${subject} answers`,
    own.filter((each) => !isRemark(each)),
  );
  if (lacking) return { ...lacking, inShort: inOtherWords(subject, lacking.inShort) };
  const proven = (rule: string) =>
    own.some((each) => each.rule === rule && each.status === "pass" && each.verdict === "confirmed");
  const late = greetingMs > patienceMs ? `, after a greet delay of ${Math.round(greetingMs / 1000)} s` : "";
  const rules =
    proven("tls-required") && proven("auth-required")
      ? ", and sound: it requires TLS and AUTH and does not relay for strangers"
      : "; the rules for submission do not apply to it";
  return {
    conclusion: [
      `${subject} is not blocked${late ? ` but slow${late}` : ""}${rules}.`,
      ...remarks.map(({ message }) => `By the way: ${inOtherWords(subject, message)}.`),
    ].join(" "),
    inShort: [`works${late}`, ...remarks.map(({ message }) => inOtherWords(subject, message))].join(", but "),
    advice: [
      ...remarks.map(({ remedy }) => remedy),
      "If a client still fails here, check its settings: host name, port, STARTTLS on 587 or TLS on 465, user name and password.",
    ],
  };
}

/** Behind "Port 587 of mail.example.com" the subject needs no second naming. */
function inOtherWords(subject: string, said: string): string {
  return said.replace(`${subject} answers`, "answers").replace(`${subject}: `, "").replaceAll(subject, "it");
}

/** The verdict on what a mail domain publishes; a question without an answer is named. */
export function domainConclusion(
  { domain, steps }: Pick<DomainObservation, "domain" | "steps">,
  findings: readonly Finding[],
): Pick<Conclusion, "conclusion" | "advice"> {
  const own = findings.filter((each) => each.subject === domain);
  const unread = steps.filter(({ outcome }) => outcome === "unknown").map(({ name }) => name);
  const lacking = shortcomings(`what ${domain} publishes was read`, own);
  if (lacking) return { conclusion: lacking.conclusion, advice: lacking.advice };
  return {
    conclusion:
      unread.length > 0
        ? `what ${domain} publishes about its mail is sound where it could be read; not read: ${unread.join(", ")}.`
        : `what ${domain} publishes about its mail is sound.`,
    advice: [],
  };
}
