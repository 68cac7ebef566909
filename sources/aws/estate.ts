import type { Evidence } from "../../model/evidence.js";
import type { Estate, FilterRule, Layer, NetworkInterface } from "../../model/network.js";
import { networkOf } from "../pulumi/aws/network.js";
import type { Inventory } from "./inventory.js";
import { balancerResources, frontInterfaces } from "./resources/balancers.js";
import { groupResources, peerGroup } from "./resources/groups.js";
import { interfacesBeside, machinesOf } from "./resources/machines.js";
import { membersOf } from "./resources/members.js";
import { aclResources, networkResources, placesOf } from "./resources/networks.js";
import { publicAccessResources } from "./resources/public-access.js";
import { routeResources } from "./resources/routes.js";
import { transitResources } from "./resources/transit-gateways.js";

/**
 * States an account's Region as network interfaces: one per instance where all its ENIs carry the same groups in the same
 * subnet, else one per ENI; one for every load balancer that can carry mail; one for every group that no ENI carries.
 * Sorted by id. What was read is put in the vocabulary of programs, so that the same code says what it means.
 */
export function toEstate(inventory: Inventory): Estate {
  const places = placesOf(inventory);
  const fronts = frontInterfaces(inventory);
  const machines = machinesOf(inventory, new Set([...fronts.values()].flat()));
  const resources = [
    ...groupResources(inventory),
    ...machines.flatMap((each) => [each.resource, ...interfacesBeside(each, inventory)]),
    ...networkResources(inventory, places),
    ...aclResources(inventory, places),
    ...routeResources(inventory, places),
    ...transitResources(inventory),
    ...publicAccessResources(inventory),
    ...balancerResources(inventory, fronts, machines),
  ];
  const says = new Map(machines.map((each) => [each.resource.urn, each.says]));
  const deployed = deployer(ruleWords(inventory));
  const interfaces = networkOf(resources, { membersOf: membersOf(inventory) }).map((nic) =>
    deployed(nic, says.get(nic.id)),
  );
  return { interfaces, definitions: [] };
}

/** The account that owns the Region's resources; undefined when the Region is empty. */
export function accountOf({ instances, enis, groups }: Inventory): string | undefined {
  return [
    ...instances.map((each) => each.ownerId),
    ...enis.map((each) => each.OwnerId),
    ...groups.map((each) => each.OwnerId),
  ].find((owner) => owner !== undefined);
}

/** By its id, the group that a rule stands in and the group or list that it lets through. */
type RuleWords = ReadonlyMap<string, readonly [group: string | undefined, through: string | undefined]>;

function ruleWords({ rules }: Inventory): RuleWords {
  return new Map(
    rules.map((rule) => [
      rule.SecurityGroupRuleId ?? "",
      [rule.GroupId, rule.PrefixListId ?? peerGroup(rule)] as const,
    ]),
  );
}

/** Says of everything that it was seen in the cloud; rules and ACLs that stand around many machines once. */
function deployer(words: RuleWords): (nic: NetworkInterface, says: string | undefined) => NetworkInterface {
  const rules = new Map<FilterRule, FilterRule>();
  const layers = new Map<Layer, Layer>();
  const own = (evidence: Evidence): Evidence => {
    const [group, through] = words.get(evidence.at) ?? [];
    const sentence = group ? `${group} ${evidence.says}${through ? ` (${through})` : ""}` : evidence.says;
    return { ...evidence, kind: "cloud", says: sentence };
  };
  const rule = (each: FilterRule): FilterRule => {
    const known = rules.get(each) ?? { ...each, evidence: own(each.evidence) };
    rules.set(each, known);
    return known;
  };
  const layer = (each: Layer): Layer => {
    const { otherwise } = each;
    const known = layers.get(each) ?? {
      ...each,
      rules: each.rules.map(rule),
      otherwise: { ...otherwise, evidence: own(otherwise.evidence) },
    };
    layers.set(each, known);
    return known;
  };
  return (nic, says) => {
    const unattached = nic.kind === "unattached group";
    const sentence = unattached ? `no network interface carries the security group ${nic.cloudId}` : says;
    return {
      ...{ ...nic, origin: "deployed", evidence: { kind: "cloud", at: nic.id, says: sentence ?? nic.evidence.says } },
      ...{ ingress: nic.ingress.map(layer), egress: nic.egress.map(layer) },
      ...(nic.ingressAnswers ? { ingressAnswers: nic.ingressAnswers.map(layer) } : {}),
      ...(nic.egressAnswers ? { egressAnswers: nic.egressAnswers.map(layer) } : {}),
      ...(nic.listeners ? { listeners: nic.listeners.map((each) => ({ ...each, evidence: own(each.evidence) })) } : {}),
    };
  };
}
