import { AddressSet } from "../../../model/addresses.js";
import { isUnknown, mapKnown, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer, NetworkInterface } from "../../../model/network.js";
import { everybody, exactly, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { asSeen } from "../../balancing.js";
import { balancerInterface, commonProtocols, type Forwarding, portNumber, speechOf } from "../balancers.js";
import { doubtful } from "../filter-rules.js";
import type { Input } from "../input.js";
import { belonging, commonPort, openIn } from "../owners.js";
import { referenceOf, referencesAmong, referencesOf, type Targets, targetsOf } from "../references.js";
import { inputOf, type Resource } from "../resource.js";
import { type Around, familiesOf } from "./balancing.js";

const balancerTypes = [
  "alicloud:slb/applicationLoadBalancer:ApplicationLoadBalancer",
  "alicloud:slb/loadBalancer:LoadBalancer",
];
const groupType = "alicloud:slb/serverGroup:ServerGroup";
/** The words of `alicloud_slb_listener`. */
const protocols = { ...commonProtocols, udp: "other" } as const;

/** Where Classic Load Balancers connect from; of layer 4 the servers see the client (documentation of CLB). */
const ownAddresses = exactly(AddressSet.of("100.64.0.0/10"));

/** Classic Load Balancer: a listener's server group, or the balancer's own servers at the listener's backend port. */
export function classicBalancers(resources: readonly Resource[], around: Around): NetworkInterface[] {
  const [balancers, groups] = [targetsOf(resources, ...balancerTypes), targetsOf(resources, groupType)];
  const { servers } = around;
  const owned = (type: string, balancer: Resource) =>
    belonging(targetsOf(resources, type).resources, "loadBalancerId", balancer, balancers);
  return balancers.resources.map((balancer) => {
    const listeners = owned("alicloud:slb/listener:Listener", balancer);
    const lists = owned("alicloud:slb/backendServer:BackendServer", balancer);
    const attachments = owned("alicloud:slb/attachment:Attachment", balancer);
    const perhaps = [...lists.perhaps, ...attachments.perhaps];
    const named = [
      ...lists.sure.map((each) => membersOf(each, "backendServers", "serverId", servers)),
      ...attachments.sure.map((each) => referencesOf(each, "instanceIds", inputOf(each, "instanceIds"), servers)),
    ];
    const type = inputOf(balancer, "addressType");
    const inVpc = !inputOf(balancer, "vswitchId").isAbsent;
    const internal = mapKnown(type.text() ?? (inVpc ? "intranet" : "internet"), (text) => /^intranet$/i.test(text));
    return balancerInterface({
      resource: balancer,
      forwardings: listeners.sure.map((listener): Forwarding => {
        const group = inputOf(listener, "serverGroupId");
        const behind = group.isAbsent
          ? {
              found: named,
              target: portNumber(inputOf(listener, "backendPort")),
              missing: [...perhaps, ...masterSlave(listener)],
            }
          : grouped(listener, group);
        const machines = behind.found.flatMap(({ certain }) => certain);
        const shown = unknown(`whether security groups see clients of ${balancer.urn}`);
        return {
          at: listener.urn,
          listen: portNumber(inputOf(listener, "frontendPort")),
          target: behind.target,
          speech: speechOf(inputOf(listener, "protocol"), protocols),
          targets: machines.map((each) => asSeen(around.target(each), shown, ownAddresses, listener.urn)),
          missing: [...behind.missing, ...behind.found.flatMap(openIn)],
        };
      }),
      incomplete: listeners.perhaps,
      clients: familiesOf(inputOf(balancer, "addressIpVersion")),
      internal: { is: internal, at: type.at },
      filters: [...around.before, ...listeners.sure.flatMap(accessList)],
      firewall: "security group",
    });
  });

  function grouped(listener: Resource, id: Input) {
    const [group] = referenceOf(listener, "serverGroupId", id, groups).certain;
    const items = group ? (inputOf(group, "servers").items() ?? []) : unknown(id.at);
    if (!group || isUnknown(items)) return { found: [], target: unknown(id.at), missing: [id.at] };
    return {
      found: items.map((item) => referencesOf(group, "servers", item.member("serverIds"), servers)),
      target: commonPort(
        items.map((item) => portNumber(item.member("port"))),
        id.at,
      ),
      missing: [],
    };
  }
}

function masterSlave(listener: Resource): string[] {
  const id = inputOf(listener, "masterSlaveServerGroupId");
  return id.isAbsent ? [] : [id.at];
}

/** The ids that stand in the elements of a list. */
function membersOf(holder: Resource, property: string, member: string, servers: Targets) {
  const list = inputOf(holder, property);
  const items = list.items() ?? [];
  return isUnknown(items)
    ? { certain: [], doubtful: [], outside: [], missing: items.unknown }
    : referencesAmong(
        holder,
        property,
        items.map((item) => item.member(member)),
        servers,
      );
}

/** The addresses on access lists are not read: whom they name is not known. */
function accessList(listener: Resource): Layer[] {
  const input = (name: string) => inputOf(listener, name);
  const status = mapKnown(input("aclStatus").text() ?? "off", (text) => text.toLowerCase() === "on");
  if (status === false) return [];
  const port = portNumber(input("frontendPort"));
  const ports = mapKnown(port, (each) => PortSet.of(each));
  const ids = input(input("aclIds").isAbsent ? "aclId" : "aclIds");
  const evidence = { kind: "code", at: ids.at, says: "the addresses of this access list are not read" } as const;
  const rule = (action: "allow" | "deny"): FilterRule => ({
    ...{ id: ids.at, action, protocol: "tcp", ports, evidence },
    peers: undecidedSet([ids.at]),
  });
  const isWhite = mapKnown(input("aclType").text() ?? unknown(input("aclType").at), (text) => text === "white");
  const rest: FilterRule = { ...rule("deny"), peers: everybody };
  const off = isUnknown(status) ? [doubtful({ ...rest, action: "allow" }, ...status.unknown)] : [];
  return [
    {
      ...{ name: "load balancer ACL", combine: "first-match", incomplete: [] },
      rules: [...off, ...(isWhite === true ? [rule("allow"), rest] : [rule("allow"), rule("deny")])],
      otherwise: { action: "allow", evidence: { ...evidence, at: listener.urn, says: "no access list keeps out" } },
    },
  ];
}
