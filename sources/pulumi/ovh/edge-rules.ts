import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { exactly } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import {
  addressBlock,
  doubtful,
  everyIpv4,
  filterRule,
  portsWritten,
  protocolNamed,
  spelledIn,
} from "../filter-rules.js";
import type { Input } from "../input.js";
import { inputOf, inputsOf, type Resource } from "../resource.js";

/**
 * What a packet is to the edge firewall, which remembers no connections: the first of a connection, a later one of the
 * client, or the first answer to a connection that the machine opens.
 */
export type Packet = "first" | "later" | "answer";

/** A rule of the edge firewall at its place. */
export interface EdgeRule {
  readonly resource: Resource;
  readonly sequence: Maybe<number>;
  /** `tcpOption`; empty where none is stated. */
  readonly option: Maybe<string>;
  /** Why it may not stand; empty when it does. */
  readonly doubts: readonly string[];
}

export function edgeRule(resource: Resource, ...doubts: readonly string[]): EdgeRule {
  const sequence = inputOf(resource, "sequence");
  const option = inputOf(resource, "tcpOption").text() ?? "";
  return { resource, sequence: sequence.number() ?? unknown(sequence.at), option, doubts };
}

/** True where a rule tells packets of a connection apart. */
export function tellsApart({ option }: EdgeRule): boolean {
  return option !== "";
}

/** Options that are followed together: of n rules, each has three. */
const mostOptions = 4;

/** The rules with all that their options may be, one after the other; none where those are too many to follow. */
export function optionsOf(rules: readonly EdgeRule[]): EdgeRule[][] {
  if (rules.filter(({ option }) => isUnknown(option)).length > mostOptions) return [];
  return rules.reduce<EdgeRule[][]>(
    (cases, rule) => {
      const options = isUnknown(rule.option) ? ["", "syn", "established"] : [rule.option];
      return cases.flatMap((before) => options.map((option) => [...before, { ...rule, option }]));
    },
    [[]],
  );
}

/**
 * The rules in the order of their sequence, for one kind of packet; what no rule matches passes (OVHcloud, "Enabling and
 * configuring the Edge Network Firewall").
 * @throws InputError for an address or a port that is none.
 */
export function edgeLayer(name: string, rules: readonly EdgeRule[], packet: Packet, at: string): Layer {
  const rank = ({ sequence }: EdgeRule) => (isUnknown(sequence) ? -1 : sequence);
  const sorted = [...rules].sort((a, b) => rank(a) - rank(b) || (a.resource.urn < b.resource.urn ? -1 : 1));
  const says = "the edge firewall lets pass what no rule matches";
  return {
    name,
    combine: "first-match",
    stateless: true,
    rules: sorted.flatMap((rule) => filterRules(rule, rules, packet)),
    otherwise: { action: "allow", evidence: { kind: "default", at, says } },
    incomplete: [],
  };
}

/** A rule of unknown sequence stands first and in doubt; of two with one sequence OVHcloud accepts only one. */
function filterRules(
  { resource, sequence, option, doubts }: EdgeRule,
  all: readonly EdgeRule[],
  packet: Packet,
): FilterRule[] {
  const input = inputsOf(resource);
  const matches = matchesPacket(option, packet, input.member("tcpOption").at);
  if (matches === false) return [];
  const rivals = all.filter((each) => !isUnknown(sequence) && each.sequence === sequence);
  const protocol = mapKnown(input.member("protocol").text() ?? "ipv4", (text) =>
    protocolNamed(text, ["ipv4"], input.member("protocol").at),
  );
  const action = mapKnown(input.member("action").text() ?? unknown(input.at), (text): "allow" | "deny" =>
    text === "permit" ? "allow" : "deny",
  );
  const fragments = input.member("fragments");
  const missing = [
    ...doubts,
    ...[sequence, matches, action].flatMap((each) => (isUnknown(each) ? each.unknown : [])),
    ...(rivals.length > 1 ? rivals.map((each) => `${each.resource.urn}#sequence`) : []),
    ...(fragments.isAbsent || fragments.boolean() === false ? [] : [fragments.at]),
  ];
  const source = input.member("source");
  const sourcePort = input.member("sourcePort");
  const stated = {
    at: resource.urn,
    direction: "ingress" as const,
    protocol,
    ports: portOf(input.member("destinationPort"), protocol),
    ...(sourcePort.isAbsent || protocol === "any" ? {} : { sourcePorts: portOf(sourcePort, protocol) }),
    peers: isGiven(source) ? addressBlock(source, everyIpv4) : exactly(everyIpv4),
    ...(isGiven(source) ? spelledIn(source) : {}),
  };
  const actions = isUnknown(action) ? (["deny", "allow"] as const) : [action];
  return actions.map((each) => doubtful(filterRule({ ...stated, action: each }), ...missing));
}

/** `syn` may also match an answer, which carries that flag beside another; OVHcloud does not say. */
function matchesPacket(option: Maybe<string>, packet: Packet, at: string): Maybe<boolean> {
  if (isUnknown(option)) return option;
  if (option === "") return true;
  if (option === "established") return packet !== "first";
  return packet === "answer" ? unknown(at) : packet === "first";
}

function isGiven(source: Input): boolean {
  const text = source.text();
  return text !== undefined && text !== "" && text !== "any";
}

function portOf(port: Input, protocol: FilterRule["protocol"]): Maybe<PortSet> {
  if (protocol === "any") return PortSet.all;
  return port.isAbsent ? PortSet.all : portsWritten(port, "-");
}
