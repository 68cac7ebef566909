import {
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkAclEntryCommand,
  type CreateNetworkAclEntryCommandInput,
  CreateRouteCommand,
  DeleteRouteCommand,
  DescribeAddressesCommand,
  DescribeNetworkAclsCommand,
  DisassociateAddressCommand,
  ModifyVpcBlockPublicAccessOptionsCommand,
  ReplaceNetworkAclEntryCommand,
} from "@aws-sdk/client-ec2";
import { CreateListenerCommand, DeregisterTargetsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AddressSet, privateNetworks } from "../../model/addresses.js";
import { nothingDeclared } from "../../model/declaration.js";
import { type Estate, joinEstates } from "../../model/network.js";
import { Subjects } from "../../model/subjects.js";
import { judge } from "../../policies/index.js";
import { firewallDrift } from "../../policies/rules/firewall-drift.js";
import { reachFacts } from "../../reach/index.js";
import { readAws } from "../../sources/aws/index.js";
import { cloudInMoto } from "../setup/aws-cloud.js";
import { deploy } from "../setup/aws-deploy.js";
import { describeWith, lacks } from "../setup/real-part.js";
import { answer, fromState, relayed, toRelay, type Written } from "./pulumi/programs.js";

const region = "eu-west-1";

const on = (port: number, more: object = { cidrBlocks: ["0.0.0.0/0"] }) => ({
  ...{ protocol: "tcp", fromPort: port, toPort: port },
  ...more,
});
const anything = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] };
const group = (name: string, ...ingress: object[]): Written => ({
  ...{ type: "group", name: `sg-${name}`, id: `sg-${name}` },
  inputs: { vpcId: "vpc-1", ingress, egress: [anything] },
});
const subnet = (name: string, cidrBlock: string, more: object = {}): Written => ({
  ...{ type: "subnet", name, id: `subnet-${name}`, inputs: { vpcId: "vpc-1", cidrBlock, ...more } },
});
const table = (name: string, ...routes: object[]): Written[] => [
  { type: "table", name: `rt-${name}`, id: `rtb-${name}`, inputs: { vpcId: "vpc-1", routes } },
  {
    ...{ type: "tableAssociation", name: `rta-${name}` },
    inputs: { routeTableId: `rtb-${name}`, subnetId: `subnet-${name}` },
  } as Written,
];
const network: Written[] = [
  { type: "vpc", name: "v", id: "vpc-1", inputs: { cidrBlock: "10.0.0.0/16" } },
  { type: "internetGateway", name: "igw", id: "igw-1", inputs: { vpcId: "vpc-1" } },
  ...[subnet("front", "10.0.1.0/24"), subnet("back", "10.0.2.0/24")],
  group("open", on(587)),
];
const toGateway = { cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" };
const toNat = { cidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" };
const mail = (more: object = {}): Written => ({
  ...{ type: "instance", name: "mail", id: "i-1" },
  inputs: { vpcSecurityGroupIds: ["sg-open"], subnetId: "subnet-back", privateIp: "10.0.2.25", ...more },
});
const published = [...network, mail({ associatePublicIpAddress: true }), ...table("back", toGateway)];
const nat = (more: object = {}): Written => ({
  ...{ type: "nat", name: "nat", id: "nat-1", inputs: { subnetId: "subnet-front", ...more } },
});
const privately = [...network, mail(), ...table("front", toGateway), nat(), ...table("back", toNat)];
const without = (program: readonly Written[], ...names: string[]) =>
  program.filter(({ name }) => !names.includes(name));
const acl = (name: string, ingress: readonly object[], egress: readonly object[]): Written => ({
  ...{ type: "acl", name: `acl-${name}`, id: `acl-${name}` },
  inputs: { vpcId: "vpc-1", subnetIds: [`subnet-${name}`], ingress, egress },
});
const entry = (ruleNo: number, action: string, fromPort: number, toPort: number, cidrBlock = "0.0.0.0/0") => ({
  ...{ ruleNo, action, protocol: "tcp", fromPort, toPort, cidrBlock },
});
const all = { ruleNo: 100, action: "allow", protocol: "-1", fromPort: 0, toPort: 0, cidrBlock: "0.0.0.0/0" };
const list = (name: string, ...cidrs: string[]): Written => ({
  ...{ type: "prefixList", name, id: `pl-${name}` },
  inputs: { addressFamily: "IPv4", maxEntries: 10, entries: cidrs.map((cidr) => ({ cidr })) },
});
const defaultAcl = (inputs: object): Written => ({
  ...{ type: "defaultAcl", name: "d", id: "acl-d" },
  inputs: { defaultNetworkAclId: "vpc-1.defaultNetworkAclId", ...inputs },
});
const block = (mode: string): Written => ({
  ...{ type: "blockPublic", name: "bpa", id: "bpa" },
  inputs: { internetGatewayBlockMode: mode },
});
const exclude = (mode: string, whom: object): Written => ({
  ...{ type: "blockExclusion", name: "exclude", id: "x", inputs: { internetGatewayExclusionMode: mode, ...whom } },
});

type Table = Readonly<Record<string, Written[]>>;

/** Can a client of the internet connect to tcp/587 of `mail`? */
const inward: Table = {
  open_published: published,
  closed_no_public_address: [...network, mail(), ...table("back", toGateway)],
  closed_public_address_without_a_route: [...network, mail({ associatePublicIpAddress: true }), ...table("back")],
  closed_in_a_private_subnet: privately,
  open_elastic_address: [
    ...[...network, mail(), ...table("back", toGateway)],
    { type: "eip", name: "address", id: "eip-1", inputs: { instance: "i-1" } },
  ],
  open_interface_of_its_own: [
    ...without(network, "back"),
    ...[subnet("back", "10.0.2.0/24"), ...table("back", toGateway)],
    {
      ...{ type: "nic", name: "eni", id: "eni-1" },
      inputs: { subnetId: "subnet-back", securityGroups: ["sg-open"], privateIp: "10.0.2.25" },
    } as Written,
    {
      ...{ type: "instance", name: "mail", id: "i-1" },
      inputs: { networkInterfaces: [{ networkInterfaceId: "eni-1", deviceIndex: 0 }] },
    } as Written,
    { type: "eip", name: "address", id: "eip-1", inputs: { networkInterface: "eni-1" } } as Written,
  ],
  open_by_the_main_table: [
    ...[...network, mail({ associatePublicIpAddress: true })],
    { type: "table", name: "rt", id: "rtb-main", inputs: { vpcId: "vpc-1", routes: [toGateway] } },
    { type: "mainTable", name: "m", id: "m", inputs: { vpcId: "vpc-1", routeTableId: "rtb-main" } },
  ],
  closed_by_the_main_table: [
    ...[...network, mail({ associatePublicIpAddress: true })],
    { type: "table", name: "rt", id: "rtb-main", inputs: { vpcId: "vpc-1", routes: [] } },
    { type: "mainTable", name: "m", id: "m", inputs: { vpcId: "vpc-1", routeTableId: "rtb-main" } },
  ],
  closed_longest_prefix_to_nat: [
    ...without(privately, "mail", "rt-back", "rta-back"),
    ...[mail({ associatePublicIpAddress: true }), ...table("back", toGateway, { ...toNat, cidrBlock: "8.8.0.0/16" })],
  ],
  closed_prefix_list_to_nat: [
    ...[...without(privately, "mail", "rt-back", "rta-back"), list("dns", "192.0.2.0/24", "8.8.8.0/24")],
    mail({ associatePublicIpAddress: true }),
    ...table("back", toGateway, { destinationPrefixListId: "pl-dns", natGatewayId: "nat-1" }),
  ],
  open_prefix_list_of_others_to_nat: [
    ...[...without(privately, "mail", "rt-back", "rta-back"), list("dns", "192.0.2.0/24")],
    mail({ associatePublicIpAddress: true }),
    ...table("back", toGateway, { destinationPrefixListId: "pl-dns", natGatewayId: "nat-1" }),
  ],
  closed_prefix_list_shorter_than_the_table_s_route: [
    ...[...without(privately, "mail", "rt-back", "rta-back"), list("wide", "8.8.0.0/16")],
    mail({ associatePublicIpAddress: true }),
    ...table(
      "back",
      ...[
        { destinationPrefixListId: "pl-wide", gatewayId: "igw-1" },
        { ...toNat, cidrBlock: "8.8.8.0/24" },
      ],
    ),
  ],
  open_group_by_prefix_list: [
    ...[...without(published, "sg-open", "mail"), list("clients", "8.8.8.0/24")],
    group("open", on(587, { prefixListIds: ["pl-clients"] })),
    mail({ associatePublicIpAddress: true }),
  ],
  closed_group_by_prefix_list_of_others: [
    ...[...without(published, "sg-open", "mail"), list("clients", "192.0.2.0/24")],
    group("open", on(587, { prefixListIds: ["pl-clients"] })),
    mail({ associatePublicIpAddress: true }),
  ],
  open_separate_rule: [
    ...without(published, "sg-open", "mail"),
    { type: "group", name: "sg-open", id: "sg-open", inputs: { vpcId: "vpc-1", egress: [anything] } },
    mail({ associatePublicIpAddress: true }),
    {
      ...{ type: "ingressRule", name: "r", id: "sgr-1" },
      inputs: { securityGroupId: "sg-open", ipProtocol: "tcp", fromPort: 587, toPort: 587, cidrIpv4: "0.0.0.0/0" },
    },
  ],
  open_acl: [...published, acl("back", [all], [all])],
  open_acl_of_another_subnet: [...published, acl("front", [], [])],
  closed_acl_without_entries: [...published, acl("back", [], [])],
  closed_acl_denies_before: [...published, acl("back", [entry(90, "deny", 500, 600), all], [all])],
  open_acl_denies_after: [...published, acl("back", [all, entry(110, "deny", 500, 600)], [all])],
  closed_acl_lets_no_answer_out: [...published, acl("back", [all], [entry(100, "allow", 0, 1023)])],
  open_acl_lets_out_some_answers: [...published, acl("back", [all], [entry(100, "allow", 49152, 65535)])],
  closed_default_acl_managed_without_entries: [
    ...without(published, "mail"),
    defaultAcl({}),
    mail({ associatePublicIpAddress: true }),
  ],
  open_default_acl_managed: [...published, defaultAcl({ ingress: [all], egress: [all] })],
  closed_block_public_access: [...published, block("block-ingress")],
  closed_block_public_access_bidirectional: [...published, block("block-bidirectional")],
  open_block_public_access_off: [...published, block("off")],
  open_excluded: [
    ...published,
    block("block-bidirectional"),
    exclude("allow-bidirectional", { subnetId: "subnet-back" }),
  ],
  open_network_excluded: [...published, block("block-ingress"), exclude("allow-bidirectional", { vpcId: "vpc-1" })],
  closed_excluded_for_egress_alone: [
    ...[...published, block("block-bidirectional"), exclude("allow-egress", { subnetId: "subnet-back" })],
  ],
  open_client_in_a_further_block_of_the_network: [
    ...[...network, mail(), ...table("back")],
    { type: "vpcBlock", name: "more", id: "more", inputs: { vpcId: "vpc-1", cidrBlock: "8.8.0.0/16" } },
  ],
};

/** Can `mail`, whose group lets everything out, connect to tcp/25 of an address of the internet? */
const outward: Table = {
  open_public_address: published,
  open_nat_gateway: privately,
  closed_private_nat_gateway: privately.map((each) =>
    each.name === "nat" ? nat({ connectivityType: "private" }) : each,
  ),
  closed_nat_gateway_in_a_private_subnet: [...[...network, mail(), ...table("front"), nat(), ...table("back", toNat)]],
  closed_no_address: [...network, mail(), ...table("back", toGateway)],
  closed_no_route: [...network, mail({ associatePublicIpAddress: true }), ...table("back")],
  closed_acl_lets_nothing_out: [...published, acl("back", [all], [entry(100, "allow", 25, 25)])],
  closed_acl_lets_no_answer_in: [...published, acl("back", [entry(100, "allow", 587, 587)], [all])],
  closed_acl_of_the_nat_gateway: [...privately, acl("front", [entry(100, "allow", 1024, 65535)], [all])],
  open_acl_of_the_nat_gateway: [...privately, acl("front", [all], [all])],
  closed_block_public_access: [...privately, block("block-bidirectional")],
  open_block_of_ingress_leaves_nat_alone: [...privately, block("block-ingress")],
  closed_group_lets_nothing_out: published.map((each) =>
    each.name === "sg-open" ? { ...each, inputs: { ...each.inputs, egress: [] } } : each,
  ),
};

/** A network load balancer on 587 before `mail` on 2587; `changed` replaces what has its name, or stands before it all. */
const balanced = (...changed: Written[]): Written[] => {
  const program: Written[] = [
    ...[group("open", on(2587)), ...table("front", toGateway), ...table("back"), mail()],
    ...[nlb(), tg()],
    {
      ...{ type: "listener", name: "l", id: "arn:l" },
      inputs: {
        ...{ loadBalancerArn: "arn:nlb", port: 587, protocol: "TCP" },
        defaultActions: [{ type: "forward", targetGroupArn: "arn:tg" }],
      },
    },
    target("i-1"),
  ];
  const added = changed.filter(({ name }) => !program.some((each) => each.name === name));
  const standing = program.map((each) => changed.find(({ name }) => name === each.name) ?? each);
  return [...without(network, "sg-open"), ...added, ...standing];
};
const tg = (more: object = {}): Written => ({
  ...{ type: "targetGroup", name: "tg", id: "arn:tg" },
  inputs: { port: 2587, protocol: "TCP", vpcId: "vpc-1", ...more },
});
const nlb = (more: object = {}): Written => ({
  ...{ type: "balancer", name: "nlb", id: "arn:nlb" },
  inputs: { loadBalancerType: "network", subnets: ["subnet-front"], ...more },
});
const target = (targetId: string, more: object = {}): Written => ({
  ...{ type: "target", name: "t", id: "t", inputs: { targetGroupArn: "arn:tg", targetId, ...more } },
});
const classic = (lbProtocol: string, ...more: Written[]): Written[] => [
  ...without(network, "sg-open"),
  ...[group("open", on(2587, { securityGroups: ["sg-own"] })), group("own", on(587))].reverse(),
  ...[...table("front", toGateway), ...table("back"), mail()],
  {
    ...{ type: "classic", name: "nlb", id: "nlb" },
    inputs: {
      ...{ securityGroups: ["sg-own"], subnets: ["subnet-front"], instances: ["i-1"] },
      listeners: [{ lbPort: 587, lbProtocol, instancePort: 2587, instanceProtocol: lbProtocol }],
    },
  },
  ...more,
];

/** Can a client of the internet connect to tcp/587 of the load balancer in front of `mail`? */
const fronts: Table = {
  open_listener_587_to_2587: balanced(),
  closed_group_opens_the_listener_port_alone: balanced(group("open", on(587))),
  closed_internal: balanced(nlb({ internal: true })),
  closed_its_own_group_is_shut: balanced(group("own", on(25)), nlb({ securityGroups: ["sg-own"] })),
  open_its_own_group_lets_in: balanced(group("own", on(587)), nlb({ securityGroups: ["sg-own"] })),
  closed_target_port_overridden: balanced(target("i-1", { port: 10587 })),
  open_target_by_address: balanced(
    ...[group("open", on(2587, { cidrBlocks: ["10.0.0.0/16"] })), tg({ targetType: "ip" }), target("10.0.2.25")],
  ),
  closed_clients_preserved: balanced(group("open", on(2587, { cidrBlocks: ["10.0.1.0/24"] }))),
  open_clients_hidden: balanced(
    ...[group("open", on(2587, { cidrBlocks: ["10.0.1.0/24"] })), tg({ preserveClientIp: "false" })],
  ),
  open_classic: classic("tcp"),
  closed_classic_speaks_http: classic("http"),
};

const ports = [25, 465, 587, 2525];
const blockingIngress = () =>
  new ModifyVpcBlockPublicAccessOptionsCommand({ InternetGatewayBlockMode: "block-ingress" });
const denying = {
  Egress: false,
  RuleNumber: 10,
  RuleAction: "deny",
  Protocol: "6",
  CidrBlock: "0.0.0.0/0",
  PortRange: { From: 587, To: 587 },
} satisfies Partial<CreateNetworkAclEntryCommandInput>;
/** Every IPv4 address that is not inside a network. */
const outside = AddressSet.of("0.0.0.0/0").subtract(privateNetworks).toString();

const truths = { open: true, closed: false } as const;
const truthOf = (name: string) => truths[name.slice(0, name.indexOf("_")) as keyof typeof truths];

describeWith(lacks("python3", "--version"))("a program and its deployment (moto)", () => {
  const aws = cloudInMoto(region);

  async function sides(program: readonly Written[]): Promise<[planned: Estate, deployed: Estate]> {
    const written = await deploy(program, aws.cloud);
    return [await fromState(written), (await readAws({ region })).estate];
  }

  function said(estate: Estate, side: Estate, name: "reachable" | "egressAllowed", subject: string) {
    const facts = reachFacts(side, new Subjects(relayed, estate.interfaces));
    return answer(facts, name, subject, "8.8.8.8");
  }

  function driftOf(...estates: Estate[]): string[] {
    const both = joinEstates(...estates);
    const facts = reachFacts(both, new Subjects(nothingDeclared, both.interfaces));
    const outcomes = judge([firewallDrift], facts, nothingDeclared, new Date(0)).flatMap((each) => each.outcomes);
    expect(outcomes.length).toBeGreaterThan(0);
    return outcomes.filter(({ status }) => status !== "pass").map(({ status, message }) => `${status} ${message}`);
  }

  async function agree(program: readonly Written[], name: "reachable" | "egressAllowed", subject: string) {
    const [planned, deployed] = await sides(program);
    const both = joinEstates(planned, deployed);
    return [said(both, planned, name, subject), said(both, deployed, name, subject), driftOf(both)];
  }

  it.each(Object.entries(inward))("in: %s", async (name, program) => {
    const truth = truthOf(name);
    expect(await agree(program, "reachable", "mail:587")).toEqual([truth, truth, []]);
  });

  it.each(Object.entries(outward))("out: %s", async (name, program) => {
    const truth = truthOf(name);
    expect(await agree(program, "egressAllowed", toRelay)).toEqual([truth, truth, []]);
  });

  it("what the internet gateway's own table hands to an appliance is unknown on both sides", async () => {
    const appliance: Written = {
      ...{ type: "nic", name: "eni", id: "eni-1" },
      inputs: { subnetId: "subnet-front", securityGroups: ["sg-open"], privateIp: "10.0.1.25" },
    };
    const edge: Written[] = [
      {
        ...{ type: "table", name: "rt-edge", id: "rtb-edge" },
        inputs: { vpcId: "vpc-1", routes: [{ cidrBlock: "10.0.2.0/24", networkInterfaceId: "eni-1" }] },
      },
      { type: "tableAssociation", name: "rta-edge", inputs: { routeTableId: "rtb-edge", gatewayId: "igw-1" } },
    ];
    const [planned, deployed] = await agree([...published, appliance, ...edge], "reachable", "mail:587");
    expect([planned, deployed]).toEqual(["unknown", "unknown"]);
  });

  it.each(Object.entries(fronts))("through a load balancer: %s", async (name, program) => {
    const truth = truthOf(name);
    expect(await agree(program, "reachable", "nlb:587")).toEqual([truth, truth, []]);
  });

  /** What someone does by hand to a program that was deployed, and the filter that differs from then on. */
  const byHand: [string, Written[], (ids: Readonly<Record<string, string>>) => Promise<unknown>, string[]][] = [
    [
      "an entry put before those of an ACL",
      [...published, acl("back", [all], [all])],
      ({ "acl-back": NetworkAclId }) =>
        aws.cloud.ec2.send(new CreateNetworkAclEntryCommand({ NetworkAclId, ...denying })),
      ["fail mail:587: deployed, its network ACL keeps out any IPv4 address, which the plan opens"],
    ],
    [
      "an entry put into a default ACL that the program leaves alone",
      published,
      ({ v: vpc }) => denyInDefaultAcl(vpc ?? ""),
      ["fail mail:587: deployed, its network ACL keeps out any IPv4 address, which the plan opens"],
    ],
    [
      "an entry for answers narrowed",
      [...published, acl("back", [all], [all])],
      ({ "acl-back": NetworkAclId }) =>
        aws.cloud.ec2.send(
          new ReplaceNetworkAclEntryCommand({
            ...{ NetworkAclId, Egress: true, RuleNumber: 100, RuleAction: "allow", Protocol: "6" },
            ...{ CidrBlock: "0.0.0.0/0", PortRange: { From: 49152, To: 65535 } },
          }),
        ),
      ports
        .map(
          (port) =>
            `fail mail:${port}: deployed, its network ACL loses the answers of client ports 1024-49151 with any IPv4 address (planned: none)`,
        )
        .concat(
          "fail mail -> *:25: deployed, its network ACL does not let out to any IPv4 address, which the plan opens",
        ),
    ],
    [
      "the route to the internet deleted",
      published,
      ({ "rt-back": RouteTableId }) =>
        aws.cloud.ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0" })),
      [
        ...ports.map((port) => `fail mail:${port}: deployed, its route keeps out ${outside}, which the plan opens`),
        `fail mail -> *:25: deployed, its route does not let out to ${outside}, which the plan opens`,
      ],
    ],
    [
      "a private subnet led to the internet",
      [...network, mail(), ...table("back")],
      ({ "rt-back": RouteTableId, igw: GatewayId }) =>
        aws.cloud.ec2.send(new CreateRouteCommand({ RouteTableId, GatewayId, DestinationCidrBlock: "0.0.0.0/0" })),
      [
        ...ports.map((port) => `fail mail:${port}: deployed, its route lets in ${outside}, which the plan closes`),
        `fail mail -> *:25: deployed, its route lets out to ${outside}, which the plan closes`,
        // Straight through the gateway it would need an address, which it has not.
        `fail mail -> *:25: deployed, its public address does not let out to ${outside}, which the plan opens`,
      ],
    ],
    [
      "an elastic address taken away",
      [
        ...[...network, mail(), ...table("back", toGateway)],
        { type: "eip", name: "address", id: "eip-1", inputs: { instance: "i-1" } },
      ],
      async ({ address }) => {
        const found = await aws.cloud.ec2.send(new DescribeAddressesCommand({ AllocationIds: [address ?? ""] }));
        const { AssociationId } = found.Addresses?.[0] ?? {};
        await aws.cloud.ec2.send(new DisassociateAddressCommand({ AssociationId }));
      },
      [
        ...ports.map(
          (port) => `fail mail:${port}: deployed, its public address keeps out ${outside}, which the plan opens`,
        ),
        `fail mail -> *:25: deployed, its public address does not let out to ${outside}, which the plan opens`,
      ],
    ],
    [
      "Block Public Access turned on that the program turns off",
      [...published, block("off")],
      () => aws.cloud.ec2.send(blockingIngress()),
      [
        ...ports.map((port) => `fail mail:${port}: deployed, its Block Public Access keeps out `),
        "fail mail -> *:25: deployed, its Block Public Access does not let out to ",
      ],
    ],
    [
      "Block Public Access turned on that the program does not speak of: no drift from it",
      published,
      () => aws.cloud.ec2.send(blockingIngress()),
      [],
    ],
    [
      "a group opened behind a route that leads nowhere",
      [...network, mail(), ...table("back")],
      ({ "sg-open": GroupId }) =>
        aws.cloud.ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId,
            IpPermissions: [{ IpProtocol: "tcp", FromPort: 465, ToPort: 465, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
          }),
        ),
      ["fail mail:465: deployed, it lets in any IPv4 address, which the plan closes (planned: nobody)"],
    ],
    [
      "a target taken from a load balancer",
      balanced(),
      ({ tg: TargetGroupArn, mail: Id }) =>
        aws.cloud.elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id }] })),
      ["fail nlb:587: deployed, its security group of its targets keeps out anyone, which the plan opens"],
    ],
    [
      "a listener added to a load balancer",
      balanced(),
      ({ tg: TargetGroupArn, nlb: LoadBalancerArn }) =>
        aws.cloud.elbv2.send(
          new CreateListenerCommand({
            ...{ LoadBalancerArn, Port: 2525, Protocol: "TCP" },
            DefaultActions: [{ Type: "forward", TargetGroupArn }],
          }),
        ),
      [
        "fail nlb:2525: deployed, its listener lets in anyone, which the plan closes",
        "fail nlb:2525: deployed, its security group of its targets lets in anyone, which the plan closes",
      ],
    ],
  ];
  it.each(byHand)("differ: %s", async (_case, program, change, expected) => {
    const written = await deploy(program, aws.cloud);
    await change(Object.fromEntries(written.map(({ name, id = "" }) => [name, id])));
    const drift = driftOf(await fromState(written), (await readAws({ region })).estate);
    expect([...drift].sort()).toEqual([...expected].sort().map((text) => expect.stringContaining(text)));
  });

  async function denyInDefaultAcl(vpc: string): Promise<void> {
    const Filters = [{ Name: "vpc-id", Values: [vpc] }];
    const found = await aws.cloud.ec2.send(new DescribeNetworkAclsCommand({ Filters }));
    const NetworkAclId = found.NetworkAcls?.find(({ IsDefault }) => IsDefault)?.NetworkAclId;
    await aws.cloud.ec2.send(new CreateNetworkAclEntryCommand({ NetworkAclId, ...denying }));
  }
});
