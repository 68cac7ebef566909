import { dirname, join, relative } from "node:path";
import { InputError } from "../../model/errors.js";
import type { Files } from "./files.js";
import { type Item, readItems } from "./nftables.js";
import type { Json } from "./nftables-json.js";
import { isSign, splitAt, type Token, tokensOf } from "./nftables-tokens.js";
import { elementsOf, statementsOf } from "./nftables-words.js";
import type { BaseChain } from "./ruleset.js";

/** MAX_INCLUDE_DEPTH of nft. */
const deepest = 16;
const mostTokens = 2_000_000;
const mostIncludes = 1_000;
const families = ["ip", "ip6", "inet", "arp", "bridge", "netdev"];
/** nft(8), standard priority names; bridge tables have others and are not followed. */
const priorities: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};

interface ChainText {
  readonly at: string;
  head: Json;
  rules: { readonly at: string; readonly expr: Json[] }[];
}

interface TableText {
  readonly family: string;
  readonly name: string;
  readonly at: string;
  readonly chains: Map<string, ChainText>;
  readonly sets: Map<string, { readonly at: string; readonly kind: "set" | "map"; body: Json }>;
}

/** `nftables.conf`: comments, then `#!/usr/sbin/nft`, `flush`, `define`, `include`, `table` or `add`. */
export function recognisesNftablesFile(start: string): boolean {
  const text = start.replace(/^\s*(?:#[^\n]*\n\s*)*/, "");
  const table = /^(?:add\s+|create\s+)?table\s+(?:(?:ip|ip6|inet|arp|bridge|netdev)\s+)?\w+\s*[{;\n]/;
  if (/^#![^\n]*\bnft\b/.test(start) || /^flush\s+ruleset\b/.test(text) || table.test(text)) return true;
  return /^(?:define\s+\w+\s*=|include\s+")/.test(text) && /^\s*(?:add\s+)?table\s/m.test(text);
}

/**
 * Reads a file in nftables' own syntax (nft(8)) as `nft -f` loads it into an empty kernel. What is included is looked for
 * beside the file: `/etc/` stands for the file's directory.
 * @throws InputError with `file:line`.
 */
export async function readNftablesFile(text: string, path: string, files: Files): Promise<BaseChain[]> {
  const loader = new Loader(dirname(path), files);
  await loader.run(tokensOf(text, path), 0);
  return readItems(loader.items(), path);
}

class Loader {
  private readonly tables = new Map<string, TableText>();
  private readonly defined = new Map<string, readonly Token[]>();
  private readonly absent: string[] = [];
  private budget = mostTokens;
  private includes = 0;

  constructor(
    private readonly home: string,
    private readonly source: Files,
  ) {}

  async run(tokens: readonly Token[], depth: number): Promise<void> {
    for (const statement of splitAt(tokens, [";"])) {
      const [first, second] = statement as [Token, Token | undefined];
      if (first.text === "include") {
        for (const inner of await this.included(second, first, depth)) await this.run(inner, depth + 1);
      } else if (!this.define(statement)) {
        await this.command(statement, depth);
      }
    }
  }

  /** As `nft -j list ruleset` would list it. */
  items(): Item[] {
    const items = [...this.tables.values()].flatMap(({ family, name: table, at, chains, sets }): Item[] => [
      { kind: "table", body: { family, name: table }, where: at },
      ...[...sets].map(
        ([name, { kind, body, at: where }]): Item => ({ kind, body: { family, table, name, ...body }, where }),
      ),
      ...[...chains].flatMap(([name, { at: where, head, rules }]): Item[] => [
        { kind: "chain", body: { family, table, name, ...head }, where },
        ...rules.map(
          (rule): Item => ({ kind: "rule", body: { family, table, chain: name, expr: rule.expr }, where: rule.at }),
        ),
      ]),
    ]);
    return [...this.missing(), ...items];
  }

  /** An include that was not given may hold anything: a chain of its own before all others that may stop or pass. */
  private missing(): Item[] {
    const [first] = this.absent;
    if (first === undefined) return [];
    const expr = [{ unread: this.absent.join(", ") }];
    const where = first;
    for (const { chains } of this.tables.values()) {
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

  private define(statement: readonly Token[]): boolean {
    const [verb, name, equals, ...value] = statement;
    if (verb?.text === "undefine" && name) return this.defined.delete(name.text) || true;
    if ((verb?.text !== "define" && verb?.text !== "redefine") || !name) return false;
    if (!isSign(equals, "="))
      throw new InputError(verb.at, "a define without a value", "Expected `define NAME = VALUE`.");
    this.defined.set(name.text, this.expanded(value));
    return true;
  }

  private expanded(tokens: readonly Token[]): Token[] {
    const found = tokens.flatMap((token): readonly Token[] => {
      if (token.quoted || !token.text.startsWith("$")) return [token];
      const value = this.defined.get(token.text.slice(1));
      if (!value) throw new InputError(token.at, `${token.text} is not defined`, "Define it before it is used.");
      return value.map(({ text, quoted }) => ({ text, quoted, at: token.at }));
    });
    this.budget -= found.length;
    if (this.budget < 0) {
      throw new InputError(
        tokens[0]?.at ?? this.home,
        "definitions that unfold to more than 2,000,000 words",
        "Use sets.",
      );
    }
    return found;
  }

  private async included(path: Token | undefined, { at }: Token, depth: number): Promise<Token[][]> {
    if (!path?.quoted) throw new InputError(at, "an include without a file", 'Expected `include "FILE"`.');
    if (depth >= deepest) throw new InputError(at, `includes deeper than ${deepest}`, "nft refuses these, too.");
    const beside = path.text.replace(/^\/etc\//, "").replace(/^\.\//, "");
    const whole = join(this.home, beside);
    const outside = beside.startsWith("/") || relative(this.home, whole).startsWith("..");
    const pattern = whole.slice(whole.lastIndexOf("/") + 1);
    const candidates = outside ? [] : await this.source.filesIn(dirname(whole));
    const files = candidates.filter((file) => matches(pattern, file.slice(file.lastIndexOf("/") + 1)));
    if (files.length === 0 && (outside || !/[*?[]/.test(pattern))) {
      this.absent.push(`${at}: ${path.text}, which was not given`);
    }
    this.includes += files.length;
    if (this.includes > mostIncludes)
      throw new InputError(at, `more than ${mostIncludes} included files`, "Include each once.");
    return Promise.all(files.map(async (file) => tokensOf(await this.source.readText(file), file)));
  }

  private async command(statement: readonly Token[], depth: number): Promise<void> {
    const [first] = statement as [Token];
    const explicit = [
      "add",
      "create",
      "insert",
      "flush",
      "delete",
      "destroy",
      "replace",
      "reset",
      "rename",
      "list",
      "monitor",
    ];
    const verb = explicit.includes(first.text) ? first.text : "add";
    const [kind, ...rest] = explicit.includes(first.text) ? statement.slice(1) : statement;
    if (kind === undefined) throw new InputError(first.at, "a command that is cut short", "Check it with `nft -c -f`.");
    if (verb === "list" || verb === "monitor" || verb === "reset") return;
    if (verb === "flush" && kind.text === "ruleset") return this.tables.clear();
    const hasFamily = families.includes(rest[0]?.text ?? "");
    const family = hasFamily ? (rest[0]?.text ?? "") : "ip";
    const [name, ...words] = hasFamily ? rest.slice(1) : rest;
    if (name === undefined) throw new InputError(kind.at, `${kind.text} of no table`, "Check it with `nft -c -f`.");
    const adding = verb === "add" || verb === "create" || verb === "insert";
    if (kind.text === "table") {
      if (verb === "delete" || verb === "destroy") this.tables.delete(`${family} ${name.text}`);
      else if (verb === "flush") for (const chain of this.table(family, name).chains.values()) chain.rules = [];
      else await this.block(this.table(family, name), words, depth);
      return;
    }
    const table = this.table(family, name);
    const [own, ...body] = words;
    if (own === undefined) throw new InputError(kind.at, `${kind.text} without a name`, "Check it with `nft -c -f`.");
    if (kind.text === "chain" && adding) await this.chain(table, own, inside(body), depth);
    else if (kind.text === "chain" && verb === "flush") this.chainOf(table, own).rules = [];
    else if (kind.text === "rule" && adding) this.rule(this.chainOf(table, own), body, kind, verb);
    else if ((kind.text === "set" || kind.text === "map") && adding) this.set(table, kind, own, inside(body));
    else if (kind.text === "element" && adding) this.more(table, own, body);
    else if (!["counter", "quota", "limit", "flowtable", "secmark", "synproxy"].includes(kind.text)) {
      this.absent.push(`${first.at}, which is not understood`);
    }
  }

  private table(family: string, { text, at }: Token): TableText {
    const key = `${family} ${text}`;
    const table = this.tables.get(key) ?? { family, name: text, at, chains: new Map(), sets: new Map() };
    this.tables.set(key, table);
    return table;
  }

  private async block(table: TableText, words: readonly Token[], depth: number): Promise<void> {
    for (const statement of splitAt(inside(words), [";"])) {
      const [kind, own, ...body] = statement as [Token, Token | undefined, ...Token[]];
      if (kind.text === "include") {
        for (const inner of await this.included(own, kind, depth))
          await this.block(table, braced(inner, kind), depth + 1);
      } else if (this.define(statement)) continue;
      else if (kind.text === "chain" && own) await this.chain(table, own, inside(body), depth);
      else if ((kind.text === "set" || kind.text === "map") && own) this.set(table, kind, own, inside(body));
      else if (
        !["flags", "comment", "counter", "quota", "limit", "flowtable", "ct", "secmark", "synproxy", "tunnel"].includes(
          kind.text,
        )
      )
        this.absent.push(`${kind.at}, which is not understood`);
      else if (kind.text === "flags" && statement.some(({ text }) => text === "dormant"))
        this.absent.push(`${kind.at} (dormant)`);
    }
  }

  private async chain(table: TableText, { text, at }: Token, body: readonly Token[], depth: number): Promise<void> {
    const chain = table.chains.get(text) ?? { at, head: {}, rules: [] };
    table.chains.set(text, chain);
    for (const statement of splitAt(body, [";"])) {
      const [first] = statement as [Token];
      if (first.text === "include") {
        for (const inner of await this.included(statement[1], first, depth))
          await this.chain(table, { text, at, quoted: false }, inner, depth + 1);
      } else if (this.define(statement)) continue;
      else if (first.text === "type" && statement.some((token) => token.text === "hook"))
        chain.head = { ...chain.head, ...hookOf(this.expanded(statement)) };
      else if (first.text === "policy")
        chain.head = { ...chain.head, policy: this.expanded(statement)[1]?.text ?? "accept" };
      else if (!["comment", "flags", "devices", "device"].includes(first.text))
        this.rule(chain, statement, first, "add");
    }
  }

  private chainOf(table: TableText, { text, at }: Token): ChainText {
    const chain = table.chains.get(text);
    if (!chain) throw new InputError(at, `chain ${text} is not declared`, "Declare it before the rules.");
    return chain;
  }

  private rule(chain: ChainText, body: readonly Token[], { at }: Token, verb: string): void {
    const placed = ["position", "handle", "index"].includes(body[0]?.text ?? "");
    if (placed) this.absent.push(`${at}, a rule whose place is not understood`);
    const rule = { at, expr: statementsOf(this.expanded(body)) };
    if (placed) return;
    if (verb === "insert") chain.rules.unshift(rule);
    else chain.rules.push(rule);
  }

  private set(table: TableText, kind: Token, { text, at }: Token, body: readonly Token[]): void {
    const flags: string[] = [];
    let elem: unknown[] = [];
    for (const statement of splitAt(body, [";"])) {
      const [first, , ...value] = this.expanded(statement) as [Token, Token, ...Token[]];
      if (first.text === "flags") flags.push(...statement.slice(1).map((token) => token.text));
      if (first.text === "timeout") flags.push("timeout");
      if (first.text === "elements") elem = this.elements(value, first);
    }
    table.sets.set(text, { at, kind: kind.text as "set" | "map", body: { flags, elem } });
  }

  private more(table: TableText, { text, at }: Token, body: readonly Token[]): void {
    const set = table.sets.get(text);
    if (!set) throw new InputError(at, `set ${text} is not declared`, "Declare it before its elements.");
    const before = Array.isArray(set.body.elem) ? set.body.elem : [];
    set.body = { ...set.body, elem: [...before, ...this.elements(this.expanded(body), body[0] as Token)] };
  }

  /** An element that is not understood makes every match on the set doubtful. */
  private elements(tokens: readonly Token[], { at }: Token): unknown[] {
    return elementsOf(inside(tokens)) ?? [{ unread: at }];
  }
}

/** What stands between the braces; nothing when there are none. */
function inside(tokens: readonly Token[]): readonly Token[] {
  const last = tokens.findLastIndex((token) => isSign(token, "}"));
  const first = tokens.findIndex((token) => isSign(token, "{"));
  return first >= 0 && last > first ? tokens.slice(first + 1, last) : [];
}

function braced(tokens: readonly Token[], { at }: Token): Token[] {
  return [{ text: "{", quoted: false, at }, ...tokens, { text: "}", quoted: false, at }];
}

/** `type filter hook input priority filter - 5`. */
function hookOf(statement: readonly Token[]): Json {
  const after = (word: string) => statement[statement.findIndex(({ text }) => text === word) + 1]?.text;
  const place = statement.findIndex(({ text }) => text === "priority");
  const written =
    place < 0
      ? ""
      : statement
          .slice(place + 1)
          .map(({ text }) => text)
          .join("");
  const [, sign = "", name, offset] = /^(-?)(?:([a-z]+))?([+-]?\d+)?$/.exec(written) ?? [];
  const base = name === undefined ? 0 : Object.hasOwn(priorities, name) ? priorities[name] : undefined;
  if (place < 0 || base === undefined || (name === undefined && offset === undefined)) {
    throw new InputError(
      statement[0]?.at ?? "",
      "a chain with no priority that nft knows",
      "Write `priority filter` or a number.",
    );
  }
  return { type: after("type"), hook: after("hook"), prio: base + Number(`${sign}${offset ?? 0}`) };
}

/** A file name against one with `*` and `?`, as glob(7) has it but for brackets; time grows with the lengths' product. */
function matches(pattern: string, name: string): boolean {
  let ends = new Set([0]);
  for (const sign of pattern) {
    const next = new Set<number>();
    for (const end of ends) {
      if (sign === "*") for (let to = end; to <= name.length; to++) next.add(to);
      else if (end < name.length && (sign === "?" || sign === name[end])) next.add(end + 1);
    }
    ends = next;
  }
  return ends.has(name.length) && !(name.startsWith(".") && !pattern.startsWith("."));
}
