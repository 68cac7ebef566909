import {
  answer,
  factsOf,
  forms,
  fromState,
  missingAt,
  relayed,
  toRelay,
  unknownText,
  urnOf,
  type Written,
} from "./programs.js";

const everything = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] };
const only25 = { protocol: "tcp", fromPort: 25, toPort: 25, cidrBlocks: ["0.0.0.0/0"] };
const group = (name: string, rule: object): Written => ({
  ...{ type: "group", name, id: `sg-${name}`, inputs: { vpcId: "vpc-1", ingress: [rule], egress: [rule] } },
});
const subnet = (name: string, more: object = {}): Written => ({
  ...{ type: "subnet", name, id: `subnet-${name}` },
  inputs: { vpcId: "vpc-1", cidrBlock: name === "a" ? "10.0.1.0/24" : "10.0.2.0/24", ...more },
});
const table = (name: string, route: object): Written[] => [
  { type: "table", name: `rt-${name}`, id: `rtb-${name}`, inputs: { vpcId: "vpc-1", routes: [route] } },
  {
    type: "tableAssociation",
    name: `rta-${name}`,
    inputs: { routeTableId: `rtb-${name}`, subnetId: `subnet-${name}` },
  },
];
const toGateway = { cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" };
const toNat = { cidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" };
const base: Written[] = [
  { type: "vpc", name: "v", id: "vpc-1", inputs: { cidrBlock: "10.0.0.0/16" } },
  { type: "internetGateway", name: "igw", id: "igw-1", inputs: {} },
  ...[subnet("a"), subnet("b"), ...table("a", toGateway)],
  ...[group("open", everything), group("other", only25)],
];
const nat: Written[] = [
  { type: "nat", name: "nat", id: "nat-1", inputs: { subnetId: "subnet-a" } },
  ...table("b", toNat),
];

const service = (network: object | undefined, more: object = {}): Written => ({
  ...{ type: "service", name: "mail" },
  inputs: { ...(network ? { networkConfiguration: network } : {}), ...more },
});
const onA = { subnets: ["subnet-a"], securityGroups: ["sg-open"], assignPublicIp: true };
const lambda = (vpcConfig?: object): Written => ({
  ...{ type: "lambda", name: "mail", inputs: vpcConfig ? { vpcConfig } : {} },
});
const nodes = (more: object = {}): Written => ({
  ...{ type: "nodeGroup", name: "mail", inputs: { clusterName: "k", subnetIds: ["subnet-a"], ...more } },
});
const cluster: Written = {
  ...{ type: "cluster", name: "k", id: "k", inputs: { name: "k" } },
  outputs: { vpcConfig: { clusterSecurityGroupId: "sg-cluster" } },
};
const publicly = base.map((each) => (each.name === "a" ? subnet("a", { mapPublicIpOnLaunch: true }) : each));
const toCluster = (inputs: object, more: Partial<Written> = {}): Written => ({
  ...{ type: "ingressRule", name: "r" },
  inputs: { ipProtocol: "tcp", fromPort: 587, toPort: 587, cidrIpv4: "0.0.0.0/0", ...inputs },
  ...more,
});
const endpoint = (more: object = {}): Written => ({
  ...{ type: "vpcEndpoint", name: "mail", id: "vpce-1" },
  inputs: {
    ...{ vpcId: "vpc-1", serviceName: "com.amazonaws.eu-west-1.email-smtp", vpcEndpointType: "Interface" },
    ...{ subnetIds: ["subnet-a"], ...more },
  },
});
const associate = (more: object): Written => ({
  ...{
    type: "groupAssociation",
    name: "assoc",
    inputs: { vpcEndpointId: "vpce-1", securityGroupId: "sg-open", ...more },
  },
});
const balanced = (containerPort: number): Written[] => [
  ...[
    ...base,
    service({ ...onA, assignPublicIp: false }, { loadBalancers: [{ targetGroupArn: "arn:tg", containerPort }] }),
  ],
  {
    ...{ type: "balancer", name: "nlb", id: "arn:nlb" },
    inputs: { loadBalancerType: "network", subnets: ["subnet-a"] },
  },
  { type: "targetGroup", name: "tg", id: "arn:tg", inputs: { port: 587, protocol: "TCP", targetType: "ip" } },
  {
    ...{ type: "listener", name: "l" },
    inputs: { loadBalancerArn: "arn:nlb", port: 587, protocol: "TCP", defaultActions: [{ targetGroupArn: "arn:tg" }] },
  },
];

type Table = Readonly<Record<string, Written[]>>;

/** Can 8.8.8.8 connect to tcp/587 of `mail`? */
const inward: Table = {
  open_service: [...base, service(onA)],
  closed_service_by_its_group: [...base, service({ ...onA, securityGroups: ["sg-other"] })],
  closed_service_without_a_public_address: [...base, service({ ...onA, assignPublicIp: false })],
  closed_service_says_nothing_of_an_address: [...publicly, service({ ...onA, assignPublicIp: undefined })],
  closed_service_with_the_default_group: [...base, service({ ...onA, securityGroups: [] })],
  closed_service_in_a_subnet_without_a_gateway: [...base, ...nat, service({ ...onA, subnets: ["subnet-b"] })],
  unknown_service_of_unknown_groups: [...base, service({ ...onA, securityGroups: [unknownText] })],
  closed_function_in_a_network: [...base, lambda({ subnetIds: ["subnet-a"], securityGroupIds: ["sg-open"] })],
  closed_function_outside: [...base, lambda()],
  closed_nodes_with_the_cluster_group: [...publicly, cluster, nodes()],
  open_nodes_whose_cluster_group_is_opened: [
    ...publicly,
    cluster,
    nodes(),
    toCluster({ securityGroupId: "sg-cluster" }),
  ],
  open_nodes_whose_cluster_group_is_opened_by_what_flows_in: [
    ...publicly,
    ...[cluster, nodes()],
    toCluster({ securityGroupId: unknownText }, { flows: { securityGroupId: ["k"] } }),
  ],
  closed_nodes_without_a_public_address: [...base, cluster, nodes(), toCluster({ securityGroupId: "sg-cluster" })],
  open_nodes_with_the_groups_of_their_template: [
    ...publicly,
    ...[cluster, nodes({ launchTemplate: { id: "lt-1", version: "1" } })],
    { type: "template", name: "t", id: "lt-1", inputs: { vpcSecurityGroupIds: ["sg-open"] } },
  ],
  closed_nodes_whose_template_names_no_groups: [
    ...publicly,
    ...[cluster, nodes({ launchTemplate: { id: "lt-1", version: "1" } })],
    { type: "template", name: "t", id: "lt-1", inputs: {} },
  ],
  unknown_nodes_of_another_programs_cluster: [...publicly, nodes()],
  closed_endpoint: [...base, endpoint({ securityGroupIds: ["sg-open"] })],
};

/** Can 10.0.9.9 of the same network connect to tcp/587 of `mail`? */
const within: Table = {
  open_endpoint_to_ses: [...base, endpoint({ securityGroupIds: ["sg-open"] })],
  closed_endpoint_by_its_group: [...base, endpoint({ securityGroupIds: ["sg-other"] })],
  unknown_endpoint_with_the_default_group: [...base, endpoint()],
  open_endpoint_with_a_group_of_its_own_resource: [
    ...base,
    endpoint({ securityGroupIds: ["sg-other"] }),
    associate({}),
  ],
  open_endpoint_without_the_default_group: [...base, endpoint(), associate({ replaceDefaultAssociation: true })],
  open_endpoint_to_mail_manager: [
    ...base,
    endpoint({ securityGroupIds: ["sg-open"], serviceName: "com.amazonaws.eu-west-1.mail-manager-smtp.open.fips" }),
  ],
};

/** Can `mail` connect to tcp/587 of 8.8.8.8? */
const outward: Table = {
  open_service: [...base, service(onA)],
  closed_service_without_a_public_address: [...base, service({ ...onA, assignPublicIp: false })],
  open_service_behind_a_nat_gateway: [
    ...base,
    ...nat,
    service({ ...onA, assignPublicIp: false, subnets: ["subnet-b"] }),
  ],
  closed_service_by_its_group: [...base, service({ ...onA, securityGroups: ["sg-other"] })],
  open_function_outside: [...base, lambda()],
  closed_function_in_a_public_subnet: [...publicly, lambda({ subnetIds: ["subnet-a"], securityGroupIds: ["sg-open"] })],
  open_function_behind_a_nat_gateway: [
    ...[...base, ...nat],
    lambda({ subnetIds: ["subnet-b"], securityGroupIds: ["sg-open"] }),
  ],
  closed_function_by_its_group: [
    ...[...base, ...nat],
    lambda({ subnetIds: ["subnet-b"], securityGroupIds: ["sg-other"] }),
  ],
  open_nodes: [...publicly, cluster, nodes()],
  closed_endpoint: [...base, endpoint({ securityGroupIds: ["sg-open"] })],
};

const truths = { open: true, closed: false, unknown: "unknown" } as const;
const truthOf = (name: string) => truths[name.slice(0, name.indexOf("_")) as keyof typeof truths];

describe.each(Object.entries(forms))("services, functions, nodes and endpoints, from %s", (_, form) => {
  it.each(Object.entries(inward))("in: %s", async (name, program) => {
    expect(answer(factsOf(await form(program)), "reachable", "mail:587", "8.8.8.8")).toBe(truthOf(name));
  });

  it.each(Object.entries(within))("inside: %s", async (name, program) => {
    expect(answer(factsOf(await form(program)), "reachable", "mail:587", "10.0.9.9")).toBe(truthOf(name));
  });

  it.each(Object.entries(outward))("out: %s", async (name, program) => {
    expect(answer(factsOf(await form(program), relayed), "egressAllowed", toRelay, "8.8.8.8")).toBe(truthOf(name));
  });
});

it.each([
  ["the container's port", 587, true],
  ["a container's port that its group closes", 2587, false],
])("a service behind a load balancer: %s", async (_, containerPort, open) => {
  const rule = { protocol: "tcp", fromPort: 587, toPort: 587, cidrBlocks: ["10.0.0.0/16"] };
  const program = balanced(containerPort).map((each) => (each.name === "open" ? group("open", rule) : each));
  expect(answer(factsOf(await fromState(program)), "reachable", "nlb:587", "8.8.8.8")).toBe(open);
});

it("tasks in the network of their instances, and endpoints to other services, are no subjects", async () => {
  const other = endpoint({ serviceName: "com.amazonaws.eu-west-1.s3" });
  const { interfaces } = await fromState([...base, service(undefined), { ...other, name: "s3" }]);
  expect(interfaces.filter(({ kind }) => kind !== "unattached group")).toEqual([]);
});

it("version 6 of tasks depends on a setting of the account", async () => {
  const six = base.map((each) => (each.name === "a" ? subnet("a", { ipv6CidrBlock: "2001:db8::/64" }) : each));
  const routed = six.map((each) =>
    each.name === "rt-a"
      ? { ...each, inputs: { ...each.inputs, routes: [toGateway, { ipv6CidrBlock: "::/0", gatewayId: "igw-1" }] } }
      : each,
  );
  const facts = factsOf(await fromState([...routed, service(onA)]));
  expect(answer(facts, "reachable", "mail:587", "2600::1")).toBe("unknown");
  expect(missingAt(facts, "reachable", "mail:587")).toEqual([`${urnOf({ type: "subnet", name: "a" })}#ipv6CidrBlock`]);
});
