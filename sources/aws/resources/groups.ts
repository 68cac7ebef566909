import type { SecurityGroupRule } from "@aws-sdk/client-ec2";
import { unknown } from "../../../model/maybe.js";
import type { Resource } from "../../pulumi/resource.js";
import type { Inventory } from "../inventory.js";
import { isUnread } from "../lists.js";
import { arnMaker, cidr, described, nameTag } from "./described.js";

const ruleTypes = {
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
};

/** Security groups with their rules, each rule under its own id, and the prefix lists that they name. */
export function groupResources({ region, groups, rules, prefixLists }: Inventory): Resource[] {
  const arn = arnMaker(region);
  const sorted = [...rules].sort((a, b) => ((a.SecurityGroupRuleId ?? "") < (b.SecurityGroupRuleId ?? "") ? -1 : 1));
  return [
    ...groups.map(({ GroupId: id = "", OwnerId, Tags }) =>
      described({
        ...{ type: "aws:ec2/securityGroup:SecurityGroup", id, urn: arn("security-group", id, OwnerId) },
        ...{ name: nameTag(Tags), inputs: {} },
      }),
    ),
    ...sorted.map(ruleResource),
    ...[...prefixLists].map(([id, entries]) => {
      const missing = entries && isUnread(entries) ? entries.unread : id;
      const known =
        entries && !isUnread(entries) ? entries.map((each) => ({ cidr: cidr(each, id) })) : unknown(missing);
      return described({ type: "aws:ec2/managedPrefixList:ManagedPrefixList", id, inputs: { entries: known } });
    }),
  ];
}

function ruleResource(rule: SecurityGroupRule): Resource {
  const { SecurityGroupRuleId: id = "", IpProtocol, CidrIpv4, CidrIpv6, PrefixListId } = rule;
  const peer = CidrIpv4 ?? CidrIpv6 ?? PrefixListId ?? peerGroup(rule);
  return described({
    ...{ type: rule.IsEgress ? ruleTypes.egress : ruleTypes.ingress, id },
    place: () => id,
    inputs: {
      securityGroupId: rule.GroupId,
      ipProtocol: IpProtocol ?? unknown(`${id}#IpProtocol`),
      ...ports(rule, id),
      cidrIpv4: cidr(CidrIpv4, id),
      cidrIpv6: cidr(CidrIpv6, id),
      prefixListId: PrefixListId,
      referencedSecurityGroupId: CidrIpv4 || CidrIpv6 || PrefixListId ? undefined : (peer ?? unknown(id)),
    },
  });
}

/** AWS gives TCP rules both ends of a range; ports that are none are unknown. */
function ports({ FromPort = -1, ToPort = -1 }: SecurityGroupRule, id: string) {
  const sound = FromPort >= 0 && FromPort <= ToPort && ToPort <= 65535;
  return sound
    ? { fromPort: FromPort, toPort: ToPort }
    : { fromPort: unknown(`${id}#FromPort`), toPort: unknown(`${id}#ToPort`) };
}

/** The group that a rule refers to; one whose peering is gone stands for nobody and gets a name of its own. */
export function peerGroup({ ReferencedGroupInfo: group }: SecurityGroupRule): string | undefined {
  if (group?.GroupId === undefined || !group.PeeringStatus || group.PeeringStatus === "active") return group?.GroupId;
  return `${group.GroupId} (peering ${group.PeeringStatus})`;
}
