import { type Restriction, refusals, restrictions } from "./restriction-table.js";
import { Undecided } from "./settings.js";
import { tokens, withinBraces } from "./tokens.js";

/** One client, at one step of the SMTP dialogue. */
export interface Situation {
  readonly tls: boolean;
  /** What smtpd knows by now; a restriction that needs more is skipped. */
  readonly known: ReadonlySet<"client" | "helo" | "sender" | "recipient">;
  /** Whether the client is in mynetworks; `fails` when the lookup does. */
  readonly inMynetworks: Answer | "fails";
  readonly isOwnAddress: boolean;
  /** Whether a table makes every domain one of ours. */
  readonly everyDomainIsOurs: boolean;
  readonly classes: ReadonlyMap<string, readonly string[]>;
  /** Counts the restrictions walked: classes that hold classes could go on for ever. */
  readonly effort: { steps: number };
}

/** Yes, no, or the inputs that would tell. */
export type Answer = boolean | readonly string[];

/** What a list may come to; more than one is true when something outside the files decides. */
export interface Verdict {
  readonly passes: boolean;
  readonly permits: boolean;
  readonly rejects: boolean;
  /** Whether it refuses for want of TLS. */
  readonly forTls: Answer;
  /** A refusal at the end of RCPT that no later permit lifts: `certain`, `possible`. */
  readonly deferral: "none" | "possible" | "certain";
  /** The restriction that decides, or the first that may. */
  readonly by: string;
  readonly missing: readonly string[];
}

interface Outcome {
  permits?: boolean;
  rejects?: boolean;
  passes?: boolean;
  forTls?: Answer;
  defers?: Verdict["deferral"];
  missing?: readonly string[];
}

const tooDeep = 100;
const tooMany = 100_000;

/** Walks a list as smtpd does: the first restriction that permits or rejects ends it. `shorthand` names the table kind. */
export function walk(
  list: readonly string[],
  situation: Situation,
  shorthand: string,
  warn = false,
  depth = 0,
): Verdict {
  let [permits, rejects] = [false, false];
  const reasons: Answer[] = [];
  let deferral: Verdict["deferral"] = "none";
  let by = "";
  const missing: string[] = [];
  let warnNext = warn;
  for (let i = 0; i < list.length; i++) {
    if (++situation.effort.steps > tooMany) throw new Undecided("restriction classes with fewer entries");
    const word = list[i] as string;
    if (word.toLowerCase() === "warn_if_reject") {
      warnNext = true;
      continue;
    }
    const bareTable = word.includes(":");
    const name = (bareTable ? shorthand : word).toLowerCase();
    const restriction = restrictions[name];
    const argument = bareTable ? word : restriction?.argument ? list[++i] : undefined;
    const outcome = outcomeOf(name, word, restriction, argument, situation, shorthand, warnNext, depth);
    warnNext = warn;
    if (outcome.defers && outcome.defers !== "none") {
      deferral = permits || rejects || outcome.defers === "possible" ? "possible" : "certain";
      by ||= name;
    }
    if (!outcome.permits && !outcome.rejects) continue;
    by ||= name;
    permits ||= outcome.permits ?? false;
    rejects ||= outcome.rejects ?? false;
    if (outcome.rejects) reasons.push(outcome.forTls ?? false);
    missing.push(...(outcome.missing ?? []));
    if (!outcome.passes) {
      if (!outcome.missing) by = name;
      return { passes: false, permits, rejects, forTls: agreed(reasons, missing), deferral, by, missing };
    }
  }
  return { passes: true, permits, rejects, forTls: agreed(reasons, missing), deferral, by, missing };
}

/** The answer that all share; `missing` would tell which of them holds. */
export function agreed(answers: readonly Answer[], missing: readonly string[]): Answer {
  const [first = false] = answers;
  return answers.every((each) => each === first) ? first : missing;
}

const permit: Outcome = { permits: true };
const reject: Outcome = { rejects: true };
const pass: Outcome = { passes: true };

