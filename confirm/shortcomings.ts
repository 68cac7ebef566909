import { type Finding, severities } from "../model/finding.js";
import { reasonInWords } from "./manners.js";

/** The verdict on one probed endpoint in one plain sentence, the same as one would say it in passing, and what to do about it. */
export interface Conclusion {
  readonly conclusion: string;
  /** What follows "Port 587": `works`, `is refused: …`. */
  readonly inShort: string;
  readonly advice: readonly string[];
}

/** What failed, else what is open; undefined when nothing is. */
export function shortcomings(what: string, own: readonly Finding[]): Conclusion | undefined {
  const problems = own
    .filter(isProblem)
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  const first = problems[0];
  if (first) {
    const more =
      problems.length > 1 ? `, and ${problems.length - 1} more ${problems.length === 2 ? "problem" : "problems"}` : "";
    // A server may be all that it should and still not take this password.
    const but =
      first.rule === "login-accepted"
        ? `but ${first.message.replace(`${first.subject} `, "")}`
        : `but is not sound: ${first.message}`;
    return {
      conclusion: `${what}, ${but}${more}.`,
      inShort: `${what}, ${but}${more}`,
      advice: unique(problems.map((each) => each.remedy)),
    };
  }
  const open = own.filter((each) => each.status === "undecided");
  if (open.length === 0) return undefined;
  const says = `${open.length} ${open.length === 1 ? "check" : "checks"} could not be decided`;
  const missing = unique(open.flatMap((each) => each.missing));
  // The first connection stood.
  if (missing.every((each) => each.startsWith("connect: timeout")))
    return {
      conclusion: `${what}; ${says}: ${limited}.`,
      inShort: `${what} once, but ${limited}`,
      advice: [
        "Run this again in some minutes with --inventory, which makes one connection; raise the limit for this client to see the rest.",
        ...missing,
      ],
    };
  const noTls = missing.find((each) => each.startsWith(tlsIsClosed))?.slice(tlsIsClosed.length);
  if (noTls)
    return {
      conclusion: `${what}, but there is no way into TLS: ${noTls}; ${says}.`,
      inShort: `${what}, but there is no way into TLS: ${noTls}`,
      advice: missing,
    };
  const [reason] = missing.map(reasonInWords);
  const why = reason ? `${says}: ${reason}` : says;
  return { conclusion: `${what}; ${why}.`, inShort: `${what}, but ${why}`, advice: missing };
}

const limited = "further connections are not, as where a client may make few in a time";

/** How a probe says that what is inside TLS cannot be seen. */
const tlsIsClosed = "TLS: ";

function isProblem({ status, verdict }: Finding): boolean {
  return status === "fail" && verdict === "confirmed";
}

/** Nothing that would keep anybody from using it. */
export function isRemark(finding: Finding): boolean {
  return isProblem(finding) && finding.severity === "info";
}

export function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
