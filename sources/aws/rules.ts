import type { NetworkInterface as Eni, SecurityGroupRule } from "@aws-sdk/client-ec2";
import { AddressSet } from "../../model/addresses.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import type { FilterRule } from "../../model/network.js";
import { exactly, nobody, type PartialSet, undecidedSet } from "../../model/partial.js";
import { PortSet } from "../../model/ports.js";
import type { Inventory } from "./inventory.js";

/** The rules of every group by group id, ingress and egress apart, in the order of their ids. */
export type RulesOfGroups = ReadonlyMap<string, { readonly ingress: FilterRule[]; readonly egress: FilterRule[] }>;

/** States every security group rule of the Region as a filter rule; references are resolved to addresses where known. */
export function rulesOfGroups(inventory: Inventory): RulesOfGroups {
  const rules = new Map(inventory.groups.map(({ GroupId = "" }) => [GroupId, { ingress: [], egress: [] } as Sides]));
  const members = membersOfGroups(inventory);
  for (const [index, rule] of inventory.rules.entries()) {
    const sides = rules.get(rule.GroupId ?? "");
    if (!sides) continue;
    const id = rule.SecurityGroupRuleId ?? `${rule.GroupId}#rules[${index}]`;
    sides[rule.IsEgress ? "egress" : "ingress"].push(filterRule(id, rule, peersOf(id, rule, inventory, members)));
  }
  for (const { ingress, egress } of rules.values()) {
    for (const side of [ingress, egress]) side.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
  return rules;
}

interface Sides {
  readonly ingress: FilterRule[];
  readonly egress: FilterRule[];
}

function filterRule(id: string, rule: SecurityGroupRule, peers: PartialSet): FilterRule {
  const protocol = protocolOf(rule.IpProtocol, id);
  return {
    id,
    action: "allow",
    protocol,
    ports: protocol === "any" ? PortSet.all : portsOf(rule, id),
    peers,
    evidence: { kind: "cloud", at: id, says: sentence(rule), layer: { name: "security group", decision: "allow" } },
  };
}

function protocolOf(name: string | undefined, id: string): FilterRule["protocol"] {
  if (name === undefined) return unknown(`${id}#IpProtocol`);
  if (name === "-1") return "any";
  return name === "tcp" || name === "6" ? "tcp" : "other";
}

/** ICMP keeps type and code in the port fields, so only TCP's are read as ports. */
function portsOf({ IpProtocol, FromPort, ToPort }: SecurityGroupRule, id: string): Maybe<PortSet> {
  if (IpProtocol !== "tcp" && IpProtocol !== "6") return PortSet.empty;
  if (FromPort === undefined || ToPort === undefined) return unknown(`${id}#FromPort`, `${id}#ToPort`);
  return FromPort >= 0 && FromPort <= ToPort && ToPort <= 65535
    ? PortSet.range(FromPort, ToPort)
    : unknown(`${id}#FromPort`, `${id}#ToPort`);
}

function peersOf(
  id: string,
  rule: SecurityGroupRule,
  { prefixLists }: Inventory,
  members: ReadonlyMap<string, AddressSet>,
): PartialSet {
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo: group } = rule;
  if (CidrIpv4 ?? CidrIpv6) return blocks([CidrIpv4, CidrIpv6], id);
  if (PrefixListId) {
    const entries = prefixLists.get(PrefixListId);
    return entries ? blocks(entries, PrefixListId) : undecidedSet([PrefixListId]);
  }
  if (group?.GroupId) {
    if (group.PeeringStatus && group.PeeringStatus !== "active") return nobody;
    const known = members.get(group.GroupId);
    return known ? exactly(known) : undecidedSet([group.GroupId]);
  }
  return undecidedSet([id]);
}

function blocks(texts: readonly (string | undefined)[], missing: string): PartialSet {
  try {
    return exactly(AddressSet.of(...texts.filter((text) => text !== undefined)));
  } catch {
    return undecidedSet([missing]);
  }
}

/** A rule that names a group matches the private addresses of the interfaces in it (EC2 user guide, "Security group rules"). */
function membersOfGroups({ groups, enis }: Inventory): Map<string, AddressSet> {
  const texts = new Map(groups.map(({ GroupId = "" }) => [GroupId, [] as string[]]));
  for (const eni of enis) {
    for (const { GroupId = "" } of eni.Groups ?? []) texts.get(GroupId)?.push(...privateAddresses(eni));
  }
  return new Map([...texts].map(([group, addresses]) => [group, AddressSet.of(...addresses)]));
}

function privateAddresses(eni: Eni): string[] {
  return [
    eni.PrivateIpAddress,
    ...(eni.PrivateIpAddresses ?? []).map((each) => each.PrivateIpAddress),
    ...(eni.Ipv4Prefixes ?? []).map((each) => each.Ipv4Prefix),
    ...(eni.Ipv6Addresses ?? []).map((each) => each.Ipv6Address),
    ...(eni.Ipv6Prefixes ?? []).map((each) => each.Ipv6Prefix),
  ].filter((text) => text !== undefined);
}

function sentence(rule: SecurityGroupRule): string {
  const { IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo } = rule;
  const what =
    IpProtocol === "-1" ? "everything" : `${IpProtocol} ${FromPort === ToPort ? FromPort : `${FromPort}-${ToPort}`}`;
  const peer = CidrIpv4 ?? CidrIpv6 ?? PrefixListId ?? ReferencedGroupInfo?.GroupId ?? "an unknown peer";
  return `${rule.GroupId} allows ${what} ${rule.IsEgress ? "to" : "from"} ${peer}`;
}
