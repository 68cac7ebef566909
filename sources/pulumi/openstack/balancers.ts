import { AddressSet } from "../../../model/addresses.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { Layer, NetworkInterface } from "../../../model/network.js";
import { everybody, exactly, type PartialSet, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { asSeen } from "../../balancing.js";
import { balancerInterface, type Forwarding, portNumber, speechOf } from "../balancers.js";
import { Attached, type Groups, isLeftOut } from "../filter-groups.js";
import { addressBlock, addressBlocks, everyIpv4, everyIpv6, filterRule, spelledIn } from "../filter-rules.js";
import type { Input } from "../input.js";
import { belonging, commonPort } from "../owners.js";
import { type References, referenceOf, referencesOf, type Targets, targetsOf } from "../references.js";
import { flowingInto, inputOf, inputsOf, type Resource } from "../resource.js";
import type { Members } from "./members.js";
import type { Nic } from "./nics.js";

const type = (name: string) => `openstack:loadbalancer/${name}:${name[0]?.toUpperCase()}${name.slice(1)}`;
const [balancerType, listenerType, poolType] = [type("loadBalancer"), type("listener"), type("pool")];

interface Around {
  readonly groups: Groups;
  readonly nics: readonly Nic[];
  readonly members: Members;
  before(attached: Attached, at: string): Layer;
  behind(nic: Nic): Layer;
}

/**
 * Octavia's load balancers: the groups of their address, the addresses that a listener allows, then the groups of the
 * pool's members at their port (Octavia's API reference). Whether a floating address leads to them is not read.
 * @throws InputError for an address that is none.
 */
export function loadBalancers(resources: readonly Resource[], around: Around) {
  const balancers = targetsOf(resources, balancerType);
  const [listeners, pools] = [targetsOf(resources, listenerType), targetsOf(resources, poolType)];
  return balancers.resources.map((balancer): { own: NetworkInterface; attached: Attached } => {
    const attached = new Attached();
    const ids = inputOf(balancer, "securityGroupIds");
    const named = referencesOf(balancer, "securityGroupIds", ids, around.groups.targets);
    attached.add(named, ids.at, around.groups);
    const { sure: own, perhaps } = belonging(listeners.resources, "loadbalancerId", balancer, balancers);
    const site: Site = { ...around, balancer, listeners, pools, resources };
    const forwardings = own.map((listener) => forwardingOf(listener, site));
    return {
      attached,
      own: balancerInterface({
        ...{ resource: balancer, forwardings, clients: everybody, firewall: "security group" },
        incomplete: perhaps,
        filters: [
          // Octavia itself opens the listeners' ports on its address where no groups are given.
          ...(isLeftOut(ids) ? [] : [around.before(attached, ids.at)]),
          ...own.flatMap(allowedBy),
        ],
      }),
    };
  });
}

interface Site extends Around {
  readonly balancer: Resource;
  readonly listeners: Targets;
  readonly pools: Targets;
  readonly resources: readonly Resource[];
}

function isPerhaps({ doubtful, missing }: References, wanted: Resource): boolean {
  return doubtful.includes(wanted) || missing.length > 0;
}

function allowedBy(listener: Resource): Layer[] {
  const list = inputOf(listener, "allowedCidrs");
  if (isLeftOut(list)) return [];
  const ports = mapKnown(portNumber(inputOf(listener, "protocolPort")), (port) => PortSet.of(port));
  const peers = addressBlocks(list) ?? everybody;
  const rule = { direction: "ingress", protocol: "tcp", ports } as const;
  const says = "the listener allows no other addresses";
  return [
    {
      ...{ name: "allowed addresses", combine: "first-match", incomplete: [] },
      rules: [
        filterRule({ ...rule, at: list.at, action: "allow", peers, ...spelledIn(list) }),
        {
          ...{ id: list.at, action: "deny", protocol: "tcp", ports, peers: everybody },
          evidence: { kind: "code", at: list.at, says },
        },
      ],
      otherwise: { action: "allow", evidence: { kind: "code", at: listener.urn, says: "is about another port" } },
    },
  ];
}

/**
 * The words of `openstack_lb_listener_v2`; SCTP since Octavia 2.23, PROMETHEUS since 2.25. HTTPS is handed on as it comes;
 * TERMINATED_HTTPS is not.
 */
const protocols = {
  tcp: "tcp",
  http: "web",
  https: "tcp",
  terminated_https: "web over tls",
  prometheus: "web",
  udp: "other",
  sctp: "other",
} as const;

function forwardingOf(listener: Resource, site: Site): Forwarding {
  const { certain, doubts } = poolsOf(listener, site);
  const members = certain.flatMap((pool) => membersOf(pool, site));
  const behind = members.map((each) => ("input" in each ? memberOf(each, site) : { ...each, layers: [] }));
  return {
    at: listener.urn,
    listen: portNumber(inputOf(listener, "protocolPort")),
    target: commonPort(
      behind.map(({ port }) => port ?? unknown(listener.urn)),
      listener.urn,
    ),
    speech: speechOf(inputOf(listener, "protocol"), protocols),
    targets: behind.flatMap(({ layers }) => layers),
    missing: [...doubts, ...behind.flatMap(({ missing }) => missing)],
  };
}

/** A listener names its pool, or the pool its listener. */
function poolsOf(listener: Resource, { listeners, pools }: Site): { certain: readonly Resource[]; doubts: string[] } {
  const id = inputOf(listener, "defaultPoolId");
  const named = referenceOf(listener, "defaultPoolId", id, pools);
  const { sure: naming, perhaps } = belonging(pools.resources, "listenerId", listener, listeners);
  const unseen = named.doubtful.length + named.outside.length + named.missing.length > 0 ? [id.at] : [];
  return { certain: [...new Set([...named.certain, ...naming])], doubts: [...unseen, ...perhaps] };
}

interface Member {
  readonly holder: Resource;
  /** The top-level input that holds its address. */
  readonly property: string;
  readonly input: Input;
}

function membersOf(pool: Resource, { resources, pools }: Site) {
  const found = resources
    .filter((each) => each.type === type("member") || each.type === type("members"))
    .map((each) => ({ each, on: referenceOf(each, "poolId", inputOf(each, "poolId"), pools) }));
  return found.flatMap(({ each, on }): (Member | { port: undefined; missing: readonly string[] })[] => {
    if (isPerhaps(on, pool)) return [{ port: undefined, missing: [inputOf(each, "poolId").at] }];
    if (!on.certain.includes(pool)) return [];
    if (each.type === type("member")) return [{ holder: each, property: "address", input: inputsOf(each) }];
    const items = inputOf(each, "members").items() ?? [];
    return isUnknown(items)
      ? [{ port: undefined, missing: items.unknown }]
      : items.map((input) => ({ holder: each, property: "members", input }));
  });
}

function memberOf(member: Member, site: Site): { port: Maybe<number>; layers: Layer[]; missing: string[] } {
  const address = member.input.member("address");
  const port = portNumber(member.input.member("protocolPort"));
  const [nic, ...more] = site.nics.filter((each) => isAt(each, member, address, site.members));
  if (!nic || more.length > 0) return { port, layers: [], missing: [address.at] };
  const layer = asSeen(site.behind(nic), preservation(site.balancer), seenFrom(member, site), address.at);
  return { port, layers: [layer], missing: [] };
}

function isAt(nic: Nic, { holder, property }: Member, address: Input, members: Members): boolean {
  if (typeof address.text() === "string") {
    const own = members.addressesOf(nic);
    return own.missing.length === 0 && own.certain.contains(addressBlock(address).certain);
  }
  const sources = [nic.holder, ...(nic.port ? [nic.port] : [])];
  const flowing = flowingInto(holder, property, new Set(sources.map((each) => each.type)));
  // Of a list, which member is which is not known where several machines flow in.
  return flowing.length === 1 && sources.includes(flowing[0] as Resource);
}

/** OVN hands the client's packets on, amphorae connect themselves; which one an installation takes by itself is not told. */
function preservation(balancer: Resource): Maybe<boolean> {
  const provider = inputOf(balancer, "loadbalancerProvider");
  const text = provider.text() ?? "";
  if (isUnknown(text)) return text;
  if (/^ovn$/i.test(text)) return true;
  return /^(amphora|amphorav2|octavia)$/i.test(text) ? false : unknown(provider.at);
}

/** From the member's subnet, else from that of the balancer's address. */
function seenFrom({ holder, property, input }: Member, { balancer, members }: Site): PartialSet {
  const own = members.blockOf(holder, property, input.member("subnetId"));
  const vip = members.blockOf(balancer, "vipSubnetId", inputOf(balancer, "vipSubnetId"));
  const known = own ?? vip;
  if (known) return exactly(known);
  const address = input.member("address").text();
  const family = typeof address !== "string" ? AddressSet.everything : address.includes(":") ? everyIpv6 : everyIpv4;
  return undecidedSet([`subnet of ${balancer.urn}`], family);
}
