import { execFile } from "node:child_process";
import { InputError } from "../../model/errors.js";
import type { NetworkInterface } from "../../model/network.js";
import { inMemory } from "./files.js";
import { hostOf, partsOf } from "./host.js";
import { layersOf } from "./layers.js";

/** Programs that print the rules in force: one for both families, or one for each. */
const printers: readonly (readonly (readonly [command: string, ...args: string[]])[])[] = [
  [["nft", "-j", "list", "ruleset"]],
  [["iptables-save"], ["ip6tables-save"]],
];
const longestMs = 5000;

/**
 * This machine with the packet filter rules in force, as its own programs print them; undefined where none may be asked (they want
 * root) or what they print is not read. Nothing is changed.
 */
export async function runningHost(): Promise<NetworkInterface | undefined> {
  for (const commands of printers) {
    const printed = await Promise.all(
      commands.map(async (command) => [command.join(" "), await print(command)] as const),
    );
    const texts = printed.flatMap(([name, text]) => (text === undefined ? [] : [[`/${name}`, text] as const]));
    if (texts.length !== commands.length) continue;
    const source = inMemory(new Map(texts));
    try {
      const { ruleset } = await hostOf(await partsOf("/", source), source);
      const evidence = { kind: "cloud", at: "this machine", says: "the rules in force" } as const;
      const id = "this machine";
      return { id, name: id, kind: "interface", origin: "deployed", evidence, ...layersOf(ruleset) };
    } catch (error) {
      if (error instanceof InputError) return undefined;
      throw error;
    }
  }
  return undefined;
}

function print([command, ...args]: readonly [string, ...string[]]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: longestMs, maxBuffer: 1 << 26 }, (error, out) =>
      resolve(error ? undefined : out),
    );
  });
}
