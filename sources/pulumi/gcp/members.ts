import { internet } from "../../../model/addresses.js";
import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import { exactly, intersectionOf, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { inputOf, type Resource } from "../resource.js";
import { everyIpv6, type Nic } from "./instances.js";
import { type Labels, overlap, tagsOf } from "./labels.js";
import { templateTypes } from "./managed.js";
import { type Place, samePlace } from "./networks.js";

/**
 * What a tag or a service account as a source can match: packets of its instances from their internal addresses, never
 * the internet (VPC documentation, "Source tags cannot be used to control traffic to an instance's external address").
 */
export const internalBound = internet.complement();

/** The instances behind source tags and source service accounts. */
export class Members {
  private readonly templates: readonly Resource[];

  constructor(
    resources: readonly Resource[],
    private readonly nics: readonly Nic[],
  ) {
    this.templates = resources.filter((each) => templateTypes.includes(each.type));
  }

  /** The addresses of those in the network that carry one of the labels; bounded where it is not known who does. */
  of(wanted: Labels, carried: "tags" | "accounts" | "secureTags", place: Place, at: string): PartialSet {
    // Secure tags match in peers of the network too, which are not followed here.
    const near = (nic: Nic) => {
      const same = samePlace(place, nic.place);
      return same === false && carried === "secureTags" ? unknown(`${at} (peers of the network)`) : same;
    };
    const found = this.nics.map((nic) => ({
      nic,
      is: both(near(nic), overlap(wanted, nic[carried])),
    }));
    const sets = found.flatMap(({ nic, is }) => (is === false ? [] : [addresses(nic, is)]));
    const templates = this.templates.filter(
      (each) => carried !== "tags" || overlap(wanted, tagsOf(inputOf(each, "tags"))) !== false,
    );
    const complete = found.some(({ is }) => is === true) && wanted.missing.length === 0 && place.resource !== undefined;
    const others = complete ? templates.map((each) => inputOf(each, "networkInterfaces").at) : [at, ...wanted.missing];
    return unionOf(...sets, ...(others.length > 0 ? [undecidedSet([...new Set(others)].sort(), internalBound)] : []));
  }
}

function addresses(nic: Nic, is: Maybe<boolean>): PartialSet {
  const external = nic.input.member("ipv6AccessConfigs").isAbsent ? [] : [everyIpv6];
  const bound = external.reduce((all, each) => all.union(each), internalBound);
  const own = intersectionOf(nic.addresses, exactly(bound));
  return isUnknown(is) ? undecidedSet([...new Set([...is.unknown, ...own.missing])].sort(), own.possible) : own;
}

export function both(...conditions: readonly Maybe<boolean>[]): Maybe<boolean> {
  if (conditions.includes(false)) return false;
  const missing = conditions.flatMap((each) => (isUnknown(each) ? each.unknown : []));
  return missing.length === 0 ? true : unknown(...missing);
}
