import { internet, privateNetworks } from "../../../model/addresses.js";
import { isUnknown, type Maybe } from "../../../model/maybe.js";
import type { Layer, NetworkInterface } from "../../../model/network.js";
import { everybody, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { portsApart, seenAs } from "../../layers.js";
import { balancerInterface, commonProtocols, type Forwarding, portNumber, speechOf } from "../balancers.js";
import { addressBlock } from "../filter-rules.js";
import type { Input } from "../input.js";
import { belonging, openIn } from "../owners.js";
import { type References, referenceOf, type Targets, targetsOf } from "../references.js";
import { inputOf, inputsOf, outputOf, type Resource } from "../resource.js";

const balancerType = "hcloud:index/loadBalancer:LoadBalancer";
const serviceType = "hcloud:index/loadBalancerService:LoadBalancerService";
const targetType = "hcloud:index/loadBalancerTarget:LoadBalancerTarget";
const networkType = "hcloud:index/loadBalancerNetwork:LoadBalancerNetwork";

/** What stands behind the load balancers of a program. */
export interface Behind {
  readonly servers: Targets;
  labelled(selector: Input): References;
  firewall(server: Resource): Layer;
}

/**
 * Hetzner's load balancers: services are ports of all targets alike; they connect to targets from their own address, the
 * private one where the target says so (docs.hetzner.com, Cloud, Load Balancers).
 */
export function loadBalancers(resources: readonly Resource[], behind: Behind): NetworkInterface[] {
  const balancers = targetsOf(resources, balancerType);
  const of = (type: string, balancer: Resource) =>
    belonging(targetsOf(resources, type).resources, "loadBalancerId", balancer, balancers);
  return balancers.resources.map((balancer) => {
    const [services, targets, networks] = [serviceType, targetType, networkType].map((type) => of(type, balancer));
    const inline = inputOf(balancer, "targets").items() ?? [];
    const led = [
      ...(targets?.sure ?? []).map((each) => leadsTo(balancer, each, inputsOf(each), "serverId", behind)),
      ...(isUnknown(inline) ? [] : inline.map((each) => leadsTo(balancer, balancer, each, "targets", behind))),
    ];
    const missing = [...led.flatMap((each) => each.missing), ...(targets?.perhaps ?? [])];
    const open = isUnknown(inline) ? [...missing, ...inline.unknown] : missing;
    return balancerInterface({
      resource: balancer,
      forwardings: (services?.sure ?? []).map(
        (service): Forwarding => ({
          at: service.urn,
          listen: portNumber(inputOf(service, "listenPort")),
          target: portNumber(inputOf(service, "destinationPort")),
          speech: speechOf(inputOf(service, "protocol"), commonProtocols),
          targets: led.flatMap((each) => each.layers),
          missing: open,
        }),
      ),
      incomplete: services?.perhaps ?? [],
      clients: everybody,
      internal: isInternal(balancer, networks?.sure ?? []),
      filters: [],
      firewall: "firewall",
    });
  });
}

function leadsTo(balancer: Resource, holder: Resource, target: Input, property: string, behind: Behind) {
  const [selector, ip] = [target.member("labelSelector"), target.member("ip")];
  if (!ip.isAbsent) return { layers: [], missing: [ip.at] };
  const found = selector.isAbsent
    ? referenceOf(holder, property, target.member("serverId"), behind.servers)
    : behind.labelled(selector);
  const seen = addressOf(balancer, target.member("usePrivateIp"));
  return {
    layers: found.certain.map((server) => seenAs(portsApart(behind.firewall(server)), seen, balancer.urn)),
    missing: openIn(found),
  };
}

/** The address under which targets see the balancer; the public one is known once it is made. */
function addressOf(balancer: Resource, usePrivateIp: Input): PartialSet {
  const is = usePrivateIp.boolean() ?? false;
  const inside = undecidedSet([`private address of ${balancer.urn}`], privateNetworks);
  if (is === true) return inside;
  const reported = outputOf(balancer, "ipv4");
  const known = typeof reported.text() === "string" && reported.text() !== "";
  // Targets are servers by their public version 4 address.
  const outside = known ? addressBlock(reported) : undecidedSet([`${balancer.urn}#ipv4`], internet);
  return isUnknown(is) ? unionOf(inside, undecidedSet(is.unknown, outside.possible)) : outside;
}

function isInternal(balancer: Resource, networks: readonly Resource[]): { is: Maybe<boolean>; at: string } {
  const [off] = networks.map((each) => inputOf(each, "enablePublicInterface")).filter((each) => !each.isAbsent);
  if (off === undefined) return { is: false, at: balancer.urn };
  const is = off.boolean() ?? true;
  return { is: isUnknown(is) ? is : !is, at: off.at };
}
