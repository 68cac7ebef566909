import { type Attribution, type Fact, factsNamed } from "../model/fact.js";
import { type Finding, severities } from "../model/finding.js";
import { isUnknown } from "../model/maybe.js";

/** The verdict on one probed endpoint in one plain sentence, and what to do about it. */
export interface Conclusion {
  readonly conclusion: string;
  readonly advice: readonly string[];
}

/**
 * @param findings all findings of the run; those of other subjects are left out here.
 * @param facts all facts, with the attributed blocks among them.
 */
export function conclusion(subject: string, findings: readonly Finding[], facts: readonly Fact[]): Conclusion {
  const own = findings.filter((each) => each.subject === subject);
  const block = factsNamed(facts, "attributedBlock").find((each) => each.subject === subject)?.value;
  if (block && !isUnknown(block)) return blocked(subject, block, facts);
  const problems = own
    .filter((each) => each.status === "fail" && each.verdict === "confirmed")
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  const first = problems[0];
  if (first) {
    const more =
      problems.length > 1 ? `, and ${problems.length - 1} more ${problems.length === 2 ? "problem" : "problems"}` : "";
    return {
      conclusion: `${subject} answers, but is not sound: ${first.message}${more}.`,
      advice: unique(problems.map((each) => each.remedy)),
    };
  }
  const open = own.filter((each) => each.status === "undecided");
  if (open.length > 0) {
    const missing = unique(open.flatMap((each) => each.missing));
    return {
      conclusion: `${subject} answers; ${open.length} ${open.length === 1 ? "check" : "checks"} could not be decided.`,
      advice: missing,
    };
  }
  const proven = (rule: string) =>
    own.some((each) => each.rule === rule && each.status === "pass" && each.verdict === "confirmed");
  return {
    conclusion:
      proven("tls-required") && proven("auth-required")
        ? `${subject} is not blocked, and sound: it requires TLS and AUTH and does not relay for strangers.`
        : `${subject} is not blocked; the rules for submission do not apply to it.`,
    advice: [
      "If a client still fails here, check its settings: host name, port, STARTTLS on 587 or TLS on 465, user name and password.",
    ],
  };
}

function blocked(subject: string, block: Attribution, facts: readonly Fact[]): Conclusion {
  const failure = factsNamed(facts, "pathFailure").find(
    (each) => each.subject === subject && each.origin === "observed",
  )?.value;
  const how = failure && !isUnknown(failure) ? manners[failure.kind] : "cannot be probed";
  return { conclusion: `${subject} ${how}: ${block.culprit} (confidence ${block.confidence}).`, advice: block.advice };
}

const manners = {
  refused: "refuses connections",
  timeout: "is blocked or silent",
  unreachable: "cannot be reached",
  reset: "resets the connection",
  closed: "closes the connection",
  busy: "turns this client away",
  protocol: "does not speak SMTP as it should",
  "not-found": "has no address",
  local: "is blocked on this machine",
} as const;

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
