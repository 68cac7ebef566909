import type { Family } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import { testsOf, verdictOf } from "./iptables-rule.js";
import { type Option, optionsOf } from "./iptables-words.js";
import type { BaseChain, Chain, Hook, Rule } from "./ruleset.js";

/** The built-in chains that packets from and to this host pass, by table, with their hook priorities (nf_ip_hook_priorities). */
const builtIn: Readonly<Record<string, Readonly<Record<string, readonly [Hook, number]>>>> = {
  raw: { PREROUTING: ["prerouting", -300], OUTPUT: ["output", -300] },
  mangle: {
    PREROUTING: ["prerouting", -150],
    INPUT: ["input", -150],
    OUTPUT: ["output", -150],
    POSTROUTING: ["postrouting", -150],
  },
  nat: { PREROUTING: ["prerouting", -100], OUTPUT: ["output", -100] },
  filter: { INPUT: ["input", 0], OUTPUT: ["output", 0] },
  security: { INPUT: ["input", 50], OUTPUT: ["output", 50] },
};

interface Table {
  readonly name: string;
  readonly chains: Map<string, Chain>;
  readonly policies: Map<string, BaseChain["policy"]>;
  /** Rules are read when all chains of the table are known. */
  readonly lines: { readonly at: string; readonly text: string; readonly unclear: string | undefined }[];
  /** Chains that were emptied, with the number of lines before. */
  readonly emptied: Map<string, number>;
}

/** A text that iptables-restore would load, and how its lines are called. */
export interface Fragment {
  readonly text: string;
  readonly path: string;
  /** Instead of `path:line`: the file that stands behind a text which was made up from it. */
  readonly at?: string;
  /** The fragment stands for rules that are not known: each of its rules may do anything, for this reason. */
  readonly unclear?: string;
}

/**
 * Reads what `iptables-save` and `ip6tables-save` print.
 * @throws InputError with `file:line`.
 */
export function readIptables(text: string, path: string, family: Family): BaseChain[] {
  return loadIptables([{ text, path }], family);
}

/**
 * Texts that are loaded one after the other with `iptables-restore --noflush`: a later one empties the chains that it
 * declares again and adds to the others.
 * @throws InputError with `file:line`.
 */
export function loadIptables(fragments: readonly Fragment[], family: Family): BaseChain[] {
  const tables = new Map<string, Table>();
  for (const fragment of fragments) load(fragment, tables);
  return [...tables.values()].flatMap((each) => basesOf(each, family));
}

function load(fragment: Fragment, tables: Map<string, Table>): void {
  const { text, path } = fragment;
  const declared = new Set<string>();
  let table: Table | undefined;
  for (const [i, whole] of text.split("\n").entries()) {
    const at = fragment.at ?? `${path}:${i + 1}`;
    const trimmed = whole.trim();
    const line = trimmed.startsWith("[") ? trimmed.replace(/^\[\d+:\d+\]\s*/, "") : trimmed;
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith("*")) {
      if (table)
        throw new InputError(at, `table ${table.name} has no COMMIT`, "Save the rules anew; this file is cut.");
      table = tableNamed(line.slice(1).trim(), tables, at);
    } else if (!table) {
      throw new InputError(at, "a line outside a table", "A table begins with *NAME and ends with COMMIT.");
    } else if (line === "COMMIT") {
      table = undefined;
    } else if (line.startsWith(":")) {
      declare(table, line, at, declared);
    } else if (/^(-A|--append)\s/.test(line)) {
      table.lines.push({ at, text: line, unclear: fragment.unclear });
    } else {
      throw new InputError(
        at,
        "neither a chain nor a rule",
        "Expected `:CHAIN POLICY`, `-A CHAIN …` or COMMIT, as iptables-save prints them.",
      );
    }
  }
  if (table) throw new InputError(path, `table ${table.name} has no COMMIT`, "Save the rules anew; this file is cut.");
}

function tableNamed(name: string, tables: Map<string, Table>, at: string): Table {
  if (!Object.hasOwn(builtIn, name))
    throw new InputError(at, `there is no table ${name}`, `Tables are ${Object.keys(builtIn).join(", ")}.`);
  const table = tables.get(name) ?? { name, chains: new Map(), policies: new Map(), lines: [], emptied: new Map() };
  tables.set(name, table);
  return table;
}

function declare(table: Table, line: string, at: string, declared: Set<string>): void {
  const [, name, policy] = /^:(\S+)\s+(ACCEPT|DROP|-)(?:\s|$)/.exec(line) ?? [];
  if (name === undefined)
    throw new InputError(at, "no chain with a policy", "Expected `:CHAIN ACCEPT`, `:CHAIN DROP` or `:CHAIN -`.");
  const key = `${table.name} ${name}`;
  if (declared.has(key)) throw new InputError(at, `chain ${name} is declared twice`, "Save the rules anew.");
  declared.add(key);
  if (policy === "-") table.emptied.set(name, table.lines.length);
  table.chains.set(name, { name, at, rules: [] });
  if (policy !== "-") table.policies.set(name, policy === "DROP" ? "drop" : "accept");
}

function basesOf(table: Table, family: Family): BaseChain[] {
  const hooks = builtIn[table.name] ?? {};
  const isChain = (name: string) => table.chains.has(name);
  for (const [i, { at, text, unclear }] of table.lines.entries()) {
    const [append, ...options] = optionsOf(text);
    const name = append?.values[0] ?? "";
    if (i < (table.emptied.get(name) ?? 0)) continue;
    const chain = table.chains.get(name) ?? (Object.hasOwn(hooks, name) ? { name, at, rules: [] } : undefined);
    if (!chain)
      throw new InputError(at, `chain ${name} is not declared`, `Declare it before the rules: \`:${name} - [0:0]\`.`);
    table.chains.set(name, chain);
    if (unclear !== undefined) chain.rules.push({ at, tests: [], verdict: { kind: "unclear", what: unclear } });
    else for (const rule of rulesOf(options, at, family, isChain)) chain.rules.push(rule);
  }
  return Object.entries(hooks).flatMap(([name, [hook, priority]]): BaseChain[] => {
    const chain = table.chains.get(name);
    if (!chain) return [];
    return [
      {
        chain,
        chains: table.chains,
        layer: `iptables ${table.name} ${name}`,
        families: [family],
        hook,
        priority,
        nat: table.name === "nat",
        policy: table.policies.get(name) ?? "unclear",
      },
    ];
  });
}

function rulesOf(options: readonly Option[], at: string, family: Family, isChain: (name: string) => boolean): Rule[] {
  try {
    const verdict = verdictOf(options, isChain);
    // A list that grew has room for more, which a hundred thousand rules need not keep.
    return testsOf(options, family).map((tests) => ({ at, tests: tests.slice(), verdict }));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(at, error.message, "Write the rule as iptables-save prints it.");
  }
}
