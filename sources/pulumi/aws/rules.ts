import { AddressSet } from "../../../model/addresses.js";
import { InputError } from "../../../model/errors.js";
import type { Evidence } from "../../../model/evidence.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { FilterRule } from "../../../model/network.js";
import { exactly, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { type Direction, layerName, membersBound, protocolNamed, sentenceOf } from "../../aws-rules.js";
import { checkedProtocol } from "../../protocols.js";
import { doubtful, portParts, portsBetween } from "../filter-rules.js";
import type { Input } from "../input.js";

/** Says which addresses an unknown or known prefix-list id stands for. */
export type PrefixListReader = (id: Input) => PartialSet;

const everyIpv4 = AddressSet.of("0.0.0.0/0");
const everyIpv6 = AddressSet.of("::/0");

/** Programs repeat few blocks and protocols many times. */
const parsedBlocks = new Map<string, PartialSet>();
const protocols = new Map<string, ReturnType<typeof protocolNamed>>();
const mostKnown = 10_000;

type PeerReader = (input: Input, lists: PrefixListReader) => PartialSet | undefined;

/** Every input that names peers, of all three shapes of rules; a rule is the union of those that it uses. */
const peerInputs: Readonly<Record<string, PeerReader>> = {
  cidrBlocks: (input) => each(input, (one) => block(one, everyIpv4), everyIpv4),
  ipv6CidrBlocks: (input) => each(input, (one) => block(one, everyIpv6), everyIpv6),
  prefixListIds: (input, lists) => each(input, lists, AddressSet.everything),
  securityGroups: (input) => each(input, members, membersBound),
  self: (input) => (input.boolean() === false ? undefined : members(input)),
  cidrIpv4: (input) => block(input, everyIpv4),
  cidrIpv6: (input) => block(input, everyIpv6),
  prefixListId: (input, lists) => lists(input),
  sourceSecurityGroupId: members,
  referencedSecurityGroupId: members,
};

const peerNames = Object.keys(peerInputs);

/**
 * The rules of one block: an element of `ingress` or `egress`, or a rule resource. One rule a source, because AWS makes
 * them so: the evidence then names the very input. No source at all, or an empty list, matches nobody.
 * @throws InputError for an address or a port range that no provider accepts.
 */
export function rulesOf(rule: Input, direction: Direction, lists: PrefixListReader): FilterRule[] {
  const protocol = protocolOf(rule);
  const parts = portsOf(rule, protocol);
  const rules: FilterRule[] = [];
  const given = rule.names();
  for (const name of peerNames) {
    if (!given.includes(name)) continue;
    const input = rule.member(name);
    const peers = peerInputs[name]?.(input, lists);
    if (peers === undefined) continue;
    const written = writtenIn(input, name);
    for (const { ports, missing } of parts) {
      const evidence = evidenceOf(input, direction, protocol, ports, peers);
      const stated = { id: input.at, action: "allow", protocol, ports, peers, written, evidence } as const;
      rules.push(doubtful<FilterRule>(stated, ...missing));
    }
  }
  return rules;
}

const allowing = { name: layerName, decision: "allow" } as const;

function evidenceOf(
  input: Input,
  direction: Direction,
  protocol: FilterRule["protocol"],
  ports: Maybe<PortSet>,
  peers: PartialSet,
): Evidence {
  return {
    kind: "code",
    at: input.at,
    says: sentenceOf(direction, protocol, ports, peers),
    layer: allowing,
  };
}

export function protocolOf(rule: Input): FilterRule["protocol"] {
  const input = rule.member(rule.member("ipProtocol").isAbsent ? "protocol" : "ipProtocol");
  return mapKnown(input.text() ?? unknown(rule.at), (text) => {
    const protocol = protocols.get(text) ?? protocolNamed(checkedProtocol(text, input.at));
    if (protocols.size < mostKnown) protocols.set(text, protocol);
    return protocol;
  });
}

/**
 * With every protocol AWS ignores the ports. ICMP puts type and code into them, so only TCP's are read; of a range with one
 * end known, that port is surely in it.
 */
export function portsOf(rule: Input, protocol: FilterRule["protocol"]): ReturnType<typeof portParts> {
  if (isUnknown(protocol)) return [{ ports: protocol, missing: [] }];
  if (protocol !== "tcp") return [{ ports: protocol === "any" ? PortSet.all : PortSet.empty, missing: [] }];
  const [from, to] = [rule.member("fromPort"), rule.member("toPort")];
  if (from.isAbsent || to.isAbsent) throw new InputError(from.at, "a tcp rule without a port range", portsMend);
  return portParts(portsBetween(from, to));
}

export const portsMend = "Give `fromPort` and `toPort` from 0 to 65535, the lower one first; every port is 0 to 65535.";

const spellingBlocks: ReadonlySet<string> = new Set(["cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6"]);

/** The blocks that an input spells out, of those that are known. */
function writtenIn(input: Input, name: string): readonly string[] {
  if (!spellingBlocks.has(name)) return [];
  const { content } = input;
  if (Array.isArray(content) && content.every((one) => typeof one === "string")) return content;
  const items = name.endsWith("Blocks") ? (input.items() ?? []) : [input];
  return isUnknown(items) ? [] : items.map((one) => one.text()).filter((text) => typeof text === "string");
}

/** The union over a list; `undefined` when it is empty. */
function each(input: Input, read: (one: Input) => PartialSet, bound: AddressSet): PartialSet | undefined {
  const items = input.items();
  if (items === undefined) return undefined;
  if (isUnknown(items)) return undecidedSet(items.unknown, bound);
  const [first, ...others] = items.map(read);
  return first && (others.length === 0 ? first : unionOf(first, ...others));
}

/**
 * One address block.
 * @throws InputError when it is none.
 */
export function block(input: Input, bound: AddressSet): PartialSet {
  const text = input.text() ?? unknown(input.at);
  if (isUnknown(text)) return undecidedSet(text.unknown, bound);
  const known = parsedBlocks.get(text);
  if (known) return known;
  try {
    const parsed = exactly(AddressSet.of(text));
    if (parsedBlocks.size < mostKnown) parsedBlocks.set(text, parsed);
    return parsed;
  } catch (error) {
    throw new InputError(input.at, (error as RangeError).message, "Write it as `192.0.2.0/24` or `2001:db8::/32`.");
  }
}

function members(input: Input): PartialSet {
  return undecidedSet([input.at], membersBound);
}
