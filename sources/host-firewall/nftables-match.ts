import { AddressSet, type Family } from "../../model/addresses.js";
import { PortSet } from "../../model/ports.js";
import { familySets } from "./box.js";
import { field, isObject, type Json, textOf } from "./nftables-json.js";
import {
  address,
  always,
  destinationPort,
  flagBits,
  flags,
  inDoubt,
  interfaceName,
  never,
  ofFamily,
  others,
  sourcePort,
  state,
  type Test,
  tcpOnly,
} from "./tests.js";
import { portOf, protocolKind } from "./values.js";

/** Named sets and maps by `family table name`. */
export type NamedSets = Map<string, Json>;

export interface Scope {
  readonly table: string;
  readonly sets: NamedSets;
}

const relations = ["==", "!=", "<", ">", "<=", ">="] as const;
type Relation = (typeof relations)[number];

/**
 * What a `match` asks: lists of tests, of which any may hold. What is not understood is in doubt and named.
 * @throws RangeError for ports and addresses that are none.
 */
export function matchOf(body: unknown, scope: Scope): Test[][] {
  const left = field(body, "left");
  const concat = field(left, "concat");
  const op = textOf(field(body, "op")) ?? "";
  const relation = relations.find((each) => each === (op === "in" ? "==" : op));
  const values = valuesOf(field(body, "right"), scope);
  const unread = () => inDoubt(`match on ${described(left)}`);
  if (op === "in" && isFlags(left) && "list" in values) return [[anyFlag(values.list) ?? unread()]];
  if (relation === undefined) return [[inDoubt(`operator ${op} on ${described(left)}`)]];
  if ("doubt" in values) return [[inDoubt(values.doubt)]];
  if (Array.isArray(concat)) return tuples(concat, relation, values.list, unread, scope);
  return [[testOf(left, relation, values.list) ?? unread()]];
}

/** A set of tuples holds for what any one tuple holds for; the kernel keeps tuples disjoint. */
function tuples(
  parts: readonly unknown[],
  relation: Relation,
  values: readonly unknown[],
  unread: () => Test,
  scope: Scope,
): Test[][] {
  if (relation !== "==") return [[unread()]];
  return values.map((value) => {
    const fields = field(value, "concat");
    if (!Array.isArray(fields) || fields.length !== parts.length) return [unread()];
    return parts.flatMap((left, i) => matchOf({ op: "==", left, right: { set: [fields[i]] } }, scope)[0] ?? []);
  });
}

function valuesOf(right: unknown, { table, sets }: Scope): { list: readonly unknown[] } | { doubt: string } {
  const literal = field(right, "set");
  if (Array.isArray(literal)) return { list: literal.map(element) };
  if (typeof right !== "string" || !right.startsWith("@")) return { list: [right] };
  const name = right.slice(1);
  const named = sets.get(`${table} ${name}`);
  if (!named) return { doubt: `set ${name}, which is not in the ruleset` };
  if (/dynamic|timeout/.test(JSON.stringify(field(named, "flags") ?? []))) {
    return { doubt: `set ${name}, which changes while it runs` };
  }
  const elements = field(named, "elem");
  return { list: Array.isArray(elements) ? elements.map(element) : [] };
}

/** Elements with counters, comments or time-outs are wrapped. */
function element(value: unknown): unknown {
  const wrapped = field(value, "elem");
  return wrapped === undefined ? value : field(wrapped, "val");
}

/** Undefined for what is not understood. Packets with another destination are in doubt before (`diverted` in layers.ts). */
function testOf(left: unknown, relation: Relation, values: readonly unknown[]): Test | undefined {
  const payload = field(left, "payload");
  if (payload !== undefined) return payloadTest(payload, relation, values);
  const meta = textOf(field(field(left, "meta"), "key"));
  if (meta !== undefined) return metaTest(meta, relation, values);
  const ct = field(left, "ct");
  if (textOf(field(ct, "key")) === "state" && field(ct, "dir") === undefined) return stateTest(relation, values);
  if (textOf(field(ct, "key")) === "status" && values.every((value) => value === "dnat"))
    return relation === "!=" ? always : never;
  const masked = field(left, "&");
  if (Array.isArray(masked) && isFlags(masked[0])) return flagsTest(relation, values, masked[1]);
  return undefined;
}

