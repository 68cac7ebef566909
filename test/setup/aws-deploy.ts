import * as ec2 from "@aws-sdk/client-ec2";
import * as elb from "@aws-sdk/client-elastic-load-balancing";
import * as elbv2 from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Written } from "../sources/pulumi/programs.js";

/** Clients of one Region. */
export class Cloud {
  readonly ec2: ec2.EC2Client;
  readonly elb: elb.ElasticLoadBalancingClient;
  readonly elbv2: elbv2.ElasticLoadBalancingV2Client;
  constructor(region: string) {
    this.ec2 = new ec2.EC2Client({ region });
    this.elb = new elb.ElasticLoadBalancingClient({ region });
    this.elbv2 = new elbv2.ElasticLoadBalancingV2Client({ region });
  }

  destroy(): void {
    for (const client of [this.ec2, this.elb, this.elbv2]) client.destroy();
  }
}

// biome-ignore lint/suspicious/noExplicitAny: inputs of many types, as the provider gets them
type Inputs = Record<string, any>;

/** What a provider does with each type, by calls of the API; gives the id. `outputs` are what it reports besides. */
type Made = { readonly id: string; readonly outputs?: Inputs };
type Maker = (inputs: Inputs, cloud: Cloud, name: string) => Promise<Made>;

/**
 * Deploys a program as its provider would, in the order in which it is written. Ids that the program makes up stand for
 * those that the cloud gives.
 * @returns the same program with the cloud's own ids: what the state file of the deployment holds.
 */
export async function deploy(program: readonly Written[], cloud: Cloud): Promise<Written[]> {
  const ids = new Map<string, string>();
  const deployed: Written[] = [];
  for (const each of program) {
    const inputs = replaced(each.inputs, ids) as Inputs;
    const make = makers[each.type];
    if (!make) throw new Error(`no provider for ${each.type}`);
    const { id, outputs } = await make(inputs, cloud, each.name);
    if (each.id) ids.set(each.id, id);
    for (const [name, value] of Object.entries(outputs ?? {})) ids.set(`${each.id}.${name}`, value);
    deployed.push({ ...each, id, inputs, outputs: { ...inputs, ...outputs } });
  }
  return deployed;
}

function replaced(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") return ids.get(value) ?? value;
  if (Array.isArray(value)) return value.map((each) => replaced(each, ids));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replaced(each, ids)]));
}

const given = (id: string | undefined): Made => {
  if (!id) throw new Error("moto gave no id");
  return { id };
};

const ranges = (block: Inputs): ec2.IpPermission => ({
  IpProtocol: block.protocol ?? block.ipProtocol,
  ...(block.protocol === "-1" || block.ipProtocol === "-1" ? {} : { FromPort: block.fromPort, ToPort: block.toPort }),
  IpRanges: [...(block.cidrBlocks ?? []), ...(block.cidrIpv4 ? [block.cidrIpv4] : [])].map((CidrIp) => ({ CidrIp })),
  Ipv6Ranges: [...(block.ipv6CidrBlocks ?? []), ...(block.cidrIpv6 ? [block.cidrIpv6] : [])].map((CidrIpv6) => ({
    CidrIpv6,
  })),
  PrefixListIds: [...(block.prefixListIds ?? []), ...(block.prefixListId ? [block.prefixListId] : [])].map(
    (PrefixListId) => ({ PrefixListId }),
  ),
  UserIdGroupPairs: (block.securityGroups ?? []).map((GroupId: string) => ({ GroupId })),
});

async function group(inputs: Inputs, { ec2: client }: Cloud, name: string): Promise<Made> {
  const made = await client.send(
    new ec2.CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId: inputs.vpcId }),
  );
  const GroupId = given(made.GroupId).id;
  const all = [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];
  await client.send(new ec2.RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: all }));
  for (const block of inputs.ingress ?? []) {
    await client.send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [ranges(block)] }));
  }
  for (const block of inputs.egress ?? []) {
    await client.send(new ec2.AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [ranges(block)] }));
  }
  return { id: GroupId };
}

