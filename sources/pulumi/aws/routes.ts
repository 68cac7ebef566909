import { AddressSet } from "../../../model/addresses.js";
import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import { exactly, type PartialSet, undecidedSet } from "../../../model/partial.js";
import type { Input } from "../input.js";
import { referenceOf, type Targets, targetsOf } from "../references.js";
import type { Resource } from "../resource.js";
import { FirewallEndpoints } from "./firewall/endpoints.js";
import type { PrefixLists } from "./prefix-lists.js";
import { block } from "./rules.js";

/**
 * Where a route leads. An internet gateway lets connections in, NAT and egress-only gateways only out (Amazon VPC user
 * guide, "NAT gateways", "Egress-only internet gateways"). A peering leads into the network at its other end and no
 * further ("VPC peering limitations"). A transit gateway of the program has routes of its own. What a route's target that
 * is gone gets, is dropped.
 */
export type Way =
  | "local"
  | "internet gateway"
  | "peering"
  | "transit gateway"
  | "other network"
  | "firewall"
  | "NAT gateway"
  | "egress-only gateway"
  | "nowhere";

/** One route: which packets take it. */
export interface Route {
  readonly to: PartialSet;
  /** Undefined: not known; the route then counts last, in doubt. */
  readonly prefix: number | undefined;
  readonly way: Maybe<Way>;
  /** The gateway, firewall or peering, when the program defines it. */
  readonly gateway?: Resource;
  /** The input that names the gateway. */
  readonly at: string;
  /** Tells routes of one destination apart from others. */
  readonly destination: string | undefined;
  /** Of routes to the same block the highest wins: static, by a prefix list, propagated (VPC user guide, "Route priority"). */
  readonly rank: number;
}

export const natGatewayType = "aws:ec2/natGateway:NatGateway";
export const transitGatewayType = "aws:ec2transitgateway/transitGateway:TransitGateway";
export const peeringType = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";

const destinations = {
  cidrBlock: AddressSet.of("0.0.0.0/0"),
  destinationCidrBlock: AddressSet.of("0.0.0.0/0"),
  ipv6CidrBlock: AddressSet.of("::/0"),
  destinationIpv6CidrBlock: AddressSet.of("::/0"),
  destinationPrefixListId: AddressSet.everything,
} as const;

/** What routes may name. */
export interface Named {
  readonly gateways: Gateways;
  readonly lists: PrefixLists;
}

/**
 * Reads a route: a block of a table (`property` is `routes`), or a resource of its own. One to a prefix list is as many
 * routes as the list has entries.
 * @throws InputError for a destination that is no address block.
 */
export function routesOf(holder: Resource, route: Input, property: string | undefined, named: Named): Route[] {
  const destination = Object.entries(destinations).find(([name]) => isGiven(route.member(name)));
  if (destination === undefined) {
    const to = undecidedSet([route.at]);
    return [{ to, prefix: undefined, way: unknown(route.at), destination: undefined, at: route.at, rank: 0 }];
  }
  const [name, bound] = destination;
  const input = route.member(name);
  const text = input.text() ?? unknown(input.at);
  const propagated = route.member("origin").text() === "EnableVgwRoutePropagation";
  const leading = {
    rank: propagated ? 0 : name === "destinationPrefixListId" ? 1 : 2,
    ...wayOf(holder, route, property, named.gateways),
    destination: isUnknown(text) ? undefined : text,
  };
  if (name !== "destinationPrefixListId") {
    return [{ to: block(input, bound), prefix: isUnknown(text) ? undefined : prefixOf(text), ...leading }];
  }
  const entries = named.lists.entriesOf(holder, property ?? name, input);
  if (entries === undefined) return [{ to: undecidedSet([input.at], bound), prefix: undefined, ...leading }];
  return entries.map((each) => ({ to: exactly(AddressSet.of(each)), prefix: prefixOf(each), ...leading }));
}

