import { InputError } from "../../model/errors.js";
import type { Evidence } from "../../model/evidence.js";
import type { Finding } from "../../model/finding.js";
import { grouped } from "../../model/grouped.js";
import type { Notice } from "../../model/network.js";
import type { Places } from "./places.js";
import type { Violation } from "./round.js";
import { type Service, services } from "./services.js";

/** The CLI prints the message and no other field: it carries id, reason, fix and documentation by itself. */
export function aboutFinding(finding: Finding, places: Places): Violation {
  const lines = [
    `${finding.rule}: ${finding.message}`,
    ...reasons(finding.evidence),
    `Fix: ${finding.remedy}`,
    `Docs: ${finding.docs}`,
  ];
  return violation(lines, places.ofFinding(finding));
}

/** Everything undecided about one subject in one message: one missing input often stops several rules. */
export function aboutUndecided(findings: readonly Finding[], places: Places): Violation[] {
  const bySubject = grouped(findings, ({ subject }) => [subject]);
  const inOrder = [...bySubject].sort(([a], [b]) => (a < b ? -1 : 1));
  return inOrder.map(([subject, about]) => {
    const missing = [...new Set(about.flatMap((each) => each.missing))].sort();
    const says = `undecided: ${subject}: ${about.map((each) => each.rule).join(", ")}`;
    const urn = about.map(places.ofFinding).find((each) => each !== undefined);
    return violation([says, `Missing: ${missing.join(", ")}`, ...ending("undecided")], urn);
  });
}

/** What is not judged, or not as it is written. */
export function aboutNotices(notices: readonly Notice[], places: Places): Violation[] {
  const bySaying = grouped(notices, ({ says }) => [says]);
  return [...bySaying]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([says, same]) => {
      const at = same.map((each) => each.at);
      const named = at.length > 5 ? [...at.slice(0, 5), `${at.length - 5} more`] : at;
      return violation([`undecided: ${says}`, `In: ${named.join(", ")}`, "Docs: docs/limits.md"], places.of(...at));
    });
}

export function aboutExemption(finding: Finding, places: Places): Violation {
  const { rule, subject, message, exemption } = finding;
  const says = exemption
    ? `${rule} on ${subject} is accepted until ${exemption.expires} (${exemption.at}): ${exemption.reason}`
    : message;
  return violation([`exemptions: ${says}`, ...ending("exemptions")], places.ofFinding(finding));
}

export function aboutProblem(id: string, { where, problem, mend }: InputError, places: Places): Violation {
  return violation([`${id}: ${where}: ${problem}`, `Fix: ${mend}`], places.of(where));
}

export function aboutDeclaration(searched: readonly string[]): Violation {
  const from = searched.length > 0 ? `upward from ${searched.join(" or ")}` : "here";
  const says = `declaration: no port587.yaml was found ${from}: nothing is declared to compare the program with`;
  return violation([says, ...ending("declaration")]);
}

/** Our own failure: its place, but not its text, which may quote a value of the program. */
export function aboutFailure(id: string, error: unknown): Violation {
  const said =
    error instanceof InputError
      ? `${error.where}: ${error.problem}. ${error.mend}`
      : `port587 failed (${kindOf(error)}${placeOf(error)})`;
  return violation([
    `${id}: the program could not be judged: ${said}`,
    "Fix: Mend the named input; without one, please report this failure of port587.",
  ]);
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

function violation(lines: readonly string[], urn?: string): Violation {
  return { message: lines.map(shortened).join("\n"), urn };
}

/** The few lines that decide; a long list helps nobody in a terminal. */
function reasons(evidence: readonly Evidence[]): string[] {
  const lines = evidence.slice(0, 3).map(({ at, says }) => `Because: ${at}: ${says}`);
  return evidence.length > 3 ? [...lines, `Because: ${evidence.length - 3} more of the kind`] : lines;
}

function ending(id: Service["id"]): string[] {
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
