import { outside } from "../../../model/addresses.js";
import { isUnknown } from "../../../model/maybe.js";
import type { FilterRule, Layer, Listener, NetworkInterface } from "../../../model/network.js";
import { everybody, exactly, nobody, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { addressLayerName } from "../../aws-rules.js";
import { ipv4, ipv6, wall } from "../../layers.js";
import { inputOf, knownId, type Resource } from "../resource.js";
import type { AclLayers } from "./acl-layers.js";
import { balancerTypes, classicType } from "./attachments.js";
import { passagesOf } from "./leading.js";
import type { Listening } from "./listeners.js";
import type { Machines } from "./machines.js";
import { setAddresses } from "./private-addresses.js";
import type { Place } from "./subnets.js";
import { layersToTargets } from "./target-layers.js";

const listenerLayer = "listener";

/** The network and classic load balancers of a program, each as the internet meets it: through to the machines behind. */
export function loadBalancersOf(resources: readonly Resource[], machines: Machines): NetworkInterface[] {
  return resources
    .filter((each) => each.type === classicType || (balancerTypes.includes(each.type) && !speaksHttp(each)))
    .map((each) => new LoadBalancer(each, machines).toInterface());
}

/** An application load balancer speaks HTTP alone: no mail passes it. */
function speaksHttp(front: Resource): boolean {
  const type = inputOf(front, "loadBalancerType").text() ?? "application";
  return !isUnknown(type) && type !== "network";
}

class LoadBalancer {
  private readonly places: readonly Place[];
  private readonly listening: readonly Listening[];
  private readonly own: PartialSet;

  constructor(
    private readonly front: Resource,
    private readonly machines: Machines,
  ) {
    this.places = machines.placesOf(front);
    this.listening = machines.listeners.of(front);
    const set = setAddresses([front]).intersect(ipv4);
    const blocks = this.places.map((place) => machines.subnets.blocksOf(place));
    const anywhere = blocks.length > 0 ? unionOf(...blocks) : undecidedSet([inputOf(front, "subnets").at]);
    this.own = set.isEmpty ? anywhere : exactly(set);
  }

  toInterface(): NetworkInterface {
    const { urn, name } = this.front;
    const cloudId = knownId(this.front);
    const acl = this.ownAcl();
    const groups = this.guarded() ? [this.machines.groupLayer(this.front, "ingress")] : [];
    const { forward, answers } = layersToTargets(this.front, this.listening, this.machines, {
      ...{ acl, places: this.places, guarded: this.guarded() },
      ...{ addresses: this.own, addressesAt: inputOf(this.front, "subnets").at },
    });
    const inward = this.machines.surroundings.inward(this.places, () => this.own);
    const back = [...answers, ...inward.answers];
    return {
      ...{ id: urn, name, kind: "load balancer", origin: "planned", ...(cloudId === undefined ? {} : { cloudId }) },
      evidence: { kind: "code", at: urn, says: `load balancer ${name}` },
      ingress: [this.doors(), ...groups, ...(acl ? [acl.ingress] : []), this.address(), ...inward.layers, ...forward],
      egress: [silent(urn)],
      ...(back.length > 0 ? { ingressAnswers: back } : {}),
      listeners: this.listening.flatMap(({ port, protocol, at }): Listener[] =>
        isUnknown(port) || protocol === "other"
          ? []
          : [{ port, protocol, evidence: { kind: "code", at, says: `listener of load balancer ${name}` } }],
      ),
      leadsTo: passagesOf(this.listening),
      conflicts: this.machines.conflictsOf(this.front),
    };
  }

  private guarded(): boolean {
    const { certain, doubtful, missing } = this.machines.attachments.of(this.front);
    return certain.size + doubtful.size + missing.size > 0;
  }

  private ownAcl(): AclLayers | undefined {
    return this.machines.aclAround(this.front, this.places);
  }

  private doors(): Layer {
    const at = this.front.urn;
    const says = (what: string) =>
      ({ kind: "code", at, says: what, layer: { name: listenerLayer, decision: "deny" } }) as const;
    const rules = this.listening.flatMap(({ at: where, port, protocol }): FilterRule[] =>
      protocol === "other"
        ? []
        : [
            {
              ...{
                id: where,
                action: "allow",
                peers: isUnknown(protocol) ? undecidedSet(protocol.unknown) : everybody,
              },
              protocol: "tcp",
              ports: isUnknown(port) ? port : PortSet.of(port),
              evidence: {
                ...{ kind: "code", at: where, layer: { name: listenerLayer, decision: "allow" } },
                says: `listens on tcp ${isUnknown(port) ? "a port not known yet" : port}`,
              },
            },
          ],
    );
    const evidence = says(`load balancer ${this.front.name} has no listener for this port`);
    return { name: listenerLayer, combine: "union", rules, otherwise: { action: "deny", evidence }, incomplete: [] };
  }

  private address(): Layer {
    const inside = this.machines.insideOf(this.places);
    const internal = inputOf(this.front, "internal");
    const hidden = internal.boolean() ?? false;
    const family = inputOf(this.front, "ipAddressType");
    const type = family.text() ?? "ipv4";
    const six = isUnknown(type)
      ? undecidedSet(type.unknown, ipv6)
      : type.startsWith("dualstack")
        ? nobody
        : exactly(ipv6);
    const clients = outside.subtract(inside);
    const stopped = isUnknown(hidden) ? undecidedSet(hidden.unknown, clients) : hidden ? exactly(clients) : nobody;
    const at = hidden === false ? family.at : internal.at;
    return wall({
      ...{ name: addressLayerName, at, stopped: unionOf(stopped, six) },
      denies:
        hidden === false
          ? "the load balancer has IPv4 addresses only"
          : "the load balancer is internal: it has private addresses only",
      allows: "the load balancer has an address for them",
    });
  }
}

function silent(at: string): Layer {
  const evidence = { kind: "default", at, says: "a load balancer opens no connections of its own" } as const;
  return { name: listenerLayer, combine: "union", rules: [], otherwise: { action: "deny", evidence }, incomplete: [] };
}
