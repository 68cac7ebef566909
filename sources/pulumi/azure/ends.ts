import { isUnknown } from "../../../model/maybe.js";
import {
  everybody,
  exactly,
  intersectionOf,
  nobody,
  type PartialSet,
  undecidedSet,
  unionOf,
} from "../../../model/partial.js";
import { spelledIn } from "../filter-rules.js";
import type { Input } from "../input.js";
import { type References, referencesAmong } from "../references.js";
import type { Resource } from "../resource.js";
import { everyIpv4, everyIpv6, networkBound, prefixesOf, prefixOf } from "./addresses.js";
import type { Nic } from "./interfaces.js";

/** One end of a rule: prefixes and application security groups. */
export interface Ends {
  readonly one: Input;
  readonly several: Input;
  readonly groups: References;
  readonly at: string;
}

/** What a network interface sees around it. */
export interface Surroundings {
  /** The service tag VirtualNetwork. */
  readonly network: PartialSet;
  /** All network interfaces of the program. */
  readonly nics: readonly Nic[];
}

/** `source` or `destination` of a rule that stands in `holder`, below its top-level input `property` if that is given. */
export function endsOf(
  holder: Resource,
  property: string | undefined,
  rule: Input,
  side: "source" | "destination",
  applicationGroups: Parameters<typeof referencesAmong>[3],
): Ends {
  const nested = rule.member(`${side}ApplicationSecurityGroups`);
  const list = nested.isAbsent ? rule.member(`${side}ApplicationSecurityGroupIds`) : nested;
  const items = list.items() ?? [];
  const ids = isUnknown(items) ? [list] : nested.isAbsent ? items : items.map((each) => each.member("id"));
  const name = nested.isAbsent ? `${side}ApplicationSecurityGroupIds` : `${side}ApplicationSecurityGroups`;
  return {
    one: rule.member(`${side}AddressPrefix`),
    several: rule.member(`${side}AddressPrefixes`),
    groups: referencesAmong(holder, property ?? name, ids, applicationGroups),
    at: rule.at,
  };
}

/** The addresses at the peer's end. */
export function peersOf(ends: Ends, { network, nics }: Surroundings): PartialSet {
  return resolved(ends, network, (group, id) =>
    unionOf(
      ...nics.map((nic) => {
        const { known, outside, missing } = nic.applications;
        if (group ? known.has(group) : outside.has(id)) return nic.addresses;
        if (missing.length === 0) return nobody;
        return undecidedSet([...new Set([...missing, ...nic.addresses.missing])].sort(), nic.addresses.possible);
      }),
      ...(group ? [] : [undecidedSet([ends.at], networkBound)]),
    ),
  );
}

/** Prefixes as a rule spells them; Azure's own words for everybody count as both families' world. */
export function spelledBy(inputs: readonly Input[]): readonly string[] {
  const texts = spelledIn(...inputs).written ?? [];
  return texts.flatMap((text) => (/^(\*|any|internet)$/i.test(text) ? ["0.0.0.0/0", "::/0"] : [text]));
}

/** The part of its own addresses that a rule is for, seen from the families of its peers. */
export function ownOf(ends: Ends, nic: Nic, network: PartialSet): PartialSet {
  const members = (group: Resource | undefined, id: string) => {
    const { known, outside, missing } = nic.applications;
    if (group ? known.has(group) : outside.has(id)) return everybody;
    return missing.length > 0 ? undecidedSet(missing) : nobody;
  };
  return ownPart((inside) => resolved(ends, inside, members), nic, network, ends.at);
}

/** @param resolve gives the addresses of an end, where the tag VirtualNetwork covers what is put in. */
export function ownPart(
  resolve: (network: PartialSet) => PartialSet,
  nic: Nic,
  network: PartialSet,
  at: string,
): PartialSet {
  const own = resolve(exactly(unionOf(network, nic.addresses).possible));
  const families = [everyIpv4, everyIpv6].map((family): PartialSet => {
    if (own.certain.contains(family)) return exactly(family);
    const mine = intersectionOf(nic.addresses, exactly(family));
    if (!own.possible.overlaps(mine.possible)) return nobody;
    if (own.certain.contains(mine.possible)) return exactly(family);
    const inputs = [...mine.missing, ...own.missing];
    return undecidedSet([...new Set(inputs.length > 0 ? inputs : [at])].sort(), family);
  });
  return unionOf(...families);
}

function resolved(
  { one, several, groups, at }: Ends,
  network: PartialSet,
  members: (group: Resource | undefined, id: string) => PartialSet,
): PartialSet {
  const { certain, doubtful, outside, missing } = groups;
  const sets = [
    ...(one.isAbsent ? [] : [prefixOf(one, network)]),
    ...(several.isAbsent ? [] : [prefixesOf(several, network)]),
    ...certain.map((group) => members(group, "")),
    ...outside.map(({ id }) => members(undefined, id.toLowerCase())),
    ...doubtful.map((group) => undecidedSet([at], members(group, "").possible)),
    ...(missing.length > 0 ? [undecidedSet(missing, networkBound)] : []),
  ];
  return sets.length === 0 ? undecidedSet([one.at]) : unionOf(...sets);
}
