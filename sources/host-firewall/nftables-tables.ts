import type { Item, Written } from "./nftables.js";
import type { Json } from "./nftables-json.js";
import type { Tokens } from "./nftables-tokens.js";
import { statementsOf } from "./nftables-words.js";

/** A rule: words that are read when the chain's rules are, or what stands for rules that are not known. */
export type RuleText = { readonly at: string } & ({ readonly words: Tokens } | { readonly expr: readonly Json[] });

/** A chain as the statements of a file leave it. */
export interface ChainText {
  readonly at: string;
  head: Json;
  rules: RuleText[];
}

/** A table as the statements of a file leave it. */
export interface TableText {
  readonly family: string;
  readonly name: string;
  readonly at: string;
  readonly chains: Map<string, ChainText>;
  readonly sets: Map<string, { readonly at: string; readonly kind: "set" | "map"; body: Json }>;
}

/** The statements of a rule are many objects, which last no longer than it takes to read them. */
function* readOneByOne(rules: readonly RuleText[]): Generator<Written> {
  for (const rule of rules) {
    const { at } = rule;
    yield { at, where: at, statements: "words" in rule ? statementsOf(rule.words) : rule.expr };
  }
}

/** As `nft -j list ruleset` would list it. */
export function itemsOf(tables: readonly TableText[], absent: readonly string[]): Item[] {
  const items = tables.flatMap(({ family, name: table, at, chains, sets }): Item[] => [
    { kind: "table", body: { family, name: table }, where: at },
    ...[...sets].map(
      ([name, { kind, body, at: where }]): Item => ({ kind, body: { family, table, name, ...body }, where }),
    ),
    ...[...chains].flatMap(([name, { at: where, head, rules }]): Item[] => [
      { kind: "chain", body: { family, table, name, ...head }, where },
      { kind: "rules", body: { family, table, chain: name }, where, rules: readOneByOne(rules) },
    ]),
  ]);
  return [...missing(tables, absent), ...items];
}

/** An include that was not given may hold anything: a chain of its own before all others that may stop or pass. */
function missing(tables: readonly TableText[], absent: readonly string[]): Item[] {
  const [first] = absent;
  if (first === undefined) return [];
  const expr = [{ unread: absent.join(", ") }];
  const where = first;
  for (const { chains } of tables) {
    for (const chain of chains.values()) if (chain.head.hook !== undefined) chain.rules.unshift({ at: where, expr });
  }
  return ["input", "output"].flatMap((hook): Item[] => {
    const of = { family: "inet", table: "not given" };
    const chain = { ...of, name: hook, type: "filter", hook, prio: 0, policy: "accept" };
    return [
      { kind: "chain", body: chain, where },
      { kind: "rule", body: { ...of, chain: hook, expr }, where },
    ];
  });
}
