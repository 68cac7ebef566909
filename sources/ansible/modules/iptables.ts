import type { Command } from "../../host-firewall/shell.js";
import { type Fields, isFields, isTrue, listOf } from "../yaml.js";

type Part = (args: Fields) => string[];

/** As the module puts its rule together (ansible.builtin.iptables of ansible-core 2.19), in its order. */
const parts: readonly Part[] = [
  option("protocol", "-p"),
  option("source", "-s"),
  option("destination", "-d"),
  ({ match }) => listOf(match).flatMap((each) => negatable("-m", String(each))),
  ({ tcp_flags: flags }) =>
    isFields(flags) && flags.flags && flags.flags_set
      ? ["--tcp-flags", listOf(flags.flags).join(","), listOf(flags.flags_set).join(",")]
      : [],
  ({ jump, log_prefix: prefix, log_level: level }) =>
    jump === undefined && (prefix ?? level) !== undefined ? ["-j", "LOG"] : [],
  option("jump", "-j"),
  ({ jump, gateway }) => (/^tee$/i.test(String(jump)) && gateway ? ["--gateway", String(gateway)] : []),
  option("log_prefix", "--log-prefix"),
  option("log_level", "--log-level"),
  option("to_destination", "--to-destination"),
  ({ destination_ports: ports }) =>
    ports === undefined ? [] : ["-m", "multiport", "--dports", listOf(ports).join(",")],
  option("to_source", "--to-source"),
  option("goto", "-g"),
  option("in_interface", "-i"),
  option("out_interface", "-o"),
  option("fragment", "-f"),
  option("set_counters", "-c"),
  option("source_port", "--source-port"),
  option("destination_port", "--destination-port"),
  option("to_ports", "--to-ports"),
  option("set_dscp_mark", "--set-dscp"),
  option("set_dscp_mark_class", "--set-dscp-class"),
  ({ syn }) => (syn === "match" ? ["--syn"] : syn === "negate" ? ["!", "--syn"] : []),
  ({ ctstate, match }) => states(listOf(ctstate), listOf(match)),
  ({ src_range: from, dst_range: to, match }) =>
    (from ?? to) !== undefined && !listOf(match).includes("iprange") ? ["-m", "iprange"] : [],
  option("src_range", "--src-range"),
  option("dst_range", "--dst-range"),
  ({ match_set: set, match_set_flags: flags, match }) =>
    set === undefined
      ? []
      : [...(listOf(match).includes("set") ? [] : ["-m", "set"]), "--match-set", String(set), String(flags)],
  ({ limit, limit_burst: burst }) => ((limit ?? burst) === undefined ? [] : ["-m", "limit"]),
  option("limit", "--limit"),
  option("limit_burst", "--limit-burst"),
  ({ uid_owner: owner }) => (owner === undefined ? [] : ["-m", "owner", ...negatable("--uid-owner", String(owner))]),
  ({ gid_owner: owner }) => (owner === undefined ? [] : ["-m", "owner", ...negatable("--gid-owner", String(owner))]),
  ({ jump, reject_with: kind }) => (jump === undefined && kind !== undefined ? ["-j", "REJECT"] : []),
  option("reject_with", "--reject-with"),
  ({ icmp_type: type, ip_version: version }) =>
    type === undefined ? [] : [version === "ipv6" ? "--icmpv6-type" : "--icmp-type", String(type)],
];

function option(name: string, flag: string): Part {
  return ({ [name]: value }) => (value === undefined || value === null ? [] : negatable(flag, String(value)));
}

function negatable(flag: string, value: string): string[] {
  return value.startsWith("!") ? ["!", flag, value.slice(1).trim()] : [flag, value];
}

function states(list: readonly unknown[], match: readonly unknown[]): string[] {
  if (list.length === 0) return [];
  if (match.includes("conntrack")) return ["--ctstate", list.join(",")];
  if (match.includes("state")) return ["--state", list.join(",")];
  return ["-m", "conntrack", "--ctstate", list.join(",")];
}

/** The commands that the module runs where `before` has been run; a rule that is there already is not added again. */
export function iptablesCommands(args: Fields, at: string, before: readonly Command[]): Command[] {
  const programs = { ipv4: ["iptables"], ipv6: ["ip6tables"], both: ["iptables", "ip6tables"] };
  const version = String(args.ip_version ?? "ipv4") as keyof typeof programs;
  const table = ["-t", String(args.table ?? "filter")];
  const chain = args.chain === undefined ? [] : [String(args.chain)];
  return (programs[version] ?? []).flatMap((program): Command[] => {
    const command = (...words: readonly string[]): Command[] => [{ words: [program, ...table, ...words], at }];
    if (isTrue(args.flush)) return command("-F", ...chain);
    if (args.policy !== undefined) return command("-P", ...chain, String(args.policy));
    const rule = parts.flatMap((part) => part(args));
    const isAbsent = args.state === "absent";
    if (rule.length === 0) return isTrue(args.chain_management) ? command(isAbsent ? "-X" : "-N", ...chain) : [];
    if (isAbsent !== isThere([program, ...table], chain, rule, before)) return [];
    if (isAbsent) return command("-D", ...chain, ...rule);
    const place = args.rule_num === undefined ? [] : [String(args.rule_num)];
    return args.action === "insert" ? command("-I", ...chain, ...place, ...rule) : command("-A", ...chain, ...rule);
  });
}

function isThere(
  head: readonly string[],
  chain: readonly string[],
  rule: readonly string[],
  before: readonly Command[],
): boolean {
  const key = rule.join("\n");
  let found = false;
  for (const { words } of before) {
    if (head.some((word, i) => words[i] !== word)) continue;
    const [verb, of, ...rest] = words.slice(head.length);
    if (verb === "-F" && (of === undefined || of === chain[0])) found = false;
    if (of !== chain[0]) continue;
    const own = verb === "-I" && /^\d+$/.test(rest[0] ?? "") ? rest.slice(1) : rest;
    if (own.join("\n") === key) found = verb !== "-D";
  }
  return found;
}
