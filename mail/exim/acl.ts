import type { Evidence } from "../../model/evidence.js";
import { isUnknown, type Maybe, not, unknown } from "../../model/maybe.js";
import { isSince } from "../releases.js";
import type { Line } from "./lines.js";
import type { Situation } from "./situation.js";
import { type Condition, type Statement, statementsOf } from "./statements.js";
import { Refused, Undecided } from "./stops.js";

/** What an ACL may answer; `by` tells one refusal from another. */
export interface Outcome {
  readonly kind: "accepts" | "refuses" | "discards";
  readonly by: string;
  readonly evidence: Evidence;
  /** What a refusal of a nested ACL does to the one that asks: it fails there too, or ends the connection. */
  readonly spreads?: "defers" | "error" | "drops";
}

/** The possible answers, one where the files decide, and what would tell between several. */
export interface Verdict {
  readonly outcomes: readonly Outcome[];
  readonly missing: readonly string[];
}

const deepest = 20;
/** Nested ACLs that call each other could take for ever. */
const mostSteps = 5_000;

/**
 * What the ACL behind `option` answers a client that has not logged in. An option that is not set accepts, but for
 * `acl_smtp_rcpt`, `acl_smtp_vrfy` and `acl_smtp_expn`, which refuse.
 */
export function aclVerdict(option: string, situation: Situation): Verdict {
  const setting = situation.config.options.get(option);
  if (!setting) {
    const open = situation.config.holes.main;
    if (open.length > 0) return either(option, [...open]);
    const refuses = ["acl_smtp_rcpt", "acl_smtp_vrfy", "acl_smtp_expn"].includes(option);
    const says = `${option} is not set: ${refuses ? "everyone is refused" : "nobody is refused"}`;
    const evidence = { kind: "default", at: "Exim", says } as const;
    return { outcomes: [{ kind: refuses ? "refuses" : "accepts", by: option, evidence }], missing: [] };
  }
  const name = situation.text(setting, option);
  if (isUnknown(name)) return either(option, name.unknown);
  return named(name.trim(), `${option} (${setting.at})`, setting.at, situation, {
    option,
    depth: 0,
    steps: { left: mostSteps },
  });
}

/** Nothing is known of the answer. */
function either(place: string, missing: readonly string[]): Verdict {
  const evidence = { kind: "code", at: place, says: `${place} is not decided by the files at hand` } as const;
  const outcomes = (["accepts", "refuses"] as const).map((kind) => ({ kind, by: place, evidence }));
  return { outcomes, missing };
}

interface Depth {
  /** The option whose ACL this is, which says at which command it is asked. */
  readonly option: string;
  readonly depth: number;
  readonly steps: { left: number };
}

function named(name: string, place: string, at: string, situation: Situation, depth: Depth): Verdict {
  if (depth.depth > deepest) return either(place, [`ACLs that are nested more than ${deepest} deep`]);
  const acl = situation.config.acls.get(name);
  if (acl) return walk(acl, name, situation, depth);
  if (name === "" || name.startsWith("/")) return either(place, [name === "" ? place : name]);
  // What names no ACL is one itself.
  const lines = name.split("\n").map((text) => ({ text: text.trim(), at }));
  const statements = inlineStatements(lines.filter((each) => each.text !== ""));
  return statements ? walk(statements, place, situation, depth) : either(place, [place]);
}