async function entries(acl: string, inputs: Inputs, client: ec2.EC2Client): Promise<void> {
  for (const Egress of [false, true]) {
    for (const each of inputs[Egress ? "egress" : "ingress"] ?? []) {
      await client.send(
        new ec2.CreateNetworkAclEntryCommand({
          ...{ NetworkAclId: acl, Egress, RuleNumber: each.ruleNo, RuleAction: each.action },
          Protocol: each.protocol === "tcp" ? "6" : each.protocol,
          ...(each.protocol === "-1" ? {} : { PortRange: { From: each.fromPort, To: each.toPort } }),
          ...(each.cidrBlock ? { CidrBlock: each.cidrBlock } : { Ipv6CidrBlock: each.ipv6CidrBlock }),
        }),
      );
    }
  }
}

/** The association by which a subnet has its ACL; the provider puts another ACL into it. */
async function guard(acl: string, subnets: readonly string[], client: ec2.EC2Client): Promise<void> {
  for (const subnet of subnets) {
    const found = await client.send(
      new ec2.DescribeNetworkAclsCommand({ Filters: [{ Name: "association.subnet-id", Values: [subnet] }] }),
    );
    const now = found.NetworkAcls?.flatMap(({ Associations = [] }) => Associations).find(
      (each) => each.SubnetId === subnet,
    );
    await client.send(
      new ec2.ReplaceNetworkAclAssociationCommand({ AssociationId: now?.NetworkAclAssociationId, NetworkAclId: acl }),
    );
  }
}

async function defaultsOf(vpc: string, client: ec2.EC2Client): Promise<Inputs> {
  const Filters = [{ Name: "vpc-id", Values: [vpc] }];
  const acls = await client.send(new ec2.DescribeNetworkAclsCommand({ Filters }));
  const tables = await client.send(new ec2.DescribeRouteTablesCommand({ Filters }));
  return {
    defaultNetworkAclId: acls.NetworkAcls?.find((each) => each.IsDefault)?.NetworkAclId,
    defaultRouteTableId: tables.RouteTables?.[0]?.RouteTableId,
  };
}

async function route(RouteTableId: string, each: Inputs, client: ec2.EC2Client): Promise<void> {
  await client.send(
    new ec2.CreateRouteCommand({
      RouteTableId,
      DestinationCidrBlock: each.cidrBlock ?? each.destinationCidrBlock,
      DestinationIpv6CidrBlock: each.ipv6CidrBlock ?? each.destinationIpv6CidrBlock,
      DestinationPrefixListId: each.destinationPrefixListId,
      ...{ GatewayId: each.gatewayId, NatGatewayId: each.natGatewayId, TransitGatewayId: each.transitGatewayId },
      EgressOnlyInternetGatewayId: each.egressOnlyGatewayId,
      NetworkInterfaceId: each.networkInterfaceId,
    }),
  );
}

