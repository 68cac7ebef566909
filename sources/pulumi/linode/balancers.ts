import { AddressSet, privateNetworks } from "../../../model/addresses.js";
import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import type { Layer, NetworkInterface } from "../../../model/network.js";
import { everybody, exactly, undecidedSet } from "../../../model/partial.js";
import { seenAs } from "../../layers.js";
import { balancerInterface, type Forwarding, speechOf } from "../balancers.js";
import { referenceOf, Targets } from "../references.js";
import { flowingInto, inputOf, outputOf, type Resource } from "../resource.js";

export const balancerType = "linode:index/nodeBalancer:NodeBalancer";
const configType = "linode:index/nodeBalancerConfig:NodeBalancerConfig";
const nodeType = "linode:index/nodeBalancerNode:NodeBalancerNode";
const linodeTypes = new Set(["linode:index/instance:Instance"]);

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
  const of = (type: string) => resources.filter((each) => each.type === type);
  const known = new Targets(of(balancerType), [balancerType]);
  const configs = new Targets(of(configType), [configType]);
  return known.resources.map((balancer) => {
    const found = configs.resources.map((config) => ({
      config,
      on: referenceOf(config, "nodebalancerId", inputOf(config, "nodebalancerId"), known),
    }));
    const own = found.filter(({ on }) => on.certain.includes(balancer));
    const perhaps = found.filter(({ on }) => on.doubtful.includes(balancer) || on.missing.length > 0);
    return balancerInterface({
      resource: balancer,
      forwardings: own.flatMap(({ config }) => forwardingsOf(config, of(nodeType), configs, around)),
      incomplete: perhaps.map(({ config }) => inputOf(config, "nodebalancerId").at),
      clients: everybody,
      internal: { is: false, at: balancer.urn },
      filters: around.before(balancer),
      firewall: "firewall",
    });
  });
}

/** The nodes of one configuration may listen on different ports: then it is not known which one a client gets. */
function forwardingsOf(config: Resource, nodes: readonly Resource[], configs: Targets, around: Linodes): Forwarding[] {
  const port = inputOf(config, "port");
  const members = nodes.map((node) => ({
    node,
    on: referenceOf(node, "configId", inputOf(node, "configId"), configs),
  }));
  const own = members.filter(({ on }) => on.certain.includes(config)).map(({ node }) => nodeOf(node, around));
  const perhaps = members.filter(({ on }) => on.doubtful.includes(config) || on.missing.length > 0);
  const ports = [...new Set(own.map(({ target }) => (isUnknown(target) ? undefined : target)))];
  const [only] = ports;
  const addresses = own.map(({ at }) => at);
  return [
    {
      at: config.urn,
      // The API's default (Linode API, Create a NodeBalancer configuration).
      listen: port.number() ?? 80,
      target: ports.length === 1 && only !== undefined ? only : unknown(...addresses),
      speech: speechOf(inputOf(config, "protocol").isAbsent ? port.reading("http") : inputOf(config, "protocol")),
      targets: own.flatMap(({ layers }) => layers),
      missing: [...own.flatMap(({ missing }) => missing), ...perhaps.map(({ node }) => inputOf(node, "configId").at)],
    },
  ];
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
    layers: sure ? [seenAs(firewall(linode), seen, address.at)] : [],
    missing: sure ? [] : [address.at],
  };
}
