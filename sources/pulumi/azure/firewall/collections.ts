import { isUnknown, type Maybe, mapKnown, unknown } from "../../../../model/maybe.js";
import type { FilterRule } from "../../../../model/network.js";
import { exactly } from "../../../../model/partial.js";
import { PortSet } from "../../../../model/ports.js";
import { checkedProtocol } from "../../../protocols.js";
import type { Input } from "../../input.js";
import type { Resource } from "../../resource.js";
import { everyIpv4 } from "../addresses.js";
import { portsAmong } from "../rules.js";
import type { IpGroups } from "./ip-groups.js";
import type { Collection, FirewallRule, TranslationRule } from "./rule.js";

export type RuleKind = "network" | "nat" | "application";

/** Where a collection stands: itself a resource, or within an input of a firewall or of a rule collection group. */
export interface Holder {
  readonly resource: Resource;
  /** The top-level input, where it stands within one. */
  readonly property?: string;
  /** The priority of its rule collection group, where it stands beside collections of others. */
  readonly group?: Maybe<number>;
}

/** Priorities end at 65000: the one of the group comes first. */
const groupStep = 100_000;

/**
 * Reads a rule collection in either provider's spelling.
 * @param kind of its rules, where the place says it; else each rule does (`ruleType`).
 */
export function collectionOf(
  { resource, property, group = 0 }: Holder,
  input: Input,
  kind: RuleKind | undefined,
  groups: IpGroups,
): Collection {
  const list = input.member("rules");
  const items = list.items() ?? [];
  const rules = isUnknown(items) ? [] : items;
  const of = (wanted: RuleKind) => rules.filter((rule) => (kind ?? kindOf(rule)) === wanted);
  const within = property ?? "rules";
  const end = (rule: Input, side: "source" | "destination") => groups.endOf(resource, within, rule, side);
  const own = input.member("priority");
  const stated = own.number() ?? unknown(own.at);
  return {
    at: input.at,
    priority: isUnknown(group) ? group : mapKnown(stated, (number) => group * groupStep + number),
    action: actionOf(input),
    network: of("network").map(
      (rule): FirewallRule => ({
        at: rule.at,
        protocol: protocolsOf(rule),
        from: end(rule, "source"),
        to: end(rule, "destination"),
        ports: portsAmong(undefined, rule.member("destinationPorts"), rule.at),
      }),
    ),
    translations: of("nat").map((rule) => translationOf(resource, within, rule, end(rule, "source"))),
    tls: of("application").flatMap((rule) => tlsOf(rule, end(rule, "source"))),
  };
}

/** Of a collection whose rules are not known: the inputs that are missing. */
export function missingIn(input: Input): readonly string[] {
  const items = input.member("rules").items() ?? [];
  return isUnknown(items) ? items.unknown : [];
}

function kindOf(rule: Input): RuleKind {
  const text = rule.member("ruleType").text();
  const name = typeof text === "string" ? text.toLowerCase() : "networkrule";
  return name === "natrule" ? "nat" : name === "applicationrule" ? "application" : "network";
}

/** `{ type }` in azure-native, a text in the classic provider. */
function actionOf(input: Input): Maybe<"allow" | "deny"> {
  const action = input.member("action");
  const stated = action.names().length > 0 ? action.member("type") : action;
  return mapKnown(stated.text() ?? unknown(stated.at), (text) => (text.toLowerCase() === "deny" ? "deny" : "allow"));
}

function protocolsOf(rule: Input): FilterRule["protocol"] {
  const list = rule.member("ipProtocols").isAbsent ? rule.member("protocols") : rule.member("ipProtocols");
  const items = list.items() ?? [];
  if (isUnknown(items)) return items;
  const texts = items.map((each) => each.text() ?? "");
  const names = texts.map((text, i) =>
    mapKnown(text, (name) => checkedProtocol(name, items[i]?.at ?? list.at).toLowerCase()),
  );
  if (names.includes("any")) return "any";
  if (names.includes("tcp")) return "tcp";
  const missing = names.filter(isUnknown).flatMap((each) => each.unknown);
  return missing.length > 0 ? unknown(...missing) : "other";
}

function translationOf(
  holder: Resource,
  property: string,
  rule: Input,
  from: TranslationRule["from"],
): TranslationRule {
  const [one, several] = [rule.member("destinationAddress"), rule.member("destinationAddresses")];
  const items = several.items() ?? [];
  const port = rule.member("translatedPort");
  const text = port.text();
  return {
    ...{ holder, property, from, at: rule.at, protocol: protocolsOf(rule) },
    ports: portsAmong(undefined, rule.member("destinationPorts"), rule.at),
    destinations: [...(one.isAbsent ? [] : [one]), ...(isUnknown(items) ? [] : items)],
    missing: isUnknown(items) ? items.unknown : [],
    doubts: [],
    address: rule.member("translatedAddress"),
    name: rule.member("translatedFqdn"),
    target: text === undefined || text === "" || text === "*" ? undefined : mapKnown(text, Number),
  };
}

/** The firewall's proxy reads the server's name of a TLS client, whatever speaks TLS. */
function tlsOf(rule: Input, from: FirewallRule["from"]): FirewallRule[] {
  const items = rule.member("protocols").items() ?? [];
  const protocols = isUnknown(items) ? [] : items;
  const ports = protocols.flatMap((each) => {
    const [native, classic] = [each.member("protocolType").text(), each.member("type").text()];
    const name = native ?? classic;
    if (typeof name === "string" && name.toLowerCase() !== "https") return [];
    const port = each.member("port");
    return [{ ports: mapKnown(port.number() ?? unknown(port.at), (number) => PortSet.of(number)), at: rule.at }];
  });
  const open = isUnknown(items) ? [{ ports: items, at: rule.at }] : [];
  return [{ at: rule.at, protocol: "tcp", from, to: exactly(everyIpv4), ports: [...ports, ...open] }];
}