/** A route of which it is not known whether it stands. */
export function doubtfulRoute(route: Route, at: string): Route {
  return { ...route, to: undecidedSet([...route.to.missing, at], route.to.possible) };
}

/** Where it leads, told by the input that is given. */
const wayInputs: readonly (readonly [name: string, way: Way | "appliance" | "endpoint"])[] = [
  ["natGatewayId", "NAT gateway"],
  ["egressOnlyGatewayId", "egress-only gateway"],
  ["networkInterfaceId", "appliance"],
  ["vpcEndpointId", "endpoint"],
  ["transitGatewayId", "transit gateway"],
  ["vpcPeeringConnectionId", "peering"],
  ["localGatewayId", "other network"],
  ["carrierGatewayId", "appliance"],
  ["coreNetworkArn", "other network"],
];

/** The gateways of a program by the input that names one: what flows into a list of routes is told apart by its type. */
export class Gateways {
  private readonly nats: Targets;
  private readonly others: Targets;
  private readonly peerings: Targets;
  private readonly transits: Targets;
  private readonly endpoints: FirewallEndpoints;

  constructor(resources: readonly Resource[]) {
    this.nats = targetsOf(resources, natGatewayType);
    this.others = targetsOf(resources, ...gatewayTypes);
    this.peerings = targetsOf(resources, peeringType);
    this.transits = targetsOf(resources, transitGatewayType);
    this.endpoints = new FirewallEndpoints(resources);
  }

  named(input: string): Targets {
    const { nats, peerings, transits } = this;
    return { natGatewayId: nats, vpcPeeringConnectionId: peerings, transitGatewayId: transits }[input] ?? this.others;
  }

  /** The firewall whose endpoint an input names. */
  firewallAt(holder: Resource, property: string, endpoint: Input): Resource | undefined {
    return this.endpoints.firewallAt(holder, property, endpoint);
  }
}

const gatewayTypes = ["aws:ec2/internetGateway:InternetGateway", "aws:ec2/vpnGateway:VpnGateway"];

type Leading = Pick<Route, "way" | "gateway" | "at">;

function wayOf(holder: Resource, route: Input, property: string | undefined, gateways: Gateways): Leading {
  const [name = "gatewayId", way] = wayInputs.find(([each]) => isGiven(route.member(each))) ?? [];
  const input = route.member(name);
  const { at } = input;
  if (route.member("state").text() === "blackhole") return { way: "nowhere", at };
  if (way === "endpoint") {
    const firewall = gateways.firewallAt(holder, property ?? name, input);
    return firewall ? { way: "firewall", gateway: firewall, at } : { way: unknown(...input.lacks()), at };
  }
  if (way === "appliance") return { way: unknown(...input.lacks()), at };
  if (way !== undefined && !["NAT gateway", "peering", "transit gateway"].includes(way)) return { way, at };
  const { certain, outside, missing } = referenceOf(holder, property ?? name, input, gateways.named(name));
  const [gateway] = certain;
  const found = gateway ? { gateway } : {};
  // One that the program does not define leads to what is not seen.
  if (way === "transit gateway" && gateway === undefined) {
    return isUnknown(input.text() ?? "") ? { way: unknown(...input.lacks()), at } : { way: "other network", at };
  }
  if (way !== undefined) return { way, ...found, at };
  if (gateway) return { way: gateway.type.includes("vpnGateway") ? "other network" : "internet gateway", ...found, at };
  const id = outside[0]?.id ?? "";
  if (id.startsWith("igw-")) return { way: "internet gateway", at };
  if (id === "local") return { way: "local", at };
  if (id.startsWith("vgw-")) return { way: "other network", at };
  return { way: unknown(...(missing.length > 0 ? missing : [at])), at };
}

function isGiven(input: Input): boolean {
  return !input.isAbsent && input.text() !== "";
}

/** Of a destination that `block` has accepted; host bits and a missing length are no matter for the order. */
export function prefixOf(text: string): number {
  const [, length] = text.split("/");
  return length === undefined ? 128 : Number(length);
}
