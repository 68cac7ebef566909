import type { Family } from "../../model/addresses.js";
import { field, isObject, type Json, textOf } from "./nftables-json.js";
import { matchOf, type Scope } from "./nftables-match.js";
import { readingsOf } from "./nftables-merged.js";
import type { Rule, Verdict } from "./ruleset.js";
import { inDoubt, ofFamily, type Test } from "./tests.js";

export type { NamedSets } from "./nftables-match.js";

/** nft(8), statements that decide nothing about the packet. */
const passing = new Set([
  ...["counter", "log", "comment", "mangle", "flow", "ct helper", "ct timeout", "ct expectation", "dup", "last"],
]);
const plain = new Map(
  (["accept", "drop", "continue", "return", "reject", "notrack"] as const).map((kind): [string, Verdict] => [
    kind,
    { kind },
  ]),
);

/**
 * The rules that a rule's statements amount to: each element of a verdict map, and of a set of tuples, is one.
 * @throws RangeError for ports and addresses that are none.
 */
export function rulesOf(statements: readonly unknown[], at: string, scope: Scope): Rule[] {
  return [...readingsOf(statements)].flatMap((each) => rulesOfReading(each, at, scope));
}

function rulesOfReading(statements: readonly unknown[], at: string, scope: Scope): Rule[] {
  let lists: Test[][] = [[]];
  const and = (alternatives: readonly (readonly Test[])[]) => {
    const [only] = alternatives;
    if (only && alternatives.length === 1) for (const list of lists) list.push(...only);
    else lists = lists.flatMap((list) => alternatives.map((tests) => [...list, ...tests]));
  };
  for (const statement of statements) {
    const [kind = ""] = isObject(statement) ? Object.keys(statement) : [textOf(statement) ?? ""];
    const body = field(statement, kind);
    if (kind === "match") and(matchOf(body, scope));
    else if (kind === "vmap") return [...verdictMap(body, scope, lists, at)];
    else if (kind === "mangle" && changesPacket(body)) and([[inDoubt("a statement that changes the packet")]]);
    else if (!passing.has(kind)) {
      const answering = kind === "reject" ? answeredFamily(body) : undefined;
      if (answering) and([[ofFamily(answering)]]);
      const verdict = verdictOf(kind, body);
      if (verdict) return rules(lists, at, verdict);
      and([[inDoubt(nameOf(kind, body))]]);
    }
  }
  return rules(lists, at, { kind: "continue" });
}

/** A list that grew has room for more, which a hundred thousand rules need not keep. */
function rules(lists: readonly (readonly Test[])[], at: string, verdict: Verdict): Rule[] {
  return lists.map((tests) => ({ at, tests: tests.slice(), verdict }));
}

/** A listing leaves out the `meta nfproto` that `reject with icmp` and `icmpv6` imply (seen with nft 1.0.6). */
function answeredFamily(body: unknown): Family | undefined {
  const type = field(body, "type");
  return type === "icmp" ? "ipv4" : type === "icmpv6" ? "ipv6" : undefined;
}

/** Undefined for what may end the rule's evaluation but is no verdict: `limit`, `quota`, `ct count`, `xt` matches. */
function verdictOf(kind: string, body: unknown): Verdict | undefined {
  const simple = plain.get(kind);
  if (simple) return simple;
  if (kind === "unread") return { kind: "unclear", what: textOf(body) ?? kind };
  if (kind === "snat" || kind === "masquerade") return { kind: "accept" };
  if (kind === "jump" || kind === "goto") {
    const chain = textOf(field(body, "target"));
    return chain === undefined ? { kind: "unclear", what: `${kind} without a target` } : { kind, chain };
  }
  const foreign = kind === "xt" && field(body, "type") === "target";
  if (foreign || ["dnat", "redirect", "tproxy", "queue", "synproxy", "fwd"].includes(kind)) {
    return { kind: "unclear", what: nameOf(kind, body) };
  }
  return undefined;
}

function nameOf(kind: string, body: unknown): string {
  const name = textOf(field(body, "name"));
  return kind === "xt" && name !== undefined
    ? `xt ${textOf(field(body, "type")) ?? "module"} ${name}`
    : `statement ${kind}`;
}

/** Marks, priorities and TCP options change nothing that is matched here. */
function changesPacket(body: unknown): boolean {
  const key = field(body, "key");
  return ["meta", "ct", "tcp option"].every((kind) => field(key, kind) === undefined);
}

function* verdictMap(body: unknown, scope: Scope, lists: readonly (readonly Test[])[], at: string): Generator<Rule> {
  const { entries, doubt } = elementsOf(field(body, "data"), scope);
  for (const entry of entries) {
    const [key, verdictJson] = Array.isArray(entry) ? entry : [];
    const [kind = ""] = isObject(verdictJson) ? Object.keys(verdictJson) : [];
    const verdict = verdictOf(kind, field(verdictJson, kind)) ?? { kind: "unclear", what: `verdict ${kind}` };
    const alternatives = matchOf({ op: "==", left: field(body, "key"), right: { set: [key] } }, scope);
    for (const list of lists) {
      for (const tests of alternatives)
        yield { at, tests: [...list, ...tests, ...(doubt ? [inDoubt(doubt)] : [])], verdict };
    }
  }
  if (doubt) for (const tests of lists) yield { at, tests, verdict: { kind: "unclear", what: doubt } };
}

function elementsOf(data: unknown, { table, sets }: Scope): { entries: readonly unknown[]; doubt?: string } {
  const literal = field(data, "set");
  if (Array.isArray(literal)) return { entries: literal };
  const name = textOf(data)?.replace(/^@/, "");
  const named: Json | undefined = name === undefined ? undefined : sets.get(`${table} ${name}`);
  if (!named) return { entries: [], doubt: "a verdict map that is not in the ruleset" };
  const entries = field(named, "elem");
  const changing = JSON.stringify(field(named, "flags") ?? []).match(/dynamic|timeout/);
  return {
    entries: Array.isArray(entries) ? entries : [],
    ...(changing ? { doubt: `map ${name}, which changes while it runs` } : {}),
  };
}
