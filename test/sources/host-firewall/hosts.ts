import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fact } from "../../../model/fact.js";
import type { Estate } from "../../../model/network.js";
import { readHostFirewall } from "../../../sources/host-firewall/index.js";
import { answer, factsOf, missingAt } from "../pulumi/programs.js";

/** The estate of a host's directory with these files. */
export async function hostOf(files: Readonly<Record<string, string>>): Promise<Estate> {
  const home = mkdtempSync(join(tmpdir(), "port587-host-"));
  try {
    const directory = join(home, "mx1");
    mkdirSync(directory);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    return await readHostFirewall(directory);
  } finally {
    rmSync(home, { recursive: true });
  }
}

/** iptables for both families: the rules stand in INPUT, whose policy is DROP. */
export function input(...rules: string[]): Record<string, string> {
  return tables(["*filter", ":INPUT DROP [0:0]", ":OUTPUT ACCEPT [0:0]", ":mail - [0:0]", ...rules, "COMMIT"]);
}

/** The same lines for both families; rules that name an address are left to the family it is of. */
export function tables(lines: readonly string[]): Record<string, string> {
  const without = (address: RegExp) => `${lines.filter((line) => !address.test(line)).join("\n")}\n`;
  return { "rules.v4": without(/-[sd] [0-9a-f]*:/), "rules.v6": without(/-[sd] \d+\./) };
}

/** `nft -j list ruleset` of an inet table with one input chain, whose policy is drop. */
export function nftInput(rules: readonly (readonly object[])[], more: readonly object[] = []): Record<string, string> {
  const of = { family: "inet", table: "filter" };
  const chain = { ...of, name: "input", handle: 1, type: "filter", hook: "input", prio: 0, policy: "drop" };
  const listed = rules.map((expr, i) => ({ rule: { ...of, chain: "input", handle: i + 2, expr } }));
  const nftables = [{ table: { family: "inet", name: "filter" } }, { chain }, ...more, ...listed];
  return { "ruleset.json": JSON.stringify({ nftables }) };
}

export interface Answers {
  readonly facts: readonly Fact[];
  reaches(peer: string, port: number): boolean | "unknown";
  missing(port: number): readonly string[];
}

export async function answersOf(files: Readonly<Record<string, string>>): Promise<Answers> {
  return answersAbout(await hostOf(files));
}

/** The host is called mx1. */
export async function answersIn(path: string): Promise<Answers> {
  return answersAbout(await readHostFirewall(path));
}

function answersAbout(estate: Estate): Answers {
  const facts = factsOf(estate);
  return {
    facts,
    reaches: (peer, port) => answer(facts, "reachable", `mx1:${port}`, peer),
    missing: (port) => [...new Set(missingAt(facts, "reachable", `mx1:${port}`))],
  };
}
