import type { Call } from "./fake-ec2.js";

/** 1,200 groups in pages of 1,000, and everything else in pages of one: moto gives nearly all in one page. */
export const groupCount = 1_200;
const groupId = (index: number) => `sg-${String(index).padStart(17, "0")}`;
const item = (inside: string) => `<item>${inside}</item>`;
const carried = `<groupSet>${item(`<groupId>${groupId(0)}</groupId>`)}</groupSet>`;

export const everything: Record<string, { set: string; items: string[]; perPage: number }> = {
  DescribeSecurityGroups: {
    set: "securityGroupInfo",
    perPage: 1_000,
    items: Array.from({ length: groupCount }, (_, i) =>
      item(`<groupId>${groupId(i)}</groupId><ownerId>111122223333</ownerId>`),
    ),
  },
  DescribeSecurityGroupRules: {
    set: "securityGroupRuleSet",
    perPage: 1,
    items: [
      rule("sgr-1", "<cidrIpv4>198.51.100.0/24</cidrIpv4>"),
      rule("sgr-2", "<prefixListId>pl-1</prefixListId>"),
      rule("sgr-3", "<prefixListId>pl-not-ours</prefixListId>"),
      rule(
        "sgr-4",
        "<referencedGroupInfo><groupId>sg-peer</groupId><peeringStatus>active</peeringStatus></referencedGroupInfo>",
      ),
      rule(
        "sgr-5",
        "<referencedGroupInfo><groupId>sg-gone</groupId><peeringStatus>deleted</peeringStatus></referencedGroupInfo>",
      ),
      rule("sgr-6", `<referencedGroupInfo><groupId>${groupId(0)}</groupId></referencedGroupInfo>`),
    ],
  },
  DescribeNetworkInterfaces: {
    set: "networkInterfaceSet",
    perPage: 1,
    items: [
      item(
        `<networkInterfaceId>eni-1</networkInterfaceId><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId><association><publicIp>203.0.113.25</publicIp></association><ownerId>111122223333</ownerId>${carried}<privateIpAddress>10.0.0.1</privateIpAddress><attachment><instanceId>i-1</instanceId></attachment><ipv4PrefixSet>${item("<ipv4Prefix>10.0.9.0/28</ipv4Prefix>")}</ipv4PrefixSet>`,
      ),
      item(
        `<networkInterfaceId>eni-2</networkInterfaceId>${carried}<privateIpAddress>10.0.0.2</privateIpAddress><ipv6AddressesSet>${item("<ipv6Address>2001:db8::2</ipv6Address>")}</ipv6AddressesSet>`,
      ),
      item(
        `<networkInterfaceId>eni-3</networkInterfaceId><groupSet>${item("<groupId>sg-of-another-account</groupId>")}</groupSet><privateIpAddress>10.0.0.3</privateIpAddress>`,
      ),
    ],
  },
  DescribeInstances: {
    set: "reservationSet",
    perPage: 1,
    items: ["i-1", "i-terminated"].map((id) =>
      item(`<ownerId>111122223333</ownerId><instancesSet>${item(`<instanceId>${id}</instanceId>`)}</instancesSet>`),
    ),
  },
  GetManagedPrefixListEntries: {
    set: "entrySet",
    perPage: 1,
    items: ["192.0.2.0/25", "192.0.2.128/25"].map((cidr) => item(`<cidr>${cidr}</cidr>`)),
  },
  DescribeVpcs: {
    ...{ set: "vpcSet", perPage: 1 },
    items: ["vpc-1", "vpc-2"].map((id) => item(`<vpcId>${id}</vpcId><cidrBlock>10.0.0.0/16</cidrBlock>`)),
  },
  DescribeSubnets: {
    ...{ set: "subnetSet", perPage: 1 },
    items: ["subnet-1", "subnet-2"].map((id) => item(`<subnetId>${id}</subnetId><vpcId>vpc-1</vpcId>`)),
  },
  DescribeNetworkAcls: {
    ...{ set: "networkAclSet", perPage: 1 },
    items: [acl("acl-1", "subnet-2", "deny"), acl("acl-2", "subnet-1", "allow")],
  },
  DescribeRouteTables: {
    ...{ set: "routeTableSet", perPage: 1 },
    items: [
      table("rtb-1", "<main>true</main>", route("10.0.0.0/16", "<gatewayId>local</gatewayId>")),
      table(
        "rtb-2",
        "<subnetId>subnet-1</subnetId>",
        route("0.0.0.0/0", "<gatewayId>igw-1</gatewayId>"),
        route("198.51.100.0/25", "<natGatewayId>nat-2</natGatewayId>"),
        route("192.0.2.0/25", "<transitGatewayId>tgw-2</transitGatewayId>"),
        item(
          "<destinationPrefixListId>pl-service</destinationPrefixListId><gatewayId>vpce-2</gatewayId><state>active</state>",
        ),
      ),
    ],
  },
  DescribeNatGateways: {
    ...{ set: "natGatewaySet", perPage: 1 },
    items: ["nat-1", "nat-2"].map((id) => item(`<natGatewayId>${id}</natGatewayId><state>available</state>`)),
  },
  DescribeVpcEndpoints: {
    ...{ set: "vpcEndpointSet", perPage: 1 },
    items: ["vpce-1", "vpce-2"].map((id) =>
      item(`<vpcEndpointId>${id}</vpcEndpointId><vpcEndpointType>Gateway</vpcEndpointType>`),
    ),
  },
  DescribeTransitGateways: {
    ...{ set: "transitGatewaySet", perPage: 1 },
    items: ["tgw-1", "tgw-2"].map((id) => item(`<transitGatewayId>${id}</transitGatewayId><state>available</state>`)),
  },
  DescribeTransitGatewayAttachments: {
    ...{ set: "transitGatewayAttachments", perPage: 1 },
    items: ["1", "2"].map((n) =>
      item(
        `<transitGatewayAttachmentId>tgw-attach-${n}</transitGatewayAttachmentId><state>available</state><association><transitGatewayRouteTableId>tgw-rtb-2</transitGatewayRouteTableId><state>associated</state></association>`,
      ),
    ),
  },
  DescribeTransitGatewayVpcAttachments: {
    ...{ set: "transitGatewayVpcAttachments", perPage: 1 },
    items: ["2", "1"].map((n) =>
      item(
        `<transitGatewayAttachmentId>tgw-attach-${n}</transitGatewayAttachmentId><transitGatewayId>tgw-2</transitGatewayId><vpcId>vpc-${n}</vpcId><subnetIds>${item(`subnet-${n}`)}</subnetIds><state>available</state>`,
      ),
    ),
  },
  DescribeTransitGatewayRouteTables: {
    ...{ set: "transitGatewayRouteTables", perPage: 1 },
    items: ["1", "2"].map((n) =>
      item(
        `<transitGatewayRouteTableId>tgw-rtb-${n}</transitGatewayRouteTableId><transitGatewayId>tgw-${n}</transitGatewayId>`,
      ),
    ),
  },
  SearchTransitGatewayRoutes: {
    ...{ set: "routeSet", perPage: 1 },
    items: ["10.9.0.0/16", "192.0.2.0/24"].map((block) =>
      item(`<destinationCidrBlock>${block}</destinationCidrBlock><state>blackhole</state>`),
    ),
  },
  DescribeVpcBlockPublicAccessExclusions: {
    ...{ set: "vpcBlockPublicAccessExclusionSet", perPage: 1 },
    items: ["subnet-2", "subnet-1"].map((id) =>
      item(
        `<exclusionId>${id}</exclusionId><internetGatewayExclusionMode>allow-bidirectional</internetGatewayExclusionMode><resourceArn>arn:aws:ec2:eu-central-1:111122223333:subnet/${id}</resourceArn><state>create-complete</state>`,
      ),
    ),
  },
};

