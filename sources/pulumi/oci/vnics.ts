import { AddressSet } from "../../../model/addresses.js";
import { isUnknown } from "../../../model/maybe.js";
import { type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { Attached, isLeftOut } from "../filter-groups.js";
import { addressBlock } from "../filter-rules.js";
import type { Input } from "../input.js";
import { referenceOf, referencesOf, Targets } from "../references.js";
import { inputOf, outputOf, type Resource } from "../resource.js";
import { type Lists, type Members, vcnType } from "./lists.js";
import type { OciRule } from "./rules.js";

const instanceType = "oci:Core/instance:Instance";
const attachmentType = "oci:Core/vnicAttachment:VnicAttachment";
const subnetType = "oci:Core/subnet:Subnet";

/** A network card of an instance, with the lists of its subnet and its own groups. */
export interface Vnic {
  readonly resource: Resource;
  readonly kind: "instance" | "interface";
  readonly details: Input;
  /** Where its subnet is named. */
  readonly subnetAt: string;
  /** Undefined where the program does not show it. */
  readonly subnet: Resource | undefined;
  readonly attached: Attached<OciRule>;
}

export class Vnics {
  readonly all: readonly Vnic[];
  private readonly subnets: Targets;
  private readonly vcns: Targets;

  constructor(
    resources: readonly Resource[],
    private readonly lists: Lists,
  ) {
    const ofType = (type: string) => resources.filter((each) => each.type === type);
    this.subnets = new Targets(ofType(subnetType), [subnetType]);
    this.vcns = new Targets(ofType(vcnType), [vcnType]);
    this.all = [
      ...ofType(instanceType).map((each) => this.vnic(each, "instance")),
      ...ofType(attachmentType).map((each) => this.vnic(each, "interface")),
    ];
  }

  /** The addresses behind a group as source or destination: those of the program's cards that are in it. */
  members: Members = (holder, property, id) => {
    const { certain } = referenceOf(holder, property, id, this.lists.groups.targets);
    const [only] = certain;
    if (!only) return undecidedSet([id.at]);
    const group = this.lists.groups.of(only);
    const sets = this.all.flatMap((vnic): PartialSet[] => {
      const { attached } = vnic;
      const own = addressesOf(vnic);
      if (attached.certain.has(group)) return [own];
      const doubts = [attached.doubtful.get(group) ?? [], ...attached.missing].flat();
      return doubts.length === 0 ? [] : [undecidedSet([...new Set([...own.missing, ...doubts])].sort(), own.possible)];
    });
    return sets.length === 0 ? undecidedSet([id.at]) : unionOf(...sets);
  };

  /** What stands around something else in a subnet, a load balancer, and the subnets it is in. */
  around(resource: Resource): { attached: Attached<OciRule>; subnets: readonly Resource[] } {
    const [one, many] = [inputOf(resource, "subnetId"), inputOf(resource, "subnetIds")];
    const found = one.isAbsent
      ? referencesOf(resource, "subnetIds", many, this.subnets)
      : referenceOf(resource, "subnetId", one, this.subnets);
    const attached = new Attached<OciRule>();
    const groups = inputOf(resource, "networkSecurityGroupIds");
    attached.add(
      referencesOf(resource, "networkSecurityGroupIds", groups, this.lists.groups.targets),
      groups.at,
      this.lists.groups,
    );
    const [subnet, ...more] = found.certain;
    // In which of several subnets it is active, a program does not say.
    if (subnet && more.length + found.doubtful.length + found.outside.length + found.missing.length === 0)
      this.addLists(attached, subnet);
    else attached.missing.add((one.isAbsent ? many : one).at);
    return { attached, subnets: found.certain };
  }

  private vnic(resource: Resource, kind: Vnic["kind"]): Vnic {
    const details = inputOf(resource, "createVnicDetails");
    const nested = details.member("subnetId");
    const [property, id] =
      nested.isAbsent && kind === "instance"
        ? (["subnetId", inputOf(resource, "subnetId")] as const)
        : (["createVnicDetails", nested] as const);
    const [subnet] = referenceOf(resource, property, id, this.subnets).certain;
    const attached = new Attached<OciRule>();
    const groups = details.member("nsgIds");
    const named = referencesOf(resource, "createVnicDetails", groups, this.lists.groups.targets);
    attached.add(named, groups.at, this.lists.groups);
    if (subnet) this.addLists(attached, subnet);
    else attached.missing.add(id.at);
    return { resource, kind, details, subnetAt: id.at, subnet, attached };
  }

  private addLists(attached: Attached<OciRule>, subnet: Resource): void {
    const ids = inputOf(subnet, "securityListIds");
    const vcnId = inputOf(subnet, "vcnId");
    if (!isLeftOut(ids)) {
      const found = referencesOf(subnet, "securityListIds", ids, this.lists.groups.targets);
      const certain = found.certain.map((each) =>
        each.type === vcnType ? (this.lists.defaultOf(each).resource ?? each) : each,
      );
      attached.add({ ...found, certain }, ids.at, this.lists.groups);
      return;
    }
    const [vcn] = referenceOf(subnet, "vcnId", vcnId, this.vcns).certain;
    if (vcn) attached.certain.add(this.lists.defaultOf(vcn));
    else attached.missing.add(ids.at);
  }
}

/** The address that the program asks for; else one of the subnet. */
export function addressesOf({ details, resource, subnet }: Vnic): PartialSet {
  const given = [details.member("privateIp"), outputOf(resource, "privateIp")];
  const known = given.find((each) => typeof each.text() === "string" && each.text() !== "");
  if (known) return addressBlock(known);
  const cidr = subnet && inputOf(subnet, "cidrBlock");
  const sixth = subnet && ["ipv6cidrBlock", "ipv6cidrBlocks"].some((name) => !inputOf(subnet, name).isAbsent);
  const bound =
    !cidr || sixth || cidr.isAbsent || isUnknown(cidr.text()) ? AddressSet.everything : addressBlock(cidr).certain;
  return undecidedSet([details.member("privateIp").at], bound);
}
