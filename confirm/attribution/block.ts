import type { Attribution, FactOf, PathFailure } from "../../model/fact.js";
import type { Control, Elsewhere, OwnRules, Trial } from "../../model/trial.js";
import type { Whereabouts } from "./whereabouts.js";

/** Everything that is known about one address (or name) of an endpoint whose probe did not come to its end. */
export interface Block {
  readonly subject: string;
  readonly host: string;
  readonly port: number;
  readonly failure: PathFailure;
  /** IPv4 is tried first: where only IPv6 was, the host has no other address. */
  readonly isIpv6Alone: boolean;
  /** Whether the definitions let the vantage point in: undefined when none was read, or it is undecided. */
  readonly admitted: boolean | undefined;
  /** The planned or deployed facts behind `admitted`. */
  readonly rules: readonly FactOf<"reachable">[];
  /** What the provider of declared clients does to this port, in its sentences, and those clients. */
  readonly provider: { readonly says: readonly string[]; readonly clients: readonly string[] } | undefined;
  /** Whether the server's definition listens there. */
  readonly listens: boolean | undefined;
  /** The server's definition is broken in a way that explains the failure. */
  readonly broken: FactOf<"pathFailure"> | undefined;
  /** Other ports of the same host that answered in this run, and of the same address those that refused or stayed silent. */
  readonly answering: readonly number[];
  readonly refusing: readonly number[];
  readonly silent: readonly number[];
  /** How the port took connections when it was tried again. */
  readonly repeats: readonly Trial[];
  /** The answer comes too soon to be the server's, in one sentence. */
  readonly tooSoon: string | undefined;
  /** Other hosts on which the same port failed in the same way, and on which it answered; of thousands the first alone. */
  readonly alike: readonly string[];
  readonly unlike: readonly string[];
  /** Controls that were reached, and how the visit ended. */
  readonly controls: readonly Control[];
  /** What this machine's own packet filter does. */
  readonly ownRules: OwnRules | undefined;
  /** Where on the way the connection is stopped, as far as SYNs with a small TTL tell. */
  readonly where: Whereabouts | undefined;
  readonly elsewhere: readonly Elsewhere[];
}

/** A row of the decision table. */
export interface Row {
  when(block: Block): boolean;
  blame(block: Block): Attribution;
}

export const at =
  (stage: PathFailure["stage"], ...kinds: PathFailure["kind"][]) =>
  ({ failure }: Block) =>
    failure.stage === stage && kinds.includes(failure.kind);

export const silent = at("connect", "timeout");
export const refused = at("connect", "refused");
export const unreachable = at("connect", "unreachable");
/** The connection never stood. */
export const stopped = at("connect", "timeout", "refused", "unreachable");

export function seconds({ failure }: Block): string {
  return `${(failure.afterMs / 1000).toFixed(1)} s`;
}

/** What was seen on the port itself. */
export function seen(block: Block): string {
  const { port, failure } = block;
  if (failure.kind === "timeout") return `connections to port ${port} time out (${seconds(block)})`;
  if (failure.kind === "refused") return `the connection was refused after ${failure.afterMs} ms`;
  return `the network answered ${failure.detail} after ${failure.afterMs} ms`;
}

export function answering({ answering: ports, host }: Block): string[] {
  return ports.length > 0 ? [`port ${list(ports)} of ${host} answers`] : [];
}

/** Controls, other places and this machine's own rules, in sentences. */
export function compared({
  port,
  failure,
  repeats,
  tooSoon,
  alike,
  unlike,
  elsewhere,
  ownRules,
  where,
}: Block): string[] {
  return [
    ...(failure.stage === "connect" && repeats.length > 0 ? [`tried again, ${list(repeats.map(tryOf))}`] : []),
    ...(where ? [where.says] : []),
    ...(tooSoon ? [tooSoon] : []),
    ...(alike.length > 0 ? [`port ${port} fails in the same way at ${list(alike)}`] : []),
    ...(unlike.length > 0 ? [`port ${port} answers at ${list(unlike)}`] : []),
    ...elsewhere.map(
      (each) => `from ${each.from}: ${each.outcome === "open" ? "it answers" : each.detail || each.outcome}`,
    ),
    ...(ownRules?.verdict === true ? ["this machine's own packet filter lets it out"] : []),
  ];
}

/** One more try, in words. */
export function tryOf({ outcome, detail, afterMs }: Trial): string {
  return outcome === "open" ? `it answered after ${afterMs} ms` : `it failed after ${afterMs} ms (${detail})`;
}

/** The port to use meanwhile. */
export function meanwhile({ answering: ports, port }: Block): string[] {
  const mail = [587, 465].find((each) => ports.includes(each) && each !== port);
  return mail ? [`Use port ${mail} meanwhile: it answers.`] : [];
}

export function list(items: readonly (string | number)[]): string {
  return items.length < 2 ? items.join() : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
