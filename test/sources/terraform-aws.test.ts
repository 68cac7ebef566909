import { answer, factsOf } from "./pulumi/programs.js";
import { later, planOf, type Resource, read } from "./terraform-plans.js";

const world = "0.0.0.0/0";
const everything = { protocol: "-1", from_port: 0, to_port: 0, cidr_blocks: [world], ipv6_cidr_blocks: ["::/0"] };
const ofVpc = { vpc_id: later("aws_vpc.v.id") };
const route = { cidr_block: world, ipv6_cidr_block: "", destination_prefix_list_id: "", nat_gateway_id: "" };
const endpoint = later("aws_networkfirewall_firewall.fw.firewall_status", "aws_networkfirewall_firewall.fw");
const gateway = later("aws_internet_gateway.igw.id");
const subnet = (name: string, cidr_block: string): Resource => ({
  ...{ type: "aws_subnet", name, args: { ...ofVpc, cidr_block, map_public_ip_on_launch: true } },
});
const table = (name: string, bound: object, ...routes: object[]): Resource[] => [
  { type: "aws_route_table", name, args: { ...ofVpc, route: routes } },
  {
    ...{ type: "aws_route_table_association", name },
    args: { route_table_id: later(`aws_route_table.${name}.id`), ...bound },
  },
];
const of = (name: string) => ({ subnet_id: later(`aws_subnet.${name}.id`) });
const group = (name: string, rules_source: object, type = "STATEFUL"): Resource => ({
  ...{ type: "aws_networkfirewall_rule_group", name },
  args: { type, capacity: 10, name, rule_group: [{ rules_source: [rules_source] }] },
});
const refer = (name: string) => [{ resource_arn: later(`aws_networkfirewall_rule_group.${name}.arn`), priority: 1 }];

/** A machine behind a firewall, both ways, with these groups. */
const guarded = (policy: object, ...groups: Resource[]): Resource[] => [
  { type: "aws_vpc", name: "v", args: { cidr_block: "10.0.0.0/16" } },
  { type: "aws_internet_gateway", name: "igw", args: ofVpc },
  ...[subnet("home", "10.0.1.0/24"), subnet("guard", "10.0.9.0/28")],
  { type: "aws_security_group", name: "open", args: { ...ofVpc, ingress: [everything], egress: [everything] } },
  {
    ...{ type: "aws_instance", name: "mail" },
    args: { vpc_security_group_ids: later("aws_security_group.open.id"), ...of("home"), private_ip: "10.0.1.25" },
  },
  ...table("home", of("home"), { ...route, vpc_endpoint_id: endpoint }),
  ...table("guard", of("guard"), { ...route, gateway_id: gateway }),
  ...table("edge", { gateway_id: gateway }, { ...route, cidr_block: "10.0.1.0/24", vpc_endpoint_id: endpoint }),
  {
    ...{ type: "aws_networkfirewall_firewall", name: "fw" },
    args: {
      ...ofVpc,
      firewall_policy_arn: later("aws_networkfirewall_firewall_policy.p.arn"),
      subnet_mapping: [of("guard")],
    },
  },
  {
    ...{ type: "aws_networkfirewall_firewall_policy", name: "p" },
    args: { firewall_policy: [{ stateless_default_actions: ["aws:forward_to_sfe"], ...policy }] },
  },
  ...groups,
];

const strict = [{ rule_order: "STRICT_ORDER" }];
const stateless = (action: string, port: number) => ({
  stateless_rules_and_custom_actions: [
    {
      stateless_rule: [
        {
          priority: 1,
          rule_definition: [
            {
              actions: [action],
              match_attributes: [
                {
                  protocols: [6],
                  source: [{ address_definition: "8.0.0.0/8" }],
                  destination: [{ address_definition: "10.0.0.0/16" }],
                  destination_port: [{ from_port: port, to_port: port }],
                },
              ],
            },
          ],
        },
      ],
    },
  ],
});
const standard = (action: string, destination_port: string) => ({
  stateful_rule: [
    {
      action,
      header: [
        {
          ...{ protocol: "TCP", source: "8.0.0.0/8", source_port: "ANY", direction: "FORWARD" },
          ...{ destination: "ANY", destination_port },
        },
      ],
      rule_option: [{ keyword: "sid", settings: ["1"] }],
    },
  ],
});

