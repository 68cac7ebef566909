import { AddressSet, internet } from "../../../model/addresses.js";
import { InputError } from "../../../model/errors.js";
import { isUnknown, type Maybe, mapKnown, missingOf, unknown } from "../../../model/maybe.js";
import { exactly, intersectionOf, nobody, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { spelledIn } from "../filter-rules.js";
import type { Input } from "../input.js";
import { referencesOf } from "../references.js";
import { inputOf, outputOf, type Resource } from "../resource.js";
import { everyIpv4, everyIpv6, type Target } from "./instances.js";
import { type Accounts, isNone, type Labels, overlap } from "./labels.js";
import { both, internalBound, type Members } from "./members.js";
import { Named } from "./named.js";
import { type Networks, type Place, samePlace } from "./networks.js";
import { directionOf, rangesOf, type StatedRule, trafficList } from "./rules.js";
import { isTagged, type Listed, type SecureTags } from "./secure-tags.js";

const addressGroupType = "gcp:networksecurity/addressGroup:AddressGroup";

/** Reads the rules of policies, which stand alone or in a list within a policy. */
export class PolicyRules {
  private readonly groups: Named;

  constructor(
    resources: readonly Resource[],
    private readonly networks: Networks,
    private readonly accounts: Accounts,
    private readonly secure: SecureTags,
    private readonly members: Members,
  ) {
    this.groups = new Named(resources, [addressGroupType]);
  }

  /**
   * One rule. `top` gives, for a member of the rule, the top-level input of `holder` in which it stands.
   * @throws InputError for an action, address or port that is none.
   */
  read(holder: Resource, rule: Input, top: (member: string) => string): StatedRule {
    const match = rule.member("match");
    const direction = directionOf(rule.member("direction"));
    const ingress = direction !== "egress";
    const sources = this.listed(holder, top("match"), match.member("srcSecureTags"), "match", "srcSecureTags");
    const addresses = (side: "src" | "dest") => this.addresses(holder, top("match"), match, side);
    const own = addresses(ingress ? "dest" : "src");
    return {
      at: rule.at,
      direction,
      priority: rule.member("priority").number() ?? unknown(rule.member("priority").at),
      action: actionOf(rule.member("action")),
      traffic: trafficList(match.member("layer4Configs"), "ipProtocol"),
      peers: isUnknown(direction)
        ? undecidedSet(direction.unknown)
        : within(addresses(ingress ? "src" : "dest") ?? anyAddress(match), match, ingress ? "src" : "dest"),
      ...(direction === "ingress" && hasAny(match.member("srcSecureTags"))
        ? { peersFor: (target) => this.tagged(holder, top("match"), match, sources, target.place) }
        : {}),
      spelled: spelledIn(match.member(ingress ? "srcIpRanges" : "destIpRanges")),
      ...(own === undefined ? {} : { own }),
      accounts: this.accountsOf(holder, rule, top),
      stands: mapKnown(rule.member("disabled").boolean() ?? false, (disabled) => !disabled),
      appliesTo: (target) => this.appliesTo(holder, rule, top, target),
    };
  }

  private appliesTo(holder: Resource, rule: Input, top: (member: string) => string, target: Target): Maybe<boolean> {
    const type = rule.member("targetType").text();
    if (type !== undefined && !isUnknown(type) && type !== "INSTANCES") return false;
    const accounts = this.accountsOf(holder, rule, top);
    const open = missingOf(type, rule.member("targetServiceAccounts").items());
    return both(
      ...(open.length > 0 ? [unknown(...open)] : isNone(accounts) ? [] : [overlap(accounts, target.accounts)]),
      this.isInNetworks(holder, rule.member("targetResources"), top("targetResources"), target.place),
      this.isTarget(holder, rule.member("targetSecureTags"), top("targetSecureTags"), target),
    );
  }

  private accountsOf(holder: Resource, rule: Input, top: (member: string) => string): Labels {
    return this.accounts.listed(holder, top("targetServiceAccounts"), rule.member("targetServiceAccounts"));
  }

  private isTarget(holder: Resource, list: Input, property: string, target: Target): Maybe<boolean> {
    const items = list.items() ?? [];
    if (!isUnknown(items) && items.length === 0) return true;
    return isTagged(this.listed(holder, property, list, "targetSecureTags"), target.secureTags, list.at);
  }

  /** @param path to the same list of what the provider reported, of a rule that is a resource. */
  private listed(holder: Resource, property: string, list: Input, ...path: readonly [string, ...string[]]): Listed {
    const [first, ...rest] = path;
    const reported = rest.reduce((input, name) => input.member(name), outputOf(holder, first));
    return this.secure.listed(holder, property, list, reported);
  }

  /** The sources of a rule for one network, with the instances there that have its tags. */
  private tagged(holder: Resource, property: string, match: Input, sources: Listed, place: Place): PartialSet {
    const list = match.member("srcSecureTags");
    const others = this.addresses(holder, property, match, "src", false);
    const known = sources.isIgnored ? nobody : this.members.of(sources.tags, "secureTags", place, list.at);
    const more = sources.outside ? undecidedSet([list.at], internalBound) : nobody;
    return within(unionOf(known, more, ...(others ? [others] : [])), match, "src");
  }

  private isInNetworks(holder: Resource, list: Input, property: string, place: Place): Maybe<boolean> {
    const items = list.items() ?? [];
    if (isUnknown(items)) return items;
    if (items.length === 0) return true;
    const found = items.map((each) => samePlace(this.networks.named(holder, property, each), place));
    if (found.includes(true)) return true;
    const missing = missingOf(...found);
    return missing.length > 0 ? unknown(...missing) : false;
  }

  /** The alternatives that one side of a rule names; `undefined` when there is none. */
  private addresses(
    holder: Resource,
    property: string,
    match: Input,
    side: "src" | "dest",
    withTags = true,
  ): PartialSet | undefined {
    const opaque: (readonly [string, AddressSet])[] = [
      ["Fqdns", AddressSet.everything],
      ["RegionCodes", internet],
      ["ThreatIntelligences", internet],
      ...(withTags ? ([["SecureTags", internalBound]] as const) : []),
    ];
    const sets = [
      rangesOf(match.member(`${side}IpRanges`)),
      this.groupAddresses(holder, property, match.member(`${side}AddressGroups`)),
      ...opaque.map(([name, bound]) => {
        const list = match.member(`${side}${name}`);
        return nothingListed(list) === true ? undefined : undecidedSet([list.at], bound);
      }),
    ].filter((set) => set !== undefined);
    return sets.length === 0 ? undefined : unionOf(...sets);
  }

  private groupAddresses(holder: Resource, property: string, list: Input): PartialSet | undefined {
    if (nothingListed(list) === true) return undefined;
    const { certain, doubtful, outside, missing } = referencesOf(holder, property, list, this.groups);
    const open = [...outside.map(({ at }) => at), ...missing, ...(doubtful.length > 0 ? [list.at] : [])];
    const sets = certain.flatMap((each) => rangesOf(inputOf(each, "items")) ?? []);
    return unionOf(...sets, ...(open.length > 0 ? [undecidedSet([...new Set(open)].sort())] : []));
  }
}

/** Without a source or destination it is every IPv4 address; whether IPv6 is meant as well is not documented. */
function anyAddress(match: Input): PartialSet {
  return unionOf(exactly(everyIpv4), undecidedSet([match.at], everyIpv6));
}

/** `true`, or unknown: what a list of this kind means for an instance is not read. */
function nothingListed(list: Input): Maybe<boolean> {
  const items = list.items() ?? [];
  return isUnknown(items) ? items : items.length === 0 || unknown(list.at);
}

function hasAny(list: Input): boolean {
  const items = list.items() ?? [];
  return isUnknown(items) || items.length > 0;
}

/** A network context narrows the addresses to those on that side of the network's edge. */
function within(addresses: PartialSet, match: Input, side: "src" | "dest"): PartialSet {
  const context = match.member(`${side}NetworkContext`);
  const input = context.isAbsent ? match.member(`${side}NetworkScope`) : context;
  const name = input.text() ?? "UNSPECIFIED";
  if (isUnknown(name)) return intersectionOf(addresses, undecidedSet(name.unknown));
  if (name === "UNSPECIFIED") return addresses;
  if (name === "INTERNET") return intersectionOf(addresses, exactly(internet));
  return intersectionOf(
    addresses,
    name === "NON_INTERNET" ? exactly(internalBound) : undecidedSet([input.at], internalBound),
  );
}

const actions: Readonly<Record<string, "allow" | "deny" | "next" | "inspect">> = {
  allow: "allow",
  deny: "deny",
  gotonext: "next",
  applysecurityprofilegroup: "inspect",
};

/** `goto_next` and `gotoNext` are both in use. */
function actionOf(input: Input): StatedRule["action"] {
  return mapKnown(input.text() ?? unknown(input.at), (text) => {
    const action = actions[text.toLowerCase().replaceAll("_", "")];
    if (action) return action;
    throw new InputError(
      input.at,
      "an action that firewall policies do not have",
      "Write allow, deny, goto_next or apply_security_profile_group.",
    );
  });
}
