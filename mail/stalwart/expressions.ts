import { all, isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import type { Value } from "./settings.js";

/** The session that an expression is asked about, of a client that has not logged in. */
export interface Session {
  readonly listener: string;
  readonly port: number;
  readonly isTls: boolean;
}

/**
 * What a setting comes to: a plain value, or the first `{ if, then }` that holds, else `{ else }`.
 * @returns unknown with the expression quoted where one cannot be decided.
 */
export function evaluated(name: string, value: Value, session: Session): Maybe<string> {
  if (JSON.stringify(value).includes("%{")) return unknown(`${name}, in which a macro stands`);
  if (typeof value !== "object") return String(value);
  for (const branch of value) {
    if (typeof branch !== "object" || branch === null) return unknown(`${name}, a list without conditions`);
    const { if: condition, then, else: otherwise } = branch as Readonly<Record<string, unknown>>;
    if (condition === undefined) return plain(name, otherwise);
    const holds = conditionHolds(name, String(condition), session);
    if (isUnknown(holds)) return holds;
    if (holds) return plain(name, then);
  }
  return unknown(`${name}, of which no branch holds`);
}

function plain(name: string, value: unknown): Maybe<string> {
  return typeof value === "object" || value === undefined ? unknown(name) : String(value);
}

/** Comparisons that `&&` joins; anything else is not decided. */
export function conditionHolds(name: string, condition: string, session: Session): Maybe<boolean> {
  return all(
    ...condition.split("&&").map((part) => termHolds(part.trim(), session) ?? unknown(`${name}: ${condition}`)),
  );
}

function termHolds(term: string, { listener, port, isTls }: Session): boolean | undefined {
  if (term === "is_tls") return isTls;
  if (term === "!is_tls") return !isTls;
  if (term === "is_empty(authenticated_as)") return true;
  if (term === "!is_empty(authenticated_as)") return false;
  const [, local, number] = /^local_port\s*(==|!=)\s*(\d{1,5})$/.exec(term) ?? [];
  if (local !== undefined) return (Number(number) === port) === (local === "==");
  const [, named, word] = /^listener\s*(==|!=)\s*'([^'\\]*)'$/.exec(term) ?? [];
  if (named !== undefined) return (word === listener) === (named === "==");
  return undefined;
}
