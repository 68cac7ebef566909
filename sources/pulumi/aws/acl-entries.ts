import { AddressSet } from "../../../model/addresses.js";
import { InputError } from "../../../model/errors.js";
import { isUnknown, type Maybe, mapKnown, missingOf, unknown } from "../../../model/maybe.js";
import type { FilterRule } from "../../../model/network.js";
import type { PartialSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { aclLayerName, type Direction, protocolNamed, sentenceOf } from "../../aws-rules.js";
import { checkedProtocol } from "../../protocols.js";
import { doubtful } from "../filter-rules.js";
import type { Input } from "../input.js";
import { block, portsMend, portsOf as rulePortsOf } from "./rules.js";

/** A numbered entry of a network ACL: one rule an address family. */
export interface Entry {
  /** Undefined: not known yet, it can stand anywhere; `unplaced` names the input. */
  readonly number: number | undefined;
  readonly unplaced: readonly string[];
  readonly at: string;
  readonly rules: readonly FilterRule[];
}

/** The two spellings of the same thing: a block of the ACL, and a resource of its own. */
export const spellings = {
  inline: { number: "ruleNo", action: "action" },
  separate: { number: "ruleNumber", action: "ruleAction" },
} as const;

const families = {
  cidrBlock: AddressSet.of("0.0.0.0/0"),
  ipv6CidrBlock: AddressSet.of("::/0"),
} as const;

/**
 * Reads one entry.
 * @throws InputError for an address block or a port range that no provider accepts.
 */
export function entryOf(
  entry: Input,
  direction: Direction,
  spelling: (typeof spellings)[keyof typeof spellings],
): Entry {
  const number = entry.member(spelling.number).number() ?? unknown(entry.member(spelling.number).at);
  const action = actionOf(entry.member(spelling.action));
  const protocol = mapKnown(entry.member("protocol").text() ?? unknown(entry.at), (text) =>
    protocolNamed(checkedProtocol(text, entry.member("protocol").at)),
  );
  const parts = portsOf(entry, protocol);
  const rules = peersOf(entry).flatMap(({ at, peers }) =>
    (isUnknown(action) ? (["deny", "allow"] as const) : [action]).flatMap((each) =>
      parts.map(({ ports, missing }): FilterRule => {
        const verb = `rule ${isUnknown(number) ? "of a number not known yet" : number} ${each === "allow" ? "allows" : "denies"}`;
        const says = sentenceOf(direction, protocol, ports, peers, verb);
        const evidence = { kind: "code", at, says, layer: { name: aclLayerName, decision: each } } as const;
        const rule: FilterRule = { id: at, action: each, protocol, ports, peers, evidence };
        return doubtful(rule, ...missingOf(action), ...missing);
      }),
    ),
  );
  return { number: isUnknown(number) ? undefined : number, unplaced: missingOf(number), at: entry.at, rules };
}

/** An entry of which it is not known whether it stands. */
export function doubtfulEntry(entry: Entry, ...missing: readonly string[]): Entry {
  return { ...entry, rules: entry.rules.map((rule) => doubtful(rule, ...missing)) };
}

/** True when both are known in full and mean the same. */
export function sameEntry(a: Entry, b: Entry): boolean {
  const meaning = ({ number, rules }: Entry) =>
    JSON.stringify([number, ...rules.map(({ action, protocol, ports, peers }) => [action, protocol, ports, peers])]);
  return a.number === b.number && [a, b].every(isKnown) && meaning(a) === meaning(b);
}

function isKnown({ number, rules }: Entry): boolean {
  return (
    number !== undefined &&
    rules.every((rule) => missingOf(rule.protocol, rule.ports).length + rule.peers.missing.length === 0)
  );
}

function actionOf(input: Input): Maybe<"allow" | "deny"> {
  const name = input.text() ?? unknown(input.at);
  return mapKnown(name, (known) => (known.toLowerCase() === "allow" ? "allow" : "deny"));
}

/** The provider sends 0 for a port that is left out (`aws_network_acl_rule`), so tcp without ports is port 0 alone. */
function portsOf(entry: Input, protocol: FilterRule["protocol"]): ReturnType<typeof rulePortsOf> {
  const [from, to] = [entry.member("fromPort"), entry.member("toPort")];
  if (protocol !== "tcp" || !(from.isAbsent || to.isAbsent)) return rulePortsOf(entry, protocol);
  const [low, high] = [from, to].map((end) => end.number() ?? 0) as [Maybe<number>, Maybe<number>];
  if (isUnknown(low) || isUnknown(high)) return [{ ports: unknown(...missingOf(low, high)), missing: [] }];
  try {
    return [{ ports: PortSet.range(low, high), missing: [] }];
  } catch (error) {
    throw new InputError(from.isAbsent ? to.at : from.at, (error as RangeError).message, portsMend);
  }
}

/** The provider reports the family that is not used as an empty text. */
function peersOf(entry: Input): { at: string; peers: PartialSet }[] {
  return Object.entries(families).flatMap(([name, bound]) => {
    const input = entry.member(name);
    const text = input.text();
    return text === undefined || text === "" ? [] : [{ at: input.at, peers: block(input, bound) }];
  });
}
