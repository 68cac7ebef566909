import type { FilterRule, Layer } from "../../../../model/network.js";
import { everybody, intersectionOf, type PartialSet, undecidedSet, unionOf } from "../../../../model/partial.js";
import { PortSet } from "../../../../model/ports.js";
import { eitherOf, onlyFor } from "../../../layers.js";
import { inputOf, type Resource } from "../../resource.js";
import type { AclLayers } from "../acl-layers.js";
import type { NetworkAcls } from "../acls.js";
import { type Met, seenFrom } from "../met.js";
import type { Place, Subnets } from "../subnets.js";
import type { Attachment } from "./attachments.js";
import type { Crossings } from "./crossings.js";
import type { FarSide } from "./far-side.js";
import { type Crossed, meeting } from "./ways.js";

/**
 * The network ACLs around the subnets of attachments: outbound rules are for what comes from the gateway, inbound rules for
 * what goes to it (Transit Gateway guide, "Network ACLs").
 */
export class AttachmentAcls {
  constructor(
    private readonly crossings: Crossings,
    private readonly farSide: FarSide,
    private readonly subnets: Subnets,
    private readonly acls: NetworkAcls,
  ) {}

  /** Those on the way by a gateway, at both ends, for the packets of `via`. */
  around(
    place: Resource,
    gateway: Resource,
    opener: "machine" | "peer",
    own: () => PartialSet,
    via: PartialSet,
    crossed: Crossed,
  ): Met {
    const near = this.crossings.nearOf(place, gateway);
    const mine = near ? this.nearAcl(near, place, own, via) : undefined;
    const theirs = crossed.ways.flatMap((way) => {
      const [sent, comes] = [way.sent, way.comes].map((taken) => intersectionOf(via, meeting(taken, way, crossed)));
      return this.farAcl(way.far, sent as PartialSet, comes as PartialSet) ?? [];
    });
    const all = [...(mine ? [mine] : []), ...theirs];
    const out = all.flatMap(({ toward }) => toward);
    const back = all.flatMap(({ fromward }) => fromward);
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

  private farAcl(far: Attachment, sent: PartialSet, comes: PartialSet): Directed | undefined {
    const acl = this.aclOver(far.subnets.certain, far);
    if (acl === undefined) return undefined;
    const at = inputOf(far.resource, "subnetIds").at;
    const named = (layer: Layer, taken: PartialSet) => onlyBy(taken, far.gateway, at)(called(layer, far));
    const there = unionOf(...far.subnets.certain.flatMap((each) => this.addressesOf(each, far)));
    return { toward: [perhapsNotMet(named(acl.egress, sent), there, at)], fromward: [named(acl.ingress, comes)] };
  }

  private addressesOf(place: Place, { vpc }: Attachment): PartialSet[] {
    if (vpc === undefined || typeof place === "string") return [this.subnets.blocksOf(place)];
    return Object.values(this.farSide.apart(vpc, place));
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
}

/** Layers by the direction of the packets that meet them: from the machine to the peer, and from the peer to the machine. */
interface Directed {
  readonly toward: readonly Layer[];
  readonly fromward: readonly Layer[];
}

function called(layer: Layer, { resource }: Attachment): Layer {
  return { ...layer, name: `${layer.name} of transit gateway attachment ${resource.name}` };
}

/** The layer where only packets that take a gateway meet it. */
export function onlyBy(via: PartialSet, gateway: Resource, at: string): (layer: Layer) => Layer {
  const says = `does not go through transit gateway ${gateway.name}`;
  return (layer) => onlyFor(layer, via, { kind: "code", at, says });
}

/**
 * Packets of these peers may meet it or not: what comes from an attachment in the same subnet meets no ACL, what comes by
 * another Availability Zone does.
 */
export function perhapsNotMet(layer: Layer, peers: PartialSet, at: string): Layer {
  const says = "comes from a transit gateway's attachment in the same subnet, and meets no ACL there";
  const rule: FilterRule = {
    ...{ id: `${at} (same subnet)`, action: "allow", protocol: "any", ports: PortSet.all },
    peers: undecidedSet([...peers.missing, at], peers.possible),
    evidence: { kind: "code", at, says, layer: { name: layer.name, decision: "allow" } },
  };
  return { ...layer, rules: [rule, ...layer.rules] };
}
