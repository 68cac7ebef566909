import {
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateManagedPrefixListCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DescribeRouteTablesCommand,
  type EC2Client,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";

/** The account as a person would build it, in moto; every id is the one that moto gave. */
export class Account {
  readonly ids: Record<string, string> = {};
  constructor(private readonly ec2: EC2Client) {}

  async network(): Promise<void> {
    const vpc = await this.ec2.send(new CreateVpcCommand({ CidrBlock: "10.1.0.0/16" }));
    this.ids.vpc = vpc.Vpc?.VpcId ?? "";
    const subnet = await this.ec2.send(new CreateSubnetCommand({ VpcId: this.ids.vpc, CidrBlock: "10.1.2.0/24" }));
    this.ids.subnet = subnet.Subnet?.SubnetId ?? "";
  }

  /** A way to the internet for every subnet that has no route table of its own. */
  async internet(): Promise<void> {
    const made = await this.ec2.send(new CreateInternetGatewayCommand({}));
    const InternetGatewayId = made.InternetGateway?.InternetGatewayId;
    await this.ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: this.ids.vpc }));
    const Filters = [{ Name: "vpc-id", Values: [this.ids.vpc ?? ""] }];
    const { RouteTables } = await this.ec2.send(new DescribeRouteTablesCommand({ Filters }));
    const way = { RouteTableId: RouteTables?.[0]?.RouteTableId, GatewayId: InternetGatewayId };
    await this.ec2.send(new CreateRouteCommand({ ...way, DestinationCidrBlock: "0.0.0.0/0" }));
  }

  async prefixList(name: string, ...cidrs: string[]): Promise<string> {
    const made = await this.ec2.send(
      new CreateManagedPrefixListCommand({
        PrefixListName: name,
        AddressFamily: "IPv4",
        MaxEntries: 10,
        Entries: cidrs.map((Cidr) => ({ Cidr })),
      }),
    );
    return this.keep(name, made.PrefixList?.PrefixListId);
  }

  /** A new group lets everything out, as AWS makes it; `egress` replaces that. */
  async group(name: string, ingress: IpPermission[], egress?: IpPermission[]): Promise<string> {
    const made = await this.ec2.send(
      new CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId: this.ids.vpc }),
    );
    const GroupId = this.keep(name, made.GroupId);
    if (egress) {
      const all = [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];
      await this.ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: all }));
    }
    await this.admit(GroupId, ingress);
    if (egress?.length) {
      await this.ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: egress }));
    }
    return GroupId;
  }

  async admit(GroupId: string, IpPermissions: IpPermission[]): Promise<void> {
    if (IpPermissions.length > 0) {
      await this.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    }
  }

  async revoke(GroupId: string, side: "ingress" | "egress", IpPermissions: IpPermission[]): Promise<void> {
    const rules = { GroupId, IpPermissions };
    if (side === "ingress") await this.ec2.send(new RevokeSecurityGroupIngressCommand(rules));
    else await this.ec2.send(new RevokeSecurityGroupEgressCommand(rules));
  }

  async eni(name: string, address: string, ...groups: string[]): Promise<string> {
    const made = await this.ec2.send(
      new CreateNetworkInterfaceCommand({ SubnetId: this.ids.subnet, PrivateIpAddress: address, Groups: groups }),
    );
    return this.keep(name, made.NetworkInterface?.NetworkInterfaceId);
  }

  async instance(name: string, address: string, ...groups: string[]): Promise<string> {
    const primary = { DeviceIndex: 0, SubnetId: this.ids.subnet, PrivateIpAddress: address, Groups: groups };
    return this.run(name, [primary]);
  }

  async run(name: string, NetworkInterfaces: object[]): Promise<string> {
    const made = await this.ec2.send(
      new RunInstancesCommand({ ImageId: "ami-12c6146b", MinCount: 1, MaxCount: 1, NetworkInterfaces }),
    );
    const id = this.keep(name, made.Instances?.[0]?.InstanceId);
    await this.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: "Name", Value: name }] }));
    return id;
  }

  private keep(name: string, id: string | undefined): string {
    if (!id) throw new Error(`moto gave ${name} no id`);
    this.ids[name] = id;
    return id;
  }
}

export const tcp = (from: number, to: number, peers: Omit<IpPermission, "IpProtocol">): IpPermission => ({
  IpProtocol: "tcp",
  FromPort: from,
  ToPort: to,
  ...peers,
});
export const v4 = (...cidrs: string[]) => ({ IpRanges: cidrs.map((CidrIp) => ({ CidrIp })) });
export const v6 = (...cidrs: string[]) => ({ Ipv6Ranges: cidrs.map((CidrIpv6) => ({ CidrIpv6 })) });
export const group = (GroupId: string) => ({ UserIdGroupPairs: [{ GroupId }] });
export const list = (PrefixListId: string) => ({ PrefixListIds: [{ PrefixListId }] });
