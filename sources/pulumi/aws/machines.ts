import { AddressSet } from "../../../model/addresses.js";
import type { Evidence } from "../../../model/evidence.js";
import type { Layer } from "../../../model/network.js";
import { exactly, type PartialSet } from "../../../model/partial.js";
import type { Direction } from "../../aws-rules.js";
import { eitherOf } from "../../layers.js";
import { inputOf, type Resource } from "../resource.js";
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

  constructor(resources: readonly Resource[]) {
    this.subnets = new Subnets(resources);
    this.groups = new Groups(resources, new PrefixLists(resources), this.subnets);
    this.attachments = new Attachments(resources, this.groups, this.subnets);
    this.acls = new NetworkAcls(resources, this.subnets);
    this.addresses = new PublicAddresses(resources, this.subnets, this.attachments);
    this.surroundings = new Surroundings(resources, this.subnets, this.acls);
    this.listeners = new Listeners(resources);
    const types = [instanceType, interfaceType, scalingGroupType];
    this.all = resources.filter((each) => types.includes(each.type) && !this.attachments.owned.has(each));
    const carriers = [
      ...this.all,
      ...resources.filter(({ type }) => balancerTypes.includes(type) || type === classicType),
    ];
    const members = new Map<string, AddressSet[]>();
    for (const each of carriers) {
      const addresses = setAddresses(this.holdersOf(each));
      if (addresses.isEmpty) continue;
      for (const { id } of this.attachments.of(each).certain) members.set(id, [...(members.get(id) ?? []), addresses]);
    }
    this.groups.resolve((id) => exactly(AddressSet.union(...(members.get(id) ?? []))));
  }

  /** A machine with the interfaces that the program gives it. */
  holdersOf(machine: Resource): Resource[] {
    return [machine, ...this.attachments.interfacesOf(machine)];
  }

  placesOf(machine: Resource): Place[] {
    return [...new Set(this.holdersOf(machine).flatMap((each) => this.subnets.all(each)))];
  }

  groupLayer(machine: Resource, direction: Direction): Layer {
    return groupLayer(this.attachments.of(machine), direction, inputOf(machine, "vpcSecurityGroupIds").at);
  }

  /** What stands in several subnets is reached through any of them: it matters when their ACLs differ. */
  aclAround(machine: Resource, places: readonly Place[]): AclLayers | undefined {
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

  aclOf(machine: Resource): AclLayers | undefined {
    return this.aclAround(machine, this.placesOf(machine));
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
