import { AddressSet, privateNetworks } from "../../../model/addresses.js";
import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import type { Layer, NetworkInterface } from "../../../model/network.js";
import { everybody, exactly, undecidedSet } from "../../../model/partial.js";
import { portsApart, seenAs } from "../../layers.js";
import { balancerInterface, commonProtocols, type Forwarding, speechOf } from "../balancers.js";
import { belonging, commonPort } from "../owners.js";
import type { Targets } from "../references.js";
import { targetsOf } from "../references.js";
import { flowingInto, inputOf, outputOf, type Resource } from "../resource.js";

export const balancerType = "linode:index/nodeBalancer:NodeBalancer";
const configType = "linode:index/nodeBalancerConfig:NodeBalancerConfig";
const nodeType = "linode:index/nodeBalancerNode:NodeBalancerNode";
const linodeTypes = new Set(["linode:index/instance:Instance"]);
/** Akamai's documentation, "Available protocols". */
const protocols = { ...commonProtocols, udp: "other" } as const;

/** Where NodeBalancers connect from (Akamai's documentation of NodeBalancers); in a VPC it is an address of the subnet. */
const nodeBalancerRange = AddressSet.of("192.168.255.0/24");

interface Linodes {
  readonly linodes: readonly Resource[];
  firewall(linode: Resource): Layer;
  /** The firewalls of a NodeBalancer itself. */
  before(balancer: Resource): readonly Layer[];
}

/** NodeBalancers: configurations are ports, their nodes `address:port` of Linodes' private addresses. */
export function nodeBalancers(resources: readonly Resource[], around: Linodes): NetworkInterface[] {
  const balancers = targetsOf(resources, balancerType);
  const configs = targetsOf(resources, configType);
  const nodes = targetsOf(resources, nodeType).resources;
  return balancers.resources.map((balancer) => {
    const { sure, perhaps } = belonging(configs.resources, "nodebalancerId", balancer, balancers);
    return balancerInterface({
      resource: balancer,
      forwardings: sure.map((config) => forwardingOf(config, nodes, configs, around)),
      incomplete: perhaps,
      clients: everybody,
      internal: { is: false, at: balancer.urn },
      filters: around.before(balancer),
      firewall: "firewall",
    });
  });
}

function forwardingOf(config: Resource, nodes: readonly Resource[], configs: Targets, around: Linodes): Forwarding {
  const port = inputOf(config, "port");
  const { sure, perhaps } = belonging(nodes, "configId", config, configs);
  const own = sure.map((node) => nodeOf(node, around));
  const protocol = inputOf(config, "protocol");
  return {
    at: config.urn,
    // The API's defaults (Linode API, Create a NodeBalancer configuration).
    listen: port.number() ?? 80,
    speech: protocol.isAbsent ? "web" : speechOf(protocol, protocols),
    target: commonPort(
      own.map(({ target }) => target),
      own[0]?.at ?? config.urn,
    ),
    targets: own.flatMap(({ layers }) => layers),
    missing: [...own.flatMap(({ missing }) => missing), ...perhaps],
  };
}

interface Node {
  readonly at: string;
  readonly target: Maybe<number>;
  readonly layers: readonly Layer[];
  readonly missing: readonly string[];
}

function nodeOf(node: Resource, { linodes, firewall }: Linodes): Node {
  const address = inputOf(node, "address");
  const text = address.text() ?? unknown(address.at);
  const [, ip = "", port = ""] = isUnknown(text) ? [] : (/^(.*):(\d+)$/.exec(text) ?? []);
  const flowing = flowingInto(node, "address", linodeTypes);
  const named = linodes.filter((each) => ip !== "" && outputOf(each, "privateIpAddress").text() === ip);
  const [linode, ...more] = named.length > 0 ? named : flowing;
  const sure = linode !== undefined && more.length === 0;
  const inVpc = !inputOf(node, "subnetId").isAbsent;
  const seen = inVpc ? undecidedSet([inputOf(node, "subnetId").at], privateNetworks) : exactly(nodeBalancerRange);
  return {
    at: address.at,
    target: port === "" ? unknown(address.at) : Number(port),
    layers: sure ? [seenAs(portsApart(firewall(linode)), seen, address.at)] : [],
    missing: sure ? [] : [address.at],
  };
}
