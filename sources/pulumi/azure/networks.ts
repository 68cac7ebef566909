import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import { exactly, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import type { Input } from "../input.js";
import { referenceOf } from "../references.js";
import { flowingInto, inputOf, inputsOf, knownId, type Resource } from "../resource.js";
import { blocksOf, host, networkBound } from "./addresses.js";
import { Ids, namesOf, openEnds, parentNamed, referred } from "./ids.js";
import { types } from "./types.js";

/** A subnet, defined by itself or within its virtual network. */
export interface Place {
  /** The resource in which it is written. */
  readonly holder: Resource;
  /** Its own inputs. */
  readonly input: Input;
  /** Of a subnet within a network: the input of the network that holds it. */
  readonly within?: "subnets";
  readonly network: Maybe<Resource>;
}

/** The virtual networks and subnets of a program. */
export class Networks {
  readonly networks: Ids;
  readonly places: readonly Place[];
  private readonly subnets: Ids;
  private readonly peerings: readonly Resource[];
  private readonly gateways: readonly Resource[];

  constructor(resources: readonly Resource[]) {
    this.networks = new Ids(resources, "network");
    this.subnets = new Ids(resources, "subnet");
    const of = (kind: "peering" | "gateway") =>
      resources.filter(({ type }) => (types[kind] as readonly string[]).includes(type));
    this.peerings = of("peering");
    this.gateways = of("gateway");
    this.places = [
      ...this.subnets.resources.map((each): Place => {
        const parent = parentNamed(each, "virtualNetworkName", this.networks);
        const [network] = parent.certain;
        const at = inputOf(each, "virtualNetworkName").at;
        return { holder: each, input: inputsOf(each), network: network ?? unknown(at) };
      }),
      ...this.networks.resources.flatMap((network) => {
        const items = inputOf(network, "subnets").items() ?? [];
        if (isUnknown(items)) return [];
        return items.map((input): Place => ({ holder: network, input, within: "subnets", network }));
      }),
    ];
  }

  /** The subnet that a network interface stands in: the one of its first configuration, as all share it. */
  named(nic: Resource, id: Input): Maybe<Place> {
    const { certain, missing, doubtful } = referenceOf(nic, "ipConfigurations", id, this.subnets);
    const own = this.places.find(({ holder }) => certain.includes(holder));
    if (own) return own;
    const text = id.text();
    const inline = this.places.filter(({ within }) => within !== undefined);
    if (typeof text === "string") return inline.find((place) => isCalled(place, text)) ?? unknown(id.at);
    const flowing = flowingInto(nic, "ipConfigurations", this.networks.types);
    const [only, ...others] = inline.filter(({ holder }) => flowing.includes(holder));
    const sure = only && others.length === 0 && doubtful.length === 0 && missing.length > 0;
    return sure ? only : unknown(id.at);
  }

  /** A subnet that an association names. */
  ofAssociation(association: Resource): { readonly certain?: Place; readonly open: readonly string[] } {
    const input = inputOf(association, "subnetId");
    const found = referenceOf(association, "subnetId", input, this.subnets);
    const certain = this.places.find(({ holder }) => found.certain.includes(holder));
    const text = input.text();
    if (certain || typeof text === "string") return { ...(certain ? { certain } : {}), open: [] };
    return { open: openEnds(found, input.at) };
  }

  /**
   * The service tag VirtualNetwork: the network's own addresses, those of its peers, what is connected by gateways, the
   * host's address and prefixes of user-defined routes (documentation, "Virtual network service tags").
   */
  tagAround(place: Maybe<Place>, routed: PartialSet): PartialSet {
    if (isUnknown(place)) return unionOf(exactly(host), undecidedSet(place.unknown, networkBound), routed);
    const { network } = place;
    if (isUnknown(network)) return unionOf(exactly(host), undecidedSet(network.unknown, networkBound), routed);
    return unionOf(exactly(host), addressesOf(network), this.connected(network), routed);
  }

  /** The network's own addresses. */
  addressesOf(place: Maybe<Place>): PartialSet {
    if (isUnknown(place)) return undecidedSet(place.unknown, networkBound);
    return isUnknown(place.network) ? undecidedSet(place.network.unknown, networkBound) : addressesOf(place.network);
  }

  /** What peerings and gateways bring, as far as the program shows both ends. */
  connected(network: Resource): PartialSet {
    const peers = this.peerings.flatMap((peering) => {
      const from = parentNamed(peering, "virtualNetworkName", this.networks);
      if (!from.certain.includes(network) && from.missing.length + from.doubtful.length === 0) return [];
      if (inputOf(peering, "allowVirtualNetworkAccess").boolean() === false) return [];
      const [remote] = this.remoteOf(peering);
      return remote && from.certain.includes(network) && this.answers(remote, network)
        ? [addressesOf(remote)]
        : [undecidedSet([peering.urn], networkBound)];
    });
    const gateways = this.gateways.map((each) => undecidedSet([each.urn], networkBound));
    return unionOf(...peers, ...gateways);
  }

  private remoteOf(peering: Resource): readonly Resource[] {
    return referred(peering, "remoteVirtualNetwork", "remoteVirtualNetworkId", this.networks).certain;
  }

  /** A peering connects once the other side has one too. */
  private answers(from: Resource, to: Resource): boolean {
    return this.peerings.some(
      (each) =>
        parentNamed(each, "virtualNetworkName", this.networks).certain.includes(from) &&
        this.remoteOf(each).includes(to),
    );
  }
}

function addressesOf(network: Resource): PartialSet {
  const nested = inputOf(network, "addressSpace");
  const list = nested.isAbsent ? inputOf(network, "addressSpaces") : nested.member("addressPrefixes");
  const items = list.items();
  if (items === undefined) return undecidedSet([list.at], networkBound);
  return isUnknown(items) ? undecidedSet(items.unknown, networkBound) : blocksOf(items, networkBound);
}

/** The addresses of a subnet: a bound for whatever stands in it. */
export function subnetAddresses(place: Maybe<Place>): PartialSet {
  if (isUnknown(place)) return undecidedSet(place.unknown, networkBound);
  const one = place.input.member("addressPrefix");
  const several = place.input.member("addressPrefixes");
  const items = several.items() ?? [];
  if (isUnknown(items)) return undecidedSet(items.unknown, networkBound);
  const inputs = [...(one.isAbsent ? [] : [one]), ...items];
  return inputs.length > 0 ? blocksOf(inputs, networkBound) : undecidedSet([several.at], networkBound);
}

/** `…/virtualNetworks/NETWORK/subnets/NAME`, compared with what is known of the network's id or name. */
function isCalled({ input, holder }: Place, id: string): boolean {
  const [path = "", name] = id.toLowerCase().split("/subnets/");
  const own = input.member("name").text();
  if (typeof own !== "string" || name !== own.toLowerCase()) return false;
  const known = knownId(holder);
  if (known !== undefined) return known.toLowerCase() === path;
  return namesOf(holder, "virtualNetworkName").has(path.split("/").at(-1) ?? path);
}
