import { InputError } from "../../model/errors.js";
import type { Evidence } from "../../model/evidence.js";
import type { Finding } from "../../model/finding.js";
import type { Violation } from "./rounds.js";
import { services } from "./services.js";

/** The CLI prints the message and no other field: it carries id, reason, fix and documentation by itself. */
export function aboutFinding(finding: Finding, urns: ReadonlySet<string>): Violation {
  return violation(
    [
      `${finding.rule}: ${finding.message}`,
      ...reasons(finding.evidence),
      `Fix: ${finding.remedy}`,
      `Docs: ${finding.docs}`,
    ],
    finding.evidence,
    urns,
  );
}

/** Everything undecided about one subject in one message: one missing input often stops several rules. */
export function aboutUndecided(findings: readonly Finding[], urns: ReadonlySet<string>): Violation[] {
  const subjects = [...new Set(findings.map((each) => each.subject))].sort();
  return subjects.map((subject) => {
    const about = findings.filter((each) => each.subject === subject);
    const missing = [...new Set(about.flatMap((each) => each.missing))].sort();
    const places = missing.map((at) => ({ at }));
    return violation(
      [
        `undecided: ${subject}: ${about.map((each) => each.rule).join(", ")}`,
        `Missing: ${missing.join(", ")}`,
        ...ending("undecided"),
      ],
      [...places, ...about.flatMap((each) => each.evidence)],
      urns,
    );
  });
}

export function aboutExemption(finding: Finding, urns: ReadonlySet<string>): Violation {
  const { exemption } = finding;
  const says = exemption
    ? `${finding.rule} on ${finding.subject} is accepted until ${exemption.expires} (${exemption.at}): ${exemption.reason}`
    : finding.message;
  return violation([`exemptions: ${says}`, ...ending("exemptions")], finding.evidence, urns);
}

export function aboutProblem({ where, problem, mend }: InputError, urns: ReadonlySet<string>): Violation {
  return violation([`unreadable-input: ${where}: ${problem}`, `Fix: ${mend}`], [{ at: where }], urns);
}

export function aboutDeclaration(searched: readonly string[]): Violation {
  const from = searched.length > 0 ? `upward from ${searched.join(" or ")}` : "here";
  return violation(
    [
      `declaration: no port587.yaml was found ${from}: nothing is declared to compare the program with`,
      ...ending("declaration"),
    ],
    [],
    new Set(),
  );
}

/** Our own failure: its place, but not its text, which may quote a value of the program. */
export function aboutFailure(id: string, error: unknown): Violation {
  const said =
    error instanceof InputError
      ? `${error.where}: ${error.problem}. ${error.mend}`
      : `port587 failed (${kindOf(error)}${placeOf(error)})`;
  return violation(
    [`${id}: the program could not be judged: ${said}`, "Fix: Please report this failure of port587."],
    [],
    new Set(),
  );
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { name, code } = error as NodeJS.ErrnoException;
  return code === undefined ? name : `${name} ${code}`;
}

function placeOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const frame = /^\s+at (?!.*node:).*?([^/\\(\s]+:\d+):\d+\)?$/m.exec(stack)?.[1];
  return frame ? ` at ${frame}` : "";
}

function violation(
  lines: readonly string[],
  places: readonly Pick<Evidence, "at">[],
  urns: ReadonlySet<string>,
): Violation {
  return {
    message: lines.map(shortened).join("\n"),
    urn: places.map(({ at }) => at.split("#")[0] ?? "").find((urn) => urns.has(urn)),
  };
}

/** The few lines that decide; a long list helps nobody in a terminal. */
function reasons(evidence: readonly Evidence[]): string[] {
  const lines = evidence.slice(0, 3).map(({ at, says }) => `Because: ${at}: ${says}`);
  return evidence.length > 3 ? [...lines, `Because of ${evidence.length - 3} more lines as well`] : lines;
}

function ending(id: string): string[] {
  const service = services.find((each) => each.id === id);
  return service ? [`Fix: ${service.remedy}`, `Docs: ${service.docs}`] : [];
}

/** `urn:pulumi:dev::acme::aws:ec2/instance:Instance::mail#userData` → `Instance mail#userData`. */
function shortened(text: string): string {
  return text.replace(
    /urn:pulumi:[^:\s]+::[^:\s]+::(\S+?)::([^#\s,;"]+)/g,
    (_, type: string, name: string) => `${type.split(/[$:]/).at(-1)} ${name}`,
  );
}