describe("a Network Firewall in a plan", () => {
  const stateful = { stateful_rule_group_reference: refer("g") };
  it.each<[string, Resource[], boolean]>([
    ["no rules", guarded({}), true],
    ["a text", guarded(stateful, group("g", { rules_string: "drop tcp any any -> any 587 (sid:1;)" })), false],
    [
      "a text about another port",
      guarded(stateful, group("g", { rules_string: "drop tcp any any -> any 25 (sid:1;)" })),
      true,
    ],
    ["a rule", guarded(stateful, group("g", standard("DROP", "587"))), false],
    ["a rule about another port", guarded(stateful, group("g", standard("DROP", "25"))), true],
    [
      "a default action",
      guarded(
        { ...stateful, stateful_engine_options: strict, stateful_default_actions: ["aws:drop_strict"] },
        group("g", standard("PASS", "25")),
      ),
      false,
    ],
    [
      "a variable of the group",
      guarded(stateful, {
        ...group("g", {}),
        args: {
          ...group("g", {}).args,
          rule_group: [
            {
              rule_variables: [{ ip_sets: [{ key: "ALL", ip_set: [{ definition: ["8.0.0.0/8"] }] }] }],
              rules_source: [{ rules_string: "drop tcp $ALL any -> any 587 (sid:1;)" }],
            },
          ],
        },
      }),
      false,
    ],
    [
      "a stateless rule",
      guarded({ stateless_rule_group_reference: refer("s") }, group("s", stateless("aws:drop", 587), "STATELESS")),
      false,
    ],
    [
      "a stateless rule about another port",
      guarded({ stateless_rule_group_reference: refer("s") }, group("s", stateless("aws:drop", 25), "STATELESS")),
      true,
    ],
  ])("%s", async (_, program, open) => {
    const facts = factsOf(await read(planOf(program)));
    expect(answer(facts, "reachable", "aws_instance.mail:587", "8.8.8.8")).toBe(open);
  });
});

describe("services and functions in a plan", () => {
  const home = guarded({}).filter(({ type }) => !/firewall|route|instance/.test(type));
  const groups = later("aws_security_group.open.id");
  const subnets = later("aws_subnet.home.id");
  const service = (network: object): Resource => ({
    ...{ type: "aws_ecs_service", name: "mail", args: { name: "mail", network_configuration: [network] } },
  });
  const node = (more: object = {}): Resource[] => [
    { type: "aws_eks_cluster", name: "k", args: { name: "k", vpc_config: [{ subnet_ids: subnets }] } },
    {
      ...{ type: "aws_eks_node_group", name: "mail" },
      args: { cluster_name: later("aws_eks_cluster.k.name"), subnet_ids: subnets, ...more },
    },
  ];
  const opening: Resource = {
    ...{ type: "aws_vpc_security_group_ingress_rule", name: "r" },
    args: {
      security_group_id: later("aws_eks_cluster.k.vpc_config"),
      ...{ ip_protocol: "tcp", from_port: 587, to_port: 587, cidr_ipv4: world },
    },
  };
  it.each<[string, Resource[], string, boolean | "unknown"]>([
    ["tasks", [service({ subnets, security_groups: groups, assign_public_ip: true })], "aws_ecs_service.mail", true],
    ["tasks in private", [service({ subnets, security_groups: groups })], "aws_ecs_service.mail", false],
    [
      "a function",
      [
        {
          ...{ type: "aws_lambda_function", name: "mail" },
          args: { vpc_config: [{ subnet_ids: subnets, security_group_ids: groups }] },
        },
      ],
      "aws_lambda_function.mail",
      false,
    ],
    ["nodes", node(), "aws_eks_node_group.mail", false],
    ["nodes whose cluster group is opened", [...node(), opening], "aws_eks_node_group.mail", true],
  ])("%s", async (_, more, name, open) => {
    const facts = factsOf(await read(planOf([...home, ...more])));
    expect(answer(facts, "reachable", `${name}:587`, "8.8.8.8")).toBe(open);
  });

  it("an endpoint to SES takes connections from inside by its groups", async () => {
    const endpoint: Resource = {
      ...{ type: "aws_vpc_endpoint", name: "ses" },
      args: {
        ...{ ...ofVpc, service_name: "com.amazonaws.eu-west-1.email-smtp", vpc_endpoint_type: "Interface" },
        ...{ subnet_ids: subnets, security_group_ids: groups },
      },
    };
    const facts = factsOf(await read(planOf([...home, endpoint])));
    expect(answer(facts, "reachable", "aws_vpc_endpoint.ses:587", "10.0.3.3")).toBe(true);
    expect(answer(facts, "reachable", "aws_vpc_endpoint.ses:587", "8.8.8.8")).toBe(false);
  });
});