function rule(id: string, peer: string): string {
  return item(
    `<securityGroupRuleId>${id}</securityGroupRuleId><groupId>${groupId(0)}</groupId><isEgress>false</isEgress><ipProtocol>tcp</ipProtocol><fromPort>587</fromPort><toPort>587</toPort>${peer}`,
  );
}

function acl(id: string, subnet: string, action: string): string {
  const entry = (egress: boolean) =>
    item(
      `<ruleNumber>100</ruleNumber><protocol>-1</protocol><ruleAction>${action}</ruleAction><egress>${egress}</egress><cidrBlock>0.0.0.0/0</cidrBlock>`,
    );
  return item(
    `<networkAclId>${id}</networkAclId><vpcId>vpc-1</vpcId><entrySet>${entry(false)}${entry(true)}</entrySet><associationSet>${item(`<subnetId>${subnet}</subnetId>`)}</associationSet>`,
  );
}

function route(block: string, way: string): string {
  return item(`<destinationCidrBlock>${block}</destinationCidrBlock>${way}<state>active</state>`);
}

function table(id: string, association: string, ...routes: string[]): string {
  return item(
    `<routeTableId>${id}</routeTableId><vpcId>vpc-1</vpcId><routeSet>${routes.join("")}</routeSet><associationSet>${item(association)}</associationSet>`,
  );
}

export const blocking =
  "<vpcBlockPublicAccessOptions><internetGatewayBlockMode>block-ingress</internetGatewayBlockMode></vpcBlockPublicAccessOptions>";

/** The page of a list that a call asks for; nothing for calls of other lists. */
export function page({ action, parameters }: Call): string {
  const { set, items, perPage } = everything[action] ?? { set: "none", items: [], perPage: 1 };
  const start = Number(parameters.get("NextToken") ?? 0);
  const next = start + perPage < items.length ? `<nextToken>${start + perPage}</nextToken>` : "";
  return `<${set}>${items.slice(start, start + perPage).join("")}</${set}>${next}`;
}
