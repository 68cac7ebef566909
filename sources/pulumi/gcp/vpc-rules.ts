import { isUnknown, type Maybe, mapKnown, missingOf, unknown } from "../../../model/maybe.js";
import { exactly, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { spelledIn } from "../filter-rules.js";
import { inputOf, type Resource } from "../resource.js";
import { everyIpv4, type Target } from "./instances.js";
import { type Accounts, isNone, type Labels, noLabels, overlap, tagsOf } from "./labels.js";
import { both, type Members } from "./members.js";
import { type Networks, type Place, samePlace } from "./networks.js";
import { type Direction, directionOf, rangesOf, type StatedRule, trafficList } from "./rules.js";

export const firewallType = "gcp:compute/firewall:Firewall";

/** A VPC firewall rule, and the instance it would be for if there were one. */
export interface VpcRule extends StatedRule {
  readonly resource: Resource;
  readonly place: Place;
  readonly imagined: Target;
}

/**
 * Reads one `Firewall`; one whose direction is unknown may be either of two.
 * @throws InputError for an address or port that is none.
 */
export function vpcRules(resource: Resource, networks: Networks, accounts: Accounts, members: Members): VpcRule[] {
  const direction = directionOf(inputOf(resource, "direction"));
  const read = (way: Direction, stated: Maybe<Direction>) => ruleOf(resource, way, stated, networks, accounts, members);
  return isUnknown(direction)
    ? [read("ingress", direction), read("egress", direction)].map((rule, i) =>
        turned(rule, i === 0 ? "ingress" : "egress"),
      )
    : [read(direction, direction)];
}

/** Stands in that direction, or not at all. */
function turned(rule: VpcRule, direction: Direction): VpcRule {
  const missing = isUnknown(rule.direction) ? rule.direction.unknown : [];
  return { ...rule, direction, stands: both(rule.stands, unknown(...missing)) };
}

function ruleOf(
  resource: Resource,
  way: Direction,
  direction: Maybe<Direction>,
  networks: Networks,
  accounts: Accounts,
  members: Members,
): VpcRule {
  const input = (name: string) => inputOf(resource, name);
  const place = networks.named(resource, "network", input("network"));
  const tags = tagsOf(input("targetTags"));
  const identities = accounts.listed(resource, "targetServiceAccounts", input("targetServiceAccounts"));
  const denies = trafficList(input("denies"), "protocol");
  const ingress = way === "ingress";
  const own = rangesOf(input(ingress ? "destinationRanges" : "sourceRanges"));
  const open = ["targetTags", "targetServiceAccounts"].flatMap((name) => missingOf(input(name).items()));
  return {
    at: resource.urn,
    resource,
    place,
    direction,
    priority: input("priority").number() ?? 1000,
    action: denies.length > 0 ? "deny" : "allow",
    traffic: denies.length > 0 ? denies : trafficList(input("allows"), "protocol"),
    peers: ingress
      ? sourcesOf(resource, place, accounts, members)
      : (rangesOf(input("destinationRanges")) ?? exactly(everyIpv4)),
    // Where it stands at all, it stands in the target's network.
    ...(ingress && isUnknown(place.key)
      ? { peersFor: (target: Target) => sourcesOf(resource, target.place, accounts, members) }
      : {}),
    spelled: spelledIn(input(ingress ? "sourceRanges" : "destinationRanges")),
    ...(own === undefined ? {} : { own }),
    ...{ tags, accounts: identities },
    stands: mapKnown(input("disabled").boolean() ?? false, (disabled) => !disabled),
    imagined: {
      ...{ place, tags, accounts: identities, secureTags: { ...noLabels, missing: [resource.urn] } },
      addresses: undecidedSet([`${resource.urn}#network`]),
    },
    appliesTo: (target) =>
      both(samePlace(place, target.place), open.length > 0 ? unknown(...open) : isFor(tags, identities, target)),
  };
}

/** Without any target it is for every instance of the network; tags and accounts cannot stand together. */
function isFor(tags: Labels, accounts: Labels, target: Target): Maybe<boolean> {
  if (isNone(tags) && isNone(accounts)) return true;
  return isNone(tags) ? overlap(accounts, target.accounts) : overlap(tags, target.tags);
}

/** Ranges, tags and accounts are alternatives. Without any of them the source is every IPv4 address. */
function sourcesOf(resource: Resource, place: Place, accounts: Accounts, members: Members): PartialSet {
  const tagInput = inputOf(resource, "sourceTags");
  const accountInput = inputOf(resource, "sourceServiceAccounts");
  const tags = tagsOf(tagInput);
  const identities = accounts.listed(resource, "sourceServiceAccounts", accountInput);
  const ranges = rangesOf(inputOf(resource, "sourceRanges"));
  const sets = [
    ...(ranges === undefined ? [] : [ranges]),
    ...(isNone(tags) ? [] : [members.of(tags, "tags", place, tagInput.at)]),
    ...(isNone(identities) ? [] : [members.of(identities, "accounts", place, accountInput.at)]),
  ];
  if (sets.length === 0) return exactly(everyIpv4);
  // Lists that are not known yet may all turn out empty.
  const lists = [tagInput.items(), accountInput.items()];
  const isGiven = ranges !== undefined || lists.some((items) => !isUnknown(items) && (items ?? []).length > 0);
  return unionOf(...sets, ...(isGiven ? [] : [undecidedSet(missingOf(...lists), everyIpv4)]));
}
