import { internet } from "../../../model/addresses.js";
import { isUnknown } from "../../../model/maybe.js";
import type { FilterRule, Layer, Listener, NetworkInterface } from "../../../model/network.js";
import { everybody, exactly, nobody, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { aclLayerName, addressLayerName, layerName } from "../../aws-rules.js";
import { eitherOf, ipv6, seenAs, wall } from "../../layers.js";
import { inputOf, knownId, type Resource } from "../resource.js";
import type { AclLayers } from "./acl-layers.js";
import { asSeen, through, together } from "./balanced-ports.js";
import { balancerTypes, classicType, type Listening } from "./listeners.js";
import type { Machines } from "./machines.js";
import type { Place } from "./subnets.js";

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
  private readonly subnetsAt: string;

  constructor(
    private readonly front: Resource,
    private readonly machines: Machines,
  ) {
    this.places = machines.placesOf(front);
    this.listening = machines.listeners.of(front);
    this.own = unionOf(...this.places.map((place) => machines.subnets.blocksOf(place)));
    this.subnetsAt = inputOf(front, "subnets").at;
    if (this.places.length === 0) this.own = undecidedSet([this.subnetsAt]);
  }

  toInterface(): NetworkInterface {
    const { urn, name } = this.front;
    const cloudId = knownId(this.front);
    const acl = this.ownAcl();
    const groups = this.guarded() ? [this.machines.groupLayer(this.front, "ingress")] : [];
    const { forward, answers } = this.toTargets(acl);
    return {
      ...{ id: urn, name, kind: "load balancer", origin: "planned", ...(cloudId === undefined ? {} : { cloudId }) },
      evidence: { kind: "code", at: urn, says: `load balancer ${name}` },
      ingress: [
        this.doors(),
        ...groups,
        ...(acl ? [acl.ingress] : []),
        this.address(),
        ...this.machines.surroundings.inward(this.places),
        ...forward,
      ],
      egress: [silent(urn)],
      ...(answers.length > 0 ? { ingressAnswers: answers } : {}),
      listeners: this.listening.flatMap(({ port, protocol, at }): Listener[] =>
        isUnknown(port) || protocol === "other"
          ? []
          : [{ port, protocol, evidence: { kind: "code", at, says: `listener of load balancer ${name}` } }],
      ),
      conflicts: this.machines.conflictsOf(this.front),
    };
  }

  /** A network load balancer without groups filters nothing; a classic one gets its network's default group. */
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
    const outside = internet.subtract(inside);
    const stopped = isUnknown(hidden) ? undecidedSet(hidden.unknown, outside) : hidden ? exactly(outside) : nobody;
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

  /** What lies between the load balancer and its targets. Any target that can be reached will do. */
  private toTargets(acl: AclLayers | undefined): { forward: Layer[]; answers: Layer[] } {
    const open = this.listening.filter(({ port }) => !isUnknown(port));
    const groups: Layer[] = [];
    const inward: Layer[] = [];
    const outward: Layer[] = [];
    const leaving: Layer[] = [];
    const answers: Layer[] = [];
    for (const { targets, preserved, missing, at } of open) {
      const seen = (layer: Layer) => asSeen(layer, preserved, this.own, this.subnetsAt);
      for (const { machine, door } of targets) {
        const layer = this.machines.groupLayer(machine, "ingress");
        groups.push(through(this.welcoming(seen(layer), layer), door));
      }
      if (missing.length > 0) groups.push(unseen(missing));
      const apart = targets.filter(({ machine }) => !this.shares(machine));
      const around = apart.map(({ machine }) => this.machines.aclOf(machine));
      const ingress = eitherOf(
        around.flatMap((each) => (each ? [each.ingress] : [])),
        at,
      );
      const [door] = targets.map((each) => each.door);
      if (ingress && door) inward.push(through(seen(ingress), door));
      else if (door) inward.push(letting(door.listen, at));
      const egress = eitherOf(
        around.flatMap((each) => (each ? [each.egress] : [])),
        at,
      );
      if (egress) answers.push({ ...seen(egress), name: `${aclLayerName} of its targets` });
      for (const { machine, door: own } of targets) {
        const peers = this.machines.sendingFrom(machine);
        if (this.guarded())
          outward.push(through(seenAs(this.machines.groupLayer(this.front, "egress"), peers, at), own));
        if (!acl || this.shares(machine)) continue;
        leaving.push(through(seenAs(acl.egress, peers, at), own));
        answers.push({ ...seenAs(acl.ingress, peers, at), name: `${aclLayerName}, from its targets` });
      }
    }
    const deny = (name: string, says: string): Layer["otherwise"] => ({
      action: "deny",
      evidence: { kind: "code", at: this.front.urn, says, layer: { name, decision: "deny" } },
    });
    const toGroups = `${layerName} of its targets`;
    const forward = [
      ...(outward.length > 0
        ? [
            together(
              outward,
              deny(layerName, "its security group lets nothing out to the targets"),
              `${layerName}, to its targets`,
            ),
          ]
        : []),
      ...(leaving.length > 0
        ? [
            together(
              leaving,
              deny(aclLayerName, "its subnet's network ACL lets nothing out to the targets"),
              `${aclLayerName}, to its targets`,
            ),
          ]
        : []),
      ...(inward.some(({ rules }) => rules.length > 1 || rules[0]?.protocol !== "tcp")
        ? [
            together(
              inward,
              deny(aclLayerName, "the network ACL of its targets denies what no rule matches"),
              `${aclLayerName} of its targets`,
            ),
          ]
        : []),
      together(
        groups,
        deny(toGroups, "no rule of the targets' security groups lets in the target port from it"),
        toGroups,
      ),
    ];
    return { forward, answers: [...(acl ? [acl.egress] : []), ...distinct(answers)] };
  }

  /** A rule for a group that the load balancer carries lets in whatever comes through it. */
  private welcoming(seen: Layer, { rules }: Layer): Layer {
    const carried = new Set([...this.machines.attachments.of(this.front).certain].map(({ id }) => id));
    const named = (rule: FilterRule) => [...this.machines.groups.referredBy(rule)].some((each) => carried.has(each));
    return {
      ...seen,
      rules: seen.rules.map((rule, i) => (rules[i] && named(rules[i]) ? { ...rule, peers: everybody } : rule)),
    };
  }

  private shares(machine: Resource): boolean {
    return this.machines.placesOf(machine).some((place) => this.places.includes(place));
  }
}

function letting(listen: PortSet, at: string): Layer {
  const evidence = { kind: "code", at, says: "no network ACL of the program stands around the targets" } as const;
  const rule = { id: at, action: "allow", protocol: "tcp", ports: listen, peers: everybody, evidence } as const;
  return {
    name: aclLayerName,
    combine: "first-match",
    rules: [rule],
    otherwise: { action: "deny", evidence },
    incomplete: [],
  };
}

/** Targets that this program does not show. */
function unseen(missing: readonly string[]): Layer {
  const evidence = { kind: "code", at: missing[0] ?? "", says: "targets that are not seen here" } as const;
  return {
    name: layerName,
    combine: "union",
    rules: [],
    otherwise: { action: "deny", evidence },
    incomplete: [...missing],
  };
}

function silent(at: string): Layer {
  const evidence = { kind: "default", at, says: "a load balancer opens no connections of its own" } as const;
  return { name: listenerLayer, combine: "union", rules: [], otherwise: { action: "deny", evidence }, incomplete: [] };
}

function distinct(layers: readonly Layer[]): Layer[] {
  return [...new Map(layers.map((each) => [`${each.name} ${each.rules.map(({ id }) => id)}`, each])).values()];
}
