import type { Evidence } from "../../model/evidence.js";
import type { Gate } from "../../model/fact.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import { aclVerdict, type Outcome, type Verdict } from "./acl.js";
import type { Situation } from "./situation.js";

/** Where a client without login may be stopped on its way to a recipient of another domain. */
interface Stop {
  readonly gate: Gate;
  readonly by: string;
  readonly evidence: Evidence;
  /** The recipient is taken and thrown away. */
  readonly discards: boolean;
}

/** Every way a session may end, one where the files decide. */
export interface Session {
  readonly stops: readonly Stop[];
  readonly missing: readonly string[];
}

const steps = [
  ["connect", "acl_smtp_connect"],
  // Whose HELO is refused may go on without one where hosts_require_helo lets him.
  ["mail", "acl_smtp_helo"],
  ["mail", "acl_smtp_mail"],
  ["rcpt", "acl_smtp_rcpt"],
] as const;

/** How far a client gets, from the greeting to a recipient of another domain. */
export function sessionOf(situation: Situation): Session {
  const stops: Stop[] = [];
  const missing: string[] = [];
  let discards: Outcome | undefined;
  let last: Outcome | undefined;
  for (const [gate, option] of steps) {
    // The greeting of a port without implicit TLS comes before STARTTLS.
    const verdict = verdictAt(option, situation);
    if (verdict.outcomes.length > 1) missing.push(...verdict.missing);
    for (const { kind, by, evidence } of verdict.outcomes)
      if (kind === "refuses") stops.push({ gate, by, evidence, discards: false });
    const passes = verdict.outcomes.filter((each) => each.kind !== "refuses");
    if (passes.length === 0) return { stops, missing };
    const thrown = passes.find((each) => each.kind === "discards");
    discards ??= thrown;
    last = passes[0];
    // Whose message is thrown away is asked no more.
    if (thrown && passes.length === 1 && option === "acl_smtp_mail") break;
  }
  const { by, evidence } = (discards ?? last) as Outcome;
  stops.push({ gate: "none", by, evidence, discards: discards !== undefined });
  return { stops, missing };
}

function verdictAt(option: string, situation: Situation): Verdict {
  if (option === "acl_smtp_connect") return connectVerdict(situation);
  const verdict = aclVerdict(option, situation);
  if (option !== "acl_smtp_helo" || verdict.outcomes.every((each) => each.kind !== "refuses")) return verdict;
  const required = requiresHelo(situation);
  if (required === true) return verdict;
  const says = "hosts_require_helo lets clients go on without HELO";
  const evidence = { kind: "default", at: "Exim", says } as const;
  const passes: Outcome = { kind: "accepts", by: "hosts_require_helo", evidence };
  if (required === false) return { outcomes: [passes], missing: [] };
  return { outcomes: [...verdict.outcomes, passes], missing: [...verdict.missing, ...required.unknown] };
}

/** MAIL needs a HELO since 4.96, and not before. */
function requiresHelo(situation: Situation): Maybe<boolean> {
  const { options, version } = situation.config;
  const setting = options.get("hosts_require_helo");
  if (setting) return situation.isHost(setting, "hosts_require_helo");
  if (version === undefined) return unknown("the Exim version");
  const [, minor = 0] = version.split(".").map(Number);
  return minor >= 96;
}

function connectVerdict(situation: Situation): Verdict {
  const name = "host_reject_connection";
  const setting = situation.config.options.get(name);
  if (setting) {
    const rejected = situation.isHost(setting, name);
    const evidence = { kind: "code", at: setting.at, says: `${name} turns these clients away` } as const;
    const refusal: Outcome = { kind: "refuses", by: name, evidence };
    if (rejected === true) return { outcomes: [refusal], missing: [] };
    if (rejected !== false) {
      const verdict = aclVerdict("acl_smtp_connect", situation);
      return { outcomes: [refusal, ...verdict.outcomes], missing: [...rejected.unknown, ...verdict.missing] };
    }
  }
  return aclVerdict("acl_smtp_connect", situation);
}

/** The one gate of all the ways a session may end. */
export function gateOf({ stops, missing }: Session): Maybe<Gate> {
  const gates = new Set(stops.map((each) => each.gate));
  const [only] = gates;
  return gates.size === 1 && only !== undefined ? only : unknown(...missing);
}

const order: readonly Gate[] = ["connect", "mail", "rcpt", "none"];

/**
 * Where a client in clear is refused for want of TLS: the same client inside TLS would get at least as far, and would not
 * meet that refusal.
 */
export function tlsGateOf(clear: Session, inside: Session): Maybe<Gate> {
  const gates = new Set<Gate>(clear.stops.map((stop) => gateForTls(stop, inside)));
  const [only] = gates;
  const unsure = inside.stops.length > 1 && clear.stops.some((stop) => stop.gate !== "none" && isUnsure(stop, inside));
  if (gates.size === 1 && only !== undefined && !unsure) return only;
  return unknown(...clear.missing, ...inside.missing);
}

function gateForTls(stop: Stop, inside: Session): Gate {
  return inside.stops.every((other) => liftedBy(stop, other)) ? stop.gate : "none";
}

function isUnsure(stop: Stop, inside: Session): boolean {
  return new Set(inside.stops.map((other) => liftedBy(stop, other))).size > 1;
}

function liftedBy(stop: Stop, inside: Stop): boolean {
  const further = order.indexOf(inside.gate) - order.indexOf(stop.gate);
  return stop.gate !== "none" && (further > 0 || (further === 0 && inside.by !== stop.by));
}
