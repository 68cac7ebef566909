import type { Evidence } from "../../model/evidence.js";
import { type Asker, type Key, lookUp } from "./access-table.js";
import { type Answer, agreed, type Outcome, pass, permit, reject } from "./outcome.js";
import { type Restriction, restrictions } from "./restriction-table.js";
import { Undecided } from "./settings.js";
import type { Table } from "./tables/table.js";

/** One client, at one step of the SMTP dialogue. */
export interface Situation extends Omit<Asker, "mustGive"> {
  readonly tls: boolean;
  /** What smtpd knows by now; a restriction that needs more is skipped. */
  readonly known: ReadonlySet<Key>;
  /** Whether the client is in mynetworks; `fails` when the lookup does. */
  readonly inMynetworks: Answer | "fails";
  readonly isOwnAddress: boolean;
  /** Whether a table makes every domain one of ours. */
  readonly everyDomainIsOurs: boolean;
  readonly classes: ReadonlyMap<string, readonly string[]>;
  /** The tables that stand in files at hand, by their names. */
  readonly tables: ReadonlyMap<string, Table>;
  /** Counts the restrictions walked: classes that hold classes could go on for ever. */
  readonly effort: { steps: number };
}

/** What a list may come to; more than one is true when something outside the files decides. */
export interface Verdict {
  readonly passes: boolean;
  readonly permits: boolean;
  readonly rejects: boolean;
  /** Whether it refuses for want of TLS. */
  readonly forTls: Answer;
  /** A refusal at the end of RCPT that no later permit lifts: `certain`, `possible`. */
  readonly deferral: "none" | "possible" | "certain";
  /** An entry of a table throws the mail away, and no other list is asked. */
  readonly discards: "none" | "possible" | "certain";
  /** The restriction that decides, or the first that may. */
  readonly by: string;
  /** The entry of a table that decides. */
  readonly entry?: Evidence | undefined;
  readonly missing: readonly string[];
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
  let [permits, rejects, discards] = [false, false, false];
  const reasons: Answer[] = [];
  let deferral: Verdict["deferral"] = "none";
  let by = "";
  const missing: string[] = [];
  const verdict = (passes: boolean, entry?: Evidence): Verdict => ({
    passes,
    permits,
    rejects,
    deferral,
    by,
    missing,
    entry,
    forTls: agreed(reasons, missing),
    discards: !discards ? "none" : passes || rejects || missing.length > 0 ? "possible" : "certain",
  });
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
    discards ||= outcome.discards ?? false;
    if (outcome.rejects) reasons.push(outcome.forTls ?? false);
    missing.push(...(outcome.missing ?? []));
    if (!outcome.passes) {
      if (!outcome.missing) by = name;
      return verdict(false, outcome.evidence);
    }
  }
  return verdict(true);
}

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
    case "table": {
      if (!argument?.includes(":")) return reject;
      const key = restriction.key ?? "client";
      if (!situation.known.has(key)) return pass;
      const table = situation.tables.get(argument);
      if (!table) return { permits: true, rejects: !warn, passes: true, missing: [`the table of ${name}`] };
      const asker = { ...situation, mustGive: key === "recipient" && situation.everyDomainIsOurs };
      return lookUp(table, name, key, asker, warn, (members) =>
        depth >= tooDeep ? reject : nested(walk(members, situation, shorthand, warn, depth + 1)),
      );
    }
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
    discards: verdict.discards !== "none",
    evidence: verdict.entry,
    ...(open ? { missing: verdict.missing } : {}),
  };
}
