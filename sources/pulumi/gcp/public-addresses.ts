import { notPrivate } from "../../../model/addresses.js";
import { isUnknown } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { exactly, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { everyIpv4, everyIpv6, type Nic } from "./instances.js";

const families = [
  { property: "accessConfigs", family: everyIpv4, called: "IPv4" },
  { property: "ipv6AccessConfigs", family: everyIpv6, called: "IPv6" },
] as const;

/** Whether clients on the internet have an address to send to; one of a forwarding rule is that rule's own. */
export function addressLayer({ input }: Nic): Layer {
  const rules = families.flatMap(({ property, family, called }): FilterRule[] => {
    const configs = input.member(property);
    const items = configs.items() ?? [];
    if (!isUnknown(items) && items.length > 0) return [];
    const clients = notPrivate.intersect(family);
    return [
      {
        id: configs.at,
        action: "deny",
        protocol: "any",
        ports: PortSet.all,
        peers: isUnknown(items) ? undecidedSet([configs.at], clients) : exactly(clients),
        evidence: {
          kind: "code",
          at: configs.at,
          says: `without ${property} there is no public ${called} address for clients on the internet`,
        },
      },
    ];
  });
  const evidence = { kind: "code", at: input.at, says: "has a public address, or the client is inside" } as const;
  return {
    ...{ name: "public address", combine: "first-match", rules },
    ...{ otherwise: { action: "allow", evidence }, incomplete: [] },
  };
}
