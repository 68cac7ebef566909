import type { Evidence } from "../../../../model/evidence.js";
import type { FilterRule, Layer } from "../../../../model/network.js";
import {
  differenceOf,
  everybody,
  exactly,
  intersectionOf,
  nobody,
  type PartialSet,
  undecidedSet,
  unionOf,
} from "../../../../model/partial.js";
import { PortSet } from "../../../../model/ports.js";
import { transitLayerName } from "../../../aws-rules.js";
import { eitherOf, onlyFor, wall } from "../../../layers.js";
import { inputOf, type Resource } from "../../resource.js";
import type { AclLayers } from "../acl-layers.js";
import type { NetworkAcls } from "../acls.js";
import { either, joined, type Met, seenFrom } from "../met.js";
import type { Passages } from "../passages.js";
import type { RouteTables } from "../route-tables.js";
import type { Place, Subnets } from "../subnets.js";
import type { Attachment } from "./attachments.js";
import type { Crossings } from "./crossings.js";
import type { Reached } from "./far-side.js";

/** The transit gateways that routes of a place lead to: their tables, and the ACLs around the subnets of the attachments. */
export class TransitLayers {
  constructor(
    private readonly crossings: Crossings,
    private readonly tables: RouteTables,
    private readonly passages: Passages,
    private readonly subnets: Subnets,
    private readonly acls: NetworkAcls,
  ) {}

  /**
   * @param opener who opens the connections in question.
   * @param own the machine's addresses, asked for where something stands there.
   * @param beyond what packets of a machine meet that leave another network again.
   */
  around(place: Place, opener: "machine" | "peer", own: () => PartialSet, beyond: (far: Place) => Met): Met {
    if (typeof place === "string") return joined([]);
    const lacking = this.lacking(place, opener);
    return joined([
      { layers: lacking ? [lacking] : [], answers: [] },
      ...this.gatewaysOf(place).map(([gateway, at]) => {
        const via = this.passages.via(place, gateway);
        const reached = this.crossings.through(place, gateway, opener, at);
        const only = onlyBy(via, gateway, at);
        const acls = this.aclsOf(place, gateway, opener, own, via);
        const after = opener === "machine" ? this.after(place, gateway, via, at, beyond) : joined([]);
        return joined([{ layers: [only(layerOf(reached, gateway, at))], answers: [] }, acls, after]);
      }),
    ]);
  }

  /**
   * The ACL around a subnet in which an attachment stands too: it is not looked at where a packet comes from the gateway
   * (Transit Gateway guide, "Network ACLs"), unless the packet comes by another Availability Zone.
   */
  besideAttachment(places: readonly Place[], acl: AclLayers): AclLayers {
    const shared = places.flatMap((place) =>
      typeof place === "string"
        ? []
        : this.gatewaysOf(place)
            .filter(([gateway]) => this.crossings.nearOf(place, gateway)?.subnets.certain.includes(place))
            .map(([gateway, at]) => ({ at, via: this.passages.via(place, gateway) })),
    );
    const [first] = shared;
    if (first === undefined) return acl;
    return { ...acl, ingress: perhapsNotMet(acl.ingress, unionOf(...shared.map(({ via }) => via)), first.at) };
  }

  private gatewaysOf(place: Place): [gateway: Resource, at: string][] {
    const routes = this.tables.around(place)?.routes ?? [];
    const found = new Map<Resource, string>();
    for (const { gateway, way, at } of routes) if (way === "transit gateway" && gateway) found.set(gateway, at);
    return [...found];
  }

  /** Inside nobody needs a route, but those in the other networks of a gateway do. */
  private lacking(place: Resource, opener: "machine" | "peer"): Layer | undefined {
    const around = this.tables.around(place);
    const neighbours = this.crossings.neighboursOf(place);
    if (around === undefined || neighbours.possible.isEmpty) return undefined;
    const { letsIn, letsOut } = this.passages.of(place);
    const stopped = differenceOf(neighbours, around.reached(opener === "machine" ? letsOut : letsIn));
    if (stopped.possible.isEmpty) return undefined;
    const denies = `no route of subnet ${place.name} leads to them, although their network hangs on the same transit gateway`;
    return wall({ name: transitLayerName, at: around.at, stopped, denies, allows: "the subnet has a route to them" });
  }

  private aclsOf(
    place: Resource,
    gateway: Resource,
    opener: "machine" | "peer",
    own: () => PartialSet,
    via: PartialSet,
  ): Met {
    const near = this.crossings.nearOf(place, gateway);
    const mine = near ? this.nearAcl(near, place, own, via) : undefined;
    const theirs = this.crossings
      .sentFrom(place, gateway)
      .flatMap(({ far, sent }) => this.farAcl(far, intersectionOf(via, sent)) ?? []);
    const all = [...(mine ? [mine] : []), ...theirs];
    // Outbound rules are for what comes from the gateway, inbound rules for what goes to it.
    const [out, back] = all.reduce<[Layer[], Layer[]]>(
      ([toPeer, toMachine], { toward, fromward }) => [
        [...toPeer, ...toward],
        [...toMachine, ...fromward],
      ],
      [[], []],
    );
    return opener === "machine" ? { layers: out, answers: back } : { layers: back, answers: out };
  }

