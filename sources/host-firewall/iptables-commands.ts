import type { Family } from "../../model/addresses.js";
import { type Fragment, loadIptables } from "./iptables.js";
import type { BaseChain } from "./ruleset.js";
import type { Command } from "./shell.js";

/** The rules of one table as the commands leave them. */
interface Table {
  readonly policies: Map<string, { readonly policy: string; readonly at: string }>;
  readonly chains: Map<string, { readonly at: string; rules: { readonly text: string; readonly at: string }[] }>;
}

const builtIn = ["INPUT", "OUTPUT", "FORWARD", "PREROUTING", "POSTROUTING"];
/** Options that take no rule: listing, counting, waiting for the lock. */
const idle = ["-L", "--list", "-S", "--list-rules", "-Z", "--zero", "-V", "--version", "-h", "--help", "-C", "--check"];

/**
 * What `iptables` and `ip6tables` commands make of an empty rule set, in their order (iptables(8)); a string for the place
 * of one that is not read.
 * @throws InputError when iptables would refuse what they make.
 */
export function readIptablesCommands(commands: readonly Command[]): BaseChain[] | string {
  const families: Readonly<Record<Family, Map<string, Table>>> = { ipv4: new Map(), ipv6: new Map() };
  for (const { words, at } of commands) {
    const family = /^ip6tables/.test(words[0] ?? "") ? "ipv6" : "ipv4";
    if (!obey(words.slice(1), at, families[family])) return at;
  }
  return (["ipv4", "ipv6"] as const).flatMap((family) => {
    const fragments = [...families[family]].flatMap(([name, table]) => fragmentsOf(name, table));
    return loadIptables(fragments, family);
  });
}

function obey(given: readonly string[], at: string, tables: Map<string, Table>): boolean {
  const words = withoutWait(given);
  const named = words.findIndex((word) => word === "-t" || word === "--table");
  const name = named < 0 ? "filter" : (words.splice(named, 2)[1] ?? "");
  const [verb = "", chain, ...rest] = words;
  if (idle.includes(verb)) return true;
  const table = tables.get(name) ?? { policies: new Map(), chains: new Map() };
  tables.set(name, table);
  const rulesOf = (of: string) => {
    const found: NonNullable<ReturnType<Table["chains"]["get"]>> = table.chains.get(of) ?? { at, rules: [] };
    table.chains.set(of, found);
    return found.rules;
  };
  if (/^(?:-F|--flush|-X|--delete-chain)$/.test(verb)) {
    if (verb === "-F" || verb === "--flush")
      for (const [each, found] of table.chains) if (chain === undefined || each === chain) found.rules = [];
    return true;
  }
  if (chain === undefined) return false;
  const text = rest.map(quoted).join(" ");
  switch (verb) {
    case "-P":
    case "--policy":
      table.policies.set(chain, { policy: rest[0] ?? "", at });
      return true;
    case "-N":
    case "--new-chain":
      rulesOf(chain);
      return true;
    case "-A":
    case "--append":
      rulesOf(chain).push({ text, at });
      return true;
    case "-I":
    case "--insert": {
      const place = /^\d+$/.test(rest[0] ?? "") ? Number(rest.shift()) : 1;
      const rules = rulesOf(chain);
      if (place > rules.length + 1) return false;
      rules.splice(place - 1, 0, { text: rest.map(quoted).join(" "), at });
      return true;
    }
    case "-D":
    case "--delete": {
      const rules = rulesOf(chain);
      const place = rules.findIndex((rule) => rule.text === text);
      if (place >= 0) rules.splice(place, 1);
      return place >= 0;
    }
    default:
      return false;
  }
}

/** `-w 5` waits for a lock, `-n` and `-v` are for lists. */
function withoutWait(words: readonly string[]): string[] {
  const waits = (word: string | undefined) => word === "-w" || word === "--wait";
  return words.filter((word, i) => !waits(word) && !(waits(words[i - 1]) && /^\d+$/.test(word)));
}

function quoted(word: string): string {
  return /^[^\s"']+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`;
}

function fragmentsOf(name: string, { policies, chains }: Table): Fragment[] {
  const fragment = (at: string, line: string): Fragment => ({ path: at, at, text: `*${name}\n${line}\nCOMMIT\n` });
  return [
    ...[...policies].map(([chain, { policy, at }]) => fragment(at, `:${chain} ${policy} [0:0]`)),
    ...[...chains].flatMap(([chain, { at }]) => (builtIn.includes(chain) ? [] : [fragment(at, `:${chain} - [0:0]`)])),
    ...[...chains].flatMap(([chain, { at, rules }]) => [
      ...(builtIn.includes(chain) && !policies.has(chain) ? [fragment(at, `:${chain} ACCEPT [0:0]`)] : []),
      ...rules.map((rule) => fragment(rule.at, `-A ${chain} ${rule.text}`)),
    ]),
  ];
}
