import { inMemory } from "./files.js";
import { readFirewalld } from "./firewalld.js";
import { Edits } from "./firewalld-edits.js";
import type { BaseChain, Chain } from "./ruleset.js";
import type { Command } from "./shell.js";

/** Options that change nothing about TCP to and from this host. */
const idle =
  /^--(?:reload|complete-reload|state|version|help|check-config|quiet|q|(?:get|list|query|info)-.*|(?:add|remove)-(?:masquerade|forward|icmp-block|icmp-block-inversion)|set-log-denied)(?:=|$)/;

/**
 * What `firewall-cmd` commands make of firewalld as its package (1.3.3) brings it (firewall-cmd(1)), in their order; a
 * string for the place of one that is not read. Permanent settings count, and others where they are made permanent later.
 * @throws InputError when firewalld would refuse what they make.
 */
export async function readFirewalldCommands(commands: readonly Command[]): Promise<BaseChain[] | string> {
  const edits = new Edits();
  const kept = commands.findLastIndex(({ words }) => words.includes("--runtime-to-permanent"));
  for (const [i, { words, at }] of commands.entries()) {
    const options = joined(words.slice(1)).filter((option) => !idle.test(option));
    const isPermanent = options.includes("--permanent") || i < kept;
    const own = options.filter((option) => !/^--(?:permanent|runtime-to-permanent)$/.test(option));
    if (!obey(own, at, isPermanent, edits)) return at;
  }
  const { files, places } = edits.written("firewalld");
  const bases = await readFirewalld("firewalld", inMemory(files));
  return bases.map((base) => relocated(base, (at) => places.get(at) ?? at));
}

/** `--zone public` is `--zone=public`. */
function joined(words: readonly string[]): string[] {
  const options: string[] = [];
  for (const word of words) {
    const last = options.at(-1);
    if (!word.startsWith("--") && last !== undefined && !last.includes("=")) options.splice(-1, 1, `${last}=${word}`);
    else options.push(word);
  }
  return options;
}

function obey(options: readonly string[], at: string, isPermanent: boolean, edits: Edits): boolean {
  const parts = options.map((option) => /^--([\w-]+)=(.*)$/s.exec(option)?.slice(1) ?? [option, ""]);
  const zone = parts.find(([name]) => name === "zone")?.[1];
  const others = parts.filter(([name]) => name !== "zone");
  return others.every(([name = "", value = ""]) => {
    if (name === "set-default-zone") return edits.choose(value, at);
    if (!isPermanent) return false;
    if (name === "new-zone") return edits.create(value, at);
    if (name === "set-target") return edits.aim(zone, value, at);
    const [, verb, kind = ""] = /^(add|remove|change)-([\w-]+)$/.exec(name) ?? [];
    return verb !== undefined && edits.change(verb === "remove" ? "remove" : "add", zone, kind, value, at);
  });
}

function relocated(base: BaseChain, placeOf: (at: string) => string): BaseChain {
  const moved = (chain: Chain): Chain => ({
    ...chain,
    at: placeOf(chain.at),
    rules: chain.rules.map((rule) => ({ ...rule, at: placeOf(rule.at) })),
  });
  const chains = new Map([...base.chains].map(([name, chain]) => [name, moved(chain)]));
  return { ...base, chain: moved(base.chain), chains };
}
