import { AddressSet } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import { isUnknown, type Maybe, missingOf, unknown } from "../../model/maybe.js";
import type { FilterRule } from "../../model/network.js";
import { exactly, type PartialSet, undecidedSet, unionOf } from "../../model/partial.js";
import { PortSet } from "../../model/ports.js";
import { checkedProtocol } from "../protocols.js";
import type { Input } from "./input.js";

/** The parts of which most clouds make their rules, read from inputs: addresses, ports, directions, the sentence. */

export type Direction = "ingress" | "egress";

export const directions: readonly Direction[] = ["ingress", "egress"];
export const everyIpv4 = AddressSet.of("0.0.0.0/0");
export const everyIpv6 = AddressSet.of("::/0");

interface Stated extends Omit<FilterRule, "id" | "evidence"> {
  /** Where it stands; also its id. */
  readonly at: string;
  readonly direction: Direction;
  /** Said of the peers instead of their addresses. */
  readonly who?: string;
}

/** A rule with its sentence. */
export function filterRule({ at, direction, who, ...rule }: Stated): FilterRule {
  return { id: at, ...rule, evidence: { kind: "code", at, says: sentence(direction, rule, who) } };
}

function sentence(direction: Direction, rule: Omit<FilterRule, "id" | "evidence">, who?: string): string {
  const { action, protocol, ports, peers } = rule;
  const what = isUnknown(protocol) || isUnknown(ports) ? "traffic not known yet" : trafficName(protocol, ports);
  const whom = who ?? (peers.missing.length > 0 ? "addresses not known yet" : peers.certain.toString());
  const verb = { allow: ["lets in", "lets out"], deny: ["keeps out", "keeps in"], next: ["passes on", "passes on"] };
  return direction === "ingress" ? `${verb[action][0]} ${what} from ${whom}` : `${verb[action][1]} ${what} to ${whom}`;
}

function trafficName(protocol: "any" | "tcp" | "other", ports: PortSet): string {
  if (protocol === "any") return "every protocol and port";
  if (protocol === "other") return "a protocol other than tcp";
  return ports.equals(PortSet.all) ? "every tcp port" : `tcp ${ports}`;
}

/** The same rule where it is not known whether it stands: it changes nothing for certain, and no more than it could. */
export function doubtful<R extends FilterRule>(rule: R, ...missing: readonly string[]): R {
  if (missing.length === 0) return rule;
  const inputs = [...new Set([...rule.peers.missing, ...missing])].sort();
  return { ...rule, peers: undecidedSet(inputs, rule.peers.possible) };
}

/** The directions that a rule may be for, with the input that is missing where there are two. */
export function sidesOf(direction: Maybe<Direction>): { direction: Direction; missing: readonly string[] }[] {
  return isUnknown(direction)
    ? directions.map((each) => ({ direction: each, missing: direction.unknown }))
    : [{ direction, missing: [] }];
}

/**
 * One address or block; an unknown one is somewhere within the bound.
 * @throws InputError when it is none, or of another family than the bound.
 */
export function addressBlock(input: Input, bound = AddressSet.everything): PartialSet {
  const text = input.text() ?? unknown(input.at);
  return isUnknown(text) ? undecidedSet(text.unknown, bound) : blockOf(text, input.at, bound);
}

function blockOf(text: string, at: string, bound: AddressSet): PartialSet {
  try {
    const block = AddressSet.of(text);
    if (!bound.contains(block)) throw new RangeError(`"${text}" is of the other address family`);
    return exactly(block);
  } catch (error) {
    throw new InputError(at, (error as RangeError).message, "Write it as `192.0.2.0/24` or `2001:db8::/32`.");
  }
}

/** The union of a list of blocks; `undefined` where there is no list. */
export function addressBlocks(list: Input, bound = AddressSet.everything): PartialSet | undefined {
  const items = list.items();
  if (items === undefined) return undefined;
  return isUnknown(items)
    ? undecidedSet(items.unknown, bound)
    : unionOf(...items.map((each) => addressBlock(each, bound)));
}

/**
 * The blocks that inputs spell out, singly or in lists, as a rule's `written`: those that are known. Nothing where no
 * input is given, because a rule that is for everybody by default has no spelling.
 */
export function spelledIn(...inputs: readonly Input[]): Pick<FilterRule, "written"> {
  const given = inputs.filter((each) => !each.isAbsent && each.text() !== "");
  if (given.length === 0) return {};
  const single = given.flatMap((each) => {
    const items = each.items() ?? [];
    return each.isText || isUnknown(items) ? [each] : items;
  });
  return { written: single.map((each) => each.text()).filter((text) => typeof text === "string") };
}

/** Ports known between two bounds. */
export interface PortBounds {
  readonly certain: PortSet;
  readonly possible: PortSet;
  readonly missing: readonly string[];
}

