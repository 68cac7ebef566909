import { InputError } from "../../model/errors.js";
import { familySets } from "./box.js";
import { addressesAt, matchOf, priorityOf } from "./firewalld-match.js";
import type { Settings } from "./firewalld-settings.js";
import type { Rule, Verdict } from "./ruleset.js";
import { address, inDoubt, ofFamily, type Test } from "./tests.js";
import { blocksIn } from "./values.js";
import { childrenNamed, type Element } from "./xml.js";

const actions: Readonly<Record<string, Verdict>> = {
  accept: { kind: "accept" },
  reject: { kind: "reject" },
  drop: { kind: "drop" },
  mark: { kind: "continue" },
};
/** Elements that no TCP packet to this host matches, or that change nothing about it. */
const foreign = ["icmp-block", "icmp-type", "masquerade", "tcp-mss-clamp"];

/** The rich rules of a zone or policy (firewalld.richlanguage(5)), each with its priority. */
export function richRules(
  holder: Element,
  settings: Settings,
  service: (name: string, at: string) => Test[][],
): { readonly priority: number; readonly rule: Rule }[] {
  return childrenNamed(holder, "rule").flatMap((rule) => {
    const priority = priorityOf(rule, 0);
    const action = rule.children.find(({ name }) => Object.hasOwn(actions, name));
    const forward = childrenNamed(rule, "forward-port").length > 0;
    const verdict: Verdict = forward
      ? { kind: "unclear", what: "the forwarding of a port" }
      : (actions[action?.name ?? "mark"] as Verdict);
    const limited = action && childrenNamed(action, "limit").length > 0 ? [inDoubt("a limit")] : [];
    const ends = endsOf(rule, settings);
    return elementOf(rule, service).map((tests) => ({
      priority,
      rule: { at: rule.at, tests: [...ends, ...limited, ...tests], verdict },
    }));
  });
}

function endsOf(rule: Element, settings: Settings): Test[] {
  const { family } = rule.attributes;
  if (family !== undefined && family !== "ipv4" && family !== "ipv6") {
    throw new InputError(rule.at, "a rule of no family", 'Expected family="ipv4" or family="ipv6".');
  }
  const within = family ? [ofFamily(family)] : [];
  const ends = childrenNamed(rule, "source", "destination").map(({ name, attributes, at }): Test => {
    const end = name as "source" | "destination";
    const negated = /^(?:true|yes)$/i.test(attributes.invert ?? "");
    if (attributes.ipset !== undefined) return settings.ipset(attributes.ipset, end, negated, at);
    if (attributes.address === undefined) return inDoubt("the client's hardware address");
    const set = addressesAt(attributes.address, at);
    const all = set.ipv4.length > 0 ? familySets.ipv4 : familySets.ipv6;
    return address(end, negated ? all.subtract(set) : set, all, blocksIn([attributes.address]));
  });
  return [...within, ...ends];
}

function elementOf(rule: Element, service: (name: string, at: string) => Test[][]): Test[][] {
  const [named] = childrenNamed(rule, "service");
  if (named) return service(named.attributes.name ?? "", named.at);
  const [forward] = childrenNamed(rule, "forward-port");
  const [element] = childrenNamed(rule, "port", "protocol", "source-port");
  if (forward) return matchOf({ ...forward, name: "port" }) ?? [];
  if (element) return matchOf(element) ?? [];
  return childrenNamed(rule, ...foreign).length > 0 ? [] : [[]];
}
