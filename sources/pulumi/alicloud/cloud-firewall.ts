import { isUnknown, mapKnown } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { everybody } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { addressBlock, type Direction, doubtful, filterRule, protocolNamed } from "../filter-rules.js";
import { inputOf, type Resource } from "../resource.js";
import { portsOf } from "./rules.js";

const policyType = "alicloud:cloudfirewall/controlPolicy:ControlPolicy";

/**
 * Cloud Firewall's control policies. Whether an address stands behind it and in which order policies are tried, a program
 * does not show: one that drops may drop.
 */
export function cloudFirewall(resources: readonly Resource[], direction: Direction): Layer[] {
  const policies = resources.filter(({ type }) => type === policyType);
  const rules = policies.flatMap((each) => dropping(each, direction));
  if (rules.length === 0) return [];
  const at = rules[0]?.id ?? "";
  return [
    {
      name: "Cloud Firewall",
      combine: "first-match",
      rules,
      otherwise: { action: "allow", evidence: { kind: "code", at, says: "no policy of Cloud Firewall drops it" } },
      incomplete: [],
    },
  ];
}

function dropping(policy: Resource, direction: Direction): FilterRule[] {
  const input = (name: string) => inputOf(policy, name);
  const is = (name: string, value: string) =>
    mapKnown(input(name).text() ?? "", (text) => text.toLowerCase() === value);
  if (is("aclAction", "drop") === false || is("direction", direction === "ingress" ? "in" : "out") === false) return [];
  const [peer, type] = direction === "ingress" ? ["source", "sourceType"] : ["destination", "destinationType"];
  const isNet = is(type, "net") === true && typeof input(peer).text() === "string";
  const protocol = mapKnown(input("proto").text() ?? "ANY", (text) => protocolNamed(text, ["any"], input("proto").at));
  const port = input("destPort");
  const ported =
    !isUnknown(protocol) && protocol === "tcp" && port.text() !== undefined && is("destPortType", "group") === false;
  const ports = ported && port.text() !== "0/0" ? portsOf(port, protocol) : PortSet.all;
  const rule = filterRule({
    at: policy.urn,
    direction,
    action: "deny",
    protocol,
    ports,
    peers: isNet ? addressBlock(input(peer)) : everybody,
  });
  return [doubtful(rule, policy.urn)];
}
