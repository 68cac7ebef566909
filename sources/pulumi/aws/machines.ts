import { AddressSet, privateNetworks } from "../../../model/addresses.js";
import type { Evidence } from "../../../model/evidence.js";
import type { Layer, NetworkInterface } from "../../../model/network.js";
import { exactly, type PartialSet, unionOf } from "../../../model/partial.js";
import { aclLayerName, type Direction } from "../../aws-rules.js";
import { eitherOf, ipv4, ipv6 } from "../../layers.js";
import { inputOf, ofTypes, type Resource } from "../resource.js";
import type { AclLayers } from "./acl-layers.js";
import { NetworkAcls } from "./acls.js";
import {
  type Attached,
  Attachments,
  balancerTypes,
  classicType,
  instanceType,
  interfaceType,
  scalingGroupType,
} from "./attachments.js";
import { groupLayer } from "./group-layer.js";
import { type Group, Groups } from "./groups.js";
import { Listeners } from "./listeners.js";
import { PrefixLists } from "./prefix-lists.js";
import { sendingFrom, setAddresses } from "./private-addresses.js";
import { PublicAddresses } from "./public-addresses.js";
import { type Place, Subnets } from "./subnets.js";
import { Surroundings } from "./surroundings.js";
import { workloadOf } from "./workloads.js";
import type { Deployed, Members } from "./world.js";

/** Everything of a program that has addresses, with what stands around it. */
export class Machines {
  readonly subnets: Subnets;
  readonly groups: Groups;
  readonly attachments: Attachments;
  readonly acls: NetworkAcls;
  readonly addresses: PublicAddresses;
  readonly surroundings: Surroundings;
  readonly listeners: Listeners;
  readonly all: readonly Resource[];

  /** @param deployed given where the resources are all there are. */
  constructor(
    resources: readonly Resource[],
    private readonly deployed?: Deployed,
  ) {
    this.subnets = new Subnets(resources);
    const lists = new PrefixLists(resources);
    this.groups = new Groups(resources, lists, this.subnets);
    this.attachments = new Attachments(resources, this.groups, this.subnets);
    this.acls = new NetworkAcls(resources, this.subnets);
    this.addresses = new PublicAddresses(resources, this.subnets, this.attachments);
    this.surroundings = new Surroundings(resources, this.subnets, this.acls, lists);
    this.listeners = new Listeners(resources, this.attachments, deployed !== undefined);
    const types = [instanceType, interfaceType, scalingGroupType];
    this.all = resources.filter(
      (each) => (types.includes(each.type) && !this.attachments.owned.has(each)) || workloadOf(each) !== undefined,
    );
    this.groups.resolve(deployed?.membersOf ?? this.membersSeen(resources));
  }

  /** The members whose addresses the program sets; there may be others. */
  private membersSeen(resources: readonly Resource[]): (groupId: string) => Members {
    const balancers = ofTypes(resources, ...balancerTypes, classicType);
    const members = new Map<string, AddressSet[]>();
    for (const each of [...this.all, ...balancers]) {
      const addresses = setAddresses(this.holdersOf(each));
      if (addresses.isEmpty) continue;
      for (const { id } of this.attachments.of(each).certain) members.set(id, [...(members.get(id) ?? []), addresses]);
    }
    return (id) => ({ addresses: AddressSet.union(...(members.get(id) ?? [])), areAll: false });
  }

  /** A machine with the interfaces that the program gives it. */
  holdersOf(machine: Resource): Resource[] {
    return [machine, ...this.attachments.interfacesOf(machine)];
  }

  placesOf(machine: Resource): Place[] {
    return [...new Set(this.holdersOf(machine).flatMap((each) => this.subnets.all(each)))];
  }

  groupLayer(machine: Resource, direction: Direction): Layer {
    const at = (workloadOf(machine)?.groups.ids ?? inputOf(machine, "vpcSecurityGroupIds")).at;
    return groupLayer(this.attachments.of(machine), direction, at, this.deployed !== undefined);
  }

  /** The ACL around a machine, as far as what comes from a transit gateway meets it. */
  aclAround(machine: Resource, places: readonly Place[]): AclLayers | undefined {
    return this.surroundings.aclBeside(places, this.aclOver(machine, places));
  }

  /** What stands in several subnets is reached through any of them: it matters when their ACLs differ. */
  private aclOver(machine: Resource, places: readonly Place[]): AclLayers | undefined {
    const around = places.map((place) => this.acls.around(place));
    const found = around.filter((each) => each !== undefined);
    if (found.length === 0) return undefined;
    const { at } = inputOf(machine, "networkInterfaces");
    const none = found.length < around.length;
    const [first] = found;
    const layers = (direction: Direction) => {
      const all = found.map((each) => each[direction]);
      const layer = eitherOf(none ? [...all, { ...all[0], rules: [] } as Layer] : all, at);
      return layer as Layer;
    };
    return found.length === 1 && !none ? first : { ingress: layers("ingress"), egress: layers("egress") };
  }

  /** AWS's default ACL lets in and out every address of the families that the network has ("Default network ACL"). */
  untouchedAcl(places: readonly Place[]): NetworkInterface["untouched"] {
    const found = places.map((place) => this.acls.untouchedAround(place));
    const [at] = found;
    if (at === undefined || !found.every((each) => each === at)) return undefined;
    const inside = this.insideOf(places);
    const peers = privateNetworks.contains(inside.intersect(ipv6)) ? ipv4 : ipv4.union(ipv6);
    const says = "the network's default ACL, as AWS makes it, lets everything pass";
    return [{ layer: aclLayerName, peers, evidence: { kind: "default", at, says } }];
  }

  aclOf(machine: Resource): AclLayers | undefined {
    return this.aclAround(machine, this.placesOf(machine));
  }

  /** All its addresses inside its network, as filters on the way see them. */
  addressesOf(machine: Resource): PartialSet {
    const six = setAddresses(this.holdersOf(machine)).intersect(ipv6);
    const blocks = this.placesOf(machine).map((place) => this.subnets.blocksOf(place, "ipv6CidrBlock"));
    return unionOf(this.sendingFrom(machine), six.isEmpty ? unionOf(...blocks) : exactly(six));
  }

  /** The IPv4 addresses from which it sends inside its network. */
  sendingFrom(machine: Resource): PartialSet {
    return sendingFrom(this.holdersOf(machine), this.subnets);
  }

  insideOf(places: readonly Place[]): AddressSet {
    return AddressSet.union(
      ...places.map((place) => this.subnets.inside(typeof place === "string" ? undefined : place)),
    );
  }

  conflictsOf(machine: Resource): Evidence[] {
    const groups = [...this.attachments.of(machine).certain];
    const acls = this.placesOf(machine).flatMap((place) => this.acls.conflictsAround(place));
    return [...groups.flatMap(({ conflicts }) => conflicts), ...acls];
  }

  /** The groups that some machine carries or may carry. */
  usedGroups(machines: readonly Resource[]): Set<Group> {
    const used = ({ certain, doubtful }: Attached) => [...certain, ...doubtful.keys()];
    return new Set(machines.flatMap((each) => used(this.attachments.of(each))));
  }
}
