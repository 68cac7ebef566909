import { all, any, isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { intersectionOf, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import type { Input } from "../input.js";
import { type References, referenceOf, referencesOf } from "../references.js";
import { inputOf, inputsOf, outputOf, type Resource } from "../resource.js";
import { prefixOf } from "./addresses.js";
import { ownPart, type Surroundings, spelledBy } from "./ends.js";
import { Ids, openEnds, parentNamed } from "./ids.js";
import type { Nic } from "./interfaces.js";
import type { Networks } from "./networks.js";
import {
  type Direction,
  directionOf,
  filterRules,
  inOrder,
  portsAmong,
  protocolOf,
  type StatedRule,
  sourcePortsOf,
} from "./rules.js";
import { types } from "./types.js";

type Access = "allow" | "always" | "deny";

interface AdminRule extends StatedRule<Input> {
  readonly resource: Resource;
  readonly access: Maybe<Access>;
}

const name = "security admin rules";

/**
 * The security admin rules of Virtual Network Manager: evaluated before any network security group. Allow leaves the
 * decision to those, AlwaysAllow skips them, Deny ends (documentation, "Security admin rules in Azure Virtual Network
 * Manager"). They are in force once a deployment commits their configuration.
 */
export class AdminRules {
  private readonly rules: readonly AdminRule[];
  private readonly collections: Ids;
  private readonly configurations: Ids;
  private readonly groups: Ids;
  private readonly members: readonly Resource[];
  private readonly commits: readonly Resource[];

  constructor(
    resources: readonly Resource[],
    private readonly networks: Networks,
  ) {
    const of = (kinds: readonly string[]) => resources.filter(({ type }) => kinds.includes(type));
    this.collections = new Ids(resources, "adminCollection");
    this.configurations = new Ids(resources, "adminConfiguration");
    this.groups = new Ids(resources, "networkGroup");
    this.members = of(types.staticMember);
    this.commits = of(types.commit);
    this.rules = of(types.adminRule).map(adminRule);
  }

  /** What the rules do before the groups; undefined when none can be for this network interface. */
  layer(nic: Nic, around: Surroundings, direction: Direction): Layer | undefined {
    const rules = this.written(nic, around, direction, (access) => (access === "deny" ? "deny" : "allow"));
    if (rules.length === 0) return undefined;
    const evidence = {
      kind: "default",
      at: "Azure Virtual Network Manager",
      says: "no security admin rule says no",
    } as const;
    return { name, combine: "first-match", rules, otherwise: { action: "allow", evidence }, incomplete: [] };
  }

  /** The same rules at the head of a group's layer: what they always allow, the group is not asked about. */
  skipping(layer: Layer, nic: Nic, around: Surroundings, direction: Direction): Layer {
    const skipped = this.written(nic, around, direction, (access) => (access === "always" ? "allow" : "next"));
    if (!skipped.some(({ action }) => action === "allow")) return layer;
    return { ...layer, rules: [...skipped.map((rule) => ({ ...rule, stage: name })), ...layer.rules] };
  }

  private written(
    nic: Nic,
    around: Surroundings,
    direction: Direction,
    actionOf: (access: Access) => FilterRule["action"],
  ): FilterRule[] {
    return inOrder(this.rules, (rule, doubts) => {
      const stands = all(
        mapKnown(rule.direction, (way) => way === direction),
        this.isFor(rule.resource, nic),
      );
      if (stands === false) return [];
      const open = [...doubts, ...(isUnknown(stands) ? stands.unknown : [])];
      const [theirs, ours] =
        direction === "ingress" ? [rule.source, rule.destination] : [rule.destination, rule.source];
      const own = ownPart((network) => endsOf(ours, network), nic, around.network, ours.at);
      const peers = intersectionOf(endsOf(theirs, around.network), own);
      const spelled = spelledBy(itemsOf(theirs).map((each) => each.member("addressPrefix")));
      const { access } = rule;
      if (!isUnknown(access)) return filterRules({ rule, peers, spelled }, actionOf(access), direction, open);
      const actions = [...new Set((["allow", "always", "deny"] as const).map(actionOf))];
      return actions.flatMap((each) =>
        filterRules({ rule, peers, spelled }, each, direction, [...open, ...access.unknown]),
      );
    });
  }

  private isFor(rule: Resource, nic: Nic): Maybe<boolean> {
    const { place } = nic;
    const collection = this.collectionOf(rule);
    const network = isUnknown(place) ? place : place.network;
    const meant = collection.certain.map((each) => {
      const configuration = this.configurationOf(each);
      const inForce = any(
        ...configuration.certain.map((one) => this.inForce(one, network)),
        ...unsure(configuration, each),
      );
      return all(inForce, this.covers(each, network));
    });
    return any(...meant, ...unsure(collection, rule));
  }

  private collectionOf(rule: Resource): References {
    const id = inputOf(rule, "adminRuleCollectionId");
    if (!id.isAbsent) return referenceOf(rule, "adminRuleCollectionId", id, this.collections);
    const found = parentNamed(rule, "ruleCollectionName", this.collections);
    const own = inputOf(rule, "configurationName").text();
    const same = found.doubtful.filter((each) => inputOf(each, "configurationName").text() === own);
    return same.length === 1 ? { ...found, certain: same, doubtful: [] } : found;
  }

  private configurationOf(collection: Resource): References {
    const id = inputOf(collection, "securityAdminConfigurationId");
    if (!id.isAbsent) return referenceOf(collection, "securityAdminConfigurationId", id, this.configurations);
    return parentNamed(collection, "configurationName", this.configurations);
  }

  /** Committed to the region of the network. */
  private inForce(configuration: Resource, network: Maybe<Resource>): Maybe<boolean> {
    return any(
      ...this.commits.map((commit) => {
        const kind = (
          inputOf(commit, "commitType").isAbsent ? inputOf(commit, "scopeAccess") : inputOf(commit, "commitType")
        ).text();
        const list = inputOf(commit, "configurationIds");
        const found = referencesOf(commit, "configurationIds", list, this.configurations);
        return all(
          mapKnown(kind ?? unknown(commit.urn), (text) => text.toLowerCase() === "securityadmin"),
          found.certain.includes(configuration) || any(...unsure({ ...found, outside: [] }, commit)),
          inRegion(commit, network),
        );
      }),
    );
  }

  /** Is the network a member of one of the collection's network groups? Policies of Azure can add members unseen. */
  private covers(collection: Resource, network: Maybe<Resource>): Maybe<boolean> {
    const native = inputOf(collection, "appliesToGroups");
    const list = native.isAbsent ? inputOf(collection, "networkGroupIds") : native;
    const items = list.items() ?? [];
    if (isUnknown(items)) return items;
    const property = native.isAbsent ? "networkGroupIds" : "appliesToGroups";
    return any(
      ...items.map((item) => {
        const id = native.isAbsent ? item : item.member("networkGroupId");
        const found = referenceOf(collection, property, id, this.groups);
        const [group] = found.certain;
        return group ? this.isMember(group, network) : unknown(id.at);
      }),
    );
  }

  private isMember(group: Resource, network: Maybe<Resource>): Maybe<boolean> {
    const own = this.members.filter((each) => {
      const id = inputOf(each, "networkGroupId");
      const found = id.isAbsent
        ? parentNamed(each, "networkGroupName", this.groups)
        : referenceOf(each, "networkGroupId", id, this.groups);
      return found.certain.includes(group) || openEnds({ ...found, outside: [] }, each.urn).length > 0;
    });
    if (own.length === 0) return unknown(group.urn);
    return any(
      ...own.map((each): Maybe<boolean> => {
        const property = inputOf(each, "resourceId").isAbsent ? "targetVirtualNetworkId" : "resourceId";
        const found = referenceOf(each, property, inputOf(each, property), this.networks.networks);
        if (isUnknown(network)) return network;
        return found.certain.includes(network) || any(...unsure({ ...found, outside: [] }, each));
      }),
    );
  }
}

function unsure(found: References, holder: Resource): Maybe<boolean>[] {
  const open = openEnds(found, holder.urn);
  return open.length > 0 ? [unknown(...open)] : [];
}

function inRegion(commit: Resource, network: Maybe<Resource>): Maybe<boolean> {
  if (isUnknown(network)) return network;
  const own = inputOf(network, "location").text() ?? outputOf(network, "location").text();
  if (own === undefined || isUnknown(own)) return unknown(inputOf(network, "location").at);
  const single = inputOf(commit, "location");
  const list = inputOf(commit, "targetLocations");
  const items = single.isAbsent ? (list.items() ?? []) : [single];
  if (isUnknown(items)) return items;
  return any(...items.map((each) => mapKnown(each.text() ?? unknown(each.at), (text) => plain(text) === plain(own))));
}

/** `West Europe` and `westeurope` are one region. */
function plain(region: string): string {
  return region.toLowerCase().replaceAll(" ", "");
}

function adminRule(resource: Resource): AdminRule {
  const input = inputsOf(resource);
  const access = input.member("access").isAbsent ? input.member("action") : input.member("access");
  const ports = portsAmong(undefined, input.member("destinationPortRanges"), resource.urn);
  return {
    at: resource.urn,
    resource,
    direction: directionOf(input.member("direction")),
    priority: input.member("priority").number() ?? unknown(input.member("priority").at),
    protocol: protocolOf(input.member("protocol")),
    ports: ports.length > 0 ? ports : [{ ports: unknown(input.member("destinationPortRanges").at), at: resource.urn }],
    sourcePorts: sourcePortsOf(undefined, input.member("sourcePortRanges")),
    source: input.member("sources"),
    destination: input.member("destinations"),
    doubts: [],
    access: mapKnown(access.text() ?? unknown(access.at), (text) => {
      const word = text.toLowerCase();
      return word === "allow" ? "allow" : word === "alwaysallow" ? "always" : "deny";
    }),
  };
}

function itemsOf(list: Input): readonly Input[] {
  const items = list.items() ?? [];
  return isUnknown(items) ? [] : items;
}

/** Prefixes and service tags; members of network groups are not known here, nor is a list that is left out. */
function endsOf(list: Input, network: PartialSet): PartialSet {
  const items = list.items();
  if (items === undefined) return undecidedSet([list.at]);
  if (isUnknown(items)) return undecidedSet(items.unknown);
  return unionOf(
    ...items.map((item) => {
      const kind = item.member("addressPrefixType").text();
      const prefix = item.member("addressPrefix");
      return typeof kind === "string" && kind.toLowerCase() === "networkgroup"
        ? undecidedSet([prefix.at])
        : prefixOf(prefix, network);
    }),
  );
}
