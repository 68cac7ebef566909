import type { AddressSet } from "../../../../model/addresses.js";
import { isUnknown, type Maybe, unknown } from "../../../../model/maybe.js";
import { type PartialSet, undecidedSet } from "../../../../model/partial.js";
import type { Input } from "../../input.js";
import { referencesAmong } from "../../references.js";
import { flowingInto, inputOf, knownId, outputOf, type Resource } from "../../resource.js";
import { block, networkBound } from "../addresses.js";
import { idOf } from "../families.js";
import { Ids, openEnds } from "../ids.js";
import { type Networks, type Place, subnetAddresses } from "../networks.js";
import { types } from "../types.js";

/** A firewall of a program, and where it stands. */
export interface Firewall {
  readonly resource: Resource;
  /** Its subnet, in which nothing else may stand. */
  readonly place: Maybe<Place>;
  /** The addresses of that subnet: its own ones are among them. */
  readonly addresses: PartialSet;
  /** Whether it has a public address. */
  readonly isPublic: Maybe<boolean>;
  readonly publicAddresses: readonly Resource[];
  /** Inputs that leave open which public addresses it has. */
  readonly openAddresses: readonly string[];
  /** In a hub of a virtual WAN, whose routes are not read. */
  readonly inHub: boolean;
}

/** The firewall that a route leads to. */
export interface NextHop {
  readonly firewall: Firewall;
  /** What leaves open whether it is this firewall's address: if it is not, nobody takes the packets. */
  readonly doubts: readonly string[];
}

/** The firewalls of a program, found by the private addresses by which routes name them. */
export class Firewalls {
  readonly all: readonly Firewall[];
  private readonly ids: Ids;
  private readonly addresses: Ids;

  constructor(resources: readonly Resource[], networks: Networks) {
    this.ids = new Ids(resources, "firewall");
    this.addresses = new Ids(resources, "publicAddress");
    this.all = this.ids.resources.map((each) => this.read(each, networks));
  }

  /**
   * The firewall at a route's next hop.
   * @param property the top-level input of `holder` in which the address stands.
   */
  at(holder: Resource, property: string, address: Input): NextHop | undefined {
    const [only, ...others] = flowingInto(holder, property, hops);
    const flowing = others.length === 0 ? this.all.find(({ resource }) => resource === only) : undefined;
    if (typeof address.text() !== "string") return flowing && { firewall: flowing, doubts: [] };
    const given = block(address);
    const reported = this.all.find(({ resource }) => privateAddressOf(resource)?.equals(given));
    if (reported) return { firewall: reported, doubts: [] };
    const firewall = this.all.find(({ resource, addresses }) => {
      return privateAddressOf(resource) === undefined && addresses.certain.contains(given);
    });
    if (firewall === undefined || firewall === flowing) return firewall && { firewall, doubts: [] };
    return { firewall, doubts: [`${address.at} (whether it is the address of ${firewall.resource.name})`] };
  }

  private read(resource: Resource, networks: Networks): Firewall {
    const list = inputOf(resource, "ipConfigurations");
    const items = list.items() ?? [];
    const configurations = isUnknown(items) ? [] : items;
    const subnets = configurations.map(subnetIdOf).filter((each) => !each.isAbsent);
    const inHub = configurations.length === 0 && !inputOf(resource, "virtualHub").isAbsent;
    const place = subnets[0] ? networks.named(resource, subnets[0]) : unknown(list.at);
    const ids = configurations.map(idOf).filter((each) => !each.isAbsent);
    const found = referencesAmong(resource, "ipConfigurations", ids, this.addresses);
    const open = [...openEnds(found, list.at), ...(isUnknown(items) ? items.unknown : [])];
    return {
      ...{ resource, place, inHub },
      addresses: inHub ? undecidedSet([list.at], networkBound) : subnetAddresses(place),
      isPublic: ids.length > 0 ? true : unknown(`${list.at} (no public address: where it sends to)`),
      publicAddresses: found.certain,
      openAddresses: open,
    };
  }
}

/** What can flow into the address of a next hop. */
const hops: ReadonlySet<string> = new Set([
  ...types.firewall,
  ...types.nic,
  ...types.loadBalancer,
  ...types.publicAddress,
  "pulumi:pulumi:StackReference",
]);

function subnetIdOf(configuration: Input): Input {
  const nested = configuration.member("subnet");
  return nested.isAbsent ? configuration.member("subnetId") : nested.member("id");
}

/** As it was reported at the last deployment; undefined before it. */
function privateAddressOf(firewall: Resource): AddressSet | undefined {
  if (knownId(firewall) === undefined) return undefined;
  const items = outputOf(firewall, "ipConfigurations").items() ?? [];
  const reported = (isUnknown(items) ? [] : items).flatMap((each) =>
    ["privateIPAddress", "privateIpAddress"].map((name) => each.member(name)),
  );
  const known = reported.find((each) => typeof each.text() === "string" && each.text() !== "");
  return known && block(known);
}
