import { isUnknown, type Maybe, unknown } from "../../../../model/maybe.js";
import { differenceOf, everybody, type PartialSet, undecidedSet } from "../../../../model/partial.js";
import type { PortSet } from "../../../../model/ports.js";
import type { Input } from "../../input.js";
import { inputOf, type Resource } from "../../resource.js";
import { addressesOf, portsOf, type Variables } from "./expressions.js";

const none: Variables = { addresses: new Map(), ports: new Map() };

/**
 * The variables that the rules of a group may use. A group's own ones come before those of the policy; EXTERNAL_NET is
 * what is not HOME_NET, which is the firewall's network where nobody says otherwise (developer guide, "Rule variables").
 */
export function variablesOf(group: Resource, policy: Resource, network: PartialSet): Variables {
  const own = inputOf(group, "ruleGroup").member("ruleVariables");
  const shared = inputOf(policy, "firewallPolicy").member("policyVariables").member("ruleVariables");
  const addresses = new Map<string, PartialSet>([["HOME_NET", network]]);
  const sets = [...setsIn(shared, "ipSet"), ...setsIn(own.member("ipSets"), "ipSet")];
  for (const { key, text, at } of sets) {
    addresses.set(key, isUnknown(text) ? undecidedSet(text.unknown) : addressesOf(text, none, at));
  }
  const home = addresses.get("HOME_NET") ?? network;
  if (!addresses.has("EXTERNAL_NET")) addresses.set("EXTERNAL_NET", differenceOf(everybody, home));
  const ports = new Map<string, Maybe<PortSet>>();
  for (const { key, text, at } of setsIn(own.member("portSets"), "portSet")) {
    ports.set(key, isUnknown(text) ? text : portsOf(text, none, at));
  }
  return { addresses, ports };
}

/** Each set as the list that a rule could write in its place. */
function setsIn(list: Input, member: string): { key: string; text: Maybe<string>; at: string }[] {
  const items = list.items() ?? [];
  if (isUnknown(items)) return [];
  return items.flatMap((item) => {
    const key = item.member("key").text();
    const definitions = item.member(member).member("definitions");
    if (key === undefined || isUnknown(key)) return [];
    const found = definitions.items() ?? [];
    const texts = isUnknown(found) ? [found] : found.map((each) => each.text() ?? "");
    const missing = texts.flatMap((each) => (isUnknown(each) ? each.unknown : []));
    return [{ key, text: missing.length > 0 ? unknown(...missing) : `[${texts.join(",")}]`, at: definitions.at }];
  });
}
