import { AddressSet } from "../../../model/addresses.js";
import type { FilterRule } from "../../../model/network.js";
import { exactly, type PartialSet, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { hopOf, type Route } from "./route-tables.js";

/** What a route of a table does with the packets that it is for. */
export function written({ input, at, to, doubts, hop: next }: Route): FilterRule[] {
  const hop = hopOf(input);
  const peers = to ?? AddressSet.everything;
  const rule = (action: "allow" | "deny", says: string, missing: readonly string[]): FilterRule =>
    system(at, action, missing.length > 0 ? undecidedSet(missing, peers) : exactly(peers), says, "code");
  if (hop === "none") return [rule("deny", "a route that drops the packet (next hop None)", doubts)];
  if (hop === "internet" || hop === "vnetlocal")
    return [rule("allow", `a route to ${input.member("nextHopType").text()}`, doubts)];
  if (next) {
    const { name } = next.firewall.resource;
    const lost = rule("deny", `a route to an address that may not be the firewall's`, [...doubts, ...next.doubts]);
    return [...(next.doubts.length > 0 ? [lost] : []), rule("allow", `a route through the firewall ${name}`, doubts)];
  }
  const who = hop === "virtualappliance" ? "an appliance" : hop === undefined ? "an unknown next hop" : "a gateway";
  const missing = [...doubts, `${input.member("nextHopType").at} (what ${who} does with the packet)`];
  return [
    rule("deny", `a route through ${who}, which may stop the packet`, missing),
    rule("allow", `a route through ${who}`, doubts),
  ];
}

/** A route as a rule for every protocol and port. */
export function system(
  id: string,
  action: "allow" | "deny",
  peers: PartialSet,
  says: string,
  kind: "code" | "default" = "default",
): FilterRule {
  return { id, action, protocol: "any", ports: PortSet.all, peers, evidence: { kind, at: id, says } };
}