function inlineStatements(lines: readonly Line[]): Statement[] | undefined {
  try {
    return statementsOf(lines);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

function walk(acl: readonly Statement[], name: string, situation: Situation, depth: Depth): Verdict {
  const outcomes = new Map<string, Outcome>();
  const missing = new Set<string>();
  const note = (one: Outcome) => outcomes.set(`${one.kind} ${one.by}`, one);
  for (const statement of acl) {
    if (depth.steps.left-- <= 0) return either(name, ["more steps through the ACLs than are followed"]);
    if (statement.hole !== undefined) {
      const open = either(statement.at, [statement.hole]);
      for (const one of open.outcomes) note(one);
      for (const one of open.missing) missing.add(one);
      continue;
    }
    const found = statementOutcome(statement, name, situation, depth);
    if (found.outcome) note(found.outcome);
    if (found.alternative) note(found.alternative);
    for (const one of found.missing) missing.add(one);
    if (found.outcome && found.missing.length === 0) return { outcomes: [...outcomes.values()], missing: [...missing] };
  }
  const says = `no statement of ${name} decides: Exim refuses`;
  note({ kind: "refuses", by: "the end of the ACL", evidence: { kind: "code", at: acl[0]?.at ?? name, says } });
  return { outcomes: [...outcomes.values()], missing: [...missing] };
}

/** `outcome` without `missing` is certain; with it, the ACL may also go on. */
interface Found {
  readonly outcome?: Outcome;
  readonly alternative?: Outcome;
  readonly missing: readonly string[];
}

function statementOutcome(statement: Statement, name: string, situation: Situation, depth: Depth): Found {
  const { verb, at } = statement;
  const { holds, failed } = conditionsHold(statement, situation, depth);
  const make = (kind: Outcome["kind"]): Outcome => ({
    kind,
    by: at,
    evidence: { kind: "code", at, says: `${verb} in ${name} ${kind} clients without login` },
    ...(verb === "drop" ? { spreads: "drops" } : verb === "defer" ? { spreads: "defers" } : {}),
  });
  if (failed === "defers" && verb === "warn") return { missing: [] };
  if (failed === "error" || failed === "defers") {
    const says = `a condition of ${verb} in ${name} cannot be evaluated: the client is refused`;
    const evidence = { kind: "code", at, says } as const;
    return { outcome: { kind: "refuses", by: "an error", evidence, spreads: failed }, missing: [] };
  }
  if (verb === "warn") return { missing: [] };
  const missing = isUnknown(holds) ? holds.unknown : [];
  if (verb === "require") {
    if (holds === true) return { missing };
    return { outcome: make("refuses"), missing };
  }
  const kind = verb === "accept" ? "accepts" : verb === "discard" ? "discards" : "refuses";
  // After endpass a condition that fails refuses instead of going on.
  if (failed === "endpass" && holds === false) return { outcome: make("refuses"), missing };
  if (holds === false) return { missing };
  return { outcome: make(kind), ...(failed === "endpass" ? { alternative: make("refuses") } : {}), missing };
}

/** Whether all hold; `failed` tells a condition that cannot be evaluated, and one behind `endpass`. */
function conditionsHold(
  { parts }: Statement,
  situation: Situation,
  depth: Depth,
): { readonly holds: Maybe<boolean>; readonly failed?: Failure | "endpass" } {
  let pass = false;
  const missing: string[] = [];
  let openAfterPass = false;
  for (const part of parts) {
    if (part === "endpass") {
      pass = true;
      continue;
    }
    const answer = conditionHolds(part, situation, depth);
    if (answer === "error" || answer === "defers")
      return missing.length > 0 ? { holds: unknown(...missing) } : { holds: false, failed: answer };
    const holds = part.negated ? not(answer) : answer;
    if (holds === false && missing.length === 0) return pass ? { holds, failed: "endpass" } : { holds };
    if (holds === false) return pass ? { holds: unknown(...missing), failed: "endpass" } : { holds };
    if (isUnknown(holds)) {
      missing.push(...holds.unknown);
      openAfterPass ||= pass;
    }
  }
  if (missing.length === 0) return { holds: true };
  return openAfterPass ? { holds: unknown(...missing), failed: "endpass" } : { holds: unknown(...missing) };
}

/** `error` refuses even from `warn`; what `defers` is passed over there. */
type Failure = "error" | "defers";

const early = ["acl_smtp_connect", "acl_smtp_helo"];

/**
 * Conditions that Exim cannot evaluate at a command: it refuses with 451 (Exim specification, "ACL conditions"). 4.97 let
 * `encrypted` be asked at HELO and no more when clients connect (ChangeLog, JH/17).
 * @throws Undecided where the release decides and none is declared.
 */
function isOutOfPlace(condition: string, option: string, version: string | undefined): boolean {
  if (condition === "authenticated") return early.includes(option);
  if (condition === "encrypted" && early.includes(option)) {
    const since497 = isSince(version, "4.97");
    if (since497 === undefined) throw new Undecided(`the Exim version, which decides on encrypted in ${option}`);
    return since497 === (option === "acl_smtp_connect");
  }
  if (["domains", "local_parts", "recipients"].includes(condition))
    return !["acl_smtp_rcpt", "acl_smtp_vrfy"].includes(option);
  return (
    ["senders", "sender_domains"].includes(condition) &&
    [...early, "acl_smtp_auth", "acl_smtp_starttls"].includes(option)
  );
}

/** A number, or a word to the letter, without the blanks that `bool` takes; undefined for anything else. */
function verdictOf(text: string): boolean | undefined {
  if (/^(?:-?\d+)?$/.test(text)) return Number(text) !== 0;
  if (/^(?:true|yes)$/i.test(text)) return true;
  return /^(?:false|no)$/i.test(text) ? false : undefined;
}

function conditionHolds(condition: Condition, situation: Situation, depth: Depth): Maybe<boolean> | Failure {
  const { name, value, at } = condition;
  if (isOutOfPlace(name, depth.option, situation.config.version)) return "error";
  const setting = { value, at };
  const here = unknown(`${name} (${at})`);
  switch (name) {
    case "authenticated":
      return false;
    case "encrypted":
      return situation.tls ? (value.trim() === "*" ? true : value.trim() === "" ? false : here) : false;
    case "hosts":
      return situation.isHost(setting, name);
    case "domains":
      return situation.isForeignDomain(setting, name);
    case "sender_domains":
    case "senders":
    case "recipients":
    case "local_parts":
      return value.trim() === "*" ? true : value.trim() === "" ? false : here;
    case "verify":
      return value.trim() === "certificate" ? false : here;
    case "condition": {
      const text = situation.text(setting, name);
      return isUnknown(text) ? text : (verdictOf(text) ?? "defers");
    }
    case "acl": {
      const text = situation.text(setting, name);
      if (isUnknown(text)) return text;
      const nested = /^\S+$/.test(text.trim()) ? text.trim() : (/^(\w+)\s/.exec(text.trim())?.[1] ?? "");
      const verdict = named(nested, `acl (${at})`, at, situation, { ...depth, depth: depth.depth + 1 });
      const kinds = new Set(verdict.outcomes.map((each) => each.kind));
      const [first] = verdict.outcomes;
      if (verdict.outcomes.length === 1 && (first?.spreads === "error" || first?.spreads === "defers"))
        return first.spreads;
      if (verdict.outcomes.some((each) => each.spreads !== undefined || each.kind === "discards")) return here;
      const [only] = kinds;
      return kinds.size === 1 ? only === "accepts" : unknown(...verdict.missing, `acl (${at})`);
    }
    default:
      return here;
  }
}
