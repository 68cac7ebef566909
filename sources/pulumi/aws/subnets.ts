import { AddressSet, privateNetworks } from "../../../model/addresses.js";
import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import { onceFor } from "../../../model/once.js";
import { type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { ipv4, ipv6 } from "../../layers.js";
import type { Input } from "../input.js";
import { type References, referenceOf, referencesAmong, referencesOf, type Targets, targetsOf } from "../references.js";
import { givenOf, inputOf, ofTypes, outputOf, type Resource } from "../resource.js";
import { block } from "./rules.js";
import { workloadOf } from "./workloads.js";

export const defaultSubnetType = "aws:ec2/defaultSubnet:DefaultSubnet";
const subnetTypes = ["aws:ec2/subnet:Subnet", defaultSubnetType];
export const vpcType = "aws:ec2/vpc:Vpc";
export const vpcTypes = [vpcType, "aws:ec2/defaultVpc:DefaultVpc"];

const associationTypes = {
  cidrBlock: "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
  ipv6CidrBlock: "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation",
} as const;

/** The inputs that list the subnets of something that stands in several. */
const listInputs = ["vpcZoneIdentifiers", "subnets"];

/** A subnet or network of the program, or the cloud's id of one that it does not define. */
export type Place = Resource | string;

/** The places that an input names; `missing` are inputs that may name any place. */
export interface Places {
  readonly certain: readonly Place[];
  readonly doubtful: readonly Place[];
  readonly missing: readonly string[];
}

/** One block of a network; `text` is undefined where it is not known yet. */
export interface NetworkBlock {
  readonly block: PartialSet;
  readonly text: string | undefined;
  readonly at: string;
}

/** The subnets and networks of a program, and who stands in them. */
export class Subnets {
  private readonly subnets: Targets;
  private readonly vpcs: Targets;
  /** Further blocks of networks. */
  private readonly associations: readonly Resource[];
  private readonly insides = new Map<Resource | undefined, AddressSet>();

  constructor(resources: readonly Resource[]) {
    this.subnets = targetsOf(resources, ...subnetTypes);
    this.vpcs = targetsOf(resources, ...vpcTypes);
    this.associations = ofTypes(resources, ...Object.values(associationTypes));
  }

  /** The subnets in a list of ids. */
  listed(holder: Resource, property: string): Places {
    return placesOf(referencesOf(holder, property, inputOf(holder, property), this.subnets));
  }

  /** The subnet with an id. */
  named(holder: Resource, property: string): Places {
    return placesOf(referenceOf(holder, property, inputOf(holder, property), this.subnets));
  }

  /** Where an instance or interface stands: as the program says, else as the provider reported it. */
  of(machine: Resource): Place | undefined {
    return placesOf(referenceOf(machine, "subnetId", givenOf(machine, "subnetId"), this.subnets)).certain[0];
  }

  /** Where a machine may stand, as far as that is seen: of a scaling group all its subnets. */
  all(machine: Resource): Place[] {
    const one = this.of(machine);
    if (one !== undefined) return [one];
    const mapped = inputOf(machine, "subnetMappings").items() ?? [];
    const ids = isUnknown(mapped) ? [] : mapped.map((each) => each.member("subnetId"));
    const found = referencesAmong(machine, "subnetMappings", ids, this.subnets);
    const own = workloadOf(machine)?.subnets;
    const theirs = own ? referencesOf(machine, own.property, own.ids, this.subnets) : undefined;
    return [
      ...listInputs.flatMap((name) => [...this.listed(machine, name).certain]),
      ...placesOf(found).certain,
      ...(theirs ? placesOf(theirs).certain : []),
    ];
  }

  /** The blocks that addresses of a place are taken from; where they are not known, what they may be at most. */
  blocksOf(place: Place | undefined, name: "cidrBlock" | "ipv6CidrBlock" = "cidrBlock"): PartialSet {
    const texts = typeof place === "object" ? [inputOf(place, name), outputOf(place, name)] : [];
    const known = texts.find(isWritten);
    const at = typeof place === "object" ? inputOf(place, name).at : (place ?? "");
    if (name === "cidrBlock") return known ? block(known, ipv4) : undecidedSet([at], privateNetworks.intersect(ipv4));
    return known ? block(known, ipv6) : undecidedSet([at], ipv6);
  }

  /** The blocks of a network, and nothing besides. */
  ownBlocksOf(vpc: Resource): PartialSet {
    return unionOf(...this.eachBlockOf(vpc).map(({ block: addresses }) => addresses));
  }

  /** The same one by one. */
  eachBlockOf(vpc: Resource): NetworkBlock[] {
    const more = this.associations.filter((each) => this.vpcOf(each) === vpc);
    const generated = inputOf(vpc, "assignGeneratedIpv6CidrBlock");
    const isGenerated = generated.boolean() ?? false;
    const decidedAt = isUnknown(isGenerated) ? generated.at : undefined;
    const families = [
      { name: "cidrBlock", bound: ipv4, wanted: true, decidedAt: undefined },
      { name: "ipv6CidrBlock", bound: ipv6, wanted: isGenerated !== false, decidedAt },
    ] as const;
    return families.flatMap(({ name, bound, wanted, decidedAt }) =>
      [vpc, ...more].flatMap((each): NetworkBlock[] => {
        const input = inputOf(each, name);
        const at = each === vpc && input.isAbsent ? (decidedAt ?? input.at) : input.at;
        const [known] = [input, outputOf(each, name)].filter(isWritten);
        if (known) return [{ block: block(known, bound), text: String(known.text()), at }];
        const open = each === vpc ? wanted || !input.isAbsent : each.type === associationTypes[name];
        return open ? [{ block: undecidedSet([at], bound), text: undefined, at }] : [];
      }),
    );
  }

  /** The subnets of a network that the program shows. */
  readonly within = onceFor((vpc: Place) => this.subnets.resources.filter((each) => this.vpcOf(each) === vpc));

  /** Whether two places lie in one Availability Zone. */
  sharesZone(one: Place, other: Place): Maybe<boolean> {
    if (one === other) return true;
    const names = ["availabilityZone", "availabilityZoneId"];
    const [mine, theirs] = [one, other].map((place) =>
      names.map((name) => (typeof place === "string" ? undefined : reportedText(place, name))),
    );
    const told = names.findIndex((_, i) => mine?.[i] !== undefined && theirs?.[i] !== undefined);
    if (told >= 0) return mine?.[told] === theirs?.[told];
    const open = [one, other].filter((_, i) => [mine, theirs][i]?.every((each) => each === undefined));
    const at = (place: Place) => (typeof place === "string" ? place : inputOf(place, "availabilityZone").at);
    return unknown(...(open.length > 0 ? open : [one, other]).map(at));
  }

  /** The network that a resource belongs to by its input. */
  vpcOf(resource: Resource, property = "vpcId"): Place | undefined {
    return placesOf(referenceOf(resource, property, givenOf(resource, property), this.vpcs)).certain[0];
  }

  /** The network whose reported output is this id. */
  vpcReporting(output: string, id: string): Resource | undefined {
    return this.vpcs.resources.find((each) => outputOf(each, output).text() === id);
  }

  /** Addresses that reach a place without the internet: private ones, and its network's own blocks where they are known. */
  inside(place: Resource | undefined): AddressSet {
    const known = this.insides.get(place);
    if (known) return known;
    const found = this.blocksAround(place);
    this.insides.set(place, found);
    return found;
  }

  private blocksAround(place: Resource | undefined): AddressSet {
    const vpc = place && this.vpcOf(place);
    const more = this.associations.filter((each) => vpc !== undefined && this.vpcOf(each) === vpc);
    const sources = [
      ...(place ? [place] : []),
      ...(vpc === undefined || typeof vpc === "string" ? [] : [vpc]),
      ...more,
    ];
    const blocks = sources.flatMap((each) => [
      inputOf(each, "cidrBlock"),
      inputOf(each, "ipv6CidrBlock"),
      outputOf(each, "cidrBlock"),
      outputOf(each, "ipv6CidrBlock"),
    ]);
    const known = blocks.filter(isWritten);
    return AddressSet.union(privateNetworks, ...known.map((each) => block(each, AddressSet.everything).certain));
  }
}

/** As the program says it, else as the provider reported it. */
function reportedText(resource: Resource, name: string): string | undefined {
  const found = [inputOf(resource, name), outputOf(resource, name)].find(isWritten)?.text();
  return typeof found === "string" ? found : undefined;
}

function isWritten(input: Input): boolean {
  const text = input.text();
  return text !== undefined && text !== "" && !isUnknown(text);
}

function placesOf({ certain, outside, doubtful, missing }: References): Places {
  return { certain: [...certain, ...outside.map(({ id }) => id)], doubtful, missing };
}
