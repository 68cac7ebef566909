import { isUnknown, mapKnown } from "../../../model/maybe.js";
import { exactly } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { type Group, Groups } from "../filter-groups.js";
import { type Direction, directions, doubtful, everyIpv4, everyIpv6, filterRule, sidesOf } from "../filter-rules.js";
import type { Input } from "../input.js";
import { referenceOf, Targets } from "../references.js";
import { inputOf, inputsOf, outputOf, type Resource } from "../resource.js";
import { type MembersReader, type OciRule, ofGroup, ofList, rulesOf } from "./rules.js";

const listType = "oci:Core/securityList:SecurityList";
const defaultListType = "oci:Core/defaultSecurityList:DefaultSecurityList";
export const vcnType = "oci:Core/vcn:Vcn";
const groupType = "oci:Core/networkSecurityGroup:NetworkSecurityGroup";
const ruleType = "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule";

/** Reads who is behind a network security group that a resource names. */
export type Members = (holder: Resource, property: string, id: Input) => ReturnType<MembersReader>;

/** Security lists, by id; a VCN stands for its default list, which its own output names. */
class ListTargets extends Targets {
  override find(id: string): Resource | undefined {
    return (
      super.find(id) ??
      this.resources.find((each) =>
        each.type === defaultListType
          ? inputOf(each, "manageDefaultResourceId").text() === id
          : outputOf(each, "defaultSecurityListId").text() === id,
      )
    );
  }
}

/** The security lists and the network security groups of a program. */
export class Lists {
  readonly groups: Groups<OciRule>;

  constructor(private readonly resources: readonly Resource[]) {
    const types = [listType, defaultListType, vcnType, groupType];
    const defined = resources.filter(({ type }) => types.includes(type));
    this.groups = new Groups(new ListTargets(defined, types));
  }

  /** The list that a subnet of the VCN has without a word: the one that the program manages, or Oracle's own. */
  defaultOf(vcn: Resource): Group<OciRule> {
    const vcns = new Targets([vcn], [vcnType]);
    const id = outputOf(vcn, "defaultSecurityListId").text();
    const managed = this.resources.filter((each) => {
      if (each.type !== defaultListType) return false;
      const input = inputOf(each, "manageDefaultResourceId");
      const { certain } = referenceOf(each, "manageDefaultResourceId", input, vcns);
      return certain.includes(vcn) || (typeof id === "string" && input.text() === id);
    });
    const [only] = managed;
    return only && managed.length === 1 ? this.groups.of(only) : this.groups.of(vcn);
  }

  /** @throws InputError for an address or a port range of a rule that Oracle does not accept. */
  fill(members: Members): void {
    for (const group of this.groups.all()) {
      const { resource } = group;
      if (resource?.type === vcnType) addDefaults(group, resource);
      else if (resource && resource.type !== groupType) addInline(group, resource, members);
    }
    for (const rule of this.resources.filter(({ type }) => type === ruleType)) this.addSeparate(rule, members);
  }

  private addSeparate(rule: Resource, members: Members): void {
    const input = inputsOf(rule);
    const direction = mapKnown(
      input.member("direction").text() ?? "INGRESS",
      (text): Direction => (text === "EGRESS" ? "egress" : "ingress"),
    );
    for (const { direction: side, missing } of sidesOf(direction)) {
      const peer = side === "ingress" ? "source" : "destination";
      if (missing.length > 0 && input.member(peer).isAbsent) continue;
      const rules = rulesOf(input, side, ofGroup, (id) => members(rule, peer, id));
      this.groups.add(
        rule,
        "networkSecurityGroupId",
        side,
        rules.map((each) => doubtful(each, ...missing)),
      );
    }
  }
}

function addInline(group: Group<OciRule>, resource: Resource, members: Members): void {
  for (const direction of directions) {
    const property = `${direction}SecurityRules`;
    const items = inputOf(resource, property).items() ?? [];
    if (isUnknown(items)) {
      group.incomplete[direction].push(...items.unknown);
      continue;
    }
    for (const item of items) {
      group.rules[direction].push(...rulesOf(item, direction, ofList, (id) => members(resource, property, id)));
    }
  }
}

/** Oracle, "Security lists", Default security list: in SSH and some ICMP, out everything. */
function addDefaults(group: Group<OciRule>, vcn: Resource): void {
  const at = `${vcn.urn}#defaultSecurityListId`;
  const add = (
    direction: Direction,
    protocol: "tcp" | "any",
    ports: PortSet,
    peers = everyIpv4,
    ...missing: string[]
  ) => {
    const rule = filterRule({ at, direction, action: "allow", protocol, ports, peers: exactly(peers) });
    const says = `Oracle's default security list ${rule.evidence.says}`;
    const stated = { ...rule, evidence: { ...rule.evidence, kind: "default" as const, says }, stateless: false };
    group.rules[direction].push(doubtful(stated, ...missing));
  };
  add("ingress", "tcp", PortSet.of(22));
  add("egress", "any", PortSet.all);
  const sixth = inputOf(vcn, "isIpv6enabled");
  if (!sixth.isAbsent && sixth.boolean() !== false) add("egress", "any", PortSet.all, everyIpv6, sixth.at);
}
