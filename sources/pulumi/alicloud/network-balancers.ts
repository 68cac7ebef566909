import { type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { NetworkInterface } from "../../../model/network.js";
import { undecidedSet } from "../../../model/partial.js";
import { asSeen } from "../../balancing.js";
import { balancerInterface, type Forwarding, portNumber, speechOf } from "../balancers.js";
import { Attached, isLeftOut } from "../filter-groups.js";
import { everyIpv4 } from "../filter-rules.js";
import type { Input } from "../input.js";
import { belonging, commonPort, openIn } from "../owners.js";
import { referenceOf, referencesOf, type Targets, targetsOf } from "../references.js";
import { inputOf, type Resource } from "../resource.js";
import { type Around, familiesOf } from "./balancing.js";
import type { RankedRule } from "./rules.js";

const balancerType = "alicloud:nlb/loadBalancer:LoadBalancer";
const listenerType = "alicloud:nlb/listener:Listener";
const groupType = "alicloud:nlb/serverGroup:ServerGroup";
const serverType = "alicloud:nlb/serverGroupServerAttachment:ServerGroupServerAttachment";
/** API reference of NLB, CreateListener. */
const protocols = { tcp: "tcp", udp: "other", tcpssl: "tls" } as const;

/** Network Load Balancer: a listener's server group says whether servers see the client (NLB API, CreateServerGroup). */
export function networkBalancers(resources: readonly Resource[], around: Around) {
  const of = (type: string) => targetsOf(resources, type);
  const [balancers, groups] = [of(balancerType), of(groupType)];
  return balancers.resources.map((balancer): { own: NetworkInterface; attached: Attached<RankedRule> } => {
    const attached = new Attached<RankedRule>();
    const ids = inputOf(balancer, "securityGroupIds");
    const named = referencesOf(balancer, "securityGroupIds", ids, around.machines.groups.targets);
    attached.add(named, ids.at, around.machines.groups);
    const listeners = belonging(of(listenerType).resources, "loadBalancerId", balancer, balancers);
    const type = inputOf(balancer, "addressType");
    const own = balancerInterface({
      resource: balancer,
      forwardings: listeners.sure.map((listener) => forwardingOf(listener, balancer, groups, of(serverType).resources)),
      incomplete: listeners.perhaps,
      clients: familiesOf(inputOf(balancer, "addressIpVersion")),
      internal: { is: mapKnown(type.text() ?? unknown(type.at), (text) => /^intranet$/i.test(text)), at: type.at },
      filters: [...around.before, ...(isLeftOut(ids) ? [] : [around.groups(attached, ids.at)])],
      firewall: "security group",
    });
    return { own, attached };
  });

  function forwardingOf(
    listener: Resource,
    balancer: Resource,
    known: Targets,
    attachments: readonly Resource[],
  ): Forwarding {
    const id = inputOf(listener, "serverGroupId");
    const [group] = referenceOf(listener, "serverGroupId", id, known).certain;
    const members = group ? belonging(attachments, "serverGroupId", group, known) : { sure: [], perhaps: [id.at] };
    const preserve = group && inputOf(group, "preserveClientIpEnabled");
    const preserved: Maybe<boolean> = preserve ? (preserve.boolean() ?? unknown(preserve.at)) : unknown(id.at);
    const seen = undecidedSet([`address of ${balancer.urn}`], everyIpv4);
    const behind = members.sure.map((each) => {
      const found = referenceOf(each, "serverId", inputOf(each, "serverId"), around.servers);
      const layers = found.certain.map((machine) => asSeen(around.target(machine), preserved, seen, each.urn));
      return { layers, port: portNumber(inputOf(each, "port")), missing: openIn(found) };
    });
    return {
      at: listener.urn,
      listen: nonZero(inputOf(listener, "listenerPort")),
      target: commonPort(
        behind.map(({ port }) => port),
        listener.urn,
      ),
      speech: speechOf(inputOf(listener, "listenerProtocol"), protocols),
      targets: behind.flatMap(({ layers }) => layers),
      missing: [...members.perhaps, ...behind.flatMap(({ missing }) => missing)],
    };
  }
}

/** Port 0 stands for a range of ports. */
function nonZero(port: Input): Maybe<number> {
  return port.number() === 0 ? unknown(port.at) : portNumber(port);
}
