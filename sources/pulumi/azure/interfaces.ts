import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import { exactly, intersectionOf, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import type { Input } from "../input.js";
import { referenceOf, referencesAmong } from "../references.js";
import { inputOf, outputOf, type Resource } from "../resource.js";
import { block, everyIpv4, everyIpv6 } from "./addresses.js";
import { Ids, openEnds } from "./ids.js";
import { type Networks, type Place, subnetAddresses } from "./networks.js";
import { types } from "./types.js";

/** A network interface, and what rules see of it. */
export interface Nic {
  readonly resource: Resource;
  readonly configurations: readonly Configuration[];
  readonly place: Maybe<Place>;
  /** Its private addresses. */
  readonly addresses: PartialSet;
  readonly applications: Applications;
}

/** One of its IP configurations. */
export interface Configuration {
  readonly input: Input;
  readonly family: Maybe<"ipv4" | "ipv6">;
}

/** The application security groups it is a member of. */
export interface Applications {
  readonly known: ReadonlySet<Resource>;
  /** Ids of groups that this program does not define. */
  readonly outside: ReadonlySet<string>;
  readonly missing: readonly string[];
}

/** The network interfaces of a program. */
export class Interfaces {
  readonly ids: Ids;
  readonly applicationGroups: Ids;
  readonly all: readonly Nic[];
  private readonly associations: readonly Resource[];

  constructor(resources: readonly Resource[], networks: Networks) {
    this.ids = new Ids(resources, "nic");
    this.applicationGroups = new Ids(resources, "applicationGroup");
    const kinds = types.nicApplicationAssociation as readonly string[];
    this.associations = resources.filter(({ type }) => kinds.includes(type));
    this.all = this.ids.resources.map((each) => this.read(each, networks));
  }

  of(resource: Resource): Nic | undefined {
    return this.all.find((nic) => nic.resource === resource);
  }

  /** What an association says of a network interface: is it about it? The inputs that leave it open. */
  meant(association: Resource, nic: Resource): Maybe<boolean> {
    const input = inputOf(association, "networkInterfaceId");
    const found = referenceOf(association, "networkInterfaceId", input, this.ids);
    if (found.certain.includes(nic)) return true;
    const open = found.doubtful.includes(nic) || (found.missing.length > 0 && found.certain.length === 0);
    return open ? unknown(input.at) : false;
  }

  private read(resource: Resource, networks: Networks): Nic {
    const list = inputOf(resource, "ipConfigurations");
    const items = list.items() ?? [];
    const inputs = isUnknown(items) ? [list] : items;
    const configurations = inputs.map((input): Configuration => ({ input, family: familyOf(input) }));
    const place = networks.named(resource, subnetIdOf(inputs[0] ?? list));
    return {
      resource,
      configurations,
      place,
      addresses: unionOf(...configurations.map((each, i) => addressOf(resource, each, i, place))),
      applications: this.applicationsOf(resource, inputs),
    };
  }

  private applicationsOf(nic: Resource, configurations: readonly Input[]): Applications {
    const lists = configurations.map((each) => each.member("applicationSecurityGroups"));
    const ids = lists.flatMap((list) => {
      const items = list.items() ?? [];
      return isUnknown(items) ? [list] : items.map((each) => each.member("id"));
    });
    const found = [referencesAmong(nic, "ipConfigurations", ids, this.applicationGroups)];
    const missing: string[] = [];
    for (const each of this.associations) {
      const meant = this.meant(each, nic);
      if (meant === false) continue;
      const input = inputOf(each, "applicationSecurityGroupId");
      const group = referenceOf(each, "applicationSecurityGroupId", input, this.applicationGroups);
      if (isUnknown(meant)) missing.push(...meant.unknown);
      else found.push(group);
    }
    return {
      known: new Set(found.flatMap(({ certain }) => certain)),
      outside: new Set(found.flatMap(({ outside }) => outside.map(({ id }) => id.toLowerCase()))),
      missing: [
        ...missing,
        ...found.flatMap((each) => openEnds({ ...each, outside: [] }, `${nic.urn}#ipConfigurations`)),
      ],
    };
  }
}

function subnetIdOf(configuration: Input): Input {
  const nested = configuration.member("subnet");
  return nested.isAbsent ? configuration.member("subnetId") : nested.member("id");
}

function familyOf(configuration: Input): Configuration["family"] {
  const stated = ["privateIPAddressVersion", "privateIpAddressVersion"].map((name) => configuration.member(name));
  const given = stated.find((each) => !each.isAbsent)?.text() ?? "IPv4";
  return isUnknown(given) ? given : given.toLowerCase() === "ipv6" ? "ipv6" : "ipv4";
}

/** The address that the program asks for, or the one reported at the last deployment; else one of the subnet's. */
function addressOf(nic: Resource, { input, family }: Configuration, index: number, place: Maybe<Place>): PartialSet {
  const reported = outputOf(nic, "ipConfigurations").items();
  const last = reported === undefined || isUnknown(reported) ? undefined : reported[index];
  for (const each of [input, last]) {
    for (const name of ["privateIPAddress", "privateIpAddress"]) {
      const address = each?.member(name);
      const text = address?.text();
      if (address && typeof text === "string" && text !== "") return exactly(block(address));
    }
  }
  const addresses = subnetAddresses(place);
  const bound = isUnknown(family) ? everyIpv4.union(everyIpv6) : family === "ipv4" ? everyIpv4 : everyIpv6;
  const own = intersectionOf(addresses, exactly(bound));
  return undecidedSet([...new Set([`${input.at}.privateIPAddress`, ...own.missing])].sort(), own.possible);
}
