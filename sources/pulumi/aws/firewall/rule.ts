import type { Maybe } from "../../../../model/maybe.js";
import type { FilterRule } from "../../../../model/network.js";
import type { PartialSet } from "../../../../model/partial.js";
import type { PortSet } from "../../../../model/ports.js";

export const firewallLayerName = "network firewall";

/**
 * One rule of a Network Firewall, in the direction of the packets that it matches. A rule for both directions is two.
 * `forward`: the stateless engine hands the packet to the stateful one.
 */
export interface FirewallRule {
  readonly id: string;
  /** Where it stands. */
  readonly at: string;
  readonly verdict: "pass" | "drop" | "forward";
  readonly protocol: FilterRule["protocol"];
  readonly from: PartialSet;
  readonly fromPorts: Maybe<PortSet>;
  readonly to: PartialSet;
  readonly toPorts: Maybe<PortSet>;
  /** What leaves open whether it matches at all; empty for a rule that is wholly read. */
  readonly doubts: readonly string[];
  readonly says: string;
  /** Of a rule that drops: it answers with a reset as well. */
  readonly rejects?: boolean;
}

/** The same rule for the packets of the other direction. */
export function reversed(rule: FirewallRule): FirewallRule {
  const { from, fromPorts, to, toPorts } = rule;
  return { ...rule, id: `${rule.id} (reverse)`, from: to, fromPorts: toPorts, to: from, toPorts: fromPorts };
}

/** Something that may let pass or stop whatever it likes: both, in doubt. */
export function anything(rule: Omit<FirewallRule, "verdict">): FirewallRule[] {
  return [
    { ...rule, verdict: "pass" },
    { ...rule, id: `${rule.id} (stops)`, verdict: "drop" },
  ];
}