function outcomeOf(
  name: string,
  word: string,
  restriction: Restriction | undefined,
  argument: string | undefined,
  situation: Situation,
  shorthand: string,
  warn: boolean,
  depth: number,
): Outcome {
  const refusal = warn ? pass : reject;
  if (!restriction) {
    const members = situation.classes.get(word);
    // An unknown name, or classes that hold each other, are answered with 451, whatever warn_if_reject says.
    if (!members || depth >= tooDeep) return reject;
    return nested(walk(members, situation, shorthand, warn, depth + 1));
  }
  switch (restriction.effect) {
    case "permit":
      return situation.known.has(restriction.key ?? "client") ? permit : pass;
    case "reject":
      return refusal;
    case "reject-foreign":
      return situation.known.has("recipient") && !situation.everyDomainIsOurs ? refusal : pass;
    case "permit-own-recipients":
      return situation.known.has("recipient") && situation.everyDomainIsOurs ? permit : pass;
    case "permit-mynetworks":
      if (situation.inMynetworks === "fails") return reject;
      if (typeof situation.inMynetworks !== "boolean")
        return { permits: true, passes: true, missing: situation.inMynetworks };
      return situation.inMynetworks ? permit : pass;
    case "permit-own-addresses":
      return situation.isOwnAddress ? permit : pass;
    case "reject-plaintext":
      return situation.tls || warn ? pass : { rejects: true, forTls: true };
    case "defer-if-permit":
      return warn ? pass : { passes: true, defers: "certain" };
    case "outside":
      if (!argument || (name === "check_policy_service" && !argument.includes(":"))) return reject;
      return { ...open(name, warn), rejects: name === "check_policy_service" && !warn };
    case "refusing-table":
      return argument?.includes(":") ? { rejects: !warn, passes: true, missing: [`the table of ${name}`] } : reject;
    case "table":
      if (!argument?.includes(":")) return reject;
      if (!situation.known.has(restriction.key ?? "client")) return pass;
      return lookUp(argument, name, situation, shorthand, warn, depth);
    default:
      return restriction.argument && name.startsWith("check_") && !argument?.includes(":") ? reject : pass;
  }
}

function open(name: string, warn: boolean): Outcome {
  const what = name === "check_policy_service" ? "the policy service" : `the list that ${name} asks`;
  return { permits: true, passes: true, rejects: !warn, missing: [what] };
}

function nested(verdict: Verdict): Outcome {
  const open = verdict.missing.length > 0;
  return {
    permits: verdict.permits,
    rejects: verdict.rejects,
    passes: verdict.passes,
    forTls: verdict.forTls,
    defers: verdict.deferral,
    ...(open ? { missing: verdict.missing } : {}),
  };
}

/** `static:` always finds its value and `inline:` shows what it may find; any other table may say anything. */
function lookUp(
  table: string,
  name: string,
  situation: Situation,
  shorthand: string,
  warn: boolean,
  depth: number,
): Outcome {
  const [, type = "", rest = ""] = /^(\w+):(.*)$/s.exec(table) ?? [];
  if (type === "static") return action(withinBraces(rest) ?? rest, situation, shorthand, warn, depth);
  const missing = [`the table of ${name}`];
  const inside = type === "inline" ? withinBraces(rest) : undefined;
  if (inside === undefined) return { permits: true, rejects: !warn, passes: true, missing };
  const found = tokens(inside).map((entry) => {
    const pair = withinBraces(entry) ?? entry;
    return action(pair.slice(pair.indexOf("=") + 1).trim(), situation, shorthand, warn, depth);
  });
  const permits = found.some((each) => each.permits);
  const rejects = found.some((each) => each.rejects);
  const defers = found.some((each) => each.defers && each.defers !== "none") ? "possible" : "none";
  return permits || rejects || defers !== "none" ? { permits, rejects, passes: true, defers, missing } : pass;
}

/** What the right-hand side of an access table does (access(5)). */
function action(value: string, situation: Situation, shorthand: string, warn: boolean, depth: number): Outcome {
  const [, command = "", text = ""] = /^(\S*)\s*(.*)$/s.exec(value) ?? [];
  const refusal = warn ? pass : reject;
  if (/^\d+$/.test(value)) return permit;
  if (/^[45]\d\d$/.test(command) && text !== "") return refusal;
  switch (command.toUpperCase()) {
    case "OK":
    case "RELAY":
    case "DISCARD":
      return permit;
    case "REJECT":
    case "DEFER":
    case "HANGUP":
      return refusal;
    case "DEFER_IF_PERMIT":
      return warn ? pass : { passes: true, defers: "certain" };
    case "DUNNO":
    case "DEFER_IF_REJECT":
    case "INFO":
    case "WARN":
    case "FILTER":
    case "HOLD":
    case "REDIRECT":
    case "BCC":
    case "PREPEND":
      return pass;
    case "":
      return permit;
  }
  if (value.includes(":") || depth >= tooDeep) return reject;
  return nested(walk(tokens(value), situation, shorthand, warn, depth + 1));
}

/** Does the list hold a refusal that smtpd counts (`has_required`)? `permit` ends the search. */
export function holdsRefusal(
  list: readonly string[],
  classes: ReadonlyMap<string, readonly string[]>,
  seen = new Set<string>(),
): boolean {
  for (let i = 0; i < list.length; i++) {
    const word = list[i] as string;
    const name = word.toLowerCase();
    if (name === "warn_if_reject" && i + 1 < list.length) {
      i++;
      continue;
    }
    if (name === "permit") return false;
    if (refusals.has(name)) return true;
    const members = classes.get(word);
    if (!members || seen.has(word)) continue;
    seen.add(word);
    if (holdsRefusal(members, classes, seen)) return true;
  }
  return false;
}
