import { isUnknown, type Maybe } from "../../../model/maybe.js";
import type { Layer } from "../../../model/network.js";
import { referenceOf } from "../references.js";
import { inputOf, type Resource } from "../resource.js";
import type { Surroundings } from "./ends.js";
import type { SecurityGroups } from "./groups.js";
import { idIn, openEnds } from "./ids.js";
import type { Interfaces, Nic } from "./interfaces.js";
import type { Networks, Place } from "./networks.js";
import type { Direction } from "./rules.js";
import { types } from "./types.js";

/** The network security group at one of the two levels. */
export interface Level {
  readonly name: "subnet NSG" | "NIC NSG";
  readonly group?: Resource;
  /** Inputs that may say that there is one, or another one. */
  readonly missing: readonly string[];
  readonly at: string;
}

/** Which network security groups stand around a network interface: at its subnet and at itself. */
export class Levels {
  private readonly ofSubnets: readonly Resource[];
  private readonly ofNics: readonly Resource[];

  constructor(
    resources: readonly Resource[],
    private readonly groups: SecurityGroups,
    private readonly networks: Networks,
    private readonly interfaces: Interfaces,
  ) {
    const of = (kinds: readonly string[]) => resources.filter(({ type }) => kinds.includes(type));
    this.ofSubnets = of(types.subnetGroupAssociation);
    this.ofNics = of(types.nicGroupAssociation);
  }

  atSubnet(nic: Nic): Level {
    const { place } = nic;
    const at = isUnknown(place) ? (place.unknown[0] ?? nic.resource.urn) : place.input.at;
    if (isUnknown(place)) return { name: "subnet NSG", missing: place.unknown, at };
    const found: Found[] = [this.inlineOf(place)];
    for (const each of this.ofSubnets) {
      const { certain, open } = this.networks.ofAssociation(each);
      if (certain === place) found.push(this.associated(each));
      else if (open.length > 0) found.push({ groups: [], missing: open });
    }
    return { name: "subnet NSG", ...together(found, at), at };
  }

  atNic({ resource }: Nic): Level {
    const at = resource.urn;
    const property = inputOf(resource, "networkSecurityGroup").isAbsent
      ? "networkSecurityGroupId"
      : "networkSecurityGroup";
    const input = inputOf(resource, property);
    const id = property === "networkSecurityGroup" ? input.member("id") : input;
    const found: Found[] = [foundIn(referenceOf(resource, property, id, this.groups.ids), id.at)];
    for (const each of this.ofNics) {
      const meant = this.interfaces.meant(each, resource);
      if (meant === true) found.push(this.associated(each));
      else if (isUnknown(meant)) found.push({ groups: [], missing: meant.unknown });
    }
    // Without connection tracking answers have to pass the rules too, which is not followed.
    const stateless = inputOf(resource, "disableTcpStateTracking");
    if ((stateless.boolean() ?? false) !== false) found.push({ groups: [], missing: [stateless.at] });
    return { name: "NIC NSG", ...together(found, at), at };
  }

  /** The filter of a level: without a group everything passes. */
  layer({ name, group, missing, at }: Level, nic: Nic, around: Surroundings, direction: Direction): Layer {
    if (group && missing.length === 0) return this.groups.layer(group, nic, around, direction, name);
    const says = `no network security group at the ${name === "NIC NSG" ? "network interface" : "subnet"}`;
    return {
      name,
      combine: "first-match",
      rules: [],
      otherwise: { action: "allow", evidence: { kind: "default", at, says } },
      incomplete: missing,
    };
  }

  private inlineOf({ holder, input, within }: Place): Found {
    const { property, id } = idIn(
      input,
      "networkSecurityGroup",
      within === undefined ? "networkSecurityGroupId" : "securityGroup",
    );
    return foundIn(referenceOf(holder, within ?? property, id, this.groups.ids), id.at);
  }

  private associated(association: Resource): Found {
    const input = inputOf(association, "networkSecurityGroupId");
    return foundIn(referenceOf(association, "networkSecurityGroupId", input, this.groups.ids), input.at);
  }
}

interface Found {
  readonly groups: readonly Resource[];
  readonly missing: readonly string[];
}

function foundIn(references: ReturnType<typeof referenceOf>, at: string): Found {
  return { groups: references.certain, missing: openEnds(references, at) };
}

/** There is room for one group: of two, the last write wins. */
function together(found: readonly Found[], at: string): { group?: Resource; missing: readonly string[] } {
  const groups = [...new Set(found.flatMap((each) => each.groups))];
  const missing = [...new Set(found.flatMap((each) => each.missing))].sort();
  const [group] = groups;
  if (groups.length > 1) return { missing: [...missing, `${at}${at.includes("#") ? "." : "#"}networkSecurityGroup`] };
  return { ...(group ? { group } : {}), missing };
}

/** Does any level have a group? */
export function guarded(levels: readonly Level[]): Maybe<boolean> {
  if (levels.some(({ group, missing }) => group !== undefined && missing.length === 0)) return true;
  const missing = levels.flatMap((level) => [...level.missing, ...(level.group ? [level.at] : [])]);
  return missing.length === 0 ? false : { unknown: [...new Set(missing)].sort() };
}
