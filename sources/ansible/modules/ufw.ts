import type { Command } from "../../host-firewall/shell.js";
import { type Fields, isTrue } from "../yaml.js";

const states: Readonly<Record<string, string>> = {
  enabled: "enable",
  disabled: "disable",
  reloaded: "reload",
  reset: "reset",
};

/** The commands that the module runs (community.general.ufw), in its order. */
export function ufwCommands(args: Fields, at: string): Command[] {
  const text = (...names: readonly string[]) => {
    const value = names.map((name) => args[name]).find((each) => each !== undefined && each !== null);
    return value === undefined ? undefined : String(value);
  };
  const commands: Command[] = [];
  const run = (...words: readonly (string | undefined)[]) =>
    commands.push({ words: ["ufw", ...words.filter((word) => word !== undefined)], at });
  const state = text("state");
  if (state !== undefined) run("--force", states[state] ?? state);
  const policy = text("default", "policy");
  if (policy !== undefined) run("default", policy, text("direction"));
  const rule = text("rule");
  if (rule !== undefined) run(...ruleWords(rule, args, text));
  return commands;
}

function ruleWords(rule: string, args: Fields, text: (...names: string[]) => string | undefined): string[] {
  const placed = isTrue(args.delete) ? undefined : text("insert");
  // Which place one relative to the rules of a family is, ufw's list tells.
  const number = text("insert_relative_to") ?? "zero";
  const ways = [
    ...pair("", text("direction")),
    ...pair("on", text("interface", "if")),
    ...pair("in on", text("interface_in", "if_in")),
    ...pair("out on", text("interface_out", "if_out")),
  ];
  const ends = [
    ...["from", text("from_ip", "from", "src") ?? "any", ...pair("port", text("from_port"))],
    ...["to", text("to_ip", "to", "dest") ?? "any", ...pair("port", text("to_port", "port"))],
    ...pair("proto", text("proto", "protocol")),
  ];
  const name = text("name", "app");
  const isForAll = ends.join(" ") === "from any to any";
  return [
    ...(isTrue(args.route) ? ["route"] : []),
    ...(isTrue(args.delete) ? ["delete"] : []),
    ...(placed === undefined ? [] : ["insert", number === "zero" ? placed : number]),
    ...[rule, ...ways, ...(isTrue(args.log) ? ["log"] : [])],
    ...(name === undefined ? ends : isForAll ? [name] : [...ends, "app", name]),
  ];
}

function pair(word: string, value: string | undefined): string[] {
  return value === undefined ? [] : [...word.split(" "), value].filter((each) => each !== "");
}
