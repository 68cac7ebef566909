import type { FilterRule } from "../../../model/network.js";
import { exactly, type PartialSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import type { Resource } from "../resource.js";
import { internetOutside, loadBalancer } from "./addresses.js";
import type { Surroundings } from "./ends.js";
import type { Direction } from "./rules.js";

/** Where a rule that Azure adds to every group stands. */
export function defaultPath(group: Resource, name: string): string {
  return `${group.urn}#defaultSecurityRules.${name}`;
}

/** The rules 65000 and 65001 of every group (documentation, "Default security rules"). */
export function defaults(group: Resource, { network }: Surroundings, direction: Direction): FilterRule[] {
  const stated: [string, PartialSet, string][] =
    direction === "ingress"
      ? [
          ["AllowVnetInBound", network, "lets in the virtual network (default rule 65000)"],
          [
            "AllowAzureLoadBalancerInBound",
            exactly(loadBalancer),
            "lets in health probes of Azure (default rule 65001)",
          ],
        ]
      : [
          ["AllowVnetOutBound", network, "lets out to the virtual network (default rule 65000)"],
          ["AllowInternetOutBound", internetOutside(network), "lets out to the internet (default rule 65001)"],
        ];
  return stated.map(([name, peers, says]) => ({
    id: defaultPath(group, name),
    action: "allow",
    protocol: "any",
    ports: PortSet.all,
    peers,
    evidence: { kind: "default", at: defaultPath(group, name), says },
  }));
}
