import { AddressSet } from "../../../model/addresses.js";
import { isUnknown, type Maybe, mapKnown } from "../../../model/maybe.js";
import type { Layer, NetworkInterface } from "../../../model/network.js";
import { everybody, exactly, type PartialSet, undecidedSet } from "../../../model/partial.js";
import { portsApart, seenAs } from "../../layers.js";
import { balancerInterface, type Forwarding, portNumber, type Speech, speechOf } from "../balancers.js";
import { everyIpv4, everyIpv6 } from "../filter-rules.js";
import type { Input } from "../input.js";
import { belonging } from "../owners.js";
import { referenceOf, type Targets, targetsOf } from "../references.js";
import { flowingInto, inputOf, outputOf, type Resource } from "../resource.js";
import { accessList } from "./balancer-acls.js";

const balancerTypes = ["scaleway:loadbalancers/loadBalancer:LoadBalancer", "scaleway:index/loadbalancer:Loadbalancer"];
const frontendTypes = [
  "scaleway:loadbalancers/frontend:Frontend",
  "scaleway:index/loadbalancerFrontend:LoadbalancerFrontend",
];
const backendTypes = [
  "scaleway:loadbalancers/backend:Backend",
  "scaleway:index/loadbalancerBackend:LoadbalancerBackend",
];

/** `forward_protocol` of Scaleway's API reference. */
const protocols = { tcp: "tcp", http: "web" } as const;

interface Servers {
  readonly servers: Targets;
  firewall(server: Resource): Layer;
}

/**
 * Scaleway's load balancers: a frontend is a port, its backend the servers by address; they connect from an address of
 * their own (registry documentation of `scaleway_lb_frontend` and `scaleway_lb_backend`).
 * @throws InputError for an address of an ACL that is none.
 */
export function loadBalancers(resources: readonly Resource[], around: Servers): NetworkInterface[] {
  const balancers = targetsOf(resources, ...balancerTypes);
  const frontends = targetsOf(resources, ...frontendTypes);
  const backends = targetsOf(resources, ...backendTypes);
  return balancers.resources.map((balancer) => {
    const { sure: own, perhaps } = belonging(frontends.resources, "lbId", balancer, balancers);
    return balancerInterface({
      resource: balancer,
      forwardings: own.map((frontend) => forwardingOf(balancer, frontend, backends, around)),
      incomplete: perhaps,
      clients: familiesOf(balancer),
      internal: isInternal(balancer),
      filters: own.flatMap((frontend) => accessList(frontend, frontends, resources)),
      firewall: "security group",
    });
  });
}

function forwardingOf(balancer: Resource, frontend: Resource, backends: Targets, around: Servers): Forwarding {
  const named = inputOf(frontend, "backendId");
  const [backend] = referenceOf(frontend, "backendId", named, backends).certain;
  const seen = undecidedSet([`address of ${balancer.urn}`], everyIpv4);
  const { servers, missing } = backend ? serversOf(backend, around.servers) : { servers: [], missing: [named.at] };
  const port = backend && inputOf(backend, "forwardPort");
  const target = port ? portNumber(port) : { unknown: [named.at] };
  return {
    ...{ at: frontend.urn, listen: portNumber(inputOf(frontend, "inboundPort")), target, missing },
    speech: backend ? speech(frontend, backend) : { unknown: [named.at] },
    targets: servers.map((server) => {
      const layer = seenAs(portsApart(around.firewall(server)), seen, balancer.urn);
      // Answers have to pass a stateless group's rules for out, which the balancer's subject does not hold.
      return layer.stateless ? { ...layer, incomplete: [...layer.incomplete, `${server.urn}#securityGroupId`] } : layer;
    }),
  };
}

/** With a certificate the frontend ends TLS itself, whatever the backend speaks. */
function speech(frontend: Resource, backend: Resource): Maybe<Speech> {
  const list = inputOf(frontend, "certificateIds");
  const certificates = list.items() ?? [];
  const forwarded = speechOf(inputOf(backend, "forwardProtocol"), protocols);
  if (isUnknown(certificates) || isUnknown(forwarded)) return isUnknown(forwarded) ? forwarded : { unknown: [list.at] };
  if (certificates.length === 0) return forwarded;
  return forwarded === "web" ? "web over tls" : "tls";
}

/** Servers by their reported addresses, else by what flows into the list: one for each address that is not known. */
function serversOf(backend: Resource, servers: Targets): { servers: readonly Resource[]; missing: readonly string[] } {
  const list = inputOf(backend, "serverIps");
  const items = list.items() ?? [];
  const flowing = flowingInto(backend, "serverIps", servers.types);
  if (isUnknown(items)) return { servers: flowing.length === 1 ? flowing : [], missing: items.unknown };
  const named = items.map((item) => servers.resources.find((each) => hasAddress(each, item)));
  const found = named.filter((each) => each !== undefined);
  const others = flowing.filter((each) => !found.includes(each));
  const open = items.filter((_, i) => named[i] === undefined);
  return others.length === open.length
    ? { servers: [...found, ...others], missing: [] }
    : { servers: found, missing: open.map(({ at }) => at) };
}

function hasAddress(server: Resource, item: Input): boolean {
  const text = item.text();
  return typeof text === "string" && ["privateIp", "publicIp"].some((name) => outputOf(server, name).text() === text);
}

function isInternal(balancer: Resource): { is: Maybe<boolean>; at: string } {
  const assign = inputOf(balancer, "assignFlexibleIp");
  const given = ["ipIds", "ipId"].some((name) => !inputOf(balancer, name).isAbsent);
  const is = given ? false : mapKnown(assign.boolean() ?? true, (assigned) => !assigned);
  return { is, at: assign.at };
}

function familiesOf(balancer: Resource): PartialSet {
  const sixth = inputOf(balancer, "assignFlexibleIpv6");
  const is = sixth.boolean() ?? false;
  if (is === true) return everybody;
  const given = ["ipIds", "ipId"].map((name) => inputOf(balancer, name)).filter((each) => !each.isAbsent);
  const missing = [...(isUnknown(is) ? is.unknown : []), ...given.map(({ at }) => at)];
  return missing.length > 0
    ? { certain: everyIpv4, possible: AddressSet.union(everyIpv4, everyIpv6), missing }
    : exactly(everyIpv4);
}
