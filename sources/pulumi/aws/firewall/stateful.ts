import { isUnknown, type Maybe } from "../../../../model/maybe.js";
import type { FilterRule } from "../../../../model/network.js";
import { everybody } from "../../../../model/partial.js";
import { PortSet } from "../../../../model/ports.js";
import type { Input } from "../../input.js";
import { inputOf, type Resource } from "../../resource.js";
import { addressesOf, portsOf, type Variables } from "./expressions.js";
import { anything, type FirewallRule, reversed } from "./rule.js";
import { linesOf, type SuricataRule } from "./suricata.js";

/** Keywords that say something about a rule and nothing about packets (Suricata user guide, "Meta Keywords"). */
const remarks = ["sid", "rev", "msg", "gid", "classtype", "reference", "priority", "metadata", "target"];

/** What mail is not: a rule of these never sees a connection of SMTP, in clear or in TLS. */
const otherProtocols = new Set(
  "udp icmp dns http http1 http2 ftp ftp-data ssh smb nfs dcerpc krb5 ntp tftp dhcp ike ikev2 rdp rfb snmp sip mqtt imap pop3 telnet modbus enip dnp3 pgsql quic msn sctp bittorrent-dht".split(
    " ",
  ),
);

/**
 * The rules of a stateful group in the order in which they are written. Rules with conditions on content may match or
 * not: they are doubtful, and quoted.
 */
export function statefulRulesOf(group: Resource, variables: Variables): FirewallRule[] {
  const source = inputOf(group, "ruleGroup").member("rulesSource");
  const texts = [inputOf(group, "rules"), source.member("rulesString")].filter((each) => !each.isAbsent);
  const list = source.member("rulesSourceList");
  return [
    ...texts.flatMap((text) => writtenRules(text, variables)),
    ...standardRules(source.member("statefulRules"), variables),
    ...(list.isAbsent ? [] : domainRules(list)),
  ];
}

function writtenRules(input: Input, variables: Variables): FirewallRule[] {
  const text = input.text() ?? "";
  if (isUnknown(text)) return unread(input.at, text.unknown, "rules that are not known yet");
  return linesOf(text).flatMap(({ line, text: written, rule }) => {
    const at = `${input.at}:${line}`;
    return rule ? interpreted(rule, at, written, variables) : unread(at, [at], `${at} is not understood: ${written}`);
  });
}

/** Rules in the form of the API, which Network Firewall writes out as text (`StatefulRule`). */
function standardRules(list: Input, variables: Variables): FirewallRule[] {
  const items = list.items() ?? [];
  if (isUnknown(items)) return unread(list.at, items.unknown, "rules that are not known yet");
  return items.flatMap((item) => {
    const header = item.member("header");
    // Terraform's other lists of this name are in the plural, and its names are told apart by nothing else.
    const end = (name: string) => {
      const own = header.member(name);
      return (own.isAbsent ? header.member(`${name}s`) : own).text() ?? "any";
    };
    const options = item.member("ruleOptions").items() ?? [];
    const parts = {
      action: item.member("action").text() ?? "alert",
      protocol: header.member("protocol").text() ?? "ip",
      source: end("source"),
      sourcePort: end("sourcePort"),
      destination: end("destination"),
      destinationPort: end("destinationPort"),
      direction: header.member("direction").text() ?? "ANY",
    };
    const missing = [...Object.values(parts), options].flatMap((each) => (isUnknown(each) ? each.unknown : []));
    if (missing.length > 0 || isUnknown(options)) return unread(item.at, missing, `${item.at} is not known yet`);
    const known = parts as Record<keyof typeof parts, string>;
    const rule: SuricataRule = {
      ...known,
      isBidirectional: known.direction.toUpperCase() === "ANY",
      options: options.map((each) => ({ keyword: String(each.member("keyword").text()), setting: "" })),
    };
    const arrow = rule.isBidirectional ? "<>" : "->";
    const words = [rule.action, rule.protocol, rule.source, rule.sourcePort, arrow, rule.destination];
    const keywords = rule.options.map(({ keyword }) => keyword).join("; ");
    const written = `${words.join(" ").toLowerCase()} ${rule.destinationPort} (${keywords})`;
    return interpreted(rule, item.at, written, variables);
  });
}

/** Lists of domains look into HTTP and the names that TLS asks for (developer guide, "Domain list rule groups"). */
function domainRules(list: Input): FirewallRule[] {
  const types = list.member("targetTypes");
  const items = types.items() ?? [];
  const names = isUnknown(items) ? [types.text() ?? ""] : items.map((each) => each.text() ?? "");
  if (names.every((each) => each === "HTTP_HOST")) return [];
  return unread(list.at, [list.at], "a list of domains looks at the server names that TLS asks for");
}

function interpreted(rule: SuricataRule, at: string, written: string, variables: Variables): FirewallRule[] {
  const action = rule.action.toLowerCase();
  const verdict = action === "pass" ? "pass" : /^(drop|reject)/.test(action) ? "drop" : undefined;
  const protocol = protocolNamed(rule.protocol.toLowerCase());
  if (action === "alert" || action === "config" || protocol === "other") return [];
  const forwardOnly = rule.options.some(({ keyword, setting }) => keyword === "flow" && isToServer(setting));
  const understood = rule.options.every(
    ({ keyword, setting }) => remarks.includes(keyword) || (keyword === "flow" && isToServer(setting)),
  );
  const whole = {
    ...{ id: at, at, protocol: understood ? protocol : ("any" as const) },
    from: addressesOf(rule.source, variables, at),
    fromPorts: portsOf(rule.sourcePort, variables, at),
    to: addressesOf(rule.destination, variables, at),
    toPorts: portsOf(rule.destinationPort, variables, at),
    says: `${at} says ${written}`,
  };
  const isPlain = understood && verdict !== undefined && protocol !== "unsure";
  const doubtful = { ...whole, protocol: "tcp" as const, doubts: [at] };
  const rules: FirewallRule[] = isPlain
    ? [{ ...whole, protocol, verdict, doubts: [], rejects: action.startsWith("reject") }]
    : verdict === undefined
      ? anything(doubtful)
      : [{ ...doubtful, verdict }];
  const bothWays = rule.isBidirectional && !forwardOnly;
  return bothWays ? rules.flatMap((each) => [each, reversed(each)]) : rules;
}

/** `flow:to_server` alone says what the direction of a rule says already. */
function isToServer(setting: string): boolean {
  return ["to_server", "from_client"].includes(setting.trim());
}

/** `unsure`: a protocol that is told by content, which SMTP in TLS may or may not be. */
function protocolNamed(name: string): "any" | "tcp" | "other" | "unsure" {
  if (name === "ip" || name === "any") return "any";
  if (name === "tcp" || name === "tcp-pkt" || name === "tcp-stream") return name === "tcp" ? "tcp" : "unsure";
  return otherProtocols.has(name) ? "other" : "unsure";
}

function unread(at: string, missing: readonly string[], says: string): FirewallRule[] {
  const ports: Maybe<PortSet> = PortSet.all;
  const protocol: FilterRule["protocol"] = "any";
  const all = { from: everybody, fromPorts: ports, to: everybody, toPorts: ports };
  return anything({ id: at, at, protocol, ...all, doubts: missing, says });
}
