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
  readonly lines: { readonly at: string; readonly text: string }[];
}

/**
 * Reads what `iptables-save` and `ip6tables-save` print.
 * @throws InputError with `file:line`.
 */
export function readIptables(text: string, path: string, family: Family): BaseChain[] {
  const tables: Table[] = [];
  let table: Table | undefined;
  for (const [i, whole] of text.split("\n").entries()) {
    const at = `${path}:${i + 1}`;
    const line = whole.trim().replace(/^\[\d+:\d+\]\s*/, "");
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith("*")) {
      if (table)
        throw new InputError(at, `table ${table.name} has no COMMIT`, "Save the rules anew; this file is cut.");
      table = { name: line.slice(1).trim(), chains: new Map(), policies: new Map(), lines: [] };
      if (!Object.hasOwn(builtIn, table.name))
        throw new InputError(at, `there is no table ${table.name}`, `Tables are ${Object.keys(builtIn).join(", ")}.`);
      tables.push(table);
    } else if (!table) {
      throw new InputError(at, "a line outside a table", "A table begins with *NAME and ends with COMMIT.");
    } else if (line === "COMMIT") {
      table = undefined;
    } else if (line.startsWith(":")) {
      declare(table, line, at);
    } else if (/^(-A|--append)\s/.test(line)) {
      table.lines.push({ at, text: line });
    } else {
      throw new InputError(
        at,
        "neither a chain nor a rule",
        "Expected `:CHAIN POLICY`, `-A CHAIN …` or COMMIT, as iptables-save prints them.",
      );
    }
  }
  if (table) throw new InputError(path, `table ${table.name} has no COMMIT`, "Save the rules anew; this file is cut.");
  return tables.flatMap((each) => basesOf(each, family));
}

function declare(table: Table, line: string, at: string): void {
  const [, name, policy] = /^:(\S+)\s+(ACCEPT|DROP|-)(?:\s|$)/.exec(line) ?? [];
  if (name === undefined)
    throw new InputError(at, "no chain with a policy", "Expected `:CHAIN ACCEPT`, `:CHAIN DROP` or `:CHAIN -`.");
  if (table.chains.has(name)) throw new InputError(at, `chain ${name} is declared twice`, "Save the rules anew.");
  table.chains.set(name, { name, at, rules: [] });
  if (policy !== "-") table.policies.set(name, policy === "DROP" ? "drop" : "accept");
}

function basesOf(table: Table, family: Family): BaseChain[] {
  const hooks = builtIn[table.name] ?? {};
  for (const { at, text } of table.lines) {
    const [append, ...options] = optionsOf(text);
    const name = append?.values[0] ?? "";
    const chain = table.chains.get(name) ?? (Object.hasOwn(hooks, name) ? { name, at, rules: [] } : undefined);
    if (!chain)
      throw new InputError(at, `chain ${name} is not declared`, `Declare it before the rules: \`:${name} - [0:0]\`.`);
    table.chains.set(name, chain);
    chain.rules.push(...rulesOf(options, at, family, (other) => table.chains.has(other)));
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
    return testsOf(options, family).map((tests) => ({ at, tests, verdict }));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(at, error.message, "Write the rule as iptables-save prints it.");
  }
}