  private nearAcl(near: Attachment, place: Resource, own: () => PartialSet, via: PartialSet): Directed | undefined {
    const acl = this.aclOver(near.subnets.certain, near);
    if (acl === undefined) return undefined;
    const at = inputOf(near.resource, "subnetIds").at;
    const only = onlyBy(via, near.gateway, at);
    const named = (layer: Layer) => only(called(seenFrom(layer, own(), at), near));
    const shares = near.subnets.certain.includes(place);
    const egress = named(acl.egress);
    return { toward: [named(acl.ingress)], fromward: [shares ? perhapsNotMet(egress, everybody, at) : egress] };
  }

  private farAcl(far: Attachment, sent: PartialSet): Directed | undefined {
    const acl = this.aclOver(far.subnets.certain, far);
    if (acl === undefined) return undefined;
    const at = inputOf(far.resource, "subnetIds").at;
    const only = onlyBy(sent, far.gateway, at);
    const named = (layer: Layer) => only(called(layer, far));
    const there = unionOf(...far.subnets.certain.map((each) => this.subnets.blocksOf(each)));
    return { toward: [perhapsNotMet(named(acl.egress), there, at)], fromward: [named(acl.ingress)] };
  }

  /** Of several subnets one is taken: it matters when their ACLs differ. */
  private aclOver(places: readonly Place[], { resource }: Attachment): AclLayers | undefined {
    const found = places.map((place) => this.acls.around(place));
    const shown = found.filter((each) => each !== undefined);
    const [first] = shown;
    if (first === undefined) return undefined;
    const { at } = inputOf(resource, "subnetIds");
    const either = (way: "ingress" | "egress") => {
      const layers = shown.map((each) => each[way]);
      const open: Layer = { ...first[way], rules: [], otherwise: { ...first[way].otherwise, action: "allow" } };
      return eitherOf(shown.length < found.length ? [...layers, open] : layers, at) as Layer;
    };
    return { ingress: either("ingress"), egress: either("egress") };
  }

  /** What stands on the way on from another network to addresses that are not its own. */
  private after(place: Resource, gateway: Resource, via: PartialSet, at: string, beyond: (far: Place) => Met): Met {
    return joined(
      this.crossings.sentFrom(place, gateway).map(({ far, sent }) => {
        const local = far.vpc ? this.subnets.ownBlocksOf(far.vpc) : nobody;
        const only = onlyBy(differenceOf(intersectionOf(via, sent), local), gateway, at);
        const met = either(far.subnets.certain.map(beyond), inputOf(far.resource, "subnetIds").at);
        return { layers: met.layers.map(only), answers: met.answers.map(only) };
      }),
    );
  }
}

/** Layers by the direction of the packets that meet them: from the machine to the peer, and from the peer to the machine. */
interface Directed {
  readonly toward: readonly Layer[];
  readonly fromward: readonly Layer[];
}

function called(layer: Layer, { resource }: Attachment): Layer {
  return { ...layer, name: `${layer.name} of transit gateway attachment ${resource.name}` };
}

function onlyBy(via: PartialSet, gateway: Resource, at: string): (layer: Layer) => Layer {
  const says = `does not go through transit gateway ${gateway.name}`;
  return (layer) => onlyFor(layer, via, { kind: "code", at, says });
}

/** Packets of these peers may meet it or not. */
function perhapsNotMet(layer: Layer, peers: PartialSet, at: string): Layer {
  const says = "comes from a transit gateway's attachment in the same subnet, and meets no ACL there";
  const rule: FilterRule = {
    ...{ id: `${at} (same subnet)`, action: "allow", protocol: "any", ports: PortSet.all },
    peers: undecidedSet([...peers.missing, at], peers.possible),
    evidence: { kind: "code", at, says, layer: { name: layer.name, decision: "allow" } },
  };
  return { ...layer, rules: [rule, ...layer.rules] };
}

/** The sentences of what surely stops come first; the rest of what does not pass is told by the way it would take. */
function layerOf({ passes, stops }: Reached, gateway: Resource, at: string): Layer {
  const evidence = (where: string, says: string, decision: "allow" | "deny"): Evidence => ({
    ...{ kind: "code", at: where, says, layer: { name: transitLayerName, decision } },
  });
  const deny = (where: string, says: string, peers: PartialSet, i: number): FilterRule => ({
    ...{ id: `${where} (${gateway.name} ${i})`, action: "deny", protocol: "any", ports: PortSet.all, peers },
    evidence: evidence(where, says, "deny"),
  });
  const told = stops.flatMap(({ peers, at: where, says }, i) => {
    const stopped = peers.subtract(passes.possible);
    return stopped.isEmpty ? [] : [deny(where, says, exactly(stopped), i)];
  });
  const rest = differenceOf(everybody, passes);
  const lost = `transit gateway ${gateway.name} does not carry it there and back`;
  return {
    ...{ name: transitLayerName, combine: "first-match", incomplete: [] },
    rules: [...told, deny(at, lost, rest, stops.length)],
    otherwise: {
      action: "allow",
      evidence: evidence(at, `transit gateway ${gateway.name} carries it there and back`, "allow"),
    },
  };
}