describe("a transit gateway", () => {
  const at = (type: string, name: string) => later(`${type}.${name}.id`);
  const network = (name: string, block: string, other: string): Resource[] => [
    { type: "aws_vpc", name, args: { cidr_block: `${block}.0.0/16` } },
    {
      ...{ type: "aws_subnet", name },
      args: { vpc_id: at("aws_vpc", name), cidr_block: `${block}.1.0/24`, availability_zone: "eu-west-1a" },
    },
    {
      ...{ type: "aws_route_table", name },
      args: {
        vpc_id: at("aws_vpc", name),
        route: [{ ...route, cidr_block: `${other}.0.0/16`, transit_gateway_id: at("aws_ec2_transit_gateway", "t") }],
      },
    },
    {
      ...{ type: "aws_route_table_association", name },
      args: { route_table_id: at("aws_route_table", name), subnet_id: at("aws_subnet", name) },
    },
    {
      ...{ type: "aws_ec2_transit_gateway_vpc_attachment", name },
      args: {
        ...{ vpc_id: at("aws_vpc", name), subnet_ids: [at("aws_subnet", name)] },
        transit_gateway_id: at("aws_ec2_transit_gateway", "t"),
      },
    },
  ];
  const program = (...more: Resource[]): Resource[] => [
    { type: "aws_ec2_transit_gateway", name: "t", args: { default_route_table_association: "enable" } },
    ...[...network("app", "10.1", "10.2"), ...network("hub", "10.2", "10.1")],
    {
      ...{ type: "aws_security_group", name: "open" },
      args: { vpc_id: at("aws_vpc", "app"), ingress: [everything], egress: [everything] },
    },
    {
      ...{ type: "aws_instance", name: "mail" },
      args: {
        vpc_security_group_ids: later("aws_security_group.open.id"),
        ...{ subnet_id: at("aws_subnet", "app"), private_ip: "10.1.1.25" },
      },
    },
    ...more,
  ];
  const blackhole: Resource = {
    ...{ type: "aws_ec2_transit_gateway_route", name: "drop" },
    args: {
      ...{ destination_cidr_block: "10.2.1.0/24", blackhole: true },
      transit_gateway_route_table_id: later("aws_ec2_transit_gateway.t.association_default_route_table_id"),
    },
  };

  it.each<[string, Resource[], boolean]>([
    ["carries it to the other network", program(), true],
    ["drops it by a blackhole in its default table", program(blackhole), false],
  ])("%s", async (_, resources, expected) => {
    const facts = factsOf(await read(planOf(resources)));
    expect(answer(facts, "reachable", "aws_instance.mail:587", "10.2.1.25")).toBe(expected);
  });
});
