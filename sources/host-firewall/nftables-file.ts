import { dirname } from "node:path";
import { InputError } from "../../model/errors.js";
import type { Files } from "./files.js";
import { type Item, readItems } from "./nftables.js";
import { Definitions } from "./nftables-definitions.js";
import { hookOf } from "./nftables-hook.js";
import { Includes } from "./nftables-includes.js";
import { type ChainText, itemsOf, type TableText } from "./nftables-tables.js";
import { signAt, splitAt, type Token, type Tokens, tokensOf } from "./nftables-tokens.js";
import { elementsOf } from "./nftables-words.js";
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

  async run(tokens: Tokens, depth: number): Promise<void> {
    for (const statement of splitAt(tokens, ";")) {
      const [first, second] = [statement.at(0) as Token, statement.at(1)];
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

  private async command(statement: Tokens, depth: number): Promise<void> {
    const first = statement.at(0) as Token;
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
    const behind = explicit.includes(first.text) ? statement.slice(1) : statement;
    const [kind, rest] = [behind.at(0), behind.slice(1)];
    if (kind === undefined) throw new InputError(first.at, "a command that is cut short", "Check it with `nft -c -f`.");
    if (verb === "list" || verb === "monitor" || verb === "reset") return;
    if (verb === "flush" && kind.text === "ruleset") return this.tables.clear();
    const hasFamily = families.includes(rest.at(0)?.text ?? "");
    const family = hasFamily ? (rest.at(0)?.text ?? "") : "ip";
    const named = hasFamily ? rest.slice(1) : rest;
    const [name, words] = [named.at(0), named.slice(1)];
    if (name === undefined) throw new InputError(kind.at, `${kind.text} of no table`, "Check it with `nft -c -f`.");
    const adding = verb === "add" || verb === "create" || verb === "insert";
    if (kind.text === "table") {
      if (verb === "delete" || verb === "destroy") this.tables.delete(`${family} ${name.text}`);
      else if (verb === "flush") for (const chain of this.table(family, name).chains.values()) chain.rules = [];
      else await this.block(this.table(family, name), inside(words), depth);
      return;
    }
    const table = this.table(family, name);
    const [own, body] = [words.at(0), words.slice(1)];
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

  private async block(table: TableText, words: Tokens, depth: number): Promise<void> {
    for (const statement of splitAt(words, ";")) {
      const [kind, own, body] = [statement.at(0) as Token, statement.at(1), statement.slice(2)];
      if (kind.text === "include") {
        for (const inner of await this.includes.included(own, kind, depth)) await this.block(table, inner, depth + 1);
      } else if (this.definitions.define(statement)) continue;
      else if (kind.text === "chain" && own) await this.chain(table, own, inside(body), depth);
      else if ((kind.text === "set" || kind.text === "map") && own) this.set(table, kind, own, inside(body));
      else if (
        !["flags", "comment", "counter", "quota", "limit", "flowtable", "ct", "secmark", "synproxy", "tunnel"].includes(
          kind.text,
        )
      )
        this.includes.absent.push(`${kind.at}, which is not understood`);
      else if (kind.text === "flags" && has(statement, "dormant")) this.includes.absent.push(`${kind.at} (dormant)`);
    }
  }

  private async chain(table: TableText, { text, at }: Token, body: Tokens, depth: number): Promise<void> {
    const chain = table.chains.get(text) ?? { at, head: {}, rules: [] };
    table.chains.set(text, chain);
    for (const statement of splitAt(body, ";")) {
      const first = statement.at(0) as Token;
      if (first.text === "include") {
        for (const inner of await this.includes.included(statement.at(1), first, depth))
          await this.chain(table, { text, at, quoted: false }, inner, depth + 1);
      } else if (this.definitions.define(statement)) continue;
      else if (first.text === "type" && has(statement, "hook"))
        chain.head = { ...chain.head, ...hookOf(this.definitions.expanded(statement)) };
      else if (first.text === "policy")
        chain.head = { ...chain.head, policy: this.definitions.expanded(statement).at(1)?.text ?? "accept" };
      else if (!["comment", "flags", "devices", "device"].includes(first.text))
        this.rule(chain, statement, first, "add");
    }
  }

  private chainOf(table: TableText, { text, at }: Token): ChainText {
    const chain = table.chains.get(text);
    if (!chain) throw new InputError(at, `chain ${text} is not declared`, "Declare it before the rules.");
    return chain;
  }

  private rule(chain: ChainText, body: Tokens, { at }: Token, verb: string): void {
    const placed = ["position", "handle", "index"].includes(body.at(0)?.text ?? "");
    if (placed) this.includes.absent.push(`${at}, a rule whose place is not understood`);
    const rule = { at, words: this.definitions.expanded(body) };
    if (placed) return;
    if (verb === "insert") chain.rules.unshift(rule);
    else chain.rules.push(rule);
  }

  private set(table: TableText, kind: Token, { text, at }: Token, body: Tokens): void {
    const flags: string[] = [];
    let elem: unknown[] = [];
    for (const statement of splitAt(body, ";")) {
      const words = this.definitions.expanded(statement);
      const first = words.at(0) as Token;
      if (first.text === "flags") for (const { text } of statement.slice(1)) flags.push(text);
      if (first.text === "timeout") flags.push("timeout");
      if (first.text === "elements") elem = this.elements(words.slice(2), first);
    }
    table.sets.set(text, { at, kind: kind.text as "set" | "map", body: { flags, elem } });
  }

  private more(table: TableText, { text, at }: Token, body: Tokens): void {
    const set = table.sets.get(text);
    if (!set) throw new InputError(at, `set ${text} is not declared`, "Declare it before its elements.");
    const before = Array.isArray(set.body.elem) ? set.body.elem : [];
    set.body = {
      ...set.body,
      elem: [...before, ...this.elements(this.definitions.expanded(body), body.at(0) as Token)],
    };
  }

  /** An element that is not understood makes every match on the set doubtful. */
  private elements(tokens: Tokens, { at }: Token): unknown[] {
    return elementsOf(inside(tokens)) ?? [{ unread: at }];
  }
}

/** What stands between the braces; nothing when there are none. */
function inside(tokens: Tokens): Tokens {
  let [first, last] = [0, tokens.length - 1];
  while (first < last && signAt(tokens, first) !== "{") first++;
  while (first < last && signAt(tokens, last) !== "}") last--;
  return tokens.slice(first + 1, Math.max(first + 1, last));
}

function has(tokens: Tokens, word: string): boolean {
  for (const { text } of tokens) if (text === word) return true;
  return false;
}
