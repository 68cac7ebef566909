import { all, isUnknown, type Maybe, not } from "../../../model/maybe.js";
import type { FilterRule, Layer, NetworkInterface } from "../../../model/network.js";
import { everybody, type PartialSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { translated } from "../../translation.js";
import type { Resource } from "../resource.js";
import { isStandard } from "./families.js";
import type { Forwarding } from "./load-balancers.js";
import type { Named } from "./machines.js";
import { conditional, probesOf } from "./public-addresses.js";

/** One machine behind load balancers: the filters that a packet meets at it. */
export interface Backend {
  readonly named: Named;
  readonly filters: readonly Layer[];
  /** Whether a network security group stands at any level. */
  readonly guarded: Maybe<boolean>;
  /** Clients on the internet. */
  readonly outside: PartialSet;
}

/**
 * The public front ends of load balancers, one for each machine behind: a client's packet keeps its source address and
 * meets the machine's network security groups at the port behind (documentation, "Azure Load Balancer components").
 */
export function frontEnds(forwardings: readonly Forwarding[], backends: readonly Backend[]): NetworkInterface[] {
  const balancers = [...new Set(forwardings.map(({ balancer }) => balancer))];
  return balancers.flatMap((balancer) => {
    const own = forwardings.filter((each) => each.balancer === balancer && isPublic(each) !== false);
    const behind = backends.flatMap((backend) => {
      const led = own.map((each) => ({
        ...each,
        stands: all(isPublic(each), each.leadsTo(backend.named.nic), each.tcp),
      }));
      const standing = led.filter(({ stands }) => stands !== false);
      return standing.length > 0 ? [{ backend, standing }] : [];
    });
    return behind.map(({ backend, standing }) => frontEnd(balancer, backend, standing, behind.length === 1));
  });
}

function isPublic({ isPublic: { ipv4, ipv6 } }: Forwarding): Maybe<boolean> {
  const none = all(not(ipv4), not(ipv6));
  return not(none);
}

function frontEnd(
  balancer: Resource,
  { named, filters, guarded, outside }: Backend,
  standing: readonly (Forwarding & { stands: Maybe<boolean> })[],
  alone: boolean,
): NetworkInterface {
  const { urn, name } = balancer;
  const closed = conditional(
    {
      id: `${urn} (Standard)`,
      action: "deny",
      protocol: "any",
      ports: PortSet.all,
      peers: outside,
      evidence: {
        kind: "default",
        at: urn,
        says: "a Standard load balancer is closed until a network security group opens it, and there is none",
      },
    },
    all(not(guarded), isStandard(balancer)),
  );
  const rules = standing.flatMap(({ at, listen, stands, target }): FilterRule[] => {
    const says = `sends it on to port ${isUnknown(target) ? "unknown" : target} of ${named.name}`;
    const ports = isUnknown(listen) ? listen : PortSet.of(listen);
    return conditional(
      { id: at, action: "allow", protocol: "tcp", ports, peers: everybody, evidence: { kind: "code", at, says } },
      stands,
    );
  });
  const mappings = standing.flatMap(({ listen, target }) => (isUnknown(listen) ? [] : [{ listen, target }]));
  const listeners: Layer = {
    name: "load balancer",
    combine: "first-match",
    rules: [probesOf(urn), ...closed, ...rules],
    otherwise: { action: "deny", evidence: { kind: "code", at: urn, says: "no rule for this port" } },
    incomplete: [],
  };
  return {
    id: alone ? urn : `${urn} -> ${named.id}`,
    name: alone ? name : `${name} -> ${named.name}`,
    kind: "load balancer",
    origin: "planned",
    evidence: { kind: "code", at: urn, says: `load balancer ${name}, in front of ${named.name}` },
    ingress: [listeners, ...filters.map((layer) => translated(layer, mappings))],
    egress: [
      {
        name: "load balancer",
        combine: "first-match",
        rules: [],
        otherwise: {
          action: "deny",
          evidence: { kind: "default", at: urn, says: "a load balancer opens no connections of its own" },
        },
        incomplete: [],
      },
    ],
  };
}