function payloadTest(payload: unknown, relation: Relation, values: readonly unknown[]): Test | undefined {
  const protocol = textOf(field(payload, "protocol")) ?? "";
  const name = textOf(field(payload, "field")) ?? "";
  if (protocol === "tcp" && name === "flags") return flagsTest(relation, values);
  if (protocol === "tcp" || protocol === "th") {
    const make = name === "dport" ? destinationPort : name === "sport" ? sourcePort : undefined;
    const ports = make && portsIn(relation, values);
    return ports && make ? make(ports) : undefined;
  }
  if (["udp", "icmp", "icmpv6", "sctp", "dccp", "udplite", "esp", "ah", "igmp", "arp"].includes(protocol)) return never;
  const family: Family | undefined = protocol === "ip" ? "ipv4" : protocol === "ip6" ? "ipv6" : undefined;
  if (!family) return undefined;
  if (name === "protocol" || name === "nexthdr") return both(ofFamily(family), protocolTest(relation, values));
  if (name !== "saddr" && name !== "daddr") return undefined;
  const found = addressesIn(values);
  if (!found || (relation !== "==" && relation !== "!=")) return undefined;
  if (!familySets[family].contains(found)) throw new RangeError(`"${found}" is no ${family} address`);
  const set = relation === "==" ? found : familySets[family].subtract(found);
  return address(name === "saddr" ? "source" : "destination", set, familySets[family], blocksIn(values));
}

function metaTest(key: string, relation: Relation, values: readonly unknown[]): Test | undefined {
  const names = values.filter((value) => typeof value === "string");
  const equal = relation === "==" || relation === "!=";
  if (!equal || names.length !== values.length) return key === "l4proto" ? protocolTest(relation, values) : undefined;
  const negated = relation === "!=";
  switch (key) {
    case "l4proto":
      return protocolTest(relation, values);
    case "nfproto":
    case "protocol":
      return familyTest(names, negated);
    case "iifname":
    case "iif":
      return interfaceName("in", names, negated, "in doubt");
    case "oifname":
    case "oif":
      return interfaceName("out", names, negated, "in doubt");
    default:
      return undefined;
  }
}

function familyTest(names: readonly string[], negated: boolean): Test {
  const v4 = (names.includes("ipv4") || names.includes("ip")) !== negated;
  const v6 = (names.includes("ipv6") || names.includes("ip6")) !== negated;
  if (v4 && v6) return always;
  return v4 ? ofFamily("ipv4") : v6 ? ofFamily("ipv6") : never;
}

function protocolTest(relation: Relation, values: readonly unknown[]): Test {
  if (relation !== "==" && relation !== "!=") return inDoubt("match on the protocol's number");
  if (values.some((value) => isObject(value))) return inDoubt("match on the protocol's number");
  const kinds = values.map((value) => protocolKind(String(value)));
  const unnamed = values.filter((_, i) => kinds[i] === "unnamed");
  if (unnamed.length > 0) return inDoubt(`the protocol ${unnamed.join(", ")}`);
  const tcp = kinds.includes("tcp");
  if (tcp === (relation === "!=")) return never;
  return tcp && values.length === 1 ? tcpOnly : always;
}

function stateTest(relation: Relation, values: readonly unknown[]): Test | undefined {
  const given = values.flat();
  const names = given.filter((value) => typeof value === "string");
  if (names.length !== given.length || (relation !== "==" && relation !== "!=")) return undefined;
  return state(names, relation === "!=");
}

function isFlags(left: unknown): boolean {
  const payload = field(left, "payload");
  return field(payload, "protocol") === "tcp" && field(payload, "field") === "flags";
}

