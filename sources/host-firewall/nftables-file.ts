import { dirname } from "node:path";
import { InputError } from "../../model/errors.js";
import type { Files } from "./files.js";
import { type Item, readItems } from "./nftables.js";
import { Definitions } from "./nftables-definitions.js";
import { hookOf } from "./nftables-hook.js";
import { Includes } from "./nftables-includes.js";
import { type ChainText, itemsOf, type TableText } from "./nftables-tables.js";
import { isSign, splitAt, type Token, tokensOf } from "./nftables-tokens.js";
import { elementsOf, statementsOf } from "./nftables-words.js";
import type { BaseChain } from "./ruleset.js";

const families = ["ip", "ip6", "inet", "arp", "bridge", "netdev"];

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
  const loader = new Loader(new Includes(dirname(path), files));
  await loader.run(tokensOf(text, path), 0);
  return readItems(loader.items(), path);
}

class Loader {
  private readonly tables = new Map<string, TableText>();
  private readonly definitions = new Definitions();

  constructor(private readonly includes: Includes) {}

  async run(tokens: readonly Token[], depth: number): Promise<void> {
    for (const statement of splitAt(tokens, [";"])) {
      const [first, second] = statement as [Token, Token | undefined];
      if (first.text === "include") {
        for (const inner of await this.includes.included(second, first, depth)) await this.run(inner, depth + 1);
      } else if (!this.definitions.define(statement)) {
        await this.command(statement, depth);
      }
    }
  }

  items(): Item[] {
    return itemsOf([...this.tables.values()], this.includes.absent);
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
      this.includes.absent.push(`${first.at}, which is not understood`);
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
        for (const inner of await this.includes.included(own, kind, depth))
          await this.block(table, braced(inner, kind), depth + 1);
      } else if (this.definitions.define(statement)) continue;
      else if (kind.text === "chain" && own) await this.chain(table, own, inside(body), depth);
      else if ((kind.text === "set" || kind.text === "map") && own) this.set(table, kind, own, inside(body));
      else if (
        !["flags", "comment", "counter", "quota", "limit", "flowtable", "ct", "secmark", "synproxy", "tunnel"].includes(
          kind.text,
        )
      )
        this.includes.absent.push(`${kind.at}, which is not understood`);
      else if (kind.text === "flags" && statement.some(({ text }) => text === "dormant"))
        this.includes.absent.push(`${kind.at} (dormant)`);
    }
  }

  private async chain(table: TableText, { text, at }: Token, body: readonly Token[], depth: number): Promise<void> {
    const chain = table.chains.get(text) ?? { at, head: {}, rules: [] };
    table.chains.set(text, chain);
    for (const statement of splitAt(body, [";"])) {
      const [first] = statement as [Token];
      if (first.text === "include") {
        for (const inner of await this.includes.included(statement[1], first, depth))
          await this.chain(table, { text, at, quoted: false }, inner, depth + 1);
      } else if (this.definitions.define(statement)) continue;
      else if (first.text === "type" && statement.some((token) => token.text === "hook"))
        chain.head = { ...chain.head, ...hookOf(this.definitions.expanded(statement)) };
      else if (first.text === "policy")
        chain.head = { ...chain.head, policy: this.definitions.expanded(statement)[1]?.text ?? "accept" };
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
    if (placed) this.includes.absent.push(`${at}, a rule whose place is not understood`);
    const rule = { at, expr: statementsOf(this.definitions.expanded(body)) };
    if (placed) return;
    if (verb === "insert") chain.rules.unshift(rule);
    else chain.rules.push(rule);
  }

  private set(table: TableText, kind: Token, { text, at }: Token, body: readonly Token[]): void {
    const flags: string[] = [];
    let elem: unknown[] = [];
    for (const statement of splitAt(body, [";"])) {
      const [first, , ...value] = this.definitions.expanded(statement) as [Token, Token, ...Token[]];
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
    set.body = { ...set.body, elem: [...before, ...this.elements(this.definitions.expanded(body), body[0] as Token)] };
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
