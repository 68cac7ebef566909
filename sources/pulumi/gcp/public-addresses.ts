import { internet } from "../../../model/addresses.js";
import { isUnknown } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { exactly, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import type { Input } from "../input.js";
import { inputOf, type Resource } from "../resource.js";
import { everyIpv4, everyIpv6, type Nic } from "./instances.js";

const forwardingType = "gcp:compute/forwardingRule:ForwardingRule";

const families = [
  { property: "accessConfigs", family: everyIpv4, called: "IPv4" },
  { property: "ipv6AccessConfigs", family: everyIpv6, called: "IPv6" },
] as const;

/** Whether clients on the internet have an address to send to. */
export class PublicAddresses {
  /** Forwarding rules that bring clients of the internet to instances without an address of their own. */
  private readonly forwarding: readonly string[];

  constructor(resources: readonly Resource[]) {
    this.forwarding = resources.filter(isExternal).map((each) => inputOf(each, "target").at);
  }

  layerOf(nic: Nic): Layer {
    const { input } = nic;
    const rules = families.flatMap(({ property, family, called }): FilterRule[] => {
      const configs = input.member(property);
      const absent = isAbsent(configs);
      if (absent === false) return [];
      const doubts = [...(absent === true ? [] : [configs.at]), ...this.forwarding];
      const clients = internet.intersect(family);
      return [
        {
          id: configs.at,
          action: "deny",
          protocol: "any",
          ports: PortSet.all,
          peers: doubts.length === 0 ? exactly(clients) : undecidedSet(doubts, clients),
          evidence: {
            kind: "code",
            at: configs.at,
            says: `without ${property} there is no public ${called} address for clients on the internet`,
          },
        },
      ];
    });
    const says = "has a public address, or the client is inside";
    const evidence = { kind: "code", at: input.at, says } as const;
    return {
      name: "public address",
      combine: "first-match",
      rules,
      otherwise: { action: "allow", evidence },
      incomplete: [],
    };
  }
}

function isAbsent(configs: Input): boolean | "unknown" {
  const items = configs.items() ?? [];
  return isUnknown(items) ? "unknown" : items.length === 0;
}

function isExternal(resource: Resource): boolean {
  if (resource.type !== forwardingType) return false;
  const scheme = inputOf(resource, "loadBalancingScheme").text() ?? "EXTERNAL";
  return isUnknown(scheme) || scheme.startsWith("EXTERNAL");
}