function flagsTest(relation: Relation, values: readonly unknown[], mask?: unknown): Test | undefined {
  const looked = mask === undefined ? 255 : bitsOf(mask);
  const wanted = values.map(bitsOf);
  if (looked === undefined || wanted.includes(undefined) || (relation !== "==" && relation !== "!=")) return undefined;
  return flags((byte) => wanted.includes(byte & looked) === (relation === "=="));
}

/** `tcp flags syn,ack`: one of them is enough. */
function anyFlag(values: readonly unknown[]): Test | undefined {
  const wanted = bitsOf(values);
  return wanted === undefined ? undefined : flags((byte) => (byte & wanted) !== 0);
}

/** `"syn"`, `["syn", "ack"]`, `{"|": ["syn", "ack"]}` (nested in older versions), a number. */
function bitsOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "string") return flagBits[value as keyof typeof flagBits];
  const parts = Array.isArray(value) ? value : field(value, "|");
  if (!Array.isArray(parts)) return undefined;
  const bits = parts.map(bitsOf);
  return bits.every((bit) => bit !== undefined) ? bits.reduce((all, bit) => all | bit, 0) : undefined;
}

/** For people: `tcp option`, `meta mark`, `ct zone`. */
function described(left: unknown): string {
  const [kind = ""] = isObject(left) ? Object.keys(left) : [];
  const body = field(left, kind);
  const words = kind === "payload" ? ["protocol", "field"] : ["key", "name"];
  const names = words.flatMap((word) => textOf(field(body, word)) ?? []);
  return [...(kind === "payload" ? [] : [kind]), ...names].join(" ");
}

function both(a: Test, b: Test): Test {
  return (packet) => {
    const [first, second] = [a(packet), b(packet)];
    return { ...second, peers: first.peers.intersect(second.peers) };
  };
}

function portsIn(relation: Relation, values: readonly unknown[]): PortSet | undefined {
  const sets = values.map(portRange);
  if (!sets.every((set) => set !== undefined)) return undefined;
  const set = PortSet.union(...sets);
  if (relation === "==") return set;
  if (relation === "!=") return others(set);
  const [low = 0] = set.ranges[0] ?? [];
  const above = (port: number) => (port > 65535 ? PortSet.empty : PortSet.range(port, 65535));
  if (relation === ">" || relation === ">=") return above(relation === ">" ? low + 1 : low);
  return others(above(relation === "<" ? low : low + 1));
}

function portRange(value: unknown): PortSet | undefined {
  const range = field(value, "range");
  const [first, last]: readonly unknown[] = Array.isArray(range) && range.length === 2 ? range : [value, value];
  const low = portIn(first);
  const high = last === first ? low : portIn(last);
  return low === undefined || high === undefined ? undefined : PortSet.range(low, high);
}

function portIn(end: unknown): number | undefined {
  return typeof end === "number" || typeof end === "string" ? portOf(`${end}`) : undefined;
}

function blocksIn(values: readonly unknown[]): string[] {
  const prefixes = values.map((value) => field(value, "prefix")).filter((prefix) => prefix !== undefined);
  return prefixes.map((prefix) => `${textOf(field(prefix, "addr"))}/${field(prefix, "len")}`);
}

function addressesIn(values: readonly unknown[]): AddressSet | undefined {
  const sets = values.map((value) => {
    if (typeof value === "string") return value.startsWith("@") ? undefined : AddressSet.of(value);
    const prefix = field(value, "prefix");
    const range = field(value, "range");
    const base = textOf(field(prefix, "addr"));
    const length = field(prefix, "len");
    if (base !== undefined && typeof length === "number") return AddressSet.of(`${base}/${length}`);
    const [low, high] = (Array.isArray(range) ? range : []).map(textOf);
    return low === undefined || high === undefined ? undefined : AddressSet.range(low, high);
  });
  return sets.every((set) => set !== undefined) ? AddressSet.join(sets) : undefined;
}
