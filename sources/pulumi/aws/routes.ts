import { AddressSet } from "../../../model/addresses.js";
import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import { differenceOf, nobody, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import type { Input } from "../input.js";
import { referenceOf, type Targets } from "../references.js";
import type { Resource } from "../resource.js";
import { block } from "./rules.js";

/**
 * Where a route leads, as far as a client is concerned who opens a connection: an internet gateway or another network
 * let it in, NAT and egress-only gateways do not (Amazon VPC user guide, "NAT gateways", "Egress-only internet gateways").
 */
type Way = "open" | "outbound only";

/** One route: which clients' answers take it. */
export interface Route {
  readonly clients: PartialSet;
  /** Undefined: not known; the route then counts last, in doubt. */
  readonly prefix: number | undefined;
  readonly way: Maybe<Way>;
  /** Tells routes of one destination apart from others. */
  readonly destination: string | undefined;
}

const destinations = {
  cidrBlock: AddressSet.of("0.0.0.0/0"),
  destinationCidrBlock: AddressSet.of("0.0.0.0/0"),
  ipv6CidrBlock: AddressSet.of("::/0"),
  destinationIpv6CidrBlock: AddressSet.of("::/0"),
  destinationPrefixListId: AddressSet.everything,
} as const;

const outbound = ["natGatewayId", "egressOnlyGatewayId"];
const appliances = ["networkInterfaceId", "vpcEndpointId"];
const networks = ["transitGatewayId", "vpcPeeringConnectionId", "localGatewayId", "carrierGatewayId", "coreNetworkArn"];

/**
 * Reads a route: a block of a table (`property` is `routes`), or a resource of its own.
 * @throws InputError for a destination that is no address block.
 */
export function routeOf(holder: Resource, route: Input, property: string | undefined, gateways: Targets): Route {
  const destination = Object.entries(destinations).find(([name]) => isGiven(route.member(name)));
  if (destination === undefined) {
    return { clients: undecidedSet([route.at]), prefix: undefined, way: unknown(route.at), destination: undefined };
  }
  const [name, bound] = destination;
  const input = route.member(name);
  const text = input.text() ?? unknown(input.at);
  const listed = name === "destinationPrefixListId";
  return {
    clients: listed ? undecidedSet([input.at], bound) : block(input, bound),
    prefix: listed || isUnknown(text) ? undefined : prefixOf(text),
    way: wayOf(holder, route, property, gateways),
    destination: isUnknown(text) ? undefined : text,
  };
}

/** A route of which it is not known whether it stands. */
export function doubtfulRoute(route: Route, at: string): Route {
  return { ...route, clients: undecidedSet([...route.clients.missing, at], route.clients.possible) };
}

/** The clients whose answers find a way on which the clients' own packets can come in: the longest prefix decides. */
export function clientsOf(routes: readonly Route[]): PartialSet {
  const ascending = [...routes].sort((a, b) => (a.prefix ?? 129) - (b.prefix ?? 129));
  return ascending.reduce<PartialSet>((open, { clients, way }) => {
    if (way === "open") return unionOf(open, clients);
    const without = differenceOf(open, clients);
    return isUnknown(way) ? unionOf(without, undecidedSet(way.unknown, clients.possible)) : without;
  }, nobody);
}

function wayOf(holder: Resource, route: Input, property: string | undefined, gateways: Targets): Maybe<Way> {
  const given = (name: string) => isGiven(route.member(name));
  if (outbound.some(given)) return "outbound only";
  if (networks.some(given)) return "open";
  const appliance = appliances.find(given);
  if (appliance !== undefined) return unknown(route.member(appliance).at);
  const gateway = route.member("gatewayId");
  const { certain, outside, missing } = referenceOf(holder, property ?? "gatewayId", gateway, gateways);
  if (certain.length > 0 || outside.some(({ id }) => /^(igw-|vgw-|local$)/.test(id))) return "open";
  return unknown(...(missing.length > 0 ? missing : [gateway.at]));
}

function isGiven(input: Input): boolean {
  return !input.isAbsent && input.text() !== "";
}

/** Of a destination that `block` has accepted; host bits and a missing length are no matter for the order. */
function prefixOf(text: string): number {
  const [, length] = text.split("/");
  return length === undefined ? 128 : Number(length);
}
