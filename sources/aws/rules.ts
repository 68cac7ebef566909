import type { NetworkInterface as Eni, SecurityGroupRule } from "@aws-sdk/client-ec2";
import { AddressSet } from "../../model/addresses.js";
import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import type { FilterRule } from "../../model/network.js";
import { exactly, nobody, type PartialSet, undecidedSet } from "../../model/partial.js";
import { PortSet } from "../../model/ports.js";
import { type Direction, layerName, membersBound, protocolNamed, sentenceOf } from "../aws-rules.js";
import type { Inventory } from "./inventory.js";

/** The rules of every group by group id, ingress and egress apart, in the order of their ids. */
export type RulesOfGroups = ReadonlyMap<string, Sides>;

/** States every security group rule of the Region as a filter rule; references are resolved to addresses where known. */
export function rulesOfGroups(inventory: Inventory): RulesOfGroups {
  const rules = new Map(inventory.groups.map(({ GroupId = "" }) => [GroupId, { ingress: [], egress: [] } as Sides]));
  const members = membersOfGroups(inventory);
  for (const [index, rule] of inventory.rules.entries()) {
    const sides = rules.get(rule.GroupId ?? "");
    if (!sides) continue;
    const id = rule.SecurityGroupRuleId ?? `${rule.GroupId}#rules[${index}]`;
    const direction = rule.IsEgress ? "egress" : "ingress";
    sides[direction].push(filterRule(id, rule, direction, peersOf(id, rule, inventory, members)));
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

function filterRule(id: string, rule: SecurityGroupRule, direction: Direction, peers: PartialSet): FilterRule {
  const protocol = rule.IpProtocol === undefined ? unknown(`${id}#IpProtocol`) : protocolNamed(rule.IpProtocol);
  const ports = portsOf(rule, protocol, id);
  const through = rule.PrefixListId ?? rule.ReferencedGroupInfo?.GroupId;
  const says = `${rule.GroupId} ${sentenceOf(direction, protocol, ports, peers)}${through ? ` (${through})` : ""}`;
  const evidence = { kind: "cloud", at: id, says, layer: { name: layerName, decision: "allow" } } as const;
  const written = [rule.CidrIpv4, rule.CidrIpv6].filter((text) => text !== undefined);
  return { id, action: "allow", protocol, ports, peers, written, evidence };
}

/** With every protocol AWS ignores the ports. ICMP puts type and code into them, so only TCP's are read. */
function portsOf(rule: SecurityGroupRule, protocol: FilterRule["protocol"], id: string): Maybe<PortSet> {
  if (isUnknown(protocol)) return protocol;
  if (protocol !== "tcp") return protocol === "any" ? PortSet.all : PortSet.empty;
  const { FromPort = -1, ToPort = -1 } = rule;
  return FromPort >= 0 && FromPort <= ToPort && ToPort <= 65535
    ? PortSet.range(FromPort, ToPort)
    : unknown(`${id}#FromPort`, `${id}#ToPort`);
}

function peersOf(
  id: string,
  rule: SecurityGroupRule,
  { prefixLists }: Inventory,
  members: ReadonlyMap<string, PartialSet>,
): PartialSet {
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo: group } = rule;
  if (CidrIpv4 ?? CidrIpv6) return blocks([CidrIpv4, CidrIpv6], id);
  if (PrefixListId) {
    const entries = prefixLists.get(PrefixListId);
    return entries ? blocks(entries, PrefixListId) : undecidedSet([PrefixListId]);
  }
  if (group?.GroupId) {
    if (group.PeeringStatus && group.PeeringStatus !== "active") return nobody;
    return members.get(group.GroupId) ?? undecidedSet([group.GroupId], membersBound);
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
function membersOfGroups({ groups, enis }: Inventory): Map<string, PartialSet> {
  const texts = new Map(groups.map(({ GroupId = "" }) => [GroupId, [] as string[]]));
  for (const eni of enis) {
    for (const { GroupId = "" } of eni.Groups ?? []) texts.get(GroupId)?.push(...privateAddresses(eni));
  }
  return new Map([...texts].map(([group, addresses]) => [group, blocks(addresses, group)]));
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