export function exactPorts(ports: PortSet): PortBounds {
  return { certain: ports, possible: ports, missing: [] };
}

/** Ports as rules carry them: those that are surely meant, and those that are where the missing inputs say so. */
export function portParts({
  certain,
  possible,
  missing,
}: PortBounds): { ports: Maybe<PortSet>; missing: readonly string[] }[] {
  if (missing.length === 0) return [{ ports: certain, missing }];
  if (possible.equals(PortSet.all)) return [{ ports: unknown(...missing), missing: [] }];
  const perhaps = { ports: possible, missing };
  return certain.isEmpty ? [perhaps] : [{ ports: certain, missing: [] }, perhaps];
}

/** One rule; two where one end of its ports is known: for the ports that are surely its own, and for those that may be. */
export function filterRules({
  ports,
  ...stated
}: Omit<Stated, "ports"> & { readonly ports: PortBounds }): FilterRule[] {
  return portParts(ports).map((part) => doubtful(filterRule({ ...stated, ports: part.ports }), ...part.missing));
}

/**
 * The ports from one input to another; every port where both are left out.
 * @throws InputError when an end is no port, is missing, or the range is reversed.
 */
export function portsBetween(low: Input, high: Input): PortBounds {
  if (low.isAbsent && high.isAbsent) return exactPorts(PortSet.all);
  const from = low.number();
  const to = high.number();
  const wrong = low.isAbsent || Number(to) > 65535 ? high : low;
  if (typeof from === "number" && typeof to === "number") return exactPorts(checkedRange(wrong, from, to));
  const missing = missingOf(from, to);
  if (missing.length === 0) return exactPorts(checkedRange(wrong, Number(from), Number(to)));
  const one = (end: Input, value: number) => checkedRange(end, value, value);
  const bounds = (certain: PortSet, lowest: number, highest: number) => ({
    certain,
    possible: PortSet.range(lowest, highest),
    missing,
  });
  if (typeof from === "number") return bounds(one(low, from), from, 65535);
  return typeof to === "number" ? bounds(one(high, to), 0, to) : bounds(PortSet.empty, 0, 65535);
}

/**
 * One port, or two with a separator: `587`, `465-587`, `1:65535`, `587/587`.
 * @throws InputError for anything else.
 */
export function portsWritten(input: Input, separator: string): Maybe<PortSet> {
  const text = input.text() ?? unknown(input.at);
  if (isUnknown(text)) return text;
  const ends = text.split(separator).map((each) => (/^\s*\d+\s*$/.test(each) ? Number(each) : Number.NaN));
  const [low = Number.NaN, high = low] = ends;
  return checkedRange(input, ends.length > 2 ? Number.NaN : low, high);
}

/**
 * Ports and ranges between commas: `25,587,1000-2000`.
 * @throws InputError for anything else.
 */
export function portsListed(input: Input): Maybe<PortSet> {
  const text = input.text() ?? unknown(input.at);
  if (isUnknown(text)) return text;
  const parts = text
    .split(",")
    .map((part) => part.split("-").map((end) => (/^\s*\d+\s*$/.test(end) ? Number(end) : Number.NaN)));
  return PortSet.union(
    ...parts.map(([low = Number.NaN, high = low, ...more]) =>
      checkedRange(input, more.length > 0 ? Number.NaN : low, high),
    ),
  );
}

/**
 * An address and the length of its prefix, in two inputs.
 * @throws InputError when they make no block, or one of another family than the bound.
 */
export function addressWithLength(address: Input, length: Input, bound = AddressSet.everything): PartialSet {
  const [text, size] = [address.text() ?? unknown(address.at), length.number() ?? unknown(length.at)];
  if (isUnknown(text) || isUnknown(size)) return undecidedSet(missingOf(text, size), bound);
  return blockOf(`${text}/${size}`, address.at, bound);
}

function checkedRange(input: Input, low: number, high: number): PortSet {
  try {
    if (Number.isNaN(low) || Number.isNaN(high)) throw new RangeError("not a port or a range of ports");
    return PortSet.range(low, high);
  } catch (error) {
    const mend = "Ports go from 0 to 65535, the lower end of a range first.";
    throw new InputError(input.at, (error as RangeError).message, mend);
  }
}

/**
 * Protocols by name or IANA number, in any case: 6 is TCP.
 * @throws InputError for what is neither.
 */
export function protocolNamed(name: string, every: readonly string[], at: string): "any" | "tcp" | "other" {
  const spelling = name.trim().toLowerCase();
  if (every.includes(spelling)) return "any";
  checkedProtocol(name, at);
  return spelling === "tcp" || spelling === "6" ? "tcp" : "other";
}