const makers: { readonly [type in Written["type"]]?: Maker } = {
  group,
  vpc: async ({ cidrBlock }, { ec2: client }) => {
    const made = given((await client.send(new ec2.CreateVpcCommand({ CidrBlock: cidrBlock }))).Vpc?.VpcId);
    return { ...made, outputs: await defaultsOf(made.id, client) };
  },
  vpcBlock: async ({ vpcId, cidrBlock }, { ec2: client }) => {
    const made = await client.send(new ec2.AssociateVpcCidrBlockCommand({ VpcId: vpcId, CidrBlock: cidrBlock }));
    return given(made.CidrBlockAssociation?.AssociationId);
  },
  subnet: async ({ vpcId, cidrBlock, availabilityZone, mapPublicIpOnLaunch }, { ec2: client }) => {
    const made = await client.send(
      new ec2.CreateSubnetCommand({ VpcId: vpcId, CidrBlock: cidrBlock, AvailabilityZone: availabilityZone }),
    );
    const SubnetId = given(made.Subnet?.SubnetId).id;
    if (mapPublicIpOnLaunch) {
      await client.send(new ec2.ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
    }
    return { id: SubnetId };
  },
  internetGateway: async ({ vpcId }, { ec2: client }) => {
    const made = await client.send(new ec2.CreateInternetGatewayCommand({}));
    const InternetGatewayId = given(made.InternetGateway?.InternetGatewayId).id;
    await client.send(new ec2.AttachInternetGatewayCommand({ InternetGatewayId, VpcId: vpcId }));
    return { id: InternetGatewayId };
  },
  egressGateway: async ({ vpcId }, { ec2: client }) => {
    const made = await client.send(new ec2.CreateEgressOnlyInternetGatewayCommand({ VpcId: vpcId }));
    return given(made.EgressOnlyInternetGateway?.EgressOnlyInternetGatewayId);
  },
  ingressRule: async (inputs, { ec2: client }) => {
    const made = await client.send(
      new ec2.AuthorizeSecurityGroupIngressCommand({
        GroupId: inputs.securityGroupId,
        IpPermissions: [ranges(inputs)],
      }),
    );
    return given(made.SecurityGroupRules?.[0]?.SecurityGroupRuleId);
  },
  prefixList: async ({ entries: listed = [] }, { ec2: client }, name) => {
    const made = await client.send(
      new ec2.CreateManagedPrefixListCommand({
        ...{ PrefixListName: name, AddressFamily: "IPv4", MaxEntries: 10 },
        Entries: listed.map((each: Inputs) => ({ Cidr: each.cidr })),
      }),
    );
    return given(made.PrefixList?.PrefixListId);
  },
  acl: async (inputs, { ec2: client }) => {
    const made = await client.send(new ec2.CreateNetworkAclCommand({ VpcId: inputs.vpcId }));
    const { id } = given(made.NetworkAcl?.NetworkAclId);
    await entries(id, inputs, client);
    await guard(id, inputs.subnetIds ?? [], client);
    return { id };
  },
  defaultAcl: async (inputs, { ec2: client }) => {
    const NetworkAclId = inputs.defaultNetworkAclId;
    const found = await client.send(new ec2.DescribeNetworkAclsCommand({ NetworkAclIds: [NetworkAclId] }));
    for (const { RuleNumber = 0, Egress } of found.NetworkAcls?.[0]?.Entries ?? []) {
      if (RuleNumber < 32_767)
        await client.send(new ec2.DeleteNetworkAclEntryCommand({ NetworkAclId, RuleNumber, Egress }));
    }
    await entries(NetworkAclId, inputs, client);
    return { id: NetworkAclId };
  },
  table: async ({ vpcId, routes = [] }, { ec2: client }) => {
    const made = await client.send(new ec2.CreateRouteTableCommand({ VpcId: vpcId }));
    const { id } = given(made.RouteTable?.RouteTableId);
    for (const each of routes) await route(id, each, client);
    return { id };
  },
  route: async (inputs, { ec2: client }) => {
    await route(inputs.routeTableId, inputs, client);
    return { id: `r-${inputs.routeTableId}` };
  },
  tableAssociation: async ({ routeTableId, subnetId, gatewayId }, { ec2: client }) => {
    const made = await client.send(
      new ec2.AssociateRouteTableCommand({ RouteTableId: routeTableId, SubnetId: subnetId, GatewayId: gatewayId }),
    );
    return given(made.AssociationId);
  },
  mainTable: async ({ vpcId, routeTableId }, { ec2: client }) => {
    const found = await client.send(
      new ec2.DescribeRouteTablesCommand({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] }),
    );
    const main = found.RouteTables?.flatMap(({ Associations = [] }) => Associations).find((each) => each.Main);
    const made = await client.send(
      new ec2.ReplaceRouteTableAssociationCommand({
        AssociationId: main?.RouteTableAssociationId,
        RouteTableId: routeTableId,
      }),
    );
    return given(made.NewAssociationId);
  },
  nat: async ({ subnetId, connectivityType }, { ec2: client }) => {
    const isPrivate = connectivityType === "private";
    const address = isPrivate ? undefined : await client.send(new ec2.AllocateAddressCommand({ Domain: "vpc" }));
    const made = await client.send(
      new ec2.CreateNatGatewayCommand({
        ...{ SubnetId: subnetId, ConnectivityType: connectivityType },
        ...(address ? { AllocationId: address.AllocationId } : {}),
      }),
    );
    return given(made.NatGateway?.NatGatewayId);
  },
  eip: async ({ instance, networkInterface }, { ec2: client }) => {
    const made = await client.send(new ec2.AllocateAddressCommand({ Domain: "vpc" }));
    const bound = { AllocationId: made.AllocationId, InstanceId: instance, NetworkInterfaceId: networkInterface };
    await client.send(new ec2.AssociateAddressCommand(bound));
    return given(made.AllocationId);
  },
  nic: async ({ subnetId, securityGroups, privateIp }, { ec2: client }) => {
    const made = await client.send(
      new ec2.CreateNetworkInterfaceCommand({
        SubnetId: subnetId,
        Groups: securityGroups,
        PrivateIpAddress: privateIp,
      }),
    );
    return given(made.NetworkInterface?.NetworkInterfaceId);
  },
  instance: async (inputs, { ec2: client }) => {
    const borrowed = (inputs.networkInterfaces ?? []) as Inputs[];
    const own = {
      ...{ DeviceIndex: 0, SubnetId: inputs.subnetId, Groups: inputs.vpcSecurityGroupIds },
      ...{ PrivateIpAddress: inputs.privateIp, AssociatePublicIpAddress: inputs.associatePublicIpAddress },
    };
    const nics = borrowed.map((each, i) => ({ DeviceIndex: i, NetworkInterfaceId: each.networkInterfaceId }));
    const made = await client.send(
      new ec2.RunInstancesCommand({
        ...{ ImageId: "ami-12c6146b", MinCount: 1, MaxCount: 1 },
        NetworkInterfaces: nics.length > 0 ? nics : [own],
      }),
    );
    return given(made.Instances?.[0]?.InstanceId);
  },
  transit: async (inputs, { ec2: client }) => {
    const Options = {
      DefaultRouteTableAssociation: inputs.defaultRouteTableAssociation,
      DefaultRouteTablePropagation: inputs.defaultRouteTablePropagation,
    };
    const made = await client.send(new ec2.CreateTransitGatewayCommand({ Options }));
    const { id } = given(made.TransitGateway?.TransitGatewayId);
    return {
      id,
      outputs: { associationDefaultRouteTableId: made.TransitGateway?.Options?.AssociationDefaultRouteTableId },
    };
  },
  transitAttachment: async ({ transitGatewayId, vpcId, subnetIds, ipv6Support }, { ec2: client }) => {
    const made = await client.send(
      new ec2.CreateTransitGatewayVpcAttachmentCommand({
        ...{ TransitGatewayId: transitGatewayId, VpcId: vpcId, SubnetIds: subnetIds },
        Options: { Ipv6Support: ipv6Support },
      }),
    );
    return given(made.TransitGatewayVpcAttachment?.TransitGatewayAttachmentId);
  },
  transitTable: async ({ transitGatewayId }, { ec2: client }) => {
    const made = await client.send(
      new ec2.CreateTransitGatewayRouteTableCommand({ TransitGatewayId: transitGatewayId }),
    );
    return given(made.TransitGatewayRouteTable?.TransitGatewayRouteTableId);
  },
  transitAssociation: async (inputs, { ec2: client }) => {
    const [table, attachment] = [inputs.transitGatewayRouteTableId, inputs.transitGatewayAttachmentId];
    await client.send(
      new ec2.AssociateTransitGatewayRouteTableCommand({
        ...{ TransitGatewayRouteTableId: table, TransitGatewayAttachmentId: attachment },
      }),
    );
    return { id: `${table}_${attachment}` };
  },
  transitPropagation: async (inputs, { ec2: client }) => {
    const [table, attachment] = [inputs.transitGatewayRouteTableId, inputs.transitGatewayAttachmentId];
    await client.send(
      new ec2.EnableTransitGatewayRouteTablePropagationCommand({
        ...{ TransitGatewayRouteTableId: table, TransitGatewayAttachmentId: attachment },
      }),
    );
    return { id: `${table}_${attachment}` };
  },
  transitRoute: async (inputs, { ec2: client }) => {
    const { transitGatewayRouteTableId: table, destinationCidrBlock: block, blackhole = false } = inputs;
    await client.send(
      new ec2.CreateTransitGatewayRouteCommand({
        ...{ TransitGatewayRouteTableId: table, DestinationCidrBlock: block, Blackhole: blackhole },
        TransitGatewayAttachmentId: inputs.transitGatewayAttachmentId,
      }),
    );
    return { id: `${table}_${block}` };
  },
  blockPublic: async ({ internetGatewayBlockMode }, { ec2: client }) => {
    const InternetGatewayBlockMode = internetGatewayBlockMode;
    await client.send(new ec2.ModifyVpcBlockPublicAccessOptionsCommand({ InternetGatewayBlockMode }));
    return { id: "block-public-access" };
  },
  blockExclusion: async ({ internetGatewayExclusionMode, subnetId, vpcId }, { ec2: client }) => {
    const made = await client.send(
      new ec2.CreateVpcBlockPublicAccessExclusionCommand({
        ...{ InternetGatewayExclusionMode: internetGatewayExclusionMode, SubnetId: subnetId, VpcId: vpcId },
      }),
    );
    return given(made.VpcBlockPublicAccessExclusion?.ExclusionId);
  },
  balancer: async (inputs, { elbv2: client }, name) => {
    const made = await client.send(
      new elbv2.CreateLoadBalancerCommand({
        ...{ Name: name, Type: "network", Subnets: inputs.subnets, SecurityGroups: inputs.securityGroups },
        Scheme: inputs.internal ? "internal" : "internet-facing",
      }),
    );
    return given(made.LoadBalancers?.[0]?.LoadBalancerArn);
  },
  targetGroup: async (inputs, { elbv2: client }, name) => {
    const made = await client.send(
      new elbv2.CreateTargetGroupCommand({
        ...{ Name: name, Port: inputs.port, Protocol: inputs.protocol, VpcId: inputs.vpcId },
        TargetType: inputs.targetType,
      }),
    );
    const TargetGroupArn = given(made.TargetGroups?.[0]?.TargetGroupArn).id;
    if (inputs.preserveClientIp !== undefined) {
      const Attributes = [{ Key: "preserve_client_ip.enabled", Value: inputs.preserveClientIp }];
      await client.send(new elbv2.ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
    }
    return { id: TargetGroupArn };
  },
  listener: async (inputs, { elbv2: client }) => {
    const made = await client.send(
      new elbv2.CreateListenerCommand({
        ...{ LoadBalancerArn: inputs.loadBalancerArn, Port: inputs.port, Protocol: inputs.protocol },
        DefaultActions: inputs.defaultActions.map((each: Inputs) => ({
          Type: "forward",
          TargetGroupArn: each.targetGroupArn,
        })),
      }),
    );
    return given(made.Listeners?.[0]?.ListenerArn);
  },
  target: async ({ targetGroupArn, targetId, port }, { elbv2: client }) => {
    const Targets = [{ Id: targetId, ...(port ? { Port: port } : {}) }];
    await client.send(new elbv2.RegisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets }));
    return { id: `${targetGroupArn}-${targetId}` };
  },
  classic: async (inputs, { elb: client }, name) => {
    await client.send(
      new elb.CreateLoadBalancerCommand({
        ...{ LoadBalancerName: name, Subnets: inputs.subnets, SecurityGroups: inputs.securityGroups },
        ...(inputs.internal ? { Scheme: "internal" } : {}),
        Listeners: inputs.listeners.map((each: Inputs) => ({
          ...{ LoadBalancerPort: each.lbPort, Protocol: each.lbProtocol },
          ...{ InstancePort: each.instancePort, InstanceProtocol: each.instanceProtocol },
        })),
      }),
    );
    await client.send(
      new elb.RegisterInstancesWithLoadBalancerCommand({
        LoadBalancerName: name,
        Instances: (inputs.instances ?? []).map((InstanceId: string) => ({ InstanceId })),
      }),
    );
    return { id: name };
  },
};
