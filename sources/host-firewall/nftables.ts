import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import type { Family } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import { field, isObject, type Json, textOf } from "./nftables-json.js";
import { type NamedSets, rulesOf } from "./nftables-rule.js";
import type { BaseChain, Chain, Hook } from "./ruleset.js";

/** Tables whose chains see IP packets to and from this host. */
const families: Readonly<Record<string, readonly Family[]>> = { ip: ["ipv4"], ip6: ["ipv6"], inet: ["ipv4", "ipv6"] };
/** nft(8): tables of other layers; a `netdev` or `bridge` filter before ours is told of as a doubt. */
const below = ["netdev", "bridge"];
const hooks: readonly string[] = ["prerouting", "input", "output", "postrouting"] satisfies Hook[];
/** libnftables-json(5): objects that hold no rules. */
const passive = [
  ...["metainfo", "table", "flowtable", "counter", "quota", "limit", "secmark", "synproxy", "tunnel"],
  ...["ct helper", "ct timeout", "ct expectation"],
];

/** An object of a listing, and where it stands. */
export interface Item {
  readonly kind: string;
  readonly body: Json;
  readonly where: string;
  /** Of a file, which is no listing: the rules of a chain together, as one object of the kind `rules`. */
  readonly rules?: Iterable<Written>;
}

/** A rule: how it is called, where it stands, its statements. */
export interface Written {
  readonly at: string;
  readonly where: string;
  readonly statements: readonly unknown[];
}

/**
 * Reads what `nft -j list ruleset` prints (libnftables-json(5), schema version 1).
 * @throws InputError with `file:line:column` for malformed JSON, else `file#nftables[index]`.
 */
export function readNftables(text: string, path: string): BaseChain[] {
  return readItems(itemsOf(text, path), path);
}

/** @throws InputError with the item's place. */
export function readItems(items: readonly Item[], path: string): BaseChain[] {
  const sets: NamedSets = new Map();
  const tables = new Map<string, Map<string, Chain>>();
  for (const item of items) {
    const { kind, body, where } = item;
    if (kind === "set" || kind === "map") sets.set(`${tableOf(body, where)} ${need(body, "name", where)}`, body);
    if (kind === "chain") {
      const chains = tables.get(tableOf(body, where)) ?? new Map<string, Chain>();
      const name = need(body, "name", where);
      if (chains.has(name)) throw new InputError(where, `chain ${name} is declared twice`, "List the rules anew.");
      const at = where.startsWith(`${path}#`) ? `${path}#${tableOf(body, where)} ${name}` : where;
      chains.set(name, { name, at, rules: [] });
      tables.set(tableOf(body, where), chains);
    }
  }
  for (const item of items) if (item.kind === "rule" || item.kind === "rules") addRules(item, tables, sets);
  return items.flatMap((item) => (item.kind === "chain" ? baseOf(item, tables) : []));
}

function itemsOf(text: string, path: string): Item[] {
  const list = field(parsed(text, path), "nftables");
  if (!Array.isArray(list)) {
    throw new InputError(path, `no list "nftables"`, "Write the file with `nft -j list ruleset`.");
  }
  return list.map((entry: unknown, i): Item => {
    const where = `${path}#nftables[${i}]`;
    const [kind, ...more] = isObject(entry) ? Object.keys(entry) : [];
    const body = kind === undefined ? undefined : field(entry, kind);
    if (kind === undefined || more.length > 0 || !isObject(body)) {
      throw new InputError(where, "no object with one key", "Expected a table, a chain, a rule, a set or a map.");
    }
    if (!["chain", "rule", "set", "map", ...passive].includes(kind)) {
      throw new InputError(where, `"${kind}" is nothing that \`nft -j list ruleset\` prints`, "List the rules anew.");
    }
    return { kind, body, where };
  });
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const errors: ParseError[] = [];
    parse(text, errors, { disallowComments: true });
    const { offset, error } = errors[0] ?? { offset: text.length, error: undefined };
    const before = text.slice(0, offset).split("\n");
    const reason = error === undefined ? "not JSON" : printParseErrorCode(error);
    throw new InputError(
      `${path}:${before.length}:${(before.at(-1) ?? "").length + 1}`,
      `malformed JSON (${reason})`,
      "Write the file anew with `nft -j list ruleset`.",
    );
  }
}

function addRules(item: Item, tables: Map<string, Map<string, Chain>>, sets: NamedSets): void {
  const { body, where } = item;
  const table = tableOf(body, where);
  const chains = tables.get(table);
  const name = need(body, "chain", where);
  const chain = chains?.get(name);
  if (!chain || !chains) throw new InputError(where, `chain ${name} is not declared`, "List the whole ruleset.");
  for (const rule of item.rules ?? [listed(item, chain)]) {
    try {
      for (const found of rulesOf(rule.statements, rule.at, { table, sets })) {
        const { verdict } = found;
        if ((verdict.kind === "jump" || verdict.kind === "goto") && !chains.has(verdict.chain))
          throw new RangeError(`there is no chain ${verdict.chain} in this table`);
        chain.rules.push(found);
      }
    } catch (error) {
      if (error instanceof RangeError) throw new InputError(rule.where, error.message, "List the whole ruleset anew.");
      throw error;
    }
  }
}

function listed({ body, where }: Item, { at }: Chain): Written {
  const statements = field(body, "expr");
  if (!Array.isArray(statements)) throw new InputError(where, `no list "expr"`, "List the rules anew.");
  const handle = field(body, "handle");
  return { at: typeof handle === "number" ? `${at} handle ${handle}` : where, where, statements };
}

function baseOf({ body, where }: Item, tables: Map<string, Map<string, Chain>>): BaseChain[] {
  const hook = textOf(field(body, "hook"));
  const family = need(body, "family", where);
  const chains = tables.get(tableOf(body, where));
  const chain = chains?.get(need(body, "name", where));
  if (hook === undefined || !chain || !chains) return [];
  const early = below.includes(family) || hook === "ingress";
  const priority = field(body, "prio");
  if (typeof priority !== "number") throw new InputError(where, "no priority", "List the rules anew.");
  const common = { layer: `nftables ${tableOf(body, where)} ${chain.name}`, nat: field(body, "type") === "nat" };
  if (early) {
    if (chain.rules.length === 0 || !["ingress", "prerouting", "input"].includes(hook)) return [];
    return [
      { ...common, ...lowerFilter(chain), chains, families: ["ipv4", "ipv6"], hook: "prerouting", priority: -1000 },
    ];
  }
  if (!hooks.includes(hook) || families[family] === undefined) return [];
  const policy = field(body, "policy") === "drop" ? "drop" : "accept";
  return [{ ...common, chain, chains, families: families[family] ?? [], hook: hook as Hook, priority, policy }];
}

/** A filter of frames, whose rules are not read: it may stop anything. */
function lowerFilter({ name, at }: Chain): Pick<BaseChain, "chain" | "policy"> {
  const verdict = { kind: "unclear", what: `the rules of chain ${name}, which filters frames` } as const;
  return { chain: { name, at, rules: [{ at, tests: [], verdict }] }, policy: "accept" };
}

function tableOf(body: Json, where: string): string {
  const name = textOf(field(body, "table")) ?? need(body, "name", where);
  return `${need(body, "family", where)} ${name}`;
}

function need(body: Json, key: string, where: string): string {
  const value = textOf(field(body, key));
  if (value === undefined) throw new InputError(where, `no "${key}"`, "List the rules anew.");
  return value;
}
