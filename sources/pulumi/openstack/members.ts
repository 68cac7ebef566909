import { AddressSet } from "../../../model/addresses.js";
import { isUnknown } from "../../../model/maybe.js";
import { exactly, intersectionOf, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import type { Group, Groups } from "../filter-groups.js";
import { addressBlock } from "../filter-rules.js";
import type { Input } from "../input.js";
import { referenceOf, Targets } from "../references.js";
import { inputOf, inputsOf, outputOf, type Resource } from "../resource.js";
import type { Nic } from "./nics.js";

const subnetType = "openstack:networking/subnet:Subnet";
const networkType = "openstack:networking/network:Network";

/** The addresses behind a group as a remote: those of the ports that it is on. */
export class Members {
  private readonly subnets: Targets;
  private readonly networks: Targets;

  constructor(
    resources: readonly Resource[],
    private readonly nics: readonly Nic[],
    private readonly groups: Groups,
  ) {
    const ofType = (type: string) => resources.filter((each) => each.type === type);
    this.subnets = new Targets(ofType(subnetType), [subnetType]);
    this.networks = new Targets(ofType(networkType), [networkType]);
  }

  /** Of a group that the program does not define, or of one that is not known, any address. */
  named(holder: Resource, property: string, id: Input, bound: AddressSet): PartialSet {
    const { certain, doubtful } = referenceOf(holder, property, id, this.groups.targets);
    const [only] = certain;
    if (only) return this.of(this.groups.of(only), bound, id.at);
    if (doubtful.length === 0) return undecidedSet([id.at], bound);
    const all = doubtful.map((each) => this.of(this.groups.of(each), bound, id.at));
    return undecidedSet([id.at], AddressSet.union(...all.map(({ possible }) => possible)));
  }

  of(group: Group, bound: AddressSet, at: string): PartialSet {
    const sets = this.nics.flatMap((nic): PartialSet[] => {
      const { attached } = nic;
      const own = intersectionOf(this.addressesOf(nic), exactly(bound));
      if (attached.certain.has(group)) return [own];
      const doubt = [attached.doubtful.get(group) ?? [], ...attached.missing].flat();
      return doubt.length === 0 ? [] : [undecidedSet([...own.missing, ...doubt], own.possible)];
    });
    return sets.length === 0 ? undecidedSet([at], bound) : unionOf(...sets);
  }

  addressesOf({ port, input, holder }: Nic): PartialSet {
    if (port) return this.addressesOfPort(port);
    const stated = ["fixedIpV4", "fixedIpV6"].map((name) => input.member(name)).filter((each) => !each.isAbsent);
    if (stated.length > 0) return unionOf(...stated.map((each) => addressBlock(each)));
    return undecidedSet([input.at], this.networkBound(holder, "networks", input.member("uuid")));
  }

  private addressesOfPort(port: Resource): PartialSet {
    const reported = outputOf(port, "allFixedIps").items();
    const pairs = listed(inputOf(port, "allowedAddressPairs"), "ipAddress");
    if (Array.isArray(reported) && reported.length > 0) {
      return unionOf(...reported.map((each: Input) => addressBlock(each)), ...pairs);
    }
    const fixed = inputOf(port, "fixedIps");
    const network = this.networkBound(port, "networkId", inputOf(port, "networkId"));
    const items = fixed.items();
    if (items === undefined || isUnknown(items)) return unionOf(undecidedSet([fixed.at], network), ...pairs);
    const own = items.map((each) => {
      const address = each.member("ipAddress");
      if (address.isAbsent) return undecidedSet([address.at], this.subnetBound(port, each.member("subnetId"), network));
      return isUnknown(address.text()) ? undecidedSet([address.at], network) : addressBlock(address);
    });
    return unionOf(...own, ...pairs);
  }

  /** The block of the subnet that an input names. */
  blockOf(holder: Resource, property: string, id: Input): AddressSet | undefined {
    const [subnet] = referenceOf(holder, property, id, this.subnets).certain;
    return subnet && cidrOf(subnet);
  }

  private subnetBound(port: Resource, id: Input, network: AddressSet): AddressSet {
    const [subnet] = referenceOf(port, "fixedIps", id, this.subnets).certain;
    return subnet ? (cidrOf(subnet) ?? network) : network;
  }

  /** All subnets of a network of the program; anything where the program does not show them. */
  private networkBound(holder: Resource, property: string, id: Input): AddressSet {
    const [network] = referenceOf(holder, property, id, this.networks).certain;
    if (!network) return AddressSet.everything;
    const own = this.subnets.resources.filter((each) =>
      referenceOf(each, "networkId", inputOf(each, "networkId"), this.networks).certain.includes(network),
    );
    const cidrs = own.map(cidrOf);
    return own.length === 0 || cidrs.includes(undefined)
      ? AddressSet.everything
      : AddressSet.union(...cidrs.filter((each) => each !== undefined));
  }
}

function cidrOf(subnet: Resource): AddressSet | undefined {
  const cidr = inputsOf(subnet).member("cidr");
  return typeof cidr.text() === "string" ? addressBlock(cidr).certain : undefined;
}

function listed(list: Input, name: string): PartialSet[] {
  const items = list.items() ?? [];
  return isUnknown(items) ? [undecidedSet(items.unknown)] : items.map((each) => addressBlock(each.member(name)));
}
