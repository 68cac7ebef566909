import { AddressSet, internet } from "../../../model/addresses.js";
import { isUnknown } from "../../../model/maybe.js";
import type { FilterRule, Layer, NetworkInterface } from "../../../model/network.js";
import { everybody, type PartialSet, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { portsApart, seenAs } from "../../layers.js";
import { balancerInterface, commonProtocols, portNumber, speechOf } from "../balancers.js";
import { addressBlock, filterRule } from "../filter-rules.js";
import type { Input } from "../input.js";
import { openIn } from "../owners.js";
import { referencesOf, type Targets } from "../references.js";
import { inputOf, outputOf, type Resource } from "../resource.js";

const balancerType = "vultr:index/loadBalancer:LoadBalancer";
/** Vultr's documentation, "Forwarding Rules". */
const protocols = { ...commonProtocols, udp: "other" } as const;

/**
 * Vultr's load balancers: they connect to the instances from their own address; with firewall rules, only what these name
 * gets in (docs.vultr.com, Load Balancers).
 * @throws InputError for a source that is no address, block or `cloudflare`.
 */
export function loadBalancers(
  resources: readonly Resource[],
  instances: Targets,
  firewall: (instance: Resource) => Layer,
): NetworkInterface[] {
  return resources
    .filter(({ type }) => type === balancerType)
    .map((balancer) => {
      const items = inputOf(balancer, "forwardingRules").items() ?? [];
      const list = inputOf(balancer, "attachedInstances");
      const found = referencesOf(balancer, "attachedInstances", list, instances);
      const seen = addressOf(balancer);
      const targets = found.certain.map((each) => seenAs(portsApart(firewall(each)), seen, balancer.urn));
      return balancerInterface({
        resource: balancer,
        forwardings: isUnknown(items)
          ? []
          : items.map((item) => ({
              at: item.at,
              listen: portNumber(item.member("frontendPort")),
              target: portNumber(item.member("backendPort")),
              speech: speechOf(item.member("frontendProtocol"), protocols),
              ...{ targets, missing: openIn(found) },
            })),
        incomplete: isUnknown(items) ? items.unknown : [],
        clients: everybody,
        internal: { is: false, at: balancer.urn },
        filters: ownFirewall(inputOf(balancer, "firewallRules")),
        firewall: "firewall group",
      });
    });
}

/** The reported public address; in a VPC, or before it is made, it may be any. */
function addressOf(balancer: Resource): PartialSet {
  const reported = outputOf(balancer, "ipv4");
  const known = typeof reported.text() === "string" && reported.text() !== "";
  const inVpc = !inputOf(balancer, "vpc").isAbsent;
  return known && !inVpc
    ? addressBlock(reported)
    : undecidedSet([`address of ${balancer.urn}`], AddressSet.of("0.0.0.0/0"));
}

function ownFirewall(list: Input): Layer[] {
  const items = list.items() ?? [];
  if (!isUnknown(items) && items.length === 0) return [];
  const says = "with firewall rules on the load balancer, nothing else gets in";
  return [
    {
      name: "load balancer firewall",
      combine: "union",
      rules: isUnknown(items) ? [] : items.map(ruleOf),
      otherwise: { action: "deny", evidence: { kind: "code", at: list.at, says } },
      incomplete: isUnknown(items) ? items.unknown : [],
    },
  ];
}

function ruleOf(item: Input): FilterRule {
  const [port, source] = [portNumber(item.member("port")), item.member("source")];
  const ports = isUnknown(port) ? port : PortSet.of(port);
  // Cloudflare publishes its addresses; a program does not hold them.
  const peers = source.text() === "cloudflare" ? undecidedSet([source.at], internet) : addressBlock(source);
  return filterRule({ at: item.at, action: "allow", direction: "ingress", protocol: "tcp", ports, peers });
}
