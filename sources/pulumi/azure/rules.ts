import { InputError } from "../../../model/errors.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { FilterRule } from "../../../model/network.js";
import type { PartialSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { checkedProtocol } from "../../protocols.js";
import { doubtful } from "../filter-rules.js";
import type { Input } from "../input.js";

export type Direction = "ingress" | "egress";

/** A rule of a network security group, or one of a security admin configuration, before anyone's addresses are put in. */
export interface StatedRule<Ends> {
  /** URN, or URN and path of a rule that stands within a group. */
  readonly at: string;
  readonly direction: Maybe<Direction>;
  readonly priority: Maybe<number>;
  readonly protocol: FilterRule["protocol"];
  readonly ports: readonly PortsAt[];
  readonly sourcePorts: Maybe<PortSet>;
  readonly source: Ends;
  readonly destination: Ends;
  /** Inputs on which it depends whether the rule stands at all. */
  readonly doubts: readonly string[];
}

export interface PortsAt {
  readonly ports: Maybe<PortSet>;
  readonly at: string;
}

/** A rule between known ends, of which one is the peer; all that is left is to say what it does. */
export interface Written {
  readonly rule: Omit<StatedRule<unknown>, "source" | "destination">;
  readonly peers: PartialSet;
  /** The peers as the rule spells them. */
  readonly spelled?: readonly string[];
}

export function directionOf(input: Input): Maybe<Direction> {
  return mapKnown(input.text() ?? unknown(input.at), (text) =>
    text.toLowerCase() === "outbound" ? "egress" : "ingress",
  );
}

/**
 * `Tcp`, `*`; a number is the IANA one.
 * @throws InputError for what is no protocol.
 */
export function protocolOf(input: Input): FilterRule["protocol"] {
  return mapKnown(input.text() ?? unknown(input.at), (text) => {
    const name = text.trim().toLowerCase();
    if (name === "*" || name === "any" || name === "all") return "any";
    checkedProtocol(text, input.at);
    return name === "tcp" || name === "6" ? "tcp" : "other";
  });
}

/**
 * Ports given one by one or as a list; without either, `otherwise`. Those that are not known stand apart.
 * @throws InputError for a port or range that is none.
 */
export function portsAmong(one: Input | undefined, several: Input, at: string): PortsAt[] {
  const items = several.items() ?? [];
  if (isUnknown(items)) return [{ ports: items, at: several.at }];
  const inputs = [...(one === undefined || one.isAbsent ? [] : [one]), ...items];
  const texts = inputs.map((input) => ({ input, text: input.text() ?? "" }));
  const known = texts.flatMap(({ input, text }) => (isUnknown(text) ? [] : [portsNamed(text, input.at)]));
  const open = texts.filter(({ text }) => isUnknown(text));
  return [
    ...(known.length > 0 ? [{ ports: PortSet.union(...known), at }] : []),
    ...open.map(({ input }) => ({ ports: unknown(input.at), at })),
  ];
}

/** The client's own ports as one set; absent: all of them. */
export function sourcePortsOf(one: Input | undefined, several: Input): Maybe<PortSet> {
  const found = portsAmong(one, several, several.at).map(({ ports }) => ports);
  if (found.length === 0) return PortSet.all;
  const missing = found.flatMap((ports) => (isUnknown(ports) ? ports.unknown : []));
  const known = PortSet.union(...found.flatMap((ports) => (isUnknown(ports) ? [] : [ports])));
  return missing.length === 0 || known.equals(PortSet.all) ? known : unknown(...missing);
}

function portsNamed(text: string, at: string): PortSet {
  if (text.trim() === "*") return PortSet.all;
  const ends = text.split("-").map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  const [low = Number.NaN, high = low] = ends;
  try {
    if (ends.length > 2) throw new RangeError("more than two ends of a range");
    return PortSet.range(low, high);
  } catch (error) {
    throw new InputError(
      at,
      (error as RangeError).message,
      "Write a port as `587`, a range as `465-587` or all as `*`, 0 to 65535.",
    );
  }
}

/** What a rule does to the traffic it names, one filter rule for each of its blocks of ports. */
export function filterRules(
  { rule, peers, spelled }: Written,
  action: FilterRule["action"],
  direction: Direction,
  doubts: readonly string[],
): FilterRule[] {
  const blocks =
    rule.protocol === "any" && rule.ports.length === 0 ? [{ ports: PortSet.all, at: rule.at }] : rule.ports;
  return blocks.map(({ ports }) => {
    // Ports narrow a rule for any protocol to those protocols that have ports: for TCP the same as a rule of TCP.
    const protocol = rule.protocol === "any" && !isAll(ports) ? "tcp" : rule.protocol;
    const narrow = isAll(rule.sourcePorts) ? {} : { sourcePorts: rule.sourcePorts };
    const written: FilterRule = {
      id: rule.at,
      action,
      protocol: isAll(rule.sourcePorts) || protocol !== "any" ? protocol : "tcp",
      ports: protocol === "any" || protocol === "other" ? PortSet.all : ports,
      ...narrow,
      peers,
      ...(spelled === undefined ? {} : { written: spelled }),
      evidence: { kind: "code", at: rule.at, says: sentenceOf(action, direction, protocol, ports, peers) },
    };
    return doubtful(written, ...doubts);
  });
}

function isAll(ports: Maybe<PortSet>): boolean {
  return !isUnknown(ports) && ports.equals(PortSet.all);
}

function sentenceOf(
  action: FilterRule["action"],
  direction: Direction,
  protocol: FilterRule["protocol"],
  ports: Maybe<PortSet>,
  peers: PartialSet,
): string {
  const verbs = { allow: ["lets in", "lets out"], deny: ["keeps out", "keeps in"], next: ["passes on", "passes on"] };
  const what = isUnknown(protocol) || isUnknown(ports) ? "traffic not known yet" : trafficName(protocol, ports);
  const who = peers.missing.length > 0 ? "addresses not known yet" : peers.certain.toString();
  return `${verbs[action][direction === "ingress" ? 0 : 1]} ${what} ${direction === "ingress" ? "from" : "to"} ${who}`;
}

function trafficName(protocol: "any" | "tcp" | "other", ports: PortSet): string {
  if (protocol === "any") return "every protocol and port";
  return protocol === "tcp" ? `tcp ${ports}` : "a protocol other than tcp";
}

/** In order of priority; one of unknown priority can come first as well as last, both places give both extremes. */
export function inOrder<T extends { readonly priority: Maybe<number> }>(
  rules: readonly T[],
  write: (rule: T, doubts: readonly string[]) => FilterRule[],
): FilterRule[] {
  const known = rules.filter(({ priority }) => !isUnknown(priority));
  const ordered = [...known].sort((a, b) => (a.priority as number) - (b.priority as number));
  const open = rules.filter(({ priority }) => isUnknown(priority));
  return [
    ...open.flatMap((rule) => write(rule, isUnknown(rule.priority) ? rule.priority.unknown : [])),
    ...[...ordered, ...open].flatMap((rule) => write(rule, [])),
  ];
}
